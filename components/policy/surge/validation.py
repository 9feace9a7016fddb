"""The simulator beside the wind tunnel: the same policy, world and load, and how far apart the two are.

A recording holds all that a run was made of, so that the comparison can be made again without the run. What is
chance and the run shows is taken from the run: when each autoscaler looked and CPU was sampled, and the fleet that
stood there at the start. Nothing else is.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final, Self

from pydantic import Field, ValidationError, field_serializer, field_validator

from ..derived import Frozen
from ..errors import ConfigurationError
from .faults import Fault, called
from .outcome import Outcome, outcome, whole_seconds
from .profile import Point, Profile
from .scaling_policy import SurgePolicy
from .simulator import simulate
from .start import NodeAtStart
from .timeline import Timeline
from .world import REGISTER_S, World

# What the simulator is held to: 10 % or 5 s of the time to capacity, 10 % of the shed requests.
WITHIN: Final = 0.10
WITHIN_S: Final = 5.0
# Shares below this are a second or two of the load's edge, which a tick a second cannot tell apart.
BOTH_BELOW: Final = 0.005


class Recording(Frozen):
    """A run of the wind tunnel: ``world`` as it was played, ``points`` of the load, and the ``timeline``.

    ``looks`` is when each autoscaler first changed its mind, in seconds of the profile; those of fractions of a second
    decide whose pods are made first. A service that never did is left out. ``start`` is the fleet at the first tick.
    """

    policy: SurgePolicy
    world: World
    profile: str = Field(min_length=1)
    points: tuple[Point, ...]
    faults: tuple[Fault, ...] = ()
    looks: dict[str, float] = {}
    start: tuple[NodeAtStart, ...] = ()
    timeline: Timeline

    @field_validator("timeline", mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        return value if isinstance(value, Timeline) else Timeline.from_json_text(json.dumps(value))

    @field_serializer("timeline")
    def _write(self, value: Timeline) -> object:
        return json.loads(value.to_json_text())

    @property
    def load(self) -> Profile:
        """The load that was offered."""
        return Profile(self.profile, self.points)

    @classmethod
    def of(
        cls,
        timeline: Timeline,
        policy: SurgePolicy,
        world: World,
        profile: Profile,
        faults: Sequence[Fault],
        *,
        looks: Mapping[str, float] | None = None,
        start: Sequence[NodeAtStart] = (),
        cpu_phase_s: float = 0.0,
    ) -> Self:
        """What a run came to, with all that it was made of; ``world`` as the simulator would be given it."""
        world = world.without_machines()
        timings = world.timings.model_copy(update={"cpu_phase_s": cpu_phase_s})
        return cls(
            policy=policy,
            world=world.model_copy(update={"timings": timings}),
            profile=profile.name,
            points=profile.points,
            faults=tuple(faults),
            looks=dict(looks or {}),
            start=tuple(start),
            timeline=timeline,
        )

    def to_json_text(self) -> str:
        """As ``from_json_text`` reads it."""
        return self.model_dump_json()

    @classmethod
    def from_json_text(cls, text: str) -> Self:
        """Raises ConfigurationError for a text that is no recording."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            raise ConfigurationError(
                field="recording",
                value=f"{'.'.join(map(str, first['loc']))}: {first['msg']}"[:200],
                allowed="the JSON of a recording of this version",
                remedy="make the run again with this version",
            ) from None


class Compared(Frozen):
    """One run, measured and simulated. Seconds, None for never; shares of the offered requests."""

    policy: str
    profile: str
    faults: str
    measured_s: float | None
    simulated_s: float | None
    measured_shed: float
    simulated_shed: float
    measured_nodes: int
    simulated_nodes: int

    @property
    def time_agrees(self) -> bool:
        """Within 10 % or 5 s."""
        a, b = self.measured_s, self.simulated_s
        if a is None or b is None:
            return a is b
        return abs(a - b) <= max(WITHIN_S, WITHIN * a)

    @property
    def shed_agrees(self) -> bool:
        """Within 10 % of what was measured, or both next to nothing."""
        a, b = self.measured_shed, self.simulated_shed
        return abs(a - b) <= WITHIN * a or max(a, b) < BOTH_BELOW

    @property
    def agrees(self) -> bool:
        """In both."""
        return self.time_agrees and self.shed_agrees


def compare(recording: Recording) -> Compared:
    """Simulate the same and put it beside the run."""
    # A recording of before something of KWOK's was modelled does not say it.
    load, world = recording.load, _modelled_now(recording.world).without_machines()
    simulated = simulate(
        world,
        recording.policy,
        load,
        faults=recording.faults,
        phase_s=phases(recording),
        nodes=recording.start or (recording.timeline.ticks[0].nodes if recording.timeline.ticks else None),
    )
    there, here = outcome(recording.timeline), outcome(simulated)
    return _compared(recording, there, here)


def _modelled_now(world: World) -> World:
    """What of the world is neither the stack's nor measured in the run but the simulator's own, as it is now."""
    first, *others = [pool.model_copy(update={"register_s": REGISTER_S}) for pool in world.pools]
    return world.model_copy(update={"nodes": first, "more_nodes": tuple(others)})


def _compared(recording: Recording, there: Outcome, here: Outcome) -> Compared:
    return Compared(
        policy=recording.policy.name,
        profile=recording.profile,
        faults=", ".join(map(called, recording.faults)) or "-",
        measured_s=there.capacity_s,
        simulated_s=here.capacity_s,
        measured_shed=there.shed_share,
        simulated_shed=here.shed_share,
        measured_nodes=there.peak_nodes,
        simulated_nodes=here.peak_nodes,
    )


def phases(recording: Recording) -> dict[str, float]:
    """When each autoscaler looked, modulo its period: as it was heard, or by the first tick that shows it."""
    period = recording.world.timings.sync_s
    heard = {name: at % period for name, at in recording.looks.items()}
    return moments(recording.timeline, period) | heard


def moments(timeline: Timeline, period_s: float) -> dict[str, float]:
    """When each autoscaler looked, modulo its period: at the first tick of the run that shows another wish.

    A service whose wish never changed is left out. An autoscaler that is raised by hand shows that moment, not its own,
    which the next change would; none of the two moves the pods of a floor that is there in time.
    """
    found: dict[str, float] = {}
    before: dict[str, int] = {}
    last = timeline.ticks[0].at_s if timeline.ticks else 0.0
    for tick in timeline.ticks:
        for name, service in tick.services.items():
            if name in before and service.wanted != before[name] and name not in found:
                # It happened between this tick and the last.
                found[name] = (tick.at_s + last) / 2 % period_s
            before[name] = service.wanted
        last = tick.at_s
    return found


def as_markdown(found: Sequence[Compared]) -> str:
    """The table, and how many of its rows agree."""
    lines = [
        "| policy | load | faults | s to capacity, measured | simulated | | shed, measured | simulated | | nodes at"
        " most, measured | simulated |",
        "| :-- | :-- | :-- | --: | --: | :-- | --: | --: | :-- | --: | --: |",
    ]
    lines += [
        f"| {one.policy} | {one.profile} | {one.faults} | {whole_seconds(one.measured_s)} |"
        f" {whole_seconds(one.simulated_s)} |"
        f" {_said(one.time_agrees)} | {one.measured_shed:.2%} | {one.simulated_shed:.2%} | {_said(one.shed_agrees)} |"
        f" {one.measured_nodes} | {one.simulated_nodes} |"
        for one in found
    ]
    agree = sum(one.agrees for one in found)
    return "\n".join([*lines, "", f"{agree} of {len(found)} runs agree in both."])


def _said(agrees: bool) -> str:
    return "yes" if agrees else "no"
