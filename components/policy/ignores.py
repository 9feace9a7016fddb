"""The written reasons for leaving out findings; each names a rule that there is. Nothing here decides what is wrong."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from .derived import Frozen
from .errors import ConfigurationError
from .facts.naming import means
from .findings import Finding
from .rules import BY_NUMBER
from .words.hints import nearest_few

# What people write for a rule, and its number: itself, and the slug that stands beside it in every finding.
_SPELLINGS: Final = {
    **{number: number for number in BY_NUMBER},
    **{rule.slug: number for number, rule in BY_NUMBER.items()},
}


def _there_is_one(text: str) -> str:
    if text in BY_NUMBER:
        return text
    spelt = text.strip().upper() if text.strip().upper().startswith("HR") else text.strip().lower()
    words = [spelt] if spelt in _SPELLINGS else nearest_few(spelt, list(_SPELLINGS))
    near = dict.fromkeys(_SPELLINGS[word] for word in words)
    named = ", ".join(f"{number} {BY_NUMBER[number].slug}" for number in near)
    raise ConfigurationError(
        field="",
        value=text,
        allowed=f"the number of a rule{f'; near it are {named}' if named else ', such as HR833'}",
        remedy="write one of these, or remove the ignore (`ops rules` lists all rules)",
    )


class Ignore(Frozen):
    """Leaves out one rule for the objects that a glob matches ("*" for all), for a reason that somebody wrote down.

    The glob is held against every name of an object: ``Deployment shop/api``, ``Deployment api``, ``services.api``,
    ``api``. A rule that does not exist is refused: its ignore would never leave out anything.
    """

    rule: Annotated[str, AfterValidator(_there_is_one)] = Field(
        description="a rule's number (`ops rules` lists them)",
        examples=["HR833"],
        json_schema_extra={"enum": [*sorted(BY_NUMBER)]},
    )
    object: str = Field(min_length=1, max_length=300)
    reason: str = Field(min_length=1)

    def matches(self, finding: Finding) -> bool:
        """Whether this is one of the findings that are meant."""
        return finding.number == self.rule and means(self.object, finding.names or (finding.object,))
