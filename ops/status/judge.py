"""Whether the platform is well, and exactly what is not. It looks at a Snapshot and at nothing else."""

from collections.abc import Iterator

from components.policy.findings import Severity

from .closing import command
from .snapshot import ScaledObject, Service, Snapshot


def problems(snapshot: Snapshot) -> list[str]:
    """What is not as it should be, a line each; empty when all is well."""
    found = [line for service in snapshot.services for line in _service(service)]
    found += [line for scaled in snapshot.scaled_objects for line in _scaled_object(scaled)]
    found += _redis(snapshot)
    found += [f"node {node.name} is not Ready" for node in snapshot.nodes if not node.ready]
    if not snapshot.nodes:
        found.append("the cluster has no node")
    found += _zones(snapshot)
    # What a rule calls an error would have stopped the deployment; a warning is printed, and that is all.
    found += [str(finding) for finding in snapshot.findings if finding.severity is Severity.ERROR]
    return found


def _zones(snapshot: Snapshot) -> Iterator[str]:
    """Zones that may be lost: pods wait, and pools list zones that have nodes no more."""
    there = {node.zone for node in snapshot.nodes if node.ready and node.pool}
    for pool in snapshot.pools if snapshot.unscheduled else ():
        lost = [zone for zone in pool.zones if zone not in there]
        if lost and len(lost) < len(pool.zones):
            yield (
                f"no node of {', '.join(lost)} is Ready, and pods wait for nodes; if nothing can be bought there, close"
                f" it (docs/zones.md): {command(pool, lost)}"
            )


def _service(service: Service) -> Iterator[str]:
    name = service.name
    if not service.deployed:
        yield f"{name} is not deployed; run make up"
        return
    if service.ready != service.desired:
        yield f"{name}: {service.ready} of {service.desired} pods ready{_because(service.waits)}"
    elif not service.rolled_out:
        yield f"{name}: a rollout is under way{_because(service.waits)}"
    scaler = service.autoscaler
    if scaler is None:
        yield f"{name} has no autoscaler"
    else:
        if service.desired < scaler.floor:
            yield f"{name}: {service.desired} pods desired, below the floor of {scaler.floor}"
        unknown = [metric.name for metric in scaler.metrics if metric.current is None]
        if unknown or not scaler.metrics:
            reason = f" ({scaler.problem})" if scaler.problem else ""
            yield f"{name}: its autoscaler has no value for {', '.join(unknown) or 'any metric'}{reason}"
        elif scaler.problem:
            yield f"{name}: its autoscaler does not scale: {scaler.problem}"
    if service.disruptions_allowed is None:
        yield f"{name} has no disruption budget"
    elif service.disruptions_allowed < 1:
        yield f"{name}: its budget allows no disruption now"


def _scaled_object(scaled: ScaledObject) -> Iterator[str]:
    if scaled.falls_back:
        failing = ", ".join(f"{name} failing ({count} in a row)" for name, count in scaled.failing.items())
        yield f"{scaled.target}: KEDA falls back, its pods follow no load{f': {failing}' if failing else ''}"
    if scaled.not_ready is not None:
        yield f"{scaled.target}: its ScaledObject is not Ready: {scaled.not_ready}"


def _redis(snapshot: Snapshot) -> Iterator[str]:
    if not snapshot.redis:
        yield "redis is not deployed; run make up"
    for part in snapshot.redis:
        if part.ready != part.desired:
            yield f"{part.name}: {part.ready} of {part.desired} pods ready{_because(part.waits)}"


def _because(reasons: tuple[str, ...]) -> str:
    return f" ({'; '.join(reasons)})" if reasons else ""
