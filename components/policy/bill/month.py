"""A month of a platform as the bill sees it: how long it is at the peak, and what comes in then and else."""

from fractions import Fraction
from typing import Final

from ..derived import Derived, Frozen, derived
from ..quantities import Ratio, format_rate
from .unit_prices import plain

SECONDS_PER_HOUR: Final = 3_600


class Month(Frozen):
    """``rest`` and ``peak`` are hours; rates are requests/s at the entry."""

    rest: Ratio
    peak: Ratio
    baseline_rps: Ratio
    peak_rps: Ratio

    @property
    def hours(self) -> Fraction:
        """All of them."""
        return self.rest + self.peak

    def requests(self, share: Fraction) -> Derived[Fraction]:
        """Requests of the month, of a part of what comes in."""
        seconds = self.rest * SECONDS_PER_HOUR, self.peak * SECONDS_PER_HOUR
        total = share * (self.baseline_rps * seconds[0] + self.peak_rps * seconds[1])
        return derived(
            total,
            f"{format_rate(self.baseline_rps * share)} rps x {format_rate(self.rest)}h"
            f" + {format_rate(self.peak_rps * share)} rps x {format_rate(self.peak)}h",
        )

    def average(self, at_rest: Fraction, at_peak: Fraction) -> Fraction:
        """Of something that is one at rest and another at the peak."""
        return (at_rest * self.rest + at_peak * self.peak) / self.hours

    def standing(self, count: int, what: str) -> Derived[Fraction]:
        """Hours of what is there all month; ``what`` in the plural."""
        return derived(count * self.hours, f"{what}: {count} x {plain(self.hours)}h")
