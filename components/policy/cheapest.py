"""Which instance types would hold a fleet as well, and what each would cost a month, the cheapest first."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal

from .cost import CostSpec, month_of
from .derived import Derived, Frozen
from .errors import ConfigurationError
from .instances import instance_type_names
from .node_pool import NodePoolSpec
from .nodes import plan_nodes
from .pod_group import PodGroup
from .prices import on_demand_price
from .quantities import Ratio


class Option(Frozen):
    """One instance type that holds the fleet."""

    instance_type: str
    nodes_at_floor: int
    nodes_at_peak: int
    per_month: Derived[Ratio]


def cheapest(
    pool: NodePoolSpec,
    groups: Sequence[PodGroup],
    zones: int,
    spec: CostSpec,
    *,
    architecture: Literal["amd64", "arm64"] = "amd64",
    quoted: Mapping[str, Derived[Fraction]] | None = None,
) -> list[Option]:
    """Every type of the table that holds the fleet and has a price, cheapest month first. On demand.

    What the rules say of a type is the caller's to ask.
    """
    options = []
    for name in instance_type_names():
        try:
            alone = {"instance_type": name, "other_instance_types": []}
            nodes = plan_nodes(pool.model_copy(update=alone), groups, zones)
            price = on_demand_price(name, spec.region, spec.prices, quoted).value
        except ConfigurationError:
            continue  # A pod larger than the node, a subnet too small, or no price: no option.
        if nodes.instance.architecture == architecture:
            floor, peak = nodes.at_floor.value, nodes.at_peak.value
            month = month_of(floor * price, peak * price, spec.peak_hours)
            options.append(
                Option(instance_type=name, nodes_at_floor=floor, nodes_at_peak=peak, per_month=month)
            )
    return sorted(options, key=lambda option: (option.per_month.value, option.instance_type))
