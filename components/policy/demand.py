"""The call graph: what each service must carry, from what the entry must carry.

Demand flows along stated edges ("one in three gateway requests calls reservation-api"), so the floors and the
peaks of all services belong to the same offered load. Nothing is assumed to spread evenly.
"""

from collections.abc import Mapping
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter
from typing import Self

from pydantic import Field, model_validator

from .derived import Derived, Frozen, derived
from .errors import ConfigurationError
from .quantities import Ratio, format_rate


class Demand(Frozen):
    """What one service must carry, and what one of its pods was measured to carry. All rates in requests/s."""

    peak_rps: Ratio = Field(gt=0)
    baseline_rps: Ratio = Field(gt=0)
    rps_per_pod: Ratio = Field(gt=0)
    # Part of the platform's offered load that reaches this service; 1 for the entry.
    share: Ratio = Field(default=Fraction(1), gt=0)

    @model_validator(mode="after")
    def _baseline_within_peak(self) -> Self:
        if self.baseline_rps > self.peak_rps:
            raise ConfigurationError(
                field="baseline_rps",
                value=self.baseline_rps,
                allowed=f"at most peak_rps, {format_rate(self.peak_rps)}: else the floor would be above the peak",
                remedy="lower baseline_rps or raise peak_rps",
            )
        return self


def shares(
    calls: Mapping[str, Mapping[str, Fraction]], entries: Mapping[str, Fraction] | None = None
) -> dict[str, Derived[Fraction]]:
    """Requests to each service per request that is offered to the platform, callers before callees.

    ``calls[a][b]`` is how many requests to ``b`` one request to ``a`` causes. ``entries`` is the part of the
    offered requests that comes in at each entry; without it, exactly one service is called by nobody and
    takes all of them. Raises ConfigurationError for an unknown callee, a cycle, an orphan, or entries that do
    not add up to 1.
    """
    _refuse_unknown(calls)
    order = _callers_first(calls)
    callers: dict[str, list[str]] = {service: [] for service in order}
    for caller in order:
        for callee in calls[caller]:
            callers[callee].append(caller)
    entering = dict(entries or {})
    _check_entries([service for service in calls if not callers[service]], entering)
    result: dict[str, Derived[Fraction]] = {}
    for service in order:
        terms = [(result[caller].value, calls[caller][service], caller) for caller in callers[service]]
        text = [f"{share} x {fan_out} ({caller})" for share, fan_out, caller in terms]
        total = sum((share * fan_out for share, fan_out, _ in terms), Fraction(0))
        if service in entering:
            total += entering[service]
            text.append(f"{entering[service]} enters here")
        elif not terms:
            total, text = Fraction(1), ["the entry carries every request"]
        result[service] = derived(total, " + ".join(text))
    return result


def _check_entries(uncalled: list[str], entering: Mapping[str, Fraction]) -> None:
    if entering and sum(entering.values()) != 1:
        raise ConfigurationError(
            field="services.*.entry_share",
            value=" + ".join(f"{share} ({service})" for service, share in entering.items()),
            allowed="entry shares that add up to 1, all of the offered requests",
            remedy="state which part of the offered requests comes in at each entry",
        )
    orphans = [service for service in uncalled if service not in entering]
    if orphans and (entering or len(orphans) > 1):
        raise ConfigurationError(
            field="services.*.calls",
            value=", ".join(orphans),
            allowed="exactly one service that no other service calls (the entry), or an entry_share for each of them",
            remedy="add the missing service to the `calls` of the service that calls it, or state its entry_share",
        )


def _refuse_unknown(calls: Mapping[str, Mapping[str, Fraction]]) -> None:
    for caller, callees in calls.items():
        for callee, fan_out in callees.items():
            if callee not in calls:
                raise ConfigurationError(
                    field=f"services.{caller}.calls.{callee}",
                    value=callee,
                    allowed=f"one of {', '.join(sorted(calls))}",
                    remedy=f"define services.{callee} or remove the call",
                )
            if fan_out <= 0:
                raise ConfigurationError(
                    field=f"services.{caller}.calls.{callee}",
                    value=str(fan_out),
                    allowed="more than 0 requests per request of the caller",
                    remedy="remove the call if it is never made",
                )


def _callers_first(calls: Mapping[str, Mapping[str, Fraction]]) -> list[str]:
    """Services in topological order, callers before callees. Raises on a cycle and names it."""
    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(calls, ()))
    for caller, callees in calls.items():
        for callee in callees:
            sorter.add(callee, caller)
    try:
        return list(sorter.static_order())
    except CycleError as error:
        raise ConfigurationError(
            field="services.*.calls",
            value=" -> ".join(error.args[1]),
            allowed="a call graph without a cycle",
            remedy="break the cycle: a request that can come back to its caller has no finite demand",
        ) from None
