"""Stacks at two revisions for the tests of a review: the plan of a real stack, and with other figures."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ops.cost.command import bill_at
from ops.cost.tables import as_data
from ops.plan.planned import planned
from ops.review.facts import Found, Side
from ops.review.revisions import Pair, Revision

DATA = Path(__file__).with_name("data")


def side(*figures: str, findings: tuple[Found, ...] = (), stack: str = "local") -> Side:
    """A stack, with other figures where they are given."""
    found = planned(stack, figures)
    cost = as_data(bill_at(stack, found.settings, found.settings.cost, None))
    return Side(True, _json(found.plan.model_dump(mode="json")), findings, _json(cost))


def steps() -> list[Mapping[str, Any]]:
    """What the engine answered for dev with a service renamed, its target raised and Redis's pods started in order."""
    read: list[Mapping[str, Any]] = json.loads((DATA / "steps.json").read_text())["steps"]
    return read


def pair() -> Pair:
    """Two revisions that are nowhere."""
    return Pair(Revision("a" * 40, Path("/base")), Revision("b" * 40, Path("/head")), ())


def _json(data: Any) -> Any:
    return json.loads(json.dumps(data))
