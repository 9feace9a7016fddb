"""One small, valid example of every AWS component, in the form of tests.components.examples."""

from collections.abc import Mapping
from typing import Any, Final

from components.network import NatPerZone, Network, NetworkArgs, NewVpc
from components.policy.instances import instance_type
from components.policy.place import place
from components.policy.subnets import subnets
from tests.components.aws_answers import ACCOUNT, REGION
from tests.components.examples import Builder

CLUSTER: Final = "sale"
PLACE: Final = place(ACCOUNT, REGION)
ZONES: Final = [f"{REGION}{letter}" for letter in "abc"]
TAGS: Final = {"owner": "platform", "stack": "prod", "cost-allocation": "tickets"}
# 9 nodes for 150 pods: what the guide's platform needs at its peak.
SUBNETS: Final = subnets(instance_type("m5.2xlarge", prefix_delegation=True), 9, 150, 3)


def network_args(**changes: Any) -> NetworkArgs:
    """A VPC of its own over three zones."""
    vpc: dict[str, Any] = {"cidr": "10.0.0.0/16", "zones": ZONES, "subnets": SUBNETS, "nat": NatPerZone()}
    kept = {key: changes.pop(key) for key in ("place", "discovery", "source", "tags") if key in changes}
    stated: dict[str, Any] = {
        "place": PLACE,
        "discovery": CLUSTER,
        "tags": TAGS,
        **({} if "source" in kept else {"source": NewVpc(**{**vpc, **changes})}),
        **kept,
    }
    return NetworkArgs(**stated)


AWS_EXAMPLES: Final[Mapping[str, Builder]] = {
    "Network": lambda name, namespace, image, opts: Network(name, network_args(), opts),
}
AWS_OUTPUTS: Final[Mapping[str, set[str]]] = {
    "Network": {"vpc_id", "private_subnet_ids", "public_subnet_ids", "zones"},
}
