"""Which container image references may be deployed: a digest, or a tag that names one version."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator

from .errors import ConfigurationError

# distribution/reference grammar, without the parts that we refuse.
_REFERENCE: Final = re.compile(
    r"(?P<name>[a-z0-9]+(?:[._:/-]+[a-z0-9]+)*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
    r"(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)
# A moving tag is a rollback that does not roll back, and two pods of one ReplicaSet that differ.
_MOVING: Final = frozenset({"latest", "stable", "edge", "main", "master", "nightly", "dev", "prod"})


def check_image(reference: str) -> str:
    """The reference, once it is pinned. Raises ValueError for no tag, a moving tag or a tag without a version."""
    allowed = 'a digest ("name@sha256:...") or a tag with a version in it ("name:1.4.2")'
    name, _, digest = reference.partition("@")
    _, _, tail = name.rpartition("/")
    repository, _, tag = tail.partition(":")
    match = _REFERENCE.fullmatch(reference)
    if match is None or not repository:
        raise ValueError(f"not an image reference; allowed: {allowed}")
    if digest:
        return reference
    if not tag:
        raise ValueError(f"has no tag, which means latest; allowed: {allowed}")
    if tag in _MOVING or not any(character.isdigit() for character in tag):
        raise ValueError(f'tag "{tag}" moves; allowed: {allowed}')
    return reference


def pinned(field: str, reference: str) -> None:
    """Raises ConfigurationError for ``field`` when the reference is not pinned."""
    try:
        check_image(reference)
    except ValueError as error:
        problem, _, allowed = str(error).partition("; allowed: ")
        raise ConfigurationError(
            field=field, value=f"{reference} ({problem})", allowed=allowed, remedy="pin the image"
        ) from None


Image = Annotated[str, AfterValidator(check_image)]
