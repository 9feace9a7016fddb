"""The rules. Each is one small function in the module of its topic; this list of modules is the whole registry.

A rule looks at plain facts and at nothing else, so the same function serves a component's constructor, the plan,
manifests and a policy pack. A fact that is unknown is left out, never guessed.
"""

from types import ModuleType
from typing import Any, Final

from . import (
    capacity,
    consolidation,
    disruption,
    event_capacity,
    events,
    front,
    input,
    lifecycle,
    limits,
    load,
    names,
    nodes,
    objectives,
    placement,
    pools,
    queues,
    reclaim,
    redis,
    redis_load,
    resources,
    rollout,
    scaling,
    targets,
    traffic,
)
from .rule import Rule

MODULES: Final[tuple[ModuleType, ...]] = (
    input,
    names,
    capacity,
    disruption,
    rollout,
    lifecycle,
    scaling,
    targets,
    queues,
    resources,
    placement,
    traffic,
    front,
    limits,
    redis,
    redis_load,
    nodes,
    pools,
    reclaim,
    consolidation,
    objectives,
    load,
    events,
    event_capacity,
)

RULES: Final[tuple[Rule[Any], ...]] = tuple(
    sorted(
        (member for module in MODULES for member in vars(module).values() if isinstance(member, Rule)),
        key=lambda rule: rule.number,
    )
)

BY_NUMBER: Final = {rule.number: rule for rule in RULES}
