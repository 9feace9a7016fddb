"""Values that several parts of a stack state, each checked by the rule that components.policy has for it.

A refusal says nothing of the field: where a value stands, the schema knows.
"""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from components.policy.errors import ConfigurationError
from components.policy.place import check_account
from components.policy.quantities import Bytes
from components.policy.regions import check_region
from components.policy.retention import check_retention
from components.policy.root_volume import check_root_volume
from components.policy.tags import check_tags


def of_the_value(check: Callable[[str, Any], Any], value: Any) -> Any:
    """What ``check`` makes of a field and its value; its refusal comes without the field."""
    try:
        return check("value", value)
    except ConfigurationError as error:
        raise error.of_the_value("value") from None


def checked(check: Callable[[str, Any], object]) -> AfterValidator:
    """Holds a field to ``check``, and keeps its value as it was stated."""

    def validate(value: Any) -> Any:
        of_the_value(check, value)
        return value

    return AfterValidator(validate)


Region = Annotated[str, checked(check_region)]
Account = Annotated[str, checked(check_account)]
# For how long logs are kept.
Days = Annotated[int, Field(strict=True), checked(check_retention)]
# Of a node, in whole GiB.
RootVolume = Annotated[Bytes, checked(check_root_volume)]
Tags = Annotated[dict[str, str], checked(check_tags)]
# Pulumi, "Stack references": organization, project and stack.
StackName = Annotated[
    str,
    Field(
        pattern=r"^[^/\s]+/[^/\s]+/[^/\s]+$",
        description="organization, project and stack with slashes between them",
        examples=["organization/headroom/network"],
    ),
]
