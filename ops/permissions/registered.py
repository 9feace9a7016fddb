"""What a stack's own program registers in AWS and asks of it, found without an account.

The program runs in a preview of the mock engine. A remote component registers its children elsewhere: which they are
is said here. It decides nothing about permissions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from components.policy.place import place
from config.aws import EksCluster
from config.loader import plan_at
from config.network import ExistingVpc
from config.settings import Settings

from ..mock_engine import Registration, registrations
from .needed import ASSOCIATION, ATTACHMENT, CLUSTER, ENTRY, OIDC, ROLE

COMPONENT: Final = "eks:index:Cluster"
ANY_ACCOUNT: Final = "000000000000"
_CONTROL_PLANE: Final = "AmazonEKSClusterPolicy"


@dataclass(frozen=True)
class Registered:
    """Resources of AWS, and the tokens of questions."""

    resources: Sequence[Registration]
    questions: frozenset[str]


def registered(settings: Settings, target: EksCluster) -> Registered:
    """What ``settings`` make in AWS."""
    import pulumi
    from pulumi.runtime import mocks

    from apps import platform, surroundings

    asked: set[str] = set()
    answers = _answers(target)

    class Answers(mocks.Mocks):
        """A resource has the name that the engine would give it, but for the part drawn by lot."""

        def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
            drawn = f"{args.name}-*"
            return drawn, {"name": drawn, **args.inputs}

        def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
            asked.add(args.token)
            return answers(args.token, args.args), []

    # That there is a password is asked of the engine; which it is, is nothing to permissions.
    elsewhere = surroundings.Surroundings(redis_password=lambda: pulumi.Output.secret("x" * 16))
    plan = plan_at(settings, settings.platform)
    seen = registrations(
        lambda: platform.deploy(settings, plan, elsewhere), Answers(), stack="permissions", preview=True
    )
    ours = [one for one in seen if one.type.startswith("aws:")]
    for one in seen:
        ours += _children(one, target) if one.type == COMPONENT else []
    others = {one.type for one in seen if one.type.startswith("eks:")} - {COMPONENT}
    # Nobody said what those make: they are found missing in the table.
    ours += [Registration(kind, kind, {}) for kind in sorted(others)]
    return Registered(ours, frozenset(asked))


def _children(component: Registration, target: EksCluster) -> list[Registration]:
    """What pulumi-eks makes of a cluster without default node group and security groups, which ours is."""
    name, inputs = component.name, component.inputs
    role = f"{name}-eksRole-role"
    partition = place(ANY_ACCOUNT, target.region).partition
    policy = {"role": f"{role}-*", "policyArn": f"arn:{partition}:iam::aws:policy/{_CONTROL_PLANE}"}
    found = [
        Registration(CLUSTER, f"{name}-eksCluster", {"name": target.name, "tags": dict(target.tags)}),
        Registration(ROLE, role, {}),
        Registration(ATTACHMENT, f"{name}-eksRole", policy),
        Registration(OIDC, f"{name}-oidcProvider", {}),
    ]
    if inputs.get("accessEntries"):
        found += [Registration(ENTRY, f"{name}-entry", {}), Registration(ASSOCIATION, f"{name}-entry", {})]
    return found


def _answers(target: EksCluster) -> Callable[[str, Mapping[str, Any]], dict[str, Any]]:
    number = target.account or ANY_ACCOUNT
    zones: dict[str, str] = {}
    vpc = "vpc-00000000000000000"
    if isinstance(target.network, ExistingVpc):
        vpc = target.network.vpc_id
        for by_zone in (target.network.private_subnets, target.network.public_subnets):
            zones |= {subnet: zone for zone, subnets in by_zone.items() for subnet in subnets}

    def answer(token: str, given: Mapping[str, Any]) -> dict[str, Any]:
        match token:
            case "aws:index/getCallerIdentity:getCallerIdentity":
                return {"accountId": number, "id": number}
            case "aws:ec2/getSubnet:getSubnet":
                zone = zones.get(str(given.get("id")), "")
                # As large as the plan may need: whether it is, an update asks of AWS.
                return {"vpcId": vpc, "availabilityZone": zone, "cidrBlock": "10.0.0.0/8"}
            case "aws:ec2/getVpc:getVpc":
                return {"id": vpc, "cidrBlock": "10.0.0.0/8"}
            case "aws:lb/getHostedZoneId:getHostedZoneId":
                return {"id": "Z00000000000"}
        return {}

    return answer
