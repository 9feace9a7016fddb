"""What a person asks of a run, read into profile, faults and policies. Pure but for the recorded load's file.

Every wrong word gets one error that says what is allowed; nothing is started before all of them are right.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from components.policy.errors import ConfigurationError
from components.policy.plan import Plan
from components.policy.surge.faults import Fault, MetricsMissing, NodesDrained, Rollout, ZoneLost
from components.policy.surge.profile import RUN_S, Profile
from components.policy.surge.scaling_policy import SurgePolicy

PROFILES: Final = "step, ramp, flat, phases, csv:FILE, event:NAME"
OUT: Final = Path("surge-report")
# Lanes side by side share the controllers: the ReplicaSet controller makes some 20 pods a second for all of them, and
# Karpenter waits for the pods of all of them. So far apart each has had both to itself when the next one's load rises.
STAGGER_S: Final = 30.0
FAULTS: Final = ("zone", "drain", "rollout", "spot", "metrics")
# Not one policy but those that `plan --optimise surge` has found for the load, from the cheapest up.
FRONTIER: Final = "frontier"
RAMP_S: Final = 120.0
# AWS, "Spot Instance interruption notices".
SPOT_NOTICE_S: Final = 120.0
METRICS_MISSING_S: Final = 120.0
# What waits longer than an hour is no part of a surge.
LONGEST_S: Final = 3600.0
# tools/local/metrics/load.py, MOST_DELAY_S.
MOST_S: Final[Mapping[str, float]] = {"--metrics-delay": 600.0}


@dataclass(frozen=True)
class Asked:
    """The load as it was asked for; what is None follows from the plan."""

    profile: str = "step"
    from_rps: float | None = None
    to_rps: float | None = None
    over_s: float | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class LaneAsked:
    """A policy and what breaks in its lane; ``alone``: other lanes break otherwise."""

    policy: str
    faults: Sequence[str] = ()
    alone: bool = False


def lanes_asked(policies: Sequence[str], faults: Sequence[str], *, apart: bool) -> list[LaneAsked]:
    """Each policy once, with all of the faults; or ``apart``, once with each of them."""
    if apart and faults:
        return [
            LaneAsked(policy, [fault], alone=True) for fault in faults for policy in dict.fromkeys(policies)
        ]
    return [LaneAsked(policy, faults) for policy in dict.fromkeys(policies)]


def profile_of(asked: Asked, plan: Plan) -> Profile:
    """The load. Raises ConfigurationError."""
    for name, value in (("--from", asked.from_rps), ("--to", asked.to_rps)):
        _positive(name, value)
    for name, value in (("--over", asked.over_s), ("--seconds", asked.seconds)):
        _positive(name, value)
    low = asked.from_rps if asked.from_rps is not None else float(plan.target.baseline_rps)
    high = asked.to_rps if asked.to_rps is not None else float(plan.target.peak_rps)
    kind, _, rest = asked.profile.partition(":")
    match kind, rest:
        case "step", "":
            return Profile.step(low, high, hold_s=asked.seconds or RUN_S)
        case "ramp", "":
            over = asked.over_s if asked.over_s is not None else RAMP_S
            if asked.seconds is not None and asked.seconds <= over:
                raise ConfigurationError(
                    field="--seconds",
                    value=f"{asked.seconds:g}",
                    allowed=f"more than the ramp takes ({over:g} s)",
                    remedy="run longer, or ramp in less time (--over)",
                )
            hold = None if asked.seconds is None else asked.seconds - over
            return Profile.ramp(low, high, over, hold_s=hold)
        case "flat", "":
            return Profile.step(high, high, hold_s=asked.seconds or RUN_S, name="flat")
        case "phases", "":
            return _cut(Profile.phases(plan.load, before_rps=low), asked.seconds)
        case "csv", path if path:
            return _cut(_recorded(Path(path)), asked.seconds)
        case "event", name if name:
            return _event(name, plan, low, asked.seconds)
    raise ConfigurationError(
        field="--profile", value=asked.profile, allowed=PROFILES, remedy="name one of them"
    )


def event_name(asked: Asked) -> str | None:
    """The event whose load is asked for."""
    kind, _, name = asked.profile.partition(":")
    return name if kind == "event" and name else None


def _event(name: str, plan: Plan, low: float, seconds: float | None) -> Profile:
    """Up to what is expected; of the time at the top, which may be hours, as much as tells the policies apart."""
    found = next((event for event in plan.events if event.name == name), None)
    if found is None:
        raise ConfigurationError(
            field="--profile",
            value=f"event:{name}",
            allowed=", ".join(f"event:{event.name}" for event in plan.events) or "the stack has no events",
            remedy="name one of them, or announce it in the stack (headroom:events)",
        )
    ramp_s, whole_s = found.spec.ramp / 1000, found.spec.duration / 1000
    hold_s = min(whole_s - ramp_s, RUN_S) if seconds is None else max(1.0, seconds - ramp_s)
    top = Profile.event(low, float(found.expected.value), ramp_s=ramp_s, hold_s=hold_s, name=f"event-{name}")
    return _cut(top, ramp_s + hold_s)


def _positive(name: str, value: float | None) -> None:
    if value is not None and not (math.isfinite(value) and value > 0):
        raise ConfigurationError(
            field=name, value=f"{value:g}", allowed="a number above 0", remedy="state how many"
        )


def check_times(times: Mapping[str, float | None]) -> None:
    """Of the model, by their options; None is the plan's own. Raises ConfigurationError."""
    for name, value in times.items():
        most = MOST_S.get(name, LONGEST_S)
        if value is not None and not 0 <= value <= most:
            raise ConfigurationError(
                field=name, value=f"{value:g}", allowed=f"0 to {most:g} seconds", remedy="state how many"
            )


def check_folder(out: Path) -> None:
    """The report must have a place before a run of minutes. Raises ConfigurationError."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise ConfigurationError(
            field="--out",
            value=out,
            allowed="a folder that can be written",
            remedy=f"{error.strerror or 'it cannot be'}; name another",
        ) from None


def _recorded(path: Path) -> Profile:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ConfigurationError(
            field="--profile",
            value=f"csv:{path}",
            allowed="a file that can be read, of lines with seconds and requests/s",
            remedy=f"{reason}; name another file",
        ) from None
    return Profile.from_csv_text(text, name=path.stem)


def _cut(profile: Profile, at_s: float | None) -> Profile:
    """Its first seconds."""
    if at_s is None or at_s >= profile.duration_s:
        return profile
    points = [point for point in profile.points if point.at_s < at_s]
    return Profile(profile.name, (*points, type(points[0])(at_s, profile.rps_at(at_s))))


def faults_of(words: Sequence[str], profile: Profile, plan: Plan) -> tuple[Fault, ...]:
    """Faults as NAME or NAME@SECONDS; left out, the middle of the time at the peak. Raises ConfigurationError."""
    return tuple(_fault(word, profile, plan) for word in words)


def _fault(word: str, profile: Profile, plan: Plan) -> Fault:
    name, has_time, text = word.partition("@")
    try:
        at_s = float(text) if has_time else middle_of_peak(profile)
    except ValueError:
        at_s = math.nan
    if name not in FAULTS or not 0 <= at_s < profile.duration_s:
        raise ConfigurationError(
            field="--fault",
            value=word,
            allowed=f"{', '.join(FAULTS)}, perhaps with @SECONDS from 0 to {profile.duration_s:g}",
            remedy="name one of them, within the profile",
        )
    match name:
        case "zone":
            return ZoneLost(at_s=at_s)
        case "drain":
            return NodesDrained(at_s=at_s)
        case "rollout":
            return Rollout(at_s=at_s)
        case "spot":
            # What is taken at once is one type's instances in one zone.
            nodes = plan.nodes.at_peak.value if plan.nodes else 1
            return NodesDrained(at_s=at_s, nodes=math.ceil(nodes / len(plan.zones)), within_s=SPOT_NOTICE_S)
    return MetricsMissing(at_s=at_s, for_s=METRICS_MISSING_S)


def middle_of_peak(profile: Profile) -> float:
    """Half of the time between the first and the last moment at the highest rate."""
    at = [point.at_s for point in profile.points if point.rps == profile.peak_rps]
    return (at[0] + at[-1]) / 2


def policies_of(names: Sequence[str], known: Mapping[str, SurgePolicy]) -> list[SurgePolicy]:
    """Each once, as they were named. Raises ConfigurationError."""
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ConfigurationError(
            field="--policy",
            value=", ".join(unknown),
            allowed=", ".join([*known, FRONTIER]),
            remedy="name some of them, with a comma between them",
        )
    return [known[name] for name in dict.fromkeys(names)]
