"""Which policies from files the wind tunnel can play: what its cluster has no metric for is the simulator's alone."""

from collections.abc import Sequence

from components.policy.errors import ConfigurationError
from components.policy.surge.hpa_spec import RpsOfPods
from components.policy.surge.scaling_policy import SurgePolicy


def check_playable(policies: Sequence[SurgePolicy]) -> None:
    """Raises ConfigurationError for the first that cannot be."""
    for policy in policies:
        custom = [
            name
            for name, spec in policy.services.items()
            if any(isinstance(one, RpsOfPods) for one in spec.metrics)
        ]
        if custom:
            raise _simulate(
                policy, f"a Pods metric of {', '.join(custom)}", "custom.metrics.k8s.io has no answer"
            )
        if policy.event is not None:
            raise _simulate(
                policy, "a cron trigger", "it goes by the clock, and a run begins when it has settled"
            )


def _simulate(policy: SurgePolicy, what: str, why: str) -> ConfigurationError:
    return ConfigurationError(
        field=policy.name,
        value=what,
        allowed=f"what the local cluster can play: {why}",
        remedy="add --simulate, or leave it out",
    )
