"""What the query of an alert looks at: its signal, the service, the threshold and the time ranges."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from . import cut
from .parse import quantity

_NUMBER: Final = r"\d{1,15}(?:\.\d{1,15})?(?:[eE][+-]?\d{1,2})?"
_ABOVE: Final = re.compile(rf">=?\s*(?:bool\s+)?\(?\s*({_NUMBER})(?:\s*([*/])\s*({_NUMBER}))?")
_WINDOW: Final = re.compile(r"\[(\d{1,6}(?:ms|[smhdw]))|rate_?(\d{1,6}[smhd])\b")
_ERRORS: Final = re.compile(
    r"5\.\.|5xx|5\[0-9\]|:errors?\b|error_ratio|errors_total|errors?:ratio", re.IGNORECASE
)
_LATENCY: Final = re.compile(r"histogram_quantile|_bucket\b|:p9[0-9]|latency", re.IGNORECASE)
_CPU: Final = re.compile(r"cpu", re.IGNORECASE)
_CAPACITY: Final = re.compile(
    r"kube_(?:deployment|statefulset|replicaset|horizontalpodautoscaler)_\w{0,60}replicas"
)
_SERVICE: Final = re.compile(r"\b(?:service|app|deployment)=\"([^\"]{1,253})\"")
_TRAFFIC: Final = re.compile(r"requests?(?:_count)?_total|http_requests|:requests?:rate|requests_per_second")
_SIGNALS: Final = (
    ("errors", _ERRORS),
    ("latency", _LATENCY),
    ("capacity", _CAPACITY),
    ("cpu", _CPU),
    ("traffic", _TRAFFIC),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Expression:
    """What an alert's query betrays; ``windows`` counts the different ranges that it looks at."""

    signal: str | None
    service: str | None
    threshold: Fraction | None
    windows: int


def read_expression(expression: str) -> Expression:
    """An alert's expression. Only the patterns of common rules are known; what is not, is None."""
    text = expression[: cut.EXPRESSION]
    services = set(_SERVICE.findall(text))
    return Expression(
        signal=next((signal for signal, pattern in _SIGNALS if pattern.search(text)), None),
        service=services.pop() if len(services) == 1 else None,
        threshold=_threshold(text),
        windows=len({first or second for first, second in _WINDOW.findall(text)}),
    )


def _threshold(expression: str) -> Fraction | None:
    """The highest that the expression must be above: with `and` between them all must hold."""
    found = [_product(*match) for match in _ABOVE.findall(expression)]
    return max((value for value in found if value is not None), default=None)


def _product(first: str, operator: str, second: str) -> Fraction | None:
    try:
        value = quantity(first)
        if not operator:
            return value
        factor = quantity(second)
        return value * factor if operator == "*" else value / factor
    except (ValueError, ZeroDivisionError):
        return None
