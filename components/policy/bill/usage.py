"""What is assumed of traffic and logs, where a price is by use: each figure is its owner's to state.

None of the defaults was measured on this platform. They are small round figures that make the lines which depend on
them visible; what a line assumes stands beside it.
"""

from typing import Final

from pydantic import Field

from ..derived import Frozen
from ..quantities import Bytes, Milliseconds, Ratio, parse_ratio

# AWS bills a GB of 2^30 bytes (AWS Price List, "How AWS Pricing Works"; the CloudWatch and Prometheus pricing pages).
GIB: Final = 2**30


class UsageSpec(Frozen):
    """For each field: an assumption to be replaced by what CloudWatch shows once the stack runs."""

    # One request and one response with their headers, as a load balancer counts them (ProcessedBytes / RequestCount).
    request_size: Bytes = Field(default=Bytes.parse("1Ki"), gt=0)
    response_size: Bytes = Field(default=Bytes.parse("2Ki"), gt=0)
    # How many requests a client sends over one connection, and how long that lives (NewConnectionCount,
    # ActiveConnectionCount). A browser on a page of a shop; a client that reuses nothing is 1.
    requests_per_connection: Ratio = Field(default=parse_ratio(10), ge=1)
    connection_lasts: Milliseconds = Field(default=Milliseconds.parse("60s"), gt=0)
    # GB a month through all NAT gateways: images from registries that have no endpoint, calls to payment providers.
    nat_gb: Ratio = Field(default=parse_ratio(100), ge=0)
    # GB a month through the interface endpoints: registry calls, credentials; layers come from S3, for nothing.
    endpoint_gb: Ratio = Field(default=parse_ratio(10), ge=0)
    # GB a month that are written: the control plane's five logs, and the flow logs of the VPC (IncomingBytes).
    control_plane_log_gb: Ratio = Field(default=parse_ratio(20), ge=0)
    flow_log_gb: Ratio = Field(default=parse_ratio(50), ge=0)
    # Time series that are sent to a managed Prometheus, and how often.
    active_series: Ratio = Field(default=parse_ratio(100_000), ge=0)
    sample_interval: Milliseconds = Field(default=Milliseconds.parse("30s"), gt=0)
