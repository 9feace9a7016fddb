"""How findings are shown: text for people, JSON for programs, SARIF for code hosts, markdown for comments.

It shows; what is a finding and how severe it is, the rules have said.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final
from urllib.parse import quote

from components.policy.findings import Finding, Severity
from components.policy.rules import RULES

SARIF_VERSION: Final = "2.1.0"
SARIF_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True)
class Result:
    """What a check came to. ``unusable`` says for each file why it could not be read."""

    findings: Sequence[Finding]
    objects: int
    skipped: Mapping[str, int]
    unusable: Sequence[str]

    @property
    def summary(self) -> str:
        """One line: how much was looked at, and what came of it."""
        errors = sum(1 for finding in self.findings if finding.severity is Severity.ERROR)
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.skipped.items())[:_MOST_KINDS])
        more = ", ..." if len(self.skipped) > _MOST_KINDS else ""
        skipped = f", {sum(self.skipped.values())} skipped ({_one_line(kinds)}{more})" if self.skipped else ""
        return f"{self.objects} objects checked{skipped}: {errors} errors, {len(self.findings) - errors} warnings"


_MOST_KINDS: Final = 10


def as_text(result: Result) -> str:
    """A block for each rule, then the summary."""
    blocks = []
    for first, findings in _by_rule(result.findings):
        lines = [f"{first.severity} {first.number} {first.slug}"]
        lines += [f"  {_object(finding)}: {finding.what}" for finding in findings]
        lines += [f"  why: {first.why} ({first.source})", f"  do:  {first.do}"]
        blocks.append("\n".join(lines))
    unusable = [f"unusable: {_one_line(problem)}" for problem in result.unusable]
    return "\n\n".join([*blocks, "\n".join([*unusable, result.summary])])


def as_markdown(result: Result) -> str:
    """A section for each rule, then the summary."""
    blocks = []
    for first, findings in _by_rule(result.findings):
        lines = [f"### {first.number} {first.slug} ({first.severity})", ""]
        lines += [f"- `{_code(_object(finding))}`: {escaped(finding.what)}" for finding in findings]
        lines += ["", f"{escaped(first.why)} (*{escaped(first.source)}*). {escaped(first.do)}."]
        blocks.append("\n".join(lines))
    unusable = [f"- unusable: {escaped(problem)}" for problem in result.unusable]
    return "\n\n".join([*blocks, *(["\n".join(unusable)] if unusable else []), result.summary])


def as_json(result: Result) -> str:
    """Everything, for programs."""
    return json.dumps(
        {
            "findings": [finding.model_dump(mode="json") for finding in result.findings],
            "objects": result.objects,
            "skipped": dict(result.skipped),
            "unusable": list(result.unusable),
        },
        indent=2,
    )


def as_sarif(result: Result) -> str:
    """SARIF 2.1.0 with the rules as its driver's rules."""
    driver = {"name": "headroom", "rules": [_sarif_rule(rule.number) for rule in RULES]}
    run = {
        "tool": {"driver": driver},
        "results": [_sarif_result(finding) for finding in result.findings],
        "invocations": [
            {
                "executionSuccessful": not result.unusable,
                "toolExecutionNotifications": [
                    {"level": "error", "message": {"text": problem}} for problem in result.unusable
                ],
            }
        ],
    }
    return json.dumps({"$schema": SARIF_SCHEMA, "version": SARIF_VERSION, "runs": [run]}, indent=2)


def _sarif_rule(number: str) -> dict[str, Any]:
    rule = next(rule for rule in RULES if rule.number == number)
    return {
        "id": rule.number,
        "name": rule.slug,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": f"{rule.why} ({rule.source})"},
        "help": {"text": rule.do},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _sarif_result(finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {"logicalLocations": [{"fullyQualifiedName": finding.object}]}
    if finding.file is not None:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": quote(finding.file)},
            "region": {"startLine": finding.line or 1},
        }
    return {
        "ruleId": finding.number,
        "level": finding.severity.value,
        "message": {"text": f"{finding.object}: {finding.what}. {finding.why}. {finding.do}."},
        "locations": [location],
    }


def _by_rule(findings: Sequence[Finding]) -> Iterator[tuple[Finding, list[Finding]]]:
    for _, group in groupby(findings, key=lambda finding: finding.number):
        same = list(group)
        yield same[0], same


def _object(finding: Finding) -> str:
    return f"{finding.object} ({finding.file}:{finding.line})" if finding.file else finding.object


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)


def _code(text: str) -> str:
    return text.replace("`", "'")


def escaped(text: str) -> str:
    return "".join(f"\\{char}" if char in "\\`*_[]<>#|" else char for char in text)
