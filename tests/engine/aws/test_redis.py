"""Redis moves to ElastiCache and back under the real engine: clients move first, then the old one goes."""

from typing import Any, Final

import pytest

from tests.engine.aws.program import UNPROTECTED, Program, at

GROUP: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
IN_CLUSTER: Final = {"kind": "in-cluster"}
MANAGED: Final = {
    "kind": "elasticache",
    "node_type": "cache.r7g.large",
    "maintenance_window": "sun:18:00-sun:19:00",
    "deletion_protection": False,
}


@pytest.fixture
def token(program: Program) -> Any:
    """The AUTH token as it stands in a stack's file: encrypted."""
    return program.encrypted("headroom:redis_password", "a-token-of-16-or-more")


def state(program: Program, token: Any, redis: dict[str, Any]) -> None:
    program.state(cluster=UNPROTECTED, redis=redis, redis_password=token)


def deploy(program: Program, token: Any, redis: dict[str, Any]) -> list[list[str]]:
    state(program, token, redis)
    code, output = program.up()
    assert code == 0, output
    return program.calls()


def test_to_elasticache_and_back(program: Program, token: Any) -> None:
    deploy(program, token, IN_CLUSTER)
    assert program.contents().of(GROUP) == []

    out = deploy(program, token, MANAGED)
    (group,) = program.contents().of(GROUP)
    assert group.properties["transitEncryptionEnabled"] and group.properties["multiAzEnabled"]
    moved = max(at(out, "update", ":Deployment"))
    assert max(at(out, "create", GROUP)) < moved < min(at(out, "delete", ":StatefulSet"))

    back = deploy(program, token, IN_CLUSTER)
    moved = max(at(back, "update", ":Deployment"))
    assert max(at(back, "create", ":StatefulSet")) < moved < min(at(back, "delete", GROUP))
    assert program.contents().of(GROUP) == []


def test_a_protected_group_stays_and_says_why(program: Program, token: Any) -> None:
    deploy(program, token, {**MANAGED, "deletion_protection": True})
    state(program, token, IN_CLUSTER)
    code, output = program.up()
    assert code != 0
    assert "protected" in output and "redis" in output
    assert len(program.contents().of(GROUP)) == 1


def test_a_group_that_is_not_ready_in_time_is_taken_up_by_the_next_run(program: Program, token: Any) -> None:
    program.order({"kind": "halfway", "on": GROUP, "call": "create"})
    state(program, token, MANAGED)
    code, output = program.up()
    assert code != 0 and "ReplicationGroup" in output, output
    code, output = program.up()
    assert code == 0, output
    assert len(program.contents().of(GROUP)) == 1
