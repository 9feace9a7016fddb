"""When a schedule in cron's words hits, as Karpenter reads it: five fields in UTC, or one of the @ words.

It says whether the words are right; when they hit is the controller's to know, and no clock is asked here.
"""

import re
from typing import Annotated, Final

from pydantic import AfterValidator

# github.com/robfig/cron/v3, spec.go: the parser that Karpenter calls (nodepool.go, IsActive). Sunday is 0 and never 7.
_FIELDS: Final = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    ("day of the week", 0, 6, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)
# Of robfig's words those that the NodePool's CRD lets through.
WORDS: Final = ("@annually", "@yearly", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_PART: Final = re.compile(r"(?P<first>\*|\?|[0-9A-Za-z]+)(-(?P<last>[0-9A-Za-z]+))?(/(?P<step>[0-9]{1,2}))?")
_ALLOWED: Final = (
    'allowed: five fields in UTC (minute, hour, day, month, weekday), such as "0 9 * * mon-fri";'
    f" or {WORDS[-1]}"
)


def check_schedule(text: str) -> str:
    """The schedule as it is. Raises ValueError for the first field that is wrong."""
    if text in WORDS:
        return text
    fields = text.split()
    if text.startswith(("@", "TZ=", "CRON_TZ=")) or len(fields) != len(_FIELDS):
        raise ValueError(f"not a schedule; {_ALLOWED}")
    for field, (name, least, most, names) in zip(fields, _FIELDS, strict=True):
        for part in field.split(","):
            _check(part, name, least, most, names)
    return text


def _check(part: str, name: str, least: int, most: int, names: tuple[str, ...]) -> None:
    match = _PART.fullmatch(part)
    if match is None:
        raise ValueError(f'"{part[:20]}" is no {name}; {_ALLOWED}')
    first, last = match["first"], match["last"]
    if first in ("*", "?") and last is None:
        start, end = least, most
    else:
        start = _number(first, name, least, names)
        end = start if last is None else _number(last, name, least, names)
    if not least <= start <= end <= most or match["step"] in ("0", "00"):
        raise ValueError(f'"{part[:20]}" is no {name} from {least} to {most}; {_ALLOWED}')


def _number(text: str, name: str, least: int, names: tuple[str, ...]) -> int:
    if text.lower() in names:
        return names.index(text.lower()) + least
    if not text.isdecimal() or len(text) > 2:
        raise ValueError(f'"{text[:20]}" is no {name}; {_ALLOWED}')
    return int(text)


Schedule = Annotated[str, AfterValidator(check_schedule)]
