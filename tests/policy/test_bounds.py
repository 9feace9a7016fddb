"""Times that somebody else takes only within bounds are refused outside of them, where they are stated."""

import re
from typing import Any, Final

import pytest
from pydantic import BaseModel, ValidationError

from components.policy import bounds
from components.policy.bounds import TimeBounds
from components.policy.errors import ConfigurationError
from components.policy.quantities import Milliseconds
from components.policy.words.where import follow, kinds_of
from tests.config.test_wording import MODELS

ALL: Final = {name: value for name, value in vars(bounds).items() if isinstance(value, TimeBounds)}
# More than Go can say: what reads it in the cluster, whoever that is, cannot.
ABSURD: Final = "2562048h"
# Times that have no bound of their own, and why.
UNBOUNDED: Final = {
    **dict.fromkeys(
        ("EventSpec.duration", "EventSpec.lead", "EventSpec.ramp"),
        "the rules know the calendar (HR945 to HR949)",
    ),
    **dict.fromkeys(
        ("LoadSpec.ramp", "PhaseSpec.duration"), "a load test may last as long as somebody wants"
    ),
    **dict.fromkeys(
        (
            "ClientPolicy.breaker_timeout",
            "ClientPolicy.http_timeout",
            "ClientPolicy.redis_pool_timeout",
            "ClientPolicy.retry_backoff",
        ),
        "the rules hold them against each other and the longest request (HR601 to HR605)",
    ),
    **dict.fromkeys(
        (
            "ReactionTimes.metric_window",
            "ReactionTimes.schedule",
            "ReactionTimes.sync",
            "Calibration.service_time",
        ),
        "measured: whatever it is, the plan says what follows",
    ),
    **dict.fromkeys(
        ("UsageSpec.connection_lasts", "UsageSpec.sample_interval"), "the bill alone is made of it"
    ),
    **dict.fromkeys(
        ("Alb.keep_alive", "AlbGateway.keep_alive"), "the application's; the balancer stays below it"
    ),
    "Target.p99": "the plan holds it against the longest request of each service",
}


def just(value: str, more: int) -> Milliseconds:
    return Milliseconds(Milliseconds.parse(value) + more)


@pytest.mark.parametrize("name", ALL)
def test_both_ends_are_allowed_and_what_is_beyond_is_refused_with_the_nearest(name: str) -> None:
    within = ALL[name]
    step = 1000 if within.whole else 1
    assert within.parse(within.least) == just(within.least, 0)
    assert within.parse(within.most) == just(within.most, 0)
    outside = [just(within.most, step)] + ([just(within.least, -step)] if just(within.least, 0) else [])
    for value in outside:
        with pytest.raises(ConfigurationError) as refused:
            within.check("a.field", value)
        assert refused.value.field == "a.field"
        assert refused.value.value == value
        assert f"{within.least} to {within.most}: {within.why}" in refused.value.allowed
        found = re.fullmatch("write e.g. (.+)", refused.value.remedy)
        assert found is not None and within.parse(found[1])


def test_where_nobody_knows_finer_a_fraction_of_a_second_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"whole seconds, 1s to 10m: .*; write e\.g\. 3s"):
        bounds.PROBE.parse("2500ms")
    assert bounds.LEAVING.parse("2500ms") == 2500


def durations() -> list[Any]:
    return [
        pytest.param(model, name, id=f"{model.__name__}.{name}")
        for model in MODELS
        for name in model.model_fields
        if "Milliseconds" in str(follow(model, (name,), {}).annotation)
    ]


@pytest.mark.parametrize(("model", "name"), durations())
def test_an_absurd_time_is_refused_unless_somebody_said_why_not(model: type[BaseModel], name: str) -> None:
    least = {"kind": kinds_of(model)[0]} if "kind" in model.model_fields else {}
    refused: list[str] = []
    try:
        model.model_validate({**least, name: ABSURD})
    except ValidationError as error:
        refused = [str(name_of(detail)) for detail in error.errors()]
    assert (name in refused) != (f"{model.__name__}.{name}" in UNBOUNDED)


def name_of(detail: Any) -> object:
    """The field that is refused: of a model as a whole, the one that its error names."""
    if detail["loc"]:
        return detail["loc"][0]
    error = detail.get("ctx", {}).get("error")
    return error.field if isinstance(error, ConfigurationError) else None
