"""Today's program on the state that an earlier version left: nothing is replaced or deleted but what the ledger says.

A version's state is recorded once (recorded_state.py) and stays here for good. A rename without a line in
components/renames.py fails here.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from components.renames import DEPARTURES
from ops.review.changes import Kind, Resource, resources
from tests.engine.recorded_state import engine, load
from tests.live import Checkout, copy_to

DATA: Final = Path(__file__).with_name("data")
STATES: Final = sorted(path.stem for path in DATA.glob("*-????-??-??.json"))
LEDGER: Final = "components/renames.py"
EMPTY: Final = "RENAMES: Final[tuple[Rename, ...]] = ("
SET: Final = "StatefulSet::redis-set"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return copy_to(tmp_path_factory.mktemp("upgraded"))


@pytest.fixture
def ledger(checkout: Checkout) -> Iterator[Path]:
    """The ledger of the copy, put back afterwards."""
    path = checkout.root / LEDGER
    kept = path.read_text()
    yield path
    path.write_text(kept)


def recorded(state: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DATA / f"{state}.json").read_text())
    return found


def upgraded(checkout: Checkout, stack: str, state: list[dict[str, Any]], folder: Path) -> list[Resource]:
    """What a preview on that state would do."""
    made = engine(checkout.root, folder, stack)
    load(made, state)
    previewed = made.pulumi("preview", "--json")
    assert previewed.returncode == 0, previewed.stdout
    steps: list[Any] = json.loads(previewed.stdout)["steps"]
    return resources(steps)


def surprises(found: list[Resource]) -> list[str]:
    """What goes and is not in the ledger. What a component is, without a provider of its own, cannot be lost."""
    return [
        f"{one.kind} {one.token} {one.name}"
        for one in found
        if one.kind in (Kind.DELETE, Kind.REPLACE)
        and not any(departure.covers(one.token, one.name) for departure in DEPARTURES)
    ]


def test_there_is_a_state_to_upgrade_from() -> None:
    assert STATES


@pytest.mark.parametrize("state", STATES)
def test_an_upgrade_replaces_and_deletes_nothing_but_what_the_ledger_says(
    state: str, checkout: Checkout, tmp_path: Path
) -> None:
    stack = state.rsplit("-", 3)[0]
    found = upgraded(checkout, stack, recorded(state), tmp_path / "engine")
    assert surprises(found) == []


def test_a_rename_without_a_line_is_found_and_with_one_replaces_nothing(
    checkout: Checkout, ledger: Path, tmp_path: Path
) -> None:
    """As if the StatefulSet of Redis, which holds every key, had been called otherwise."""
    state = json.loads(json.dumps(recorded(STATES[0])).replace(SET, "StatefulSet::redis-members"))
    found = upgraded(checkout, "local", state, tmp_path / "without")
    kind = "kubernetes:apps/v1:StatefulSet"
    assert surprises(found) == [f"delete {kind} redis-members"]
    line = (
        f'{EMPTY}\n    Rename(since=date(2026, 11, 25), type="{kind}", name="{{name}}-set",'
        ' was_name="{name}-members", because="a test"),\n'
    )
    text = ledger.read_text()
    assert EMPTY in text
    ledger.write_text(text.replace(EMPTY, line))
    found = upgraded(checkout, "local", state, tmp_path / "with")
    assert surprises(found) == []
    assert not [one for one in found if one.name == "redis-set" and one.kind is Kind.CREATE]


def test_a_pool_of_the_earlier_name_stays_where_its_name_is_stated(
    checkout: Checkout, tmp_path: Path
) -> None:
    """What the ledger tells whoever upgrades from a pool without a stated name."""
    path = checkout.root / "Pulumi.local.yaml"
    kept = path.read_text()
    stated = kept.replace("  headroom:node_pool:\n", "  headroom:node_pool:\n    name: on-demand-critical\n")
    assert stated != kept
    path.write_text(stated)
    try:
        found = upgraded(checkout, "local", recorded(STATES[0]), tmp_path / "engine")
    finally:
        path.write_text(kept)
    assert [
        one.name for one in found if one.kind in (Kind.DELETE, Kind.REPLACE) and "critical" in one.name
    ] == []
