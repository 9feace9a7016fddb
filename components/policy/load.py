"""The load test's phases as arrival rates, with the virtual users and the generators that they take.

The guide's four phases state virtual users, which fix no rate: a slower answer lowers the load just when it
should not (closed model). Here the rate is fixed, and Little's law says how many users are busy. Decides
nothing about scripts.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil
from typing import Final

from pydantic import Field

from .derived import Derived, Frozen, derived
from .quantities import Bytes, Milliseconds, Ratio, format_rate


class PhaseSpec(Frozen):
    """One phase: the part of the target's peak that arrives, and for how long."""

    name: str
    share: Ratio = Field(gt=0)
    duration: Milliseconds = Field(gt=0)


# guide.md section 10. The warm-up states 100 users and no rate; at 100 ms they are 1,000 rps, 1/30 of the
# target.
GUIDE_PHASES: Final = (
    PhaseSpec(name="warm-up", share="1/30", duration="2m"),
    PhaseSpec(name="ramp", share="1/3", duration="5m"),
    PhaseSpec(name="peak", share="1", duration="10m"),
    PhaseSpec(name="stress", share="4/3", duration="5m"),
)
# Room for latency to double before k6 drops iterations for want of a free user.
MAX_VUS_FACTOR: Final = 2
MIB: Final = 1024**2
# One scrape: a jump that no metric could show is a step, not a ramp.
LEAST_RAMP: Final = Milliseconds.parse("15s")


class LoadSpec(Frozen):
    """The phases, and what one k6 process carries (Grafana, "Running large tests")."""

    phases: list[PhaseSpec] = Field(default=list(GUIDE_PHASES), min_length=1)
    # "A single instance can run 30,000-40,000 simultaneous users"; "1-5 MB per VU".
    vus_per_generator: int = Field(default=30_000, ge=1)
    memory_per_vu: Bytes = Field(default=Bytes.parse("5M"), gt=0)
    # The same page measures 100,000 to 300,000 rps on the 96 vCPUs of an m5.24xlarge: the lower end, rounded
    # down.
    rps_per_core: int = Field(default=1_000, ge=1)
    # Left out: as slowly as the autoscaler follows.
    ramp: Milliseconds | None = None


class LoadPhase(Frozen):
    """A k6 ramping-arrival-rate stage pair: ramp to ``rate`` (requests/s), hold it for ``duration``."""

    name: str
    rate: Derived[int]
    ramp: Derived[Milliseconds]
    duration: Milliseconds
    pre_allocated_vus: Derived[int]
    max_vus: Derived[int]
    carried: Derived[bool]


class LoadPlan(Frozen):
    """The phases in order, and the generators for the largest."""

    phases: list[LoadPhase]
    generators: Derived[int]
    generator_cpu: Derived[int]
    generator_memory: Derived[Bytes]


def plan_load(
    spec: LoadSpec,
    peak_rps: Fraction,
    p99: Milliseconds,
    *,
    fastest_ramp: Fraction,
    carries: Fraction,
    floor_carries: Fraction,
) -> LoadPlan:
    """``fastest_ramp`` (requests/s per second), ``carries`` and ``floor_carries`` (requests/s) are the platform's."""
    phases: list[LoadPhase] = []
    before = Fraction(0)
    for phase in spec.phases:
        rate = ceil(peak_rps * phase.share)
        users = ceil(rate * Fraction(p99, 1000))
        phases.append(
            LoadPhase(
                name=phase.name,
                rate=derived(rate, f"ceil({format_rate(peak_rps)} rps x {phase.share})"),
                ramp=_ramp(spec, before, rate, fastest_ramp, floor_carries),
                duration=phase.duration,
                pre_allocated_vus=derived(users, f"ceil({rate} rps x {p99}), Little's law"),
                max_vus=derived(
                    MAX_VUS_FACTOR * users, f"{MAX_VUS_FACTOR} x {users}: room for latency to double"
                ),
                carried=derived(rate <= carries, f"{rate} rps against {format_rate(carries)} at the peak"),
            )
        )
        before = Fraction(rate)
    return _with_generators(spec, phases)


def _ramp(
    spec: LoadSpec, before: Fraction, rate: int, fastest_ramp: Fraction, floor_carries: Fraction
) -> Derived[Milliseconds]:
    if spec.ramp is not None:
        return derived(spec.ramp, "stated")
    # The floor carries the first part as it stands; only what is beyond it has to wait for pods.
    growth = max(Fraction(0), rate - max(before, floor_carries))
    if growth == 0:
        return derived(LEAST_RAMP, f"{rate} rps needs no pods that are not there")
    if fastest_ramp == 0:
        return derived(LEAST_RAMP, "autoscaling follows no ramp: raise the floor before the test")
    seconds = ceil(growth / fastest_ramp)
    return derived(
        Milliseconds(max(LEAST_RAMP, seconds * 1000)),
        f"ceil({format_rate(growth)} rps / {format_rate(fastest_ramp)} rps per second that autoscaling follows)",
    )


def _with_generators(spec: LoadSpec, phases: Sequence[LoadPhase]) -> LoadPlan:
    users = max(phase.max_vus.value for phase in phases)
    rate = max(phase.rate.value for phase in phases)
    generators = ceil(Fraction(users, spec.vus_per_generator))
    return LoadPlan(
        phases=list(phases),
        generators=derived(generators, f"ceil({users} users / {spec.vus_per_generator} per k6 process)"),
        generator_cpu=derived(
            ceil(Fraction(rate, spec.rps_per_core * generators)),
            f"ceil({rate} rps / {spec.rps_per_core} per core / {generators} generators)",
        ),
        generator_memory=derived(
            Bytes.parse(f"{ceil(Fraction(users * spec.memory_per_vu, generators * MIB))}Mi"),
            f"{users} users x {spec.memory_per_vu} / {generators} generators",
        ),
    )
