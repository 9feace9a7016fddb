"""Prices that were looked up, each with its date: asked for once in a while and kept on disk, never guessed.

Decides when to ask again. What is asked is the pricing API; that a stated price wins is components.policy.prices'.
"""

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final

from components.policy.derived import Derived, derived

from .pricing_api import Ask, PricingApiError

# On-demand prices change a few times a year; a month-old one is shown with its date and asked for anew.
FRESH_DAYS: Final = 30


@dataclass(frozen=True)
class Quotes:
    """A region's prices as they were on a day."""

    region: str
    day: date
    prices: Mapping[str, Fraction]

    @property
    def by_type(self) -> dict[str, Derived[Fraction]]:
        """For the bill: each with where it is from."""
        reason = f"on demand in {self.region} by the AWS Pricing API, {self.day}"
        return {name: derived(price, f"{name} {reason}") for name, price in self.prices.items()}


def cache_folder() -> Path:
    """$XDG_CACHE_HOME/headroom/prices, by default under ~/.cache (XDG base directories)."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(base) if os.path.isabs(base) else Path.home() / ".cache"
    return home / "headroom" / "prices"


def look_up(
    region: str, *, folder: Path, today: date, ask: Ask | None, tell: Callable[[str], None]
) -> Quotes | None:
    """The region's quotes: kept ones while they are fresh, else new ones, else old ones; None where there are none."""
    kept = _read(folder / f"{region}.json", region)
    if ask is None or (kept is not None and 0 <= (today - kept.day).days < FRESH_DAYS):
        return kept
    try:
        found = Quotes(region, today, ask(region))
    except PricingApiError as error:
        tell(f"AWS Pricing API: {error}; {f'prices of {kept.day} are used' if kept else 'not used'}")
        return kept
    try:
        _write(folder / f"{region}.json", found)
    except OSError as error:
        tell(f"the prices cannot be kept in {folder}: {error.strerror}")
    return found


def _read(path: Path, region: str) -> Quotes | None:
    """What is kept; None where nothing is, or nothing that can be read: it is asked for again."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["region"] != region:
            return None
        prices = {str(name): Fraction(price) for name, price in kept["prices"].items()}
        return Quotes(region, date.fromisoformat(kept["day"]), prices)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError):
        return None


def _write(path: Path, quotes: Quotes) -> None:
    """Whole or not at all, so that two commands at once leave one of two good files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "region": quotes.region,
        "day": quotes.day.isoformat(),
        "prices": {name: str(price) for name, price in quotes.prices.items()},
    }
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        json.dump(content, file, indent=1)
    os.replace(file.name, path)
