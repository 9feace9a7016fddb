"""What is in a pretended account, so that two accounts can be compared: ids and drawn names give way to the URN.

It decides what counts as the same; how an account came to be is the tests'.
"""

import json
import re
from typing import Any, Final

from tools.standins.store import Contents, Object

# Outputs by which other resources refer to one.
_HANDLES: Final = ("arn", "id", "url", "keyId", "allocationId", "endpoint", "uniqueId", "publicIp")
_DRAWN: Final = re.compile(r"-[0-9a-f]{7}\b|(?<=\bsg)-[0-9a-f]{17}|(?<=/id/)[0-9A-F]{32}")


def things(contents: Contents) -> list[str]:
    """One line for each object: its URN and its inputs, in order. A duplicate is a line more."""
    objects = list(contents.objects.values())
    handles = {handle: one.urn.rpartition("::")[2] for one in objects for handle in _handles(one)}
    return sorted(f"{one.urn} {_text(one.properties, handles)}" for one in objects)


def _handles(one: Object) -> list[str]:
    found = [one.id, *(one.computed.get(name) for name in _HANDLES)]
    return [value for value in found if isinstance(value, str) and len(value) > 8]


def _text(properties: dict[str, Any], handles: dict[str, str]) -> str:
    text = json.dumps(properties, sort_keys=True)
    for handle in sorted(handles, key=len, reverse=True):
        text = text.replace(handle, f"<{handles[handle]}>")
    return _DRAWN.sub("-DRAWN", text)
