"""Events: what a team announces ("at 19:00 in Seoul, for two hours, 30,000 requests a second").

What must stand when, what it takes and what it costs follows in events_plan. Decides no number and knows no clock:
whether an event is over is for whoever has one to say.
"""

from fractions import Fraction
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from .derived import Derived, Frozen, derived
from .errors import ConfigurationError
from .events_time import Instant, Occurrence, local_text, seconds_of
from .quantities import Milliseconds, Ratio, format_rate


class EventSpec(Frozen):
    """An event as it is announced. Rates in requests/s at the entry, durations in milliseconds."""

    # It becomes a part of object names and a label: an RFC 1123 label, short enough for a prefix.
    name: str = Field(
        pattern=r"^[a-z]([-a-z0-9]{0,39}[a-z0-9])?$",
        description="at most 41 lower-case letters, digits and dashes, a letter first",
        examples=["sale"],
    )
    # Local time, as it is announced; the zone by its IANA name, so that nobody has to count the hours.
    start: str = Field(description="a date and a time without a zone", examples=['"2026-11-27T19:00"'])
    time_zone: str = Field(min_length=1, max_length=100, examples=["Asia/Seoul"])
    # Elapsed time, also where the clocks are changed in between.
    duration: Milliseconds = Field(gt=0)
    # Exactly one of the two: the rate, or a factor of the baseline (or of the peak).
    expected_rps: Ratio | None = Field(default=None, gt=0)
    factor: Ratio | None = Field(default=None, gt=0)
    factor_of: Literal["baseline", "peak"] = "baseline"
    # How long the demand takes to get from the baseline to what is expected; at once where none is stated.
    ramp: Milliseconds = Milliseconds(0)
    # How long before the start everything must begin to rise; left out, as long as it takes.
    lead: Milliseconds | None = Field(default=None, gt=0)
    # What the event leans on, and until when that lasts: {certificate: 2026-12-01T00:00:00Z}. What is not stated is
    # unknown.
    valid_until: dict[str, Instant] = {}

    @field_validator("start", mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        """YAML makes a date and a time of "2026-11-27T19:00:00" by itself."""
        written = getattr(value, "isoformat", None)
        return written() if callable(written) else value

    @field_validator("start")
    @classmethod
    def _local_time(cls, value: str) -> str:
        return local_text(seconds_of(value))

    @model_validator(mode="after")
    def _one_rate(self) -> Self:
        if (self.expected_rps is None) == (self.factor is None):
            raise ConfigurationError(
                field="expected_rps",
                value="neither it nor factor" if self.factor is None else "both it and factor",
                allowed="one of the two: expected_rps, the requests/s at the entry, or factor, so many times the"
                " baseline (factor_of: peak for the peak)",
                remedy="state expected_rps" if self.factor is None else "remove one",
            )
        if self.ramp > self.duration:
            raise ConfigurationError(
                field="ramp",
                value=self.ramp,
                allowed=f"at most the duration, {self.duration}",
                remedy="shorten the ramp, or let the event last longer",
            )
        return self

    def expected(self, baseline_rps: Fraction, peak_rps: Fraction) -> Derived[Fraction]:
        """Requests/s at the entry."""
        if self.expected_rps is not None:
            return derived(self.expected_rps, "stated")
        assert self.factor is not None, "one of the two is stated"
        base = baseline_rps if self.factor_of == "baseline" else peak_rps
        return derived(
            self.factor * base, f"{format_rate(self.factor)} x {format_rate(base)} rps, the {self.factor_of}"
        )


class EventFloor(Frozen):
    """What one service must hold during one event, from ``begins`` until ``ends`` (whole minutes, UTC)."""

    event: str
    pods: int = Field(ge=0)
    begins: Instant
    ends: Instant

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.ends <= self.begins:
            raise ValueError(f"ends {self.ends} is not after begins {self.begins}; allowed: a later instant")
        return self


class Event(Frozen):
    """An event with its instants (``components.time_zones.event`` finds them)."""

    spec: EventSpec
    at: Occurrence
