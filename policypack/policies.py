"""One policy for each rule: on a single resource where that is enough, else on the whole stack.

Decides which rules one object is enough for, and how a finding is worded for the engine. What is wrong, and how
severe that is, the rules say: an error stops a preview, a warning is advice.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy import Severity as PackSeverity

from components.policy.facts import UnusedIgnore
from components.policy.findings import Finding, Severity
from components.policy.review import find, leave_out
from components.policy.rules import BY_NUMBER, RULES
from components.policy.rules.rule import Rule

from .ignores import SCHEMA, Ignores, kept
from .seen import Seen

# What these look at stands in one object whatever stands beside it, so they are judged before it is made. A test
# holds every one of them against whole fleets.
ONE_OBJECT_IS_ENOUGH: Final = frozenset(
    {
        "HR003", "HR110", "HR212", "HR302", "HR303", "HR304", "HR305", "HR306", "HR307", "HR501", "HR502", "HR503",
        "HR504", "HR511", "HR512", "HR523", "HR524", "HR802", "HR803", "HR804", "HR805", "HR811", "HR812", "HR813",
        "HR814", "HR823", "HR826", "HR827", "HR831", "HR832", "HR912",
    }
)  # fmt: skip
# About the pack's own configuration, so that it comes after all others.
UNUSED_IGNORE: Final = "HR001"
_LEVEL: Final = {Severity.ERROR: EnforcementLevel.MANDATORY, Severity.WARNING: EnforcementLevel.ADVISORY}
_SEVERITY: Final = {Severity.ERROR: PackSeverity.HIGH, Severity.WARNING: PackSeverity.MEDIUM}


def policies() -> list[Policy]:
    """All policies, sharing what they have seen of the stack."""
    seen, ignores = Seen(), Ignores()
    rules = [rule for rule in RULES if rule.over is not UnusedIgnore]
    return [
        *(_policy(rule, seen, ignores) for rule in rules),
        _whole_stack(BY_NUMBER[UNUSED_IGNORE], _unused(seen, ignores)),
    ]


def _policy(rule: Rule[Any], seen: Seen, ignores: Ignores) -> Policy:
    if rule.number in ONE_OBJECT_IS_ENOUGH:
        return _one_object(rule, _on_object(rule, seen, ignores))
    return _whole_stack(rule, _on_stack(rule, seen, ignores))


def _on_object(
    rule: Rule[Any], seen: Seen, ignores: Ignores
) -> Callable[[ResourceValidationArgs, ReportViolation], None]:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        meant = ignores.of(rule.number, args.get_config())
        for finding in kept(list(rule.findings(seen.alone(args))), meant):
            report(_message(finding), args.urn)

    return validate


def _on_stack(
    rule: Rule[Any], seen: Seen, ignores: Ignores
) -> Callable[[StackValidationArgs, ReportViolation], None]:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        meant = ignores.of(rule.number, args.get_config())
        _report(kept(list(rule.findings(seen.together(args.resources))), meant), report)

    return validate


def _unused(seen: Seen, ignores: Ignores) -> Callable[[StackValidationArgs, ReportViolation], None]:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        stated = ignores.all
        left = leave_out(find(seen.together(args.resources)), stated) if stated else []
        _report((finding for finding in left if finding.number == UNUSED_IGNORE), report)

    return validate


def _report(findings: Iterable[Finding], report: ReportViolation) -> None:
    """On the resource that the finding is about, which is where its object was read."""
    for finding in findings:
        report(_message(finding), finding.file)


def _message(finding: Finding) -> str:
    why = f"{finding.why[:1].upper()}{finding.why[1:]}"
    return f"{finding.object}: {finding.what}. {why} ({finding.source}). To do: {finding.do}."


def _one_object(rule: Rule[Any], validate: Any) -> ResourceValidationPolicy:
    return ResourceValidationPolicy(validate=validate, **_facts(rule))


def _whole_stack(rule: Rule[Any], validate: Any) -> StackValidationPolicy:
    return StackValidationPolicy(validate=validate, **_facts(rule))


def _facts(rule: Rule[Any]) -> dict[str, Any]:
    return {
        "name": rule.number,
        "display_name": rule.slug,
        "description": f"{rule.title}.",
        "enforcement_level": _LEVEL[rule.severity],
        "severity": _SEVERITY[rule.severity],
        "remediation_steps": rule.do,
        "config_schema": SCHEMA,
    }
