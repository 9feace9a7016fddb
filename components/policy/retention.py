"""How long a log group may keep its logs: the number of days that CloudWatch takes."""

from typing import Final

from .errors import ConfigurationError

# Amazon CloudWatch Logs, API reference, PutRetentionPolicy, retentionInDays. 0, "for ever", is left out on purpose:
# nobody looks, and everybody pays.
RETENTION_DAYS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)


def check_retention(field: str, days: int) -> int:
    """The days. Raises ConfigurationError for a number that CloudWatch does not take."""
    if days not in RETENTION_DAYS:
        raise ConfigurationError(
            field=field,
            value=days,
            allowed=", ".join(map(str, RETENTION_DAYS)),
            remedy="take the next larger one",
        )
    return days
