"""A stack with its plan and what the rules find in it: what every view of a plan starts from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from apps.review import findings
from components.policy.derived import Derived
from components.policy.findings import Finding
from components.policy.plan import Plan
from components.policy.platform import Platform
from config.loader import load_stack, plan_at
from config.problems import presented
from config.settings import Settings

from ..what_if import changed


@dataclass(frozen=True)
class Planned:
    """``name`` says which stack this is, and with which other figures."""

    name: str
    settings: Settings
    plan: Plan
    findings: tuple[Finding, ...]


def planned(stack: str, figures: Sequence[str] = ()) -> Planned:
    """The plan of a stack, perhaps with other figures. Raises StackError, or WrongFigureError for a figure."""
    name, settings = changed(stack, figures) if figures else (f"Pulumi.{stack}.yaml", load_stack(stack))
    return planned_platform(name, settings, settings.platform)


def planned_platform(
    name: str, settings: Settings, platform: Platform, quoted: Mapping[str, Derived[Fraction]] | None = None
) -> Planned:
    """The plan of the platform of settings, at prices that were looked up.

    What contradicts in it is a finding where numbers can be derived all the same. Raises StackError where none can,
    or where the stack's network does not hold them.
    """
    with presented(name):
        plan = plan_at(settings, platform, quoted)
        return Planned(name, settings, plan, tuple(findings(settings, plan)))
