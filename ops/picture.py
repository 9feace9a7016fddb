"""Draws the platform as it stands in the cluster: every node in its zone, every pod on its node, as SVG.

Reads through the status' own API; decides nothing but where a square goes.
"""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from .status.api import Api, ApiObject
from .status.closing import ZONE
from .status.snapshot import Snapshot

NAME: Final = "app.kubernetes.io/name"
COMPONENT: Final = "app.kubernetes.io/component"
# Okabe and Ito's palette: told apart by people who do not see all colours. Free pods wait for the next in line.
COLOURS: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#999999")
PER_ROW, SQUARE, GAP = 10, 16, 4
NODE_WIDTH: Final = PER_ROW * (SQUARE + GAP) + 20
HEAD, MARGIN, LINE = 96, 24, 20


def draw(api: Api, snapshot: Snapshot, target: Path) -> int:
    """Write the picture to ``target``; the number of pods in it. Raises NoClusterError and OSError."""
    pods = [
        pod
        for pod in api.items(f"/api/v1/namespaces/{snapshot.namespace}/pods")
        if pod["spec"].get("nodeName")
    ]
    nodes = api.items("/api/v1/nodes")
    target.write_text(_svg(snapshot, nodes, pods), encoding="utf-8")
    return len(pods)


def _svg(snapshot: Snapshot, nodes: Sequence[ApiObject], pods: Sequence[ApiObject]) -> str:
    on_node: dict[str, list[str]] = defaultdict(list)
    for pod in pods:
        on_node[pod["spec"]["nodeName"]].append(_kind(pod))
    kinds = sorted({kind for held in on_node.values() for kind in held}, key=lambda k: ("redis" in k, k))
    colour = {kind: COLOURS[index % len(COLOURS)] for index, kind in enumerate(kinds)}
    zones: dict[str, list[ApiObject]] = defaultdict(list)
    for node in sorted(nodes, key=lambda n: str(n["metadata"]["name"])):
        zones[node["metadata"]["labels"].get(ZONE, "no zone")].append(node)
    columns = [_zone(zone, zones[zone], on_node, colour, index) for index, zone in enumerate(sorted(zones))]
    height = HEAD + max((bottom for _, bottom in columns), default=0) + LINE * 2 + MARGIN
    width = MARGIN + len(columns) * (NODE_WIDTH + MARGIN)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        _text(MARGIN, 32, _headline(snapshot), size=18, weight="bold"),
        _text(MARGIN, 56, f"{len(pods)} pods on {len(nodes)} nodes in {len(zones)} zones", size=13),
        *(part for column, _ in columns for part in column),
        *_legend(kinds, colour, [_kind(pod) for pod in pods], height - MARGIN, width),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _headline(snapshot: Snapshot) -> str:
    now, peak = snapshot.carries_now(), snapshot.carries_at_peak()
    if now is None or peak is None:
        return f"Namespace {snapshot.namespace}"
    return f"{snapshot.namespace}: carries {float(now):,.0f} requests/s now, {float(peak):,.0f} at the peak"


def _kind(pod: ApiObject) -> str:
    labels = pod["metadata"].get("labels", {})
    name = labels.get(NAME, "other")
    return str(labels.get(COMPONENT, name)) if name == "redis" else str(name)


def _zone(
    zone: str, nodes: Sequence[ApiObject], on_node: dict[str, list[str]], colour: dict[str, str], index: int
) -> tuple[list[str], int]:
    """The column of a zone, and how far it reaches below the head."""
    left, top = MARGIN + index * (NODE_WIDTH + MARGIN), 0
    parts = [_text(left, HEAD - 12, zone, size=14, weight="bold")]
    for node in nodes:
        held = sorted(on_node.get(node["metadata"]["name"], []), key=lambda kind: list(colour).index(kind))
        rows = max(1, -(-len(held) // PER_ROW))
        height = LINE + rows * (SQUARE + GAP) + 10
        parts.append(
            f'<rect x="{left}" y="{HEAD + top}" width="{NODE_WIDTH}" height="{height}" rx="4" fill="#f4f4f4"'
            ' stroke="#888888"/>'
        )
        label = node["metadata"]["labels"].get("node.kubernetes.io/instance-type", "node")
        parts.append(_text(left + 8, HEAD + top + 15, f"{label}, {len(held)} pods", size=11))
        for place, kind in enumerate(held):
            x = left + 10 + place % PER_ROW * (SQUARE + GAP)
            y = HEAD + top + LINE + 2 + place // PER_ROW * (SQUARE + GAP)
            parts.append(
                f'<rect x="{x}" y="{y}" width="{SQUARE}" height="{SQUARE}" rx="2" fill="{colour[kind]}"/>'
            )
        top += height + GAP * 2
    return parts, top


def _legend(
    kinds: Sequence[str], colour: dict[str, str], pods: Sequence[str], bottom: int, width: int
) -> list[str]:
    parts, step = [], (width - 2 * MARGIN) // max(1, -(-len(kinds) // 2))
    for index, kind in enumerate(kinds):
        x, y = MARGIN + index // 2 * step, bottom - LINE * (1 - index % 2)
        parts.append(f'<rect x="{x}" y="{y - 11}" width="12" height="12" rx="2" fill="{colour[kind]}"/>')
        parts.append(_text(x + 18, y, f"{kind}: {pods.count(kind)}", size=12))
    return parts


def _text(x: int, y: int, text: str, *, size: int, weight: str = "normal") -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}">{escape(text)}</text>'
