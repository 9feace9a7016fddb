"""That no two ports of a pod share a number or a name, which the API server refuses; what they serve is others'."""

from collections.abc import Sequence
from typing import Final

from .errors import ConfigurationError
from .workload import HttpProbe, Probes

# The name of the port that a service answers on, by what it speaks, and of a port that only serves metrics.
HTTP: Final = "http"
GRPC: Final = "grpc"
METRICS: Final = "metrics"


def check_grpc_alone(probes: Probes, *, scraped: bool) -> None:
    """Raises ConfigurationError for what a service that speaks gRPC alone is asked by HTTP on its own port, for
    metrics too where they are ``scraped`` there."""
    for name, probe in probes:
        if isinstance(probe, HttpProbe) and probe.port is None:
            raise ConfigurationError(
                field=f"probes.{name}",
                value=probe.path,
                allowed="gRPC on the service's port, or a port that answers HTTP: its own speaks gRPC alone",
                remedy="state {kind: grpc, port: ...}, as grpc_probes(port) does for all three",
            )
    if scraped:
        raise ConfigurationError(
            field="metrics.port",
            value="none",
            allowed="the port that serves its metrics: its own speaks gRPC alone, and Prometheus HTTP",
            remedy="state it",
        )


def check_ports(
    field: str, main: tuple[str, int], ports: Sequence[tuple[str, int]], metrics: int | None
) -> None:
    """``ports`` are names and numbers beside the ``main`` one. Raises ConfigurationError."""
    own, number_of_own = main
    numbers = [number_of_own, *(number for _, number in ports), *([] if metrics is None else [metrics])]
    names = [own, METRICS, *(name for name, _ in ports)]
    for what, values in (("number", [str(number) for number in numbers]), ("name", names)):
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise ConfigurationError(
                field=field,
                value=f"the {what} {', '.join(twice)} twice",
                allowed=f"each {what} once; {own} and {METRICS} are names of the service's own",
                remedy=f"choose another {what}",
            )
