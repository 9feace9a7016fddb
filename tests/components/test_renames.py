"""The ledger of renames: every component applies it, to itself and to all below it."""

from datetime import date
from typing import Any

import pytest

from components import renames
from components.renames import Departure, Rename
from tests.components.aws_examples import AWS_EXAMPLES
from tests.components.examples import EXAMPLES, IMAGE
from tests.components.harness import run
from tests.components.test_contract import NAME

TODAY = date(2026, 11, 24)


def aliases(kind: str, monkeypatch: pytest.MonkeyPatch, *ledger: Rename) -> dict[tuple[str, str], list[Any]]:
    """What every resource of the example is registered with."""
    monkeypatch.setattr(renames, "RENAMES", ledger)
    made = run(lambda: {**AWS_EXAMPLES, **EXAMPLES}[kind](NAME, "tacos-app", IMAGE, None))
    return {(one.type, one.name): list(one.aliases) for one in made.resources}


def entry(type_: str, name: str, **was: Any) -> Rename:
    return Rename(since=TODAY, type=type_, name=name, because="a test", **was)


@pytest.mark.parametrize("kind", sorted({**EXAMPLES, **AWS_EXAMPLES}))
def test_every_component_is_found_by_an_earlier_name_and_so_is_what_is_in_it(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = f"headroom:index:{kind}"
    before = aliases(kind, monkeypatch)
    child_type, child = next(both for both in before if both[0] != token)
    pattern = child.replace(NAME, "{name}")
    made = aliases(
        kind,
        monkeypatch,
        entry(token, "{name}", was_name="{name}-old"),
        entry(child_type, pattern, was_name="odd"),
    )
    found = [alias.spec.name or alias.urn.rpartition("::")[2] for alias in made[token, NAME]]
    assert found == [f"{NAME}-old"], (
        "hand the options on: super().__init__(token, name, None, with_aliases(name, opts))"
    )
    assert "odd" in [alias.spec.name or alias.urn.rpartition("::")[2] for alias in made[child_type, child]]


def test_an_empty_ledger_leaves_the_options_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renames, "RENAMES", ())
    assert renames.with_aliases(NAME, None) is None


def test_a_type_and_a_parent_that_were_others_are_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = "kubernetes:core/v1:ConfigMap"
    made = aliases(
        "RedisCluster",
        monkeypatch,
        entry(kind, "{name}-config", was_type="kubernetes:core/v1:Secret", was_at_root=True),
    )
    (alias,) = made[kind, f"{NAME}-config"]
    told = str(alias)
    assert "kubernetes:core/v1:Secret" in told
    assert "RedisCluster" not in told


def test_a_departure_covers_one_type_and_a_whole_name_or_its_end() -> None:
    stated = Departure(since=TODAY, type="t", name="-config", because="b", what_to_do="w")
    assert stated.covers("t", "redis-config")
    assert not stated.covers("t", "redis-configs")
    assert not stated.covers("u", "redis-config")
    whole = Departure(since=TODAY, type="t", name="cluster", because="b", what_to_do="w")
    assert whole.covers("t", "cluster") and not whole.covers("t", "my-cluster")


def test_the_ledger_is_in_the_order_of_its_days() -> None:
    for days in ([one.since for one in renames.RENAMES], [one.since for one in renames.DEPARTURES]):
        assert days == sorted(days)
