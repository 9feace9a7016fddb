"""The three probes of a container in the API's own words. Decides no time and no path."""

from .api import ApiObject
from .policy.port_names import HTTP
from .policy.workload import AnyProbe, CommandProbe, GrpcProbe, HttpProbe, Probes, TcpProbe


def probe_fields(probes: Probes) -> ApiObject:
    """The fields of a container."""
    return {
        "startupProbe": probe_field(probes.startup),
        "readinessProbe": probe_field(probes.readiness),
        "livenessProbe": probe_field(probes.liveness),
    }


def probe_field(probe: AnyProbe) -> ApiObject:
    """One probe, in whichever field."""
    return {
        **_looks_at(probe),
        "initialDelaySeconds": probe.initial_delay.seconds,
        "periodSeconds": probe.period.seconds,
        "timeoutSeconds": probe.timeout.seconds,
        "successThreshold": probe.success_threshold,
        "failureThreshold": probe.failure_threshold,
    }


def _looks_at(probe: AnyProbe) -> ApiObject:
    match probe:
        case HttpProbe():
            return {"httpGet": {"path": probe.path, "port": HTTP if probe.port is None else probe.port}}
        case GrpcProbe():
            return {"grpc": {"port": probe.port, "service": probe.service}}
        case TcpProbe():
            return {"tcpSocket": {"port": probe.port}}
        case CommandProbe():
            return {"exec": {"command": list(probe.command)}}
