"""Queues and their workers under the real engine: made with their rights, and taken away with nothing left."""

import json
from typing import Any, Final

from tests.apps.test_inside import WORKER, worker
from tests.engine.aws.program import UNPROTECTED, Program, at

QUEUE: Final = "aws:sqs/queue:Queue"
BY_NAME: Final = {"aws:sqs/queuePolicy:QueuePolicy", "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"}


def state(program: Program, **workers: Any) -> None:
    program.state(cluster=UNPROTECTED, workers=workers)


def deploy(program: Program) -> list[list[str]]:
    code, output = program.up()
    assert code == 0, output
    return program.calls()


def test_a_worker_comes_with_its_queue_and_goes_without_leaving_one(program: Program) -> None:
    state(program)
    deploy(program)
    before = {f"{one.token} {one.urn}" for one in program.contents().objects.values()}

    state(program, **{WORKER: worker(queue={"kind": "new-sqs"})})
    made = deploy(program)
    queues = {one.urn.rpartition("::")[2]: one for one in program.contents().of(QUEUE)}
    messages, dead = queues[f"{WORKER}-messages"], queues[f"{WORKER}-dead-letters"]
    assert json.loads(messages.properties["redrivePolicy"])["deadLetterTargetArn"] == dead.computed["arn"]
    assert messages.properties["sqsManagedSseEnabled"] and dead.properties["sqsManagedSseEnabled"]
    # Nobody sends before the queue is there, and nobody works off before they may.
    first_pod = next(
        place for place in at(made, "create", ":Deployment") if made[place][2].startswith(WORKER)
    )
    assert max(at(made, "create", QUEUE)) < first_pod
    rights = [
        place for place in at(made, "create", ":PodIdentityAssociation") if made[place][2].startswith(WORKER)
    ]
    assert max(rights) < first_pod
    code, output = program.run("preview", "--expect-no-changes")
    assert code == 0, output

    state(program)
    gone = deploy(program)
    assert max(at(gone, "delete", ":Deployment")) < min(at(gone, "delete", QUEUE))
    assert {f"{one.token} {one.urn}" for one in program.contents().objects.values()} == before


def test_a_failure_while_queues_are_made_is_made_good_by_the_next_update(program: Program) -> None:
    state(program, **{WORKER: worker(queue={"kind": "new-sqs"})})
    program.order(
        {"kind": "halfway", "on": QUEUE, "name": f"{WORKER}-messages"},
        {"kind": "error", "on": "aws:sqs/queuePolicy:QueuePolicy", "name": f"{WORKER}-dead-letters-policy"},
    )
    code, output = program.up()
    assert code != 0 and "Traceback" not in output
    deploy(program)
    tokens = [one.token for one in program.contents().objects.values()]
    # Karpenter's own queue is the third.
    assert tokens.count(QUEUE) == 3 and set(tokens) >= BY_NAME
    code, output = program.destroy()
    assert code == 0, output
    assert program.contents().objects == {}
