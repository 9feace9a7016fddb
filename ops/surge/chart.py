"""The picture of a run: for each policy the load, what the platform could carry, what it shed, pods and nodes.

SVG drawn here, so that no library is needed; one panel a policy, all on the same scales. Decides nothing about figures.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from components.policy.surge.outcome import outcome
from components.policy.surge.timeline import Tick, Timeline

WIDTH: Final = 900
LEFT, RIGHT, TOP = 70, 70, 74
PANEL: Final = 190
GAP: Final = 54
STEPS: Final = (1, 2, 5, 10)
LOAD, CAPACITY, SHED, PODS, NODES, GRID = "#1f2933", "#2b7bba", "#d64545", "#3f9142", "#b7791f", "#d9e2ec"
LEGEND: Final = (
    (LOAD, "offered"),
    (CAPACITY, "capacity"),
    (SHED, "shed"),
    (PODS, "ready pods (right)"),
    (NODES, "nodes x 10 (right)"),
)


@dataclass(frozen=True)
class Scale:
    """From values to pixels: ``low`` at ``start``, ``high`` at ``end``."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        part = (value - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)


def picture(title: str, timelines: Sequence[Timeline], faults: Sequence[str] = ()) -> str:
    """The SVG. Without a timeline it says so."""
    height = TOP + max(1, len(timelines)) * (PANEL + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif"'
        f' font-size="12">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(LEFT, 20, title, size=15, weight="bold"),
        _text(LEFT, 54, "; ".join(faults)),
        *_legend(),
    ]
    if not timelines:
        parts.append(_text(LEFT, TOP + 40, "nothing was measured"))
    else:
        ticks = [tick for line in timelines for tick in line.ticks]
        rate = nice(max(max(t.offered_rps, t.capacity_rps) for t in ticks))
        pods = nice(max(max(ready(t), 10 * t.nodes) for t in ticks))
        span = min(t.at_s for t in ticks), max(t.at_s for t in ticks)
        for number, line in enumerate(timelines):
            parts += _panel(line, TOP + number * (PANEL + GAP), span, rate, pods)
    return "\n".join([*parts, "</svg>", ""])


def ready(tick: Tick) -> int:
    return sum(service.ready for service in tick.services.values())


def nice(value: float) -> float:
    """The next round figure above."""
    size = 1.0
    while size * 10 < value:
        size *= 10
    return next((step * size for step in STEPS if step * size >= value), 10 * size)


def _panel(line: Timeline, top: float, span: tuple[float, float], rate: float, pods: float) -> Iterable[str]:
    x = Scale(*span, LEFT, WIDTH - RIGHT)
    y, y_pods = Scale(0, rate, top + PANEL, top), Scale(0, pods, top + PANEL, top)
    found = outcome(line)
    when = "never" if found.capacity_s is None else f"after {found.capacity_s:.0f} s"
    yield _text(
        LEFT, top - 6, f"{line.policy}: capacity {when}, {found.shed_share:.1%} shed", size=13, weight="bold"
    )
    for part in (0, 0.25, 0.5, 0.75, 1):
        at = y(rate * part)
        yield f'<line x1="{LEFT}" y1="{at:.1f}" x2="{WIDTH - RIGHT}" y2="{at:.1f}" stroke="{GRID}"/>'
        yield _text(LEFT - 8, at + 4, f"{rate * part / 1000:g}k", anchor="end")
        yield _text(WIDTH - RIGHT + 8, at + 4, f"{pods * part:g}")
    for second in _seconds(*span):
        yield f'<line x1="{x(second):.1f}" y1="{top}" x2="{x(second):.1f}" y2="{top + PANEL}" stroke="{GRID}"/>'
        yield _text(x(second), top + PANEL + 16, f"{second:g} s", anchor="middle")
    yield _area(line.ticks, x, y)
    yield _line(line.ticks, x, y_pods, lambda t: 10.0 * t.nodes, NODES, "1.2")
    yield _line(line.ticks, x, y_pods, lambda t: float(ready(t)), PODS, "1.2")
    yield _line(line.ticks, x, y, lambda t: t.capacity_rps, CAPACITY, "2")
    yield _line(line.ticks, x, y, lambda t: t.offered_rps, LOAD, "2")


def _seconds(first: float, last: float) -> list[float]:
    step = nice((last - first) / 12)
    start = int(first // step) + (first % step > 0)
    return [number * step for number in range(start, int(last // step) + 1)]


def _line(
    ticks: Sequence[Tick], x: Scale, y: Scale, value: Callable[[Tick], float], colour: str, width: str
) -> str:
    points = " ".join(_steps(ticks, x, y, value))
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def _steps(ticks: Sequence[Tick], x: Scale, y: Scale, value: Callable[[Tick], float]) -> list[str]:
    """Each tick holds until the next."""
    path: list[str] = []
    before: float | None = None
    for tick in ticks:
        if before is not None:
            path.append(f"{x(tick.at_s):.1f},{before:.1f}")
        before = y(value(tick))
        path.append(f"{x(tick.at_s):.1f},{before:.1f}")
    return path


def _area(ticks: Sequence[Tick], x: Scale, y: Scale) -> str:
    """What was shed, between the load and what was served."""
    over = _steps(ticks, x, y, lambda t: t.offered_rps)
    under = reversed(_steps(ticks, x, y, lambda t: t.served_rps))
    return f'<polygon points="{" ".join([*over, *under])}" fill="{SHED}" fill-opacity="0.35"/>'


def _legend() -> Iterable[str]:
    for number, (colour, name) in enumerate(LEGEND):
        at = LEFT + number * 150
        yield f'<rect x="{at}" y="28" width="14" height="8" fill="{colour}"/>'
        yield _text(at + 20, 36, name)


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", size: int = 12, weight: str = "normal"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}"'
        f' fill="{LOAD}">{escape(text)}</text>'
    )
