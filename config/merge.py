"""How a stack's settings lie over the platform's: mappings merge, everything else replaces, null removes.

It knows no key by name and reads no file.
"""

from collections.abc import Mapping
from typing import Any, TypeGuard


def merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """``above`` over ``below``; neither is changed. A null in ``above`` removes the key, at any depth."""
    result = dict(below)
    for key, value in above.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping):
            lower = below.get(key)
            result[key] = merge(lower if isinstance(lower, Mapping) else {}, value)
        else:
            result[key] = value
    return result


def with_stand_in(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Give every service without an image of its own the ``stand_in``: an image and what it must be told.

    A service that names its image takes nothing from it. The stand-in's variables and arguments are facts
    about its image; another would get variables that it does not know, or a command that it does not have.
    """
    result = dict(raw)
    stand_in, services = raw.get("stand_in"), raw.get("services")
    if isinstance(stand_in, Mapping) and isinstance(services, Mapping):
        result["services"] = {
            name: merge(stand_in, service) if _has_no_image(service) else service
            for name, service in services.items()
        }
    return result


def _has_no_image(service: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(service, Mapping) and "image" not in service
