"""The API's spelling of how fast an autoscaler may move, which HorizontalPodAutoscaler and ScaledObject share, and how
what cannot be simulated is refused.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from ..errors import ConfigurationError
from ..facts.parse import quantity
from ..facts.view import shown
from .hpa_spec import DEFAULT_DOWN, DEFAULT_PERIOD_S, DEFAULT_UP, Behavior, ScalingRules, ScalingStep

Json = dict[str, Any]
MOST_SAID: Final = 300
# What reading an object raises that holds something else than the API's fields.
UNREADABLE: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
ALLOWED: Final = (
    "Resource or ContainerResource cpu and memory (Utilization, AverageValue); Pods (AverageValue),"
    " External and Object (AverageValue, Value) of requests per second; in KEDA triggers prometheus, cpu and memory,"
    " and no formula"
)


def read_behavior(written: Mapping[str, Any] | None) -> Behavior | None:
    """None where none is stated, which is not the same as one that states nothing."""
    if written is None:
        return None
    return Behavior(
        up=_rules(written.get("scaleUp"), DEFAULT_UP), down=_rules(written.get("scaleDown"), DEFAULT_DOWN)
    )


def _rules(written: Mapping[str, Any] | None, default: ScalingRules) -> ScalingRules:
    """With the API's defaults for each field that is left out (autoscaling/v2, defaults.go)."""
    if written is None:
        return default
    if written.get("policies") == []:
        raise wrong(
            "policies: []", "at least one policy, or none stated for the API's own; Disabled by selectPolicy"
        )
    steps = tuple(
        ScalingStep(type=one["type"], value=one["value"], period_s=one.get("periodSeconds", DEFAULT_PERIOD_S))
        for one in written.get("policies") or ()
    )
    window, tolerance = written.get("stabilizationWindowSeconds"), written.get("tolerance")
    return ScalingRules(
        steps=steps or default.steps,
        select=written.get("selectPolicy") or default.select,
        window_s=default.window_s if window is None else window,
        tolerance=None if tolerance is None else float(quantity(str(tolerance))),
    )


def write_rules(rules: ScalingRules) -> Json:
    """The reverse, of one direction."""
    written: Json = {
        "stabilizationWindowSeconds": rules.window_s,
        "selectPolicy": rules.select,
        "policies": [
            {"type": one.type, "value": one.value, "periodSeconds": one.period_s} for one in rules.steps
        ],
    }
    return written if rules.tolerance is None else written | {"tolerance": f"{rules.tolerance:g}"}


def integer(value: object) -> int:
    """A whole number, as a number or as text. Raises ValueError."""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise ValueError(f"{shown(value)} is no whole number")
    return int(text)


def said(error: Exception) -> str:
    """What is wrong with an object that was written by hand, in a few words."""
    match error:
        case ValidationError():
            first = error.errors()[0]
            where = [".".join(map(str, first["loc"]))] if first["loc"] else []
            return ": ".join([*where, first["msg"].removeprefix("Value error, ")])[:MOST_SAID]
        case KeyError():
            return f"no {error.args[0]}"[:MOST_SAID]
        case ValueError():
            return str(error)[:MOST_SAID]
    return "a field of another kind than the API's"


def wrong(value: str, allowed: str) -> ConfigurationError:
    """What a simulation cannot know."""
    return ConfigurationError(
        field="autoscaler", value=value, allowed=allowed, remedy="state an autoscaler that follows the load"
    )
