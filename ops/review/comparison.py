"""A stack at two revisions, side by side: the figures that people ask about first, then every number that differs.

Works on the JSON that each revision's own commands gave, so a figure that one of them does not know is told as such and
is no error.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from components.policy.cost import dollars
from components.policy.diff import Change, diff_numbers, numbers_in

from ..numbers import plain
from .changes import Kind, Resource
from .facts import Found, Side

NOT_THERE: Final = "-"
# What the fleet is and carries: title, path, unit.
_FLEET: Final = (
    ("target at the peak", "target.peak_rps", "rps"),
    ("target at the baseline", "target.baseline_rps", "rps"),
    ("the floor carries", "carries_at_floor.value", "rps"),
    ("the peak carries", "carries_at_peak.value", "rps"),
    ("fastest ramp", "fastest_ramp.value", "rps/s"),
    ("nodes at the floor", "pools.*.at_floor.value", ""),
    ("nodes at the peak", "pools.*.at_peak.value", ""),
    ("node type", "pools.*.instance.name", ""),
    ("Redis connections", "redis_connections.value", ""),
)
_SERVICE: Final = (
    "replicas.floor.value",
    "replicas.peak.value",
    "carries_at_floor.value",
    "carries_at_peak.value",
)
_OBJECTIVES: Final = (
    ("P99", "target.p99", ""),
    ("availability", "target.availability", ""),
    ("growth to follow", "target.growth", ""),
)
# The numbers of these parts are what alerts fire at.
_ALERTS: Final = "objectives."


@dataclass(frozen=True)
class Row:
    """One figure on both sides, in words; ``share`` is by how much it grew, where it is a number."""

    name: str
    before: str
    after: str
    share: str = ""

    @property
    def changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Compared:
    """All that is said of a stack. ``stopped`` are why a preview could not be had, by side."""

    stack: str
    base: Side
    head: Side
    fleet: Sequence[Row]
    cost: Sequence[Row]
    objectives: Sequence[Row]
    services: Sequence[Sequence[Row]]
    numbers: Sequence[Change]
    new: Sequence[Found]
    gone: Sequence[Found]
    resources: Sequence[Resource]
    stopped_base: Sequence[str] = ()
    stopped_head: Sequence[str] = ()

    def of(self, *kinds: Kind) -> list[Resource]:
        """The resources that this happens to."""
        return [one for one in self.resources if one.kind in kinds]

    @property
    def broken(self) -> bool:
        """Whether the head cannot be planned or previewed."""
        return self.head.there and (self.head.problem is not None or bool(self.stopped_head))

    @property
    def unchanged(self) -> bool:
        """Whether there is nothing to say."""
        said = (self.numbers, self.new, self.gone, self.resources, self.stopped_base, self.stopped_head)
        same = self.base.there == self.head.there and self.base.problem == self.head.problem is None
        return same and not any(said) and not any(row.changed for row in self.cost)


def compared(
    stack: str,
    base: Side,
    head: Side,
    resources: Sequence[Resource] = (),
    stopped: tuple[Sequence[str], Sequence[str]] = ((), ()),
) -> Compared:
    """The two sides of a stack."""
    plans = (base.plan or {}, head.plan or {})
    both = base.plan is not None and head.plan is not None
    changes = _derived(diff_numbers(numbers_in(plans[0]), numbers_in(plans[1])), plans) if both else []
    known = [{(one.rule, one.object) for one in side.findings} for side in (base, head)]
    return Compared(
        stack=stack,
        base=base,
        head=head,
        fleet=[_row(plans, *figure) for figure in _FLEET],
        cost=list(_cost(base, head)),
        objectives=[*(_row(plans, *figure) for figure in _OBJECTIVES), *_alerts(changes)],
        services=[_service(name, plans) for name in _names(plans)],
        numbers=changes,
        new=[one for one in head.findings if (one.rule, one.object) not in known[0]]
        if both or head.plan
        else [],
        gone=[one for one in base.findings if (one.rule, one.object) not in known[1]] if both else [],
        resources=resources,
        stopped_base=stopped[0],
        stopped_head=stopped[1],
    )


def at(data: Any, path: str) -> Any:
    """What is at a dotted path of JSON; None where nothing is. ``*`` is every key: numbers are added, names listed."""
    before, every, after = path.partition(".*.")
    for key in before.split("."):
        data = data.get(key) if isinstance(data, Mapping) else None
    if not every or not isinstance(data, Mapping):
        return data if not every else None
    found = [one for one in (at(inner, after) for inner in data.values()) if one is not None]
    if not found or not all(isinstance(one, int) for one in found):
        return ", ".join(dict.fromkeys(str(one) for one in found)) or None
    return sum(found)


def _row(plans: Sequence[Any], name: str, path: str, unit: str) -> Row:
    before, after = at(plans[0], path), at(plans[1], path)
    return Row(name, _worded(before, unit), _worded(after, unit), _share(before, after))


def _service(name: str, plans: Sequence[Any]) -> list[Row]:
    parts = [_part(plan, name) for plan in plans]
    return [Row(name, _worded(at(parts[0], p), ""), _worded(at(parts[1], p), "")) for p in _SERVICE]


def _part(plan: Any, service: str) -> Any:
    services = at(plan, "services")
    return services.get(service) if isinstance(services, Mapping) else None


def _names(plans: Sequence[Any]) -> list[str]:
    """Every service of either side, in the order of the head's plan."""
    listed = [list(at(plan, "services") or ()) for plan in reversed(plans)]
    return list(dict.fromkeys([*listed[0], *listed[1]]))


def _derived(changes: Sequence[Change], plans: Sequence[Any]) -> list[Change]:
    """What somebody derived and not stated. Of a service that comes or goes, that it does is in the table of services;
    its every number would only hide what else changes."""
    kept = []
    on_one_side = {name for name in _names(plans) if None in [_part(plan, name) for plan in plans]}
    for change in changes:
        sides = [side for side in (change.before, change.after) if side is not None]
        part = sides[0].path.removeprefix("services.")
        whole = any(
            part == name or part.startswith(f"{name}.") or f"-{name}-" in part for name in on_one_side
        )
        if not whole and any(side.because is not None for side in sides):
            kept.append(change)
    return kept


def _alerts(changes: Sequence[Change]) -> Iterator[Row]:
    for change in changes:
        one = change.after or change.before
        if one is not None and one.path.startswith(_ALERTS):
            sides = [None if side is None else side.value for side in (change.before, change.after)]
            yield Row(
                one.path.removeprefix(_ALERTS), _worded(sides[0], ""), _worded(sides[1], ""), _share(*sides)
            )


def _cost(base: Side, head: Side) -> Iterator[Row]:
    if base.cost is None and head.cost is None:
        return
    for name, path in (
        ("nodes a month", "cost.per_month.value"),
        ("an hour at the floor", "cost.per_hour_at_floor.value"),
        ("an hour at the peak", "cost.per_hour_at_peak.value"),
        ("a month per 1,000 rps", "cost.per_month_per_1000_rps.value"),
    ):
        sides = [_number(at(side.cost, path)) for side in (base, head)]
        words = [NOT_THERE if one is None else dollars(one) for one in sides]
        yield Row(name, words[0], words[1], _share(*sides))
    yield from _bill(base, head)


def _bill(base: Side, head: Side) -> Iterator[Row]:
    """The stack's whole bill and its parts, where it is in AWS; what has no price is said, since it is in no sum."""
    bills = [at(side.cost, "bill") for side in (base, head)]
    parts = dict.fromkeys(part for bill in reversed(bills) for part in at(bill, "parts") or ())
    sums = [
        ("the stack a month", "per_month.value"),
        *((f"of it {part}", f"parts.{part}.value") for part in parts),
    ]
    for name, path in sums if any(bills) else ():
        sides = [_number(at(bill, path)) for bill in bills]
        words = [NOT_THERE if one is None else dollars(one) for one in sides]
        yield Row(name, words[0], words[1], _share(*sides))
    missing = [", ".join(at(bill, "missing") or ()) or NOT_THERE for bill in bills]
    if missing != [NOT_THERE, NOT_THERE]:
        yield Row("without a price, in no sum", missing[0], missing[1])


def _worded(value: Any, unit: str) -> str:
    if value is None:
        return NOT_THERE
    return f"{plain(value)} {unit}".strip()


def _share(before: Any, after: Any) -> str:
    """By how much it grew, in percent of what it was."""
    old, new = _number(before), _number(after)
    if old is None or new is None or old == 0 or old == new:
        return ""
    return f"{float((new - old) / old * 100):+.1f} %"


def _number(value: Any) -> Fraction | None:
    if isinstance(value, Fraction | int) and not isinstance(value, bool):
        return Fraction(value)
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return None
