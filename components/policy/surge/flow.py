"""Who gets how many requests, and who has no room for them: one moment of the call graph. Rates are requests/s.

What arrives at a callee is what its callers serve, times their calls: a gateway that sheds hides the load from what is
behind it. A request counts as served only where every service on its way had room, so the platform serves no more than
its weakest service allows. Decides nothing about time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, NamedTuple, Self

from ..demand import shares
from ..plan import Plan

# Fan-outs and shares are simple numbers; a float is a hair beside them.
SIMPLEST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class CallGraph:
    """Callers before callees.

    ``shares`` are requests to each service per offered request, ``entries`` the part of the offered requests that
    comes in there, ``callers`` each service's callers with their calls per own request.
    """

    shares: Mapping[str, float]
    entries: Mapping[str, float]
    callers: Mapping[str, tuple[tuple[str, float], ...]]

    @classmethod
    def of(
        cls, calls: Mapping[str, Mapping[str, Fraction]], entries: Mapping[str, Fraction] | None = None
    ) -> Self:
        """From ``calls[caller][callee]``. Raises ConfigurationError as demand.shares does."""
        return cls._of(calls, entries)

    @classmethod
    def of_rates(
        cls, calls: Mapping[str, Mapping[str, float]], entries: Mapping[str, float] | None = None
    ) -> Self:
        """The same from floats, each taken for the simple fraction that it stands for (1/3 for 0.333...)."""
        exact = {
            caller: {name: _simple(n) for name, n in callees.items()} for caller, callees in calls.items()
        }
        return cls._of(exact, {name: _simple(part) for name, part in entries.items()} if entries else None)

    @classmethod
    def _of(cls, calls: Mapping[str, Mapping[str, Fraction]], entries: Mapping[str, Fraction] | None) -> Self:
        parts = shares(calls, entries)
        callers: dict[str, list[tuple[str, float]]] = {name: [] for name in parts}
        for caller in parts:
            for callee, times in calls[caller].items():
                callers[callee].append((caller, float(times)))
        entering = entries or {name: Fraction(1) for name in parts if not callers[name]}
        return cls(
            shares={name: float(part.value) for name, part in parts.items()},
            entries={name: float(part) for name, part in entering.items()},
            callers={name: tuple(found) for name, found in callers.items()},
        )

    @classmethod
    def of_plan(cls, plan: Plan) -> Self:
        """The platform's own. What enters a service is what its callers do not explain of its share."""
        calls = {name: service.calls for name, service in plan.services.items()}
        called = {name: Fraction(0) for name in calls}
        for caller, callees in calls.items():
            for callee, times in callees.items():
                called[callee] += plan.shares[caller].value * times
        entries = {
            name: plan.shares[name].value - by_callers
            for name, by_callers in called.items()
            if plan.shares[name].value > by_callers
        }
        return cls.of(calls, entries)


def _simple(value: float) -> Fraction:
    return Fraction(value).limit_denominator(SIMPLEST)


class ServiceFlow(NamedTuple):
    """``arrives`` is what an autoscaler sees: before the service's own shedding."""

    arrives_rps: float
    served_rps: float
    shed_rps: float


class Flow(NamedTuple):
    """The platform's own: ``capacity_rps`` is the most offered load that every service has room for."""

    offered_rps: float
    served_rps: float
    shed_rps: float
    capacity_rps: float
    services: dict[str, ServiceFlow]


def flow(offered_rps: float, capacity_rps: Mapping[str, float], graph: CallGraph) -> Flow:
    """What becomes of the offered load when each service can carry ``capacity_rps`` (its ready pods together)."""
    services: dict[str, ServiceFlow] = {}
    weakest = float("inf")
    for name, share in graph.shares.items():
        arrives = offered_rps * graph.entries.get(name, 0.0)
        for caller, times in graph.callers[name]:
            arrives += services[caller].served_rps * times
        room = capacity_rps[name]
        served = min(arrives, room)
        services[name] = ServiceFlow(arrives, served, arrives - served)
        weakest = min(weakest, room / share)
    served = min(offered_rps, weakest)
    return Flow(offered_rps, served, offered_rps - served, weakest, services)
