"""Rules about load tests and about what people run by hand: a test must reach its rate, a step must have an effect."""

import re
from collections.abc import Iterator, Sequence
from math import ceil
from typing import Final

from ..facts import Autoscaler, Fleet, LoadTest, Script
from ..quantities import Milliseconds, format_rate
from .rule import error, warning


@error(
    "HR911",
    "load-phase-too-few-users",
    LoadTest,
    why="each virtual user waits for its answer: rate = users / latency, so the phase cannot reach its rate",
    source="guide.md section 10: 30,000 rps x 100 ms = 3,000 VUs; 1,000 VUs need <= 33 ms",
    do="give the phase rate x P99 virtual users",
)
def load_phase_too_few_users(test: LoadTest, fleet: Fleet) -> Iterator[str]:
    """A phase has the users that its rate needs at the latency objective."""
    p99 = fleet.objective(test.namespace).p99
    for phase in test.phases or ():
        if p99 is None or phase.rps is None:
            continue
        needed = ceil(phase.rps * p99 / 1000)
        if phase.virtual_users < needed:
            fastest = Milliseconds(int(phase.virtual_users * 1000 / phase.rps))
            yield (
                f"{phase.virtual_users} VUs for {format_rate(phase.rps)} rps need answers within {fastest}; at {p99} it"
                f" takes {needed}"
            )


@warning(
    "HR912",
    "load-test-rps-flag",
    LoadTest,
    why="--rps caps what the users send, it does not make them send it: a slow platform is tested with less load",
    source="guide.md facts: k6 --rps is legacy; ramping-arrival-rate with preAllocatedVUs = rps x latency",
    do="use a ramping-arrival-rate scenario",
)
def load_test_rps_flag(test: LoadTest, fleet: Fleet) -> Iterator[str]:
    """A load test states arrival rates."""
    if test.arguments is not None and re.search(r"(?:^|\s)--rps\b", test.arguments):
        yield "passes --rps to k6"


@warning(
    "HR913",
    "load-test-below-target",
    LoadTest,
    why="the target is never tried: the first time is the day itself",
    source="guide.md section 10",
    do="add a phase at the target",
)
def load_test_below_target(test: LoadTest, fleet: Fleet) -> Iterator[str]:
    """A load test reaches the target."""
    peak = fleet.objective(test.namespace).peak_rps
    rates = [phase.rps for phase in test.phases or () if phase.rps is not None]
    if peak is not None and rates and max(rates) < peak:
        yield f"its highest rate is {format_rate(max(rates))} rps; the target is {format_rate(peak)}"


_KUBECTL: Final = re.compile(r"\bkubectl\s([^\n;&|]{1,300})")
_KINDS: Final = frozenset({"deployment", "deployments", "deploy", "statefulset", "statefulsets", "sts"})
# Flags of kubectl that may have their value in the next word.
_WITH_VALUE: Final = frozenset(
    {"-n", "--namespace", "-l", "--selector", "--replicas", "--current-replicas", "--timeout", "--context"}
)


@warning(
    "HR921",
    "scaled-by-hand",
    Script,
    why="the autoscaler sets the number back within seconds",
    source="guide.md section 11: the HPA undoes such a scale",
    do="raise the autoscaler's minimum for a stated time, and put it back",
)
def scaled_by_hand(script: Script, fleet: Fleet) -> Iterator[str]:
    """Nobody sets by hand what an autoscaler owns."""
    for command in _KUBECTL.finditer(script.text):
        words, flags = _parsed(command[1].split())
        if not words or words[0] != "scale":
            continue
        kind, _, name = "/".join(words[1:3]).partition("/")
        namespace = flags.get("-n") or flags.get("--namespace") or script.namespace
        workload = fleet.workload(namespace, name.partition("/")[0])
        if kind.partition(".")[0].lower() not in _KINDS or workload is None:
            continue
        if isinstance(workload.autoscaler, Autoscaler):
            yield f'"kubectl scale" of {workload.object}, which {workload.autoscaler.object} scales'


def _parsed(line: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """A command line's words, and its flags with their values."""
    words: list[str] = []
    flags: dict[str, str] = {}
    rest = iter(line)
    for word in rest:
        name, equals, value = word.partition("=")
        if not word.startswith("-"):
            words.append(word)
        elif equals or name not in _WITH_VALUE:
            flags[name] = value
        else:
            flags[name] = next(rest, "")
    return words, flags
