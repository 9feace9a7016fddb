"""That no two ports of a pod share a number or a name, which the API server refuses; what they serve is others'."""

from collections.abc import Sequence
from typing import Final

from .errors import ConfigurationError

# The name of the port that a service answers HTTP on, and of a port that only serves metrics.
HTTP: Final = "http"
METRICS: Final = "metrics"


def check_ports(field: str, http: int, ports: Sequence[tuple[str, int]], metrics: int | None) -> None:
    """``ports`` are names and numbers beside the main one. Raises ConfigurationError."""
    numbers = [http, *(number for _, number in ports), *([] if metrics is None else [metrics])]
    names = [HTTP, METRICS, *(name for name, _ in ports)]
    for what, values in (("number", [str(number) for number in numbers]), ("name", names)):
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise ConfigurationError(
                field=field,
                value=f"the {what} {', '.join(twice)} twice",
                allowed=f"each {what} once; {HTTP} and {METRICS} are names of the service's own",
                remedy=f"choose another {what}",
            )
