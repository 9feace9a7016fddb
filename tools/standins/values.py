"""Property values as plain Python: what every other module of this folder works on.

It decides how an unknown looks (`UNKNOWN`), how a secret survives the way through, and how strings are found inside
a value. It judges nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pulumi.provider.experimental.property_value import Computed, PropertyValue, ResourceReference
from pulumi.runtime import rpc


class Unknown:
    """What only an update knows; the engine prints it as `output<string>`."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
_SENTINELS: Final = frozenset(
    {
        rpc.UNKNOWN,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
"""How the engine writes an unknown string, boolean, number, list, asset, archive and object (pulumi's sdk/go/common/
resource/plugin/rpc.go). The Python SDK's property values neither read nor write them."""


def plain(value: PropertyValue) -> Any:
    """A property value without its envelope. Whole numbers become int, assets and archives stay as they are."""
    inner: Any = value.value
    if isinstance(inner, Computed) or (isinstance(inner, str) and inner in _SENTINELS):
        return UNKNOWN
    if isinstance(inner, float):
        return int(inner) if inner.is_integer() else inner
    if isinstance(inner, str) or inner is None or isinstance(inner, bool):
        return inner
    if isinstance(inner, ResourceReference):
        return inner
    if isinstance(inner, Mapping):
        return {key: plain(one) for key, one in inner.items()}
    if isinstance(inner, Sequence):
        return [plain(one) for one in inner]
    return inner


def plain_map(values: Mapping[str, PropertyValue]) -> dict[str, Any]:
    return {key: plain(value) for key, value in values.items()}


def wrap(value: Any) -> PropertyValue:
    """The envelope around a plain value."""
    if isinstance(value, PropertyValue):
        return value
    if value is UNKNOWN:
        return PropertyValue(rpc.UNKNOWN)
    if isinstance(value, bool):
        return PropertyValue(value)
    if isinstance(value, int):
        return PropertyValue(float(value))
    if isinstance(value, Mapping):
        return PropertyValue({key: wrap(one) for key, one in value.items()})
    if isinstance(value, list | tuple):
        return PropertyValue([wrap(one) for one in value])
    return PropertyValue(value)


def wrap_map(values: Mapping[str, Any], like: Mapping[str, PropertyValue]) -> dict[str, PropertyValue]:
    """Envelopes, secret where the same property of `like` holds a secret."""
    secret = {key for key, value in like.items() if value.contains_secret()}
    return {key: wrap(value).with_secret(key in secret) for key, value in values.items()}


def strings(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string inside a value, with its path in the way that Pulumi writes paths."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from strings(one, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from strings(one, f"{path}[{number}]")


def has_unknown(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(has_unknown(one) for one in value.values())
    if isinstance(value, list | tuple):
        return any(has_unknown(one) for one in value)
    return value is UNKNOWN
