"""WebAcl: it blocks one address that asks too much, never the many who share one, and logs whom it blocked."""

from typing import Any

import pytest

from components.policy.errors import ConfigurationError
from components.policy.findings import ReviewError
from components.policy.front import RateRule
from components.web_acl import WebAcl, WebAclArgs
from tests.components.aws_examples import PLACE, RATE, TAGS
from tests.components.harness import Run, run


def deploy(**changes: Any) -> Run:
    return run(
        lambda: WebAcl("firewall", WebAclArgs(**{"place": PLACE, "rate": RATE, "tags": TAGS, **changes}))
    )


def test_one_address_is_blocked_above_what_honest_clients_behind_it_may_ask() -> None:
    acl = deploy().one("webAcl:WebAcl").inputs
    assert (acl["scope"], acl["defaultAction"]) == ("REGIONAL", {"allow": {}})
    [rule] = acl["rules"]
    statement = rule["statement"]["rateBasedStatement"]
    # 100 clients x 2 requests/s x 300 s.
    assert (statement["limit"], statement["evaluationWindowSec"], statement["aggregateKeyType"]) == (
        60_000,
        300,
        "IP",
    )
    assert rule["action"]["block"]["customResponse"]["responseCode"] == 429


def test_whom_it_blocked_is_logged_without_their_credentials() -> None:
    result = deploy()
    assert result.one("LogGroup").inputs["name"] == "aws-waf-logs-firewall"
    logging = result.one("WebAclLoggingConfiguration").inputs
    assert logging["loggingFilter"]["defaultBehavior"] == "DROP"
    names = {one["singleHeader"]["name"] for one in logging["redactedFields"]}
    assert names == {"authorization", "cookie"}


def test_a_limit_that_blocks_honest_clients_is_refused() -> None:
    def program() -> None:
        low = RateRule(rps_per_client=2, clients_per_address=100, limit=59_999)
        with pytest.raises(ReviewError, match="HR630"):
            WebAcl("firewall", WebAclArgs(place=PLACE, rate=low, tags=TAGS))

    assert run(program).resources == []


def test_nothing_is_registered_when_the_arguments_cannot_be_used() -> None:
    def program() -> None:
        with pytest.raises(ConfigurationError, match="retention"):
            WebAcl("firewall", WebAclArgs(place=PLACE, rate=RATE, tags=TAGS, log_retention_days=42))

    assert run(program).resources == []


def test_an_alb_takes_it_as_its_firewall() -> None:
    made: list[WebAcl] = []
    run(lambda: made.append(WebAcl("firewall", WebAclArgs(place=PLACE, rate=RATE, tags=TAGS))))
    assert made[0].firewall.rate == RATE
