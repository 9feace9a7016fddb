"""WebAcl: a firewall before a load balancer, with a rate rule that knows how many honest clients share an address.

Decides no limit: policy.front does, from what its owner states of the clients. It lets everything else in; what is
told apart by content is the application's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
from pulumi_aws import cloudwatch, wafv2

from .aws.children import Children
from .front.alb import Firewall
from .policy.facts import Fleet, LoadBalancer
from .policy.front import RATE_WINDOW, RateRule
from .policy.place import Place
from .policy.retention import check_retention
from .policy.review import refuse
from .policy.tags import check_tags
from .renames import with_aliases

# What a blocked client is told: try again, later. 403, WAF's own answer, says that it never may.
_TOO_MANY: Final = 429
# What no log needs: who the client is to the application.
_SECRET_HEADERS: Final = ("authorization", "cookie")


@dataclass(frozen=True, kw_only=True)
class WebAclArgs:
    """Arguments of :class:`WebAcl`. ``log_retention_days`` is how long it is kept whom the rules blocked."""

    place: Place
    rate: RateRule
    log_retention_days: int = 90
    tags: Mapping[str, str] = field(default_factory=dict)


class WebAcl(pulumi.ComponentResource):
    """A regional web ACL, its log group and what is logged there: blocked requests alone, without their credentials.

    Output: ``arn``. ``firewall`` is what an Alb takes.

    Raises ConfigurationError before anything is registered for tags or a retention that cannot be used, and ReviewError
    where the rate rule would block honest clients (HR630).
    """

    arn: pulumi.Output[str]
    firewall: Firewall

    def __init__(self, name: str, args: WebAclArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        tags = check_tags(f"{name}.tags", args.tags)
        check_retention(f"{name}.log_retention_days", args.log_retention_days)
        _check_rate(name, args.rate)
        super().__init__("headroom:index:WebAcl", name, None, with_aliases(name, opts))
        children = Children(parent=self, name=name, tags=tags)
        acl = wafv2.WebAcl(
            children.named("acl"),
            description=f"{name}: before the load balancer",
            scope="REGIONAL",
            default_action={"allow": {}},
            rules=[_rate_rule(args.rate)],
            visibility_config=_visible(name),
            custom_response_bodies=[
                {
                    "key": "too-many",
                    "content": '{"error": "too many requests"}',
                    "content_type": "APPLICATION_JSON",
                }
            ],
            tags=children.tagged("acl"),
            opts=children.opts(),
        )
        _log_what_is_blocked(children, acl, args.log_retention_days)
        self.arn = acl.arn
        self.firewall = Firewall(web_acl_arn=self.arn, rate=args.rate)
        self.register_outputs({"arn": self.arn})


def _log_what_is_blocked(children: Children, acl: wafv2.WebAcl, days: int) -> None:
    """Kept for ``days``, without what is secret in a request."""
    logs = cloudwatch.LogGroup(
        children.named("logs"),
        # AWS WAF, "Sending logs to CloudWatch Logs": the name has to begin so.
        name=f"aws-waf-logs-{children.name}",
        retention_in_days=days,
        tags=children.tagged("logs"),
        opts=children.opts(),
    )
    wafv2.WebAclLoggingConfiguration(
        children.named("logging"),
        resource_arn=acl.arn,
        log_destination_configs=[logs.arn],
        redacted_fields=[{"single_header": {"name": header}} for header in _SECRET_HEADERS],
        logging_filter={
            "default_behavior": "DROP",
            "filters": [
                {
                    "behavior": "KEEP",
                    "conditions": [{"action_condition": {"action": "BLOCK"}}],
                    "requirement": "MEETS_ANY",
                }
            ],
        },
        opts=children.opts(),
    )


def _check_rate(name: str, rate: RateRule) -> None:
    facts = LoadBalancer(
        object=f"web ACL {name}",
        name=name,
        blocks_above=rate.blocks_above.value,
        client_share=rate.client_share.value,
    )
    refuse(Fleet(load_balancers=(facts,)))


def _rate_rule(rate: RateRule) -> Any:
    return {
        "name": "rate-of-one-address",
        "priority": 0,
        "action": {
            "block": {"custom_response": {"response_code": _TOO_MANY, "custom_response_body_key": "too-many"}}
        },
        "statement": {
            "rate_based_statement": {
                "limit": rate.blocks_above.value,
                "aggregate_key_type": "IP",
                "evaluation_window_sec": RATE_WINDOW.seconds,
            }
        },
        "visibility_config": _visible("rate-of-one-address"),
    }


def _visible(metric: str) -> Any:
    return {"cloudwatch_metrics_enabled": True, "metric_name": metric, "sampled_requests_enabled": True}
