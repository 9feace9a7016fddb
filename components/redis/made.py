"""What a caller gets to know of a Redis, the same wherever it runs. Decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from ..network_policy import Target
from ..process import SecretKey


@dataclass(frozen=True, kw_only=True)
class Made:
    """How clients find it, what opens it, and what their network policies must let out.

    Either the sentinels name the master (``sentinel_addresses``, ``master_name``, ``sentinel_port``), or
    ``primary_host`` always leads to it; what does not apply is empty, or 0.
    """

    sentinel_addresses: pulumi.Output[list[str]]
    master_name: str
    sentinel_port: int
    primary_host: pulumi.Output[str]
    read_host: pulumi.Output[str]
    port: int
    tls: bool
    password_key: SecretKey | None
    endpoints: Sequence[Target]
