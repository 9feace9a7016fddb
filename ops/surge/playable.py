"""What of a policy from files the wind tunnel can play: what its cluster has no metric for is the simulator's alone."""

from dataclasses import replace

from components.policy.errors import ConfigurationError
from components.policy.surge.hpa_spec import RpsOfPods
from components.policy.surge.policy_written import Written


def playable(written: Written) -> Written:
    """The same, with what is left out of it among its notes. Raises ConfigurationError for one that cannot be."""
    policy = written.policy
    custom = [
        name for name, spec in policy.services.items() if any(isinstance(m, RpsOfPods) for m in spec.metrics)
    ]
    if custom:
        raise _simulate(
            written, f"a Pods metric of {', '.join(custom)}", "custom.metrics.k8s.io has no answer"
        )
    if written.schedules:
        raise _simulate(
            written, "a cron trigger", "it goes by the clock, and a run begins when it has settled"
        )
    left = [name for name, spec in policy.services.items() if spec.fallback is not None]
    if not left:
        return written
    note = f"KEDA's fallback of {', '.join(left)} is left out: it is made a HorizontalPodAutoscaler (--simulate has it)"
    return replace(written, notes=(*written.notes, note))


def _simulate(written: Written, what: str, why: str) -> ConfigurationError:
    return ConfigurationError(
        field=written.policy.name,
        value=what,
        allowed=f"what the local cluster can play: {why}",
        remedy="add --simulate, or leave it out",
    )
