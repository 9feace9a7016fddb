"""How many nodes of a pool may go at once for Karpenter's own reasons: always, or while a schedule holds.

Of several budgets that hold at a time the strictest counts (Karpenter, Disruption). None of them stops an expiry that
was due, an interruption, or a person with kubectl.
"""

from enum import StrEnum
from typing import Any, Self

from pydantic import field_validator, model_validator

from .bounds import SPARE_NODE
from .cron import Schedule
from .derived import Frozen
from .errors import ConfigurationError
from .quantities import IntOrPercent, Milliseconds, format_int_or_percent

_MINUTE = Milliseconds.parse("1m")


class Reason(StrEnum):
    """Why Karpenter takes a node of its own accord (karpenter v1.14.1, nodepool.go, DisruptionReason)."""

    UNDERUTILIZED = "Underutilized"
    EMPTY = "Empty"
    DRIFTED = "Drifted"


class NodeBudget(Frozen):
    """``nodes`` may go at once, for these ``reasons`` (none: for any), from each hit of ``schedule`` (cron, UTC) for
    ``duration`` (milliseconds; whole minutes). Schedule and duration go together; without them it always holds.
    """

    nodes: IntOrPercent
    reasons: list[Reason] = []
    schedule: Schedule | None = None
    duration: Milliseconds | None = None

    @field_validator("reasons")
    @classmethod
    def _each_once(cls, reasons: list[Reason]) -> list[Reason]:
        if len(set(reasons)) < len(reasons):
            twice = next(reason for reason in reasons if reasons.count(reason) > 1)
            raise ConfigurationError(
                field="", value=str(twice), allowed="each reason once", remedy="remove one"
            )
        return reasons

    @field_validator("duration")
    @classmethod
    def _whole_minutes(cls, duration: Milliseconds | None) -> Milliseconds | None:
        if duration is not None and (duration % _MINUTE or not duration):
            raise ConfigurationError(
                field="",
                value=duration,
                allowed='whole minutes and hours, such as "90m"',
                remedy="round it to minutes",
            )
        return None if duration is None else SPARE_NODE.of_the_value(duration)

    @model_validator(mode="after")
    def _together(self) -> Self:
        if (self.schedule is None) != (self.duration is None):
            missing = "duration" if self.duration is None else "schedule"
            raise ConfigurationError(
                field=missing,
                value="nothing",
                allowed="schedule and duration together, or neither: the API server refuses one alone",
                remedy=f"state {missing} too, such as "
                + ('"90m"' if missing == "duration" else '"0 9 * * mon-fri"'),
            )
        return self

    @property
    def always(self) -> bool:
        """Whether it holds at all times and for every reason."""
        return self.schedule is None and not self.reasons

    def fields(self) -> dict[str, Any]:
        """As a NodePool has it."""
        return {
            "nodes": str(format_int_or_percent(self.nodes)),
            **({"reasons": [str(reason) for reason in self.reasons]} if self.reasons else {}),
            **(
                {"schedule": self.schedule, "duration": str(self.duration)}
                if self.duration is not None
                else {}
            ),
        }
