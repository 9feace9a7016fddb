"""What a rule is: a number, a reason with its source, a remedy, and one small function over facts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from ..facts import Fleet, Place
from ..facts.naming import names
from ..findings import Finding, Severity


class Subject(Protocol):
    """Facts that a finding can be about."""

    @property
    def object(self) -> str: ...

    @property
    def place(self) -> Place | None: ...


S = TypeVar("S", bound=Subject)

# What is wrong with the subject, one text for each thing; nothing where it is right or where a fact is unknown.
Check = Callable[[S, Fleet], Iterable[str]]


@dataclass(frozen=True, kw_only=True)
class Rule(Generic[S]):
    """One rule. ``title`` is the sentence that must hold; ``over`` the kind of facts that ``check`` is called with."""

    number: str
    slug: str
    severity: Severity
    title: str
    why: str
    source: str
    do: str
    over: type[S]
    check: Check[S]

    def findings(self, fleet: Fleet) -> Iterator[Finding]:
        """What this rule finds in the fleet."""
        for subject in fleet.subjects(self.over):
            for what in self.check(subject, fleet):
                shown = _one_line(subject.object)
                yield Finding(
                    number=self.number,
                    slug=self.slug,
                    severity=self.severity,
                    object=shown,
                    what=_one_line(what),
                    why=self.why,
                    source=self.source,
                    do=self.do,
                    file=subject.place.file if subject.place else None,
                    line=subject.place.line if subject.place else None,
                    names=names(subject, shown),
                )


def _one_line(text: str) -> str:
    """Names and values come from anywhere: what would move a terminal's cursor is shown as a question mark."""
    return text if text.isprintable() else "".join(char if char.isprintable() else "?" for char in text)


def error(
    number: str, slug: str, over: type[S], *, why: str, source: str, do: str
) -> Callable[[Check[S]], Rule[S]]:
    """Makes a function the check of a rule whose findings stop a deployment. Its docstring is the rule's title."""
    return _rule(Severity.ERROR, number, slug, over, why, source, do)


def warning(
    number: str, slug: str, over: type[S], *, why: str, source: str, do: str
) -> Callable[[Check[S]], Rule[S]]:
    """As :func:`error`, for a rule whose findings are printed."""
    return _rule(Severity.WARNING, number, slug, over, why, source, do)


def _rule(
    severity: Severity, number: str, slug: str, over: type[S], why: str, source: str, do: str
) -> Callable[[Check[S]], Rule[S]]:
    def make(check: Check[S]) -> Rule[S]:
        return Rule(
            number=number,
            slug=slug,
            severity=severity,
            title=(check.__doc__ or slug).strip().rstrip("."),
            why=why,
            source=source,
            do=do,
            over=over,
            check=check,
        )

    return make
