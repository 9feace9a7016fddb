"""What a review says: findings, and the refusal that errors among them are. Nothing here decides what is wrong."""

from collections.abc import Sequence
from enum import StrEnum

from pydantic import Field

from .derived import Frozen
from .errors import ConfigurationError


class Severity(StrEnum):
    """An error stops a deployment; a warning is printed."""

    ERROR = "error"
    WARNING = "warning"


class Finding(Frozen):
    """One thing that is wrong with one object, why that matters, who says so, and what to do."""

    number: str
    slug: str
    severity: Severity
    object: str
    what: str
    why: str
    source: str
    do: str
    file: str | None = None
    line: int | None = None
    # All that the object is called by, so that one pattern means it wherever it is reviewed.
    names: tuple[str, ...] = Field(default=(), exclude=True, repr=False)

    def __str__(self) -> str:
        return f"{self.number} {self.slug}  {self.object}  {self.what}  {self.why} ({self.source})  {self.do}"


class ReviewError(ConfigurationError):
    """Everything that the rules refuse, a line each."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(
            field=", ".join(sorted({finding.object for finding in findings})),
            value=f"{len(findings)} findings",
            allowed="no error of the rules that is not ignored with a reason",
            remedy="; ".join(finding.do for finding in findings),
        )

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings))


def has_errors(findings: list[Finding]) -> bool:
    """Whether any of the findings must stop a deployment."""
    return any(finding.severity is Severity.ERROR for finding in findings)
