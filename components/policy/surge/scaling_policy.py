"""A policy for the surge: every service's autoscaler, the spare room beside it, and the floor that an event raises.

Policies are what a run compares; which there are by name is in named_policies.
"""

from typing import Literal

from pydantic import Field

from ..derived import Frozen
from ..disruption import Budget
from ..quantities import Bytes, Millicores
from .hpa_spec import HpaSpec


class Spare(Frozen):
    """Placeholder pods of negative priority: room that a real pod takes at once, and that is bought again behind it."""

    pods: int = Field(ge=1)
    cpu: Millicores = Field(gt=0)
    memory: Bytes = Field(gt=0)
    # How they are spread; components.spare deploys them as strictly as the services.
    zones: Literal["strict", "preferred"] = "strict"
    # The pool that they stand on, by its number in the world.
    pool: int = Field(default=0, ge=0)


class EventFloor(Frozen):
    """Floors for a time, in pods by service; ``lead_s`` seconds before the profile starts.

    ``by`` is how it is done: "cron" is a metric that asks for so many pods (KEDA), which the behaviour's steps and the
    tolerance hold back; "minimum" is the autoscaler's minReplicas, which hold nothing back.
    """

    pods: dict[str, int]
    lead_s: float = Field(ge=0)
    # Seconds from the start of the profile; None: until the run ends.
    ends_s: float | None = None
    by: Literal["cron", "minimum"] = "cron"


class SurgePolicy(Frozen):
    """``services`` are the autoscalers by service, ``budgets`` the disruption budgets that are not the world's."""

    name: str = Field(min_length=1)
    services: dict[str, HpaSpec]
    spare: tuple[Spare, ...] = ()
    event: EventFloor | None = None
    budgets: dict[str, Budget] = {}
