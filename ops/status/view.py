"""The status as tables, and as JSON. It shows; what is a problem is decided by the judge."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from rich.console import Console
from rich.table import Table

from components.policy.findings import Severity
from components.policy.quantities import format_rate

from .judge import problems
from .snapshot import Service, Snapshot

UNKNOWN = "<unknown>"


def show_status(console: Console, snapshot: Snapshot) -> None:
    """Services, then what they share, then what is not well."""
    console.print(_services(snapshot))
    console.print(_shared(snapshot))
    found = problems(snapshot)
    for line in (*(f"not well: {p}" for p in found), *_warnings(snapshot)):
        console.print(line, soft_wrap=True, markup=False, highlight=False)
    if found:
        for event in snapshot.events:
            console.print(f"event: {event}", soft_wrap=True, markup=False, highlight=False)
    else:
        console.print("all well")


def _warnings(snapshot: Snapshot) -> Iterator[str]:
    """What a person wants to know though it is not among what is not well."""
    for finding in snapshot.findings:
        if finding.severity is not Severity.ERROR:
            yield f"warning: {finding}"
    for scaled in snapshot.scaled_objects:
        if scaled.paused is not None:
            yield f"warning: {scaled.target}: KEDA is paused: {scaled.paused}"


def as_json(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot, what it carries, and what is not well, for programs."""
    plain: dict[str, Any] = _plain(asdict(snapshot))
    return {
        **plain,
        "findings": [finding.model_dump(mode="json") for finding in snapshot.findings],
        "carries_rps": {
            "now": _number(snapshot.carries_now()),
            "at_peak": _number(snapshot.carries_at_peak()),
        },
        "not_well": problems(snapshot),
    }


def _services(snapshot: Snapshot) -> Table:
    table = Table(title=f"Namespace {snapshot.namespace}", title_justify="left", title_style="bold")
    table.add_column("service")
    for column in ("ready", "desired", "floor", "peak", "may be evicted", "carries rps now", "at peak"):
        table.add_column(column, justify="right")
    table.add_column("autoscaler sees")
    for service in snapshot.services:
        scaler = service.autoscaler
        own = service.rps_per_pod
        table.add_row(
            service.name,
            str(service.ready),
            str(service.desired),
            str(scaler.floor) if scaler else "-",
            str(scaler.peak) if scaler else "-",
            "-" if service.disruptions_allowed is None else str(service.disruptions_allowed),
            _rate(None if own is None else service.ready * own),
            _rate(None if own is None or scaler is None else scaler.peak * own),
            _metrics(service),
        )
    return table


def _metrics(service: Service) -> str:
    if service.autoscaler is None:
        return "no autoscaler"
    return (
        "\n".join(f"{m.name} {m.current or UNKNOWN} of {m.target}" for m in service.autoscaler.metrics)
        or UNKNOWN
    )


def _shared(snapshot: Snapshot) -> Table:
    table = Table(title="Platform", title_justify="left", title_style="bold", show_header=False)
    table.add_row("carries at the entry now", f"{_rate(snapshot.carries_now())} rps")
    table.add_row("carries at peak", f"{_rate(snapshot.carries_at_peak())} rps")
    table.add_row("nodes", _nodes(snapshot))
    for part in snapshot.redis:
        table.add_row(part.name, f"{part.ready}/{part.desired} ready")
    table.add_row("Redis master", snapshot.master)
    if snapshot.announced:
        table.add_row("announced events", "\n".join(snapshot.announced))
    table.add_row("findings", str(len(snapshot.findings)))
    return table


def _nodes(snapshot: Snapshot) -> str:
    ready = sum(node.ready for node in snapshot.nodes)
    bought = [node for node in snapshot.nodes if node.pool]
    lines = [f"{ready} of {len(snapshot.nodes)} Ready, {len(bought)} bought by Karpenter"]
    for kind, count in sorted(Counter(node.instance_type for node in bought).items()):
        lines.append(f"{count} {kind}")
    zones = Counter(node.zone for node in snapshot.nodes)
    lines.append(", ".join(f"{zone} {count}" for zone, count in sorted(zones.items())))
    return "\n".join(line for line in lines if line)


def _rate(rate: Fraction | None) -> str:
    return "unknown" if rate is None else format_rate(rate)


def _number(rate: Fraction | None) -> float | None:
    return None if rate is None else float(rate)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return float(value) if isinstance(value, Fraction) else value
