"""The lines of the network and of the front: what stands there, and what traffic makes of it.

Rates of requests are the plan's; sizes and connections are assumed (usage). What Redis and its clients send is not
counted: its size is nobody's figure.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from ..derived import Derived, derived
from .billed import Billed, Prices
from .capacity_units import capacity_units
from .line import Line, added, assumed, line
from .stack import BilledLoadBalancer
from .unit_prices import plain
from .usage import GIB, UsageSpec

_MILLION: Final = 1_000_000


def network(b: Billed, prices: Prices) -> Mapping[str, Line]:
    """The ways out and between."""
    stack, usage = b.stack, b.usage
    interfaces = stack.interface_endpoints * b.zones
    addresses = stack.nat_gateways + sum(one.addresses for one in stack.load_balancers)
    found = {
        "nat-gateways": line(
            "network",
            b.month.standing(stack.nat_gateways, "NAT gateways"),
            "hours",
            prices.of("nat_gateway_hour"),
        ),
        "endpoints": line(
            "network",
            b.month.standing(
                interfaces, f"interfaces of {stack.interface_endpoints} endpoints in {b.zones} zones"
            ),
            "hours",
            prices.of("endpoint_hour"),
        ),
        "public-addresses": line(
            "network",
            b.month.standing(addresses, "public IPv4 addresses of NAT gateways and load balancers"),
            "hours",
            prices.of("public_ipv4_hour"),
        ),
        "between-zones": _between_zones(b, prices),
    }
    if stack.nat_gateways:
        found["nat-traffic"] = assumed("network", "nat_gb", usage.nat_gb, prices.of("nat_gb"))
    if interfaces:
        found["endpoint-traffic"] = assumed(
            "network", "endpoint_gb", usage.endpoint_gb, prices.of("endpoint_gb")
        )
    return found


def _size(usage: UsageSpec) -> str:
    return f"usage.request_size {usage.request_size}, usage.response_size {usage.response_size}"


def _between_zones(b: Billed, prices: Prices) -> Line:
    """Calls from service to service: with pods spread evenly all but one of the zones are another one's, and both ends
    pay. A load balancer's way to its pods is free (Elastic Load Balancing)."""
    size = int(b.usage.request_size) + int(b.usage.response_size)
    calls = b.month.requests(b.calls)
    elsewhere = Fraction(b.zones - 1, b.zones)
    gb = 2 * calls.value * size * elsewhere / GIB
    text = f"({calls.because}) x {size} bytes x {elsewhere} to another zone x 2 ends"
    return line("network", derived(gb, text), "GB", prices.of("zone_gb"), _size(b.usage))


def front(b: Billed, prices: Prices) -> Mapping[str, Line]:
    """What stands before the services, and what goes through it."""
    return {**_load_balancers(b, prices), **_firewalls(b, prices)}


def _load_balancers(b: Billed, prices: Prices) -> Mapping[str, Line]:
    balancers, usage = b.stack.load_balancers, b.usage
    units = [_units(one, b) for one in balancers]
    public = added([b.month.requests(b.entering[one.service]) for one in balancers if one.addresses])
    connections = (
        f"usage.requests_per_connection {plain(usage.requests_per_connection)}, usage.connection_lasts"
        f" {usage.connection_lasts}"
    )
    return {
        "load-balancers": line(
            "front",
            b.month.standing(len(balancers), "application load balancers"),
            "hours",
            prices.of("alb_hour"),
        ),
        "load-balancer-capacity": line(
            "front", added(units), "LCU-hours", prices.of("lcu_hour"), f"{_size(usage)}, {connections}"
        ),
        "internet-traffic": line(
            "front",
            derived(
                public.value * int(usage.response_size) / GIB,
                f"({public.because}) x {usage.response_size}",
            ),
            "GB",
            prices.of("internet_gb"),
            f"usage.response_size {usage.response_size}",
        ),
    }


def _firewalls(b: Billed, prices: Prices) -> Mapping[str, Line]:
    balancers = b.stack.load_balancers
    requests = added([b.month.requests(b.entering[one.service]) for one in balancers])
    inspected = added(
        [b.month.requests(b.entering[one.service]) for one in balancers if one.web_acl != "none"]
    )
    new = sum(one.web_acl == "new" for one in balancers)
    return {
        "web-acls": line(
            "front",
            derived(Fraction(new), f"web ACLs of the stack's own: {new}"),
            "months",
            prices.of("web_acl_month"),
        ),
        "web-acl-rules": line(
            # components.web_acl: one rule, the rate of one address.
            "front",
            derived(Fraction(new), f"rate rules: {new}"),
            "months",
            prices.of("waf_rule_month"),
        ),
        "web-acl-requests": line(
            "front",
            derived(inspected.value / _MILLION, f"({inspected.because}) / 1,000,000"),
            "million requests",
            prices.of("waf_million_requests"),
            f"every request is inspected; {plain(requests.value / _MILLION)} million come in",
        ),
    }


def _units(balancer: BilledLoadBalancer, b: Billed) -> Derived[Fraction]:
    """LCU-hours of the month."""
    share = b.entering[balancer.service]
    rest, peak = (
        capacity_units(rps * share, balancer.rules, b.usage)
        for rps in (b.month.baseline_rps, b.month.peak_rps)
    )
    return derived(
        rest.value * b.month.rest + peak.value * b.month.peak,
        f"{plain(rest.value)} LCU ({rest.because}) x {plain(b.month.rest)}h"
        f" + {plain(peak.value)} LCU ({peak.because}) x {plain(b.month.peak)}h",
    )
