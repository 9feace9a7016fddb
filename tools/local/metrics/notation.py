"""Two notations of the Kubernetes API: resource quantities and label selectors.

It decides how they are read and written. It knows nothing of what they are used for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

# https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
SUFFIXES: dict[str, Fraction] = {
    "": Fraction(1),
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 10**3),
    **{suffix: Fraction(1000) ** power for power, suffix in enumerate("kMGTPE", 1)},
    **{f"{suffix}i": Fraction(1024) ** power for power, suffix in enumerate("KMGTPE", 1)},
}
QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([numkMGTPE]|[KMGTPE]i)?")


def quantity(text: str) -> Fraction:
    """The value of "500m", "1Gi", "2", "1e3"."""
    match = QUANTITY.fullmatch(text.strip())
    if match is None:
        raise ValueError(f'"{text}" is not a quantity')
    return Fraction(match[1]) * SUFFIXES[match[2] or ""]


def milli(value: Fraction) -> str:
    """As a quantity, to a thousandth."""
    thousandths = round(value * 1000)
    return str(thousandths // 1000) if thousandths % 1000 == 0 else f"{thousandths}m"


def nanocores(value: Fraction) -> str:
    return f"{round(value * 10**9)}n"


def kibibytes(value: Fraction) -> str:
    return f"{round(value / 1024)}Ki"


@dataclass(frozen=True)
class Requirement:
    """`values` None: only the key counts."""

    key: str
    wanted: bool
    values: frozenset[str] | None

    def holds(self, labels: Mapping[str, str]) -> bool:
        if self.values is None:
            return (self.key in labels) == self.wanted
        return (labels.get(self.key) in self.values) == self.wanted


TERM = re.compile(
    r"\s*(?:(?P<key>[^\s,=!()]+)\s*(?:(?P<op>==|=|!=)\s*(?P<value>[^\s,]*)"
    r"|\s(?P<set>in|notin)\s*\((?P<values>[^)]*)\))?|!\s*(?P<absent>[^\s,=!()]+))\s*(?:,|$)"
)


def selector(text: str) -> list[Requirement]:
    """A label selector as it stands in a query: "app=a,tier in (x,y),!old". Empty: everything."""
    found, at = [], 0
    while at < len(text.strip()):
        match = TERM.match(text.strip(), at)
        if match is None or match.end() == at:
            raise ValueError(f'"{text}" is not a label selector')
        at = match.end()
        if match["absent"]:
            found.append(Requirement(match["absent"], False, None))
        elif match["op"]:
            found.append(Requirement(match["key"], match["op"] != "!=", frozenset([match["value"]])))
        elif match["set"]:
            values = frozenset(value.strip() for value in match["values"].split(","))
            found.append(Requirement(match["key"], match["set"] == "in", values))
        else:
            found.append(Requirement(match["key"], True, None))
    return found


def of_object(raw: Mapping[str, object]) -> list[Requirement]:
    """A label selector as it stands in a Deployment: matchLabels and matchExpressions."""
    labels = raw.get("matchLabels") or {}
    expressions = raw.get("matchExpressions") or []
    assert isinstance(labels, dict) and isinstance(expressions, list)
    found = [Requirement(key, True, frozenset([value])) for key, value in labels.items()]
    for one in expressions:
        operator, values = one["operator"], frozenset(one.get("values") or ())
        known = operator in ("In", "NotIn")
        found.append(Requirement(one["key"], operator in ("In", "Exists"), values if known else None))
    return found


def matches(requirements: list[Requirement], labels: Mapping[str, str]) -> bool:
    return all(requirement.holds(labels) for requirement in requirements)
