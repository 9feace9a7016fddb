"""Failures at resources drawn by lot: the same command goes on to the same account, and a destroy leaves nothing."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.engine.aws.program import UNPROTECTED, Program
from tests.engine.aws.same import things

OLDER: Final = {
    **UNPROTECTED,
    "kubernetes_version": "1.35",
    "addons": {"kube_proxy": "v1.35.0-eksbuild.2"},
}
# Nothing is made where a call was refused; half of something is there where it was made and not ready or not seen.
KINDS: Final = ("throttle", "halfway", "eventual", "quota", "error", "expired")
REFUSALS: Final = ("throttle", "quota", "error", "expired")
FAILURES: Final = 3
# As many runs as they may take, one after the other, one of them six times.
RUNS: Final = 6 + FAILURES


@dataclass(frozen=True)
class Undisturbed:
    """What an update without any failure makes, and in which order it asks for it."""

    account: list[str]
    made: list[tuple[str, str]]
    changed: list[tuple[str, str]]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    program = Program(tmp_path_factory.mktemp("undisturbed"))
    program.pretend_cluster()
    program.state(cluster=OLDER)
    code, output = program.up()
    assert code == 0, output
    made = in_aws(program.calls(), "create")
    program.state(cluster=UNPROTECTED)
    code, output = program.up()
    assert code == 0, output
    return Undisturbed(things(program.contents()), made, in_aws(program.calls(), "update"))


def in_aws(calls: Sequence[Sequence[str]], operation: str) -> list[tuple[str, str]]:
    return [(call[1], call[2]) for call in calls if call[0] == operation and call[1].startswith("aws:")]


def failures(
    drawn: random.Random, call: str, among: Sequence[tuple[str, str]], kinds: Sequence[str]
) -> list[dict[str, Any]]:
    """Some failures, each at a resource drawn by lot. The stand-in itself tries a throttled call five times."""
    return [
        {"kind": drawn.choice(kinds), "on": token, "name": name, "call": call}
        | {"times": drawn.choice((1, 6)), "reads": drawn.randint(1, 9)}
        | ({"times": 1} if number else {})
        for number, (token, name) in enumerate(drawn.sample(among, min(FAILURES, len(among))))
    ]


def until_done(program: Program, run: Callable[[], tuple[int, str]], ordered: list[dict[str, Any]]) -> None:
    """The same command until it succeeds; every failure that was ordered was met on the way."""
    program.calls()
    program.order(*ordered)
    for _ in range(RUNS):
        code, output = run()
        assert "Traceback" not in output, output
        if code == 0:
            break
    else:
        raise AssertionError(f"{ordered}\n{output}")
    met = {call[4] for call in program.calls() if call[0] == "fault"}
    assert met == {order["name"] for order in ordered}, f"not met: {ordered}"


@pytest.mark.parametrize("seed", [7, 20])
def test_after_failures_the_same_commands_lead_to_the_same_account_and_to_none(
    program: Program, undisturbed: Undisturbed, seed: int
) -> None:
    drawn = random.Random(seed)
    program.state(cluster=OLDER)
    until_done(program, program.up, failures(drawn, "create", undisturbed.made, KINDS))
    program.state(cluster=UNPROTECTED)
    until_done(program, program.up, failures(drawn, "update", undisturbed.changed, REFUSALS))
    assert things(program.contents()) == undisturbed.account
    code, output = program.run("preview", "--expect-no-changes")
    assert code == 0, output
    until_done(program, program.destroy, failures(drawn, "delete", undisturbed.made, REFUSALS))
    assert program.contents().objects == {}


def test_what_is_made_and_not_answered_can_be_found_by_its_tags(program: Program) -> None:
    """The engine cannot know of it: the account can, by the tags that everything carries."""
    program.state(layer="network", cluster=UNPROTECTED)
    program.order({"kind": "lost", "on": "aws:ec2/eip:Eip", "name": "network-nat-ap-northeast-2b-address"})
    code, output = program.up()
    assert code != 0 and "RequestTimeout" in output
    code, output = program.up()
    assert code == 0, output
    code, output = program.destroy()
    assert code == 0, output
    (left,) = program.contents().objects.values()
    assert left.token == "aws:ec2/eip:Eip"
    assert {"owner", "stack", "cost-allocation", "Name"} <= set(left.properties["tags"])


def test_what_has_a_name_of_its_own_and_was_not_answered_is_named_and_may_be_deleted(
    program: Program, undisturbed: Undisturbed
) -> None:
    """Two of one name cannot be: the next update says which, and nothing stands on it yet (docs/aws.md)."""
    lost = ("eks-control-plane-logs", "eks-cluster-eksCluster", "karpenter-controller-identity")
    kinds = {name: token for token, name in undisturbed.made if name in lost}
    program.state(cluster=UNPROTECTED)
    program.order(*({"kind": "lost", "on": kinds[name], "name": name, "call": "create"} for name in lost))
    deleted: list[str] = []
    for _ in range(2 * len(lost) + 1):
        code, output = program.up()
        if code == 0:
            break
        for token, identity in set(re.findall(r"AlreadyExistsException: (\S+) (\S+) exists", output)):
            deleted.append(token)
            program.delete_by_hand(token, identity)
    assert code == 0, output
    assert sorted(deleted) == sorted(kinds.values())
    assert things(program.contents()) == undisturbed.account
