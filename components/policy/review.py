"""Puts facts before all rules and says what they find. Pure: no file is read and nothing is registered."""

from collections.abc import Iterable, Sequence

from .facts import Fleet, UnusedIgnore
from .findings import Finding, ReviewError, Severity
from .ignores import Ignore
from .rules import RULES


def review(fleet: Fleet, ignores: Sequence[Ignore] = ()) -> list[Finding]:
    """All findings at once, errors first, without those that are ignored for a written reason."""
    return leave_out(find(fleet), ignores)


def refuse(fleet: Fleet, ignores: Sequence[Ignore] = ()) -> None:
    """For a constructor: raises ReviewError with every error of ``fleet`` that is not ignored. Warnings are for a
    review of the whole, and so is an ignore that matches nothing here: it may be meant for another object."""
    wrong = [
        f for f in find(fleet) if f.severity is Severity.ERROR and not any(i.matches(f) for i in ignores)
    ]
    if wrong:
        raise ReviewError(wrong)


def find(fleet: Fleet) -> list[Finding]:
    """What all rules find, none left out. For a review of several fleets under one list of ignores."""
    return _sorted(finding for rule in RULES for finding in rule.findings(fleet))


def leave_out(found: Sequence[Finding], ignores: Sequence[Ignore]) -> list[Finding]:
    """The findings without the ignored ones.

    An ignore that matches nothing is a finding itself: what it was written for is gone, and it would hide the next.
    """
    kept = [finding for finding in found if not any(ignore.matches(finding) for ignore in ignores)]
    unused = tuple(
        UnusedIgnore(object=ignore.object, rule=ignore.rule, reason=ignore.reason)
        for ignore in ignores
        if not any(ignore.matches(finding) for finding in found)
    )
    return _sorted([*kept, *find(Fleet(unused_ignores=unused))]) if unused else kept


def _sorted(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda f: (f.severity is not Severity.ERROR, f.number, f.object, f.what))
