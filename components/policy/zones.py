"""The zones that nodes are bought in: all that the plan counts on, but those that are closed since they are lost.

Closing a zone changes no number of the plan; why it has to be closed is argued in docs/zones.md.
"""

from collections.abc import Sequence

from .errors import ConfigurationError


def open_zones(field: str, zones: Sequence[str], closed: Sequence[str]) -> list[str]:
    """``zones`` without ``closed``, in their order. ``field`` is what ``closed`` was stated in.

    Raises ConfigurationError for a closed zone that is none of ``zones`` or is named twice, and where none stays open.
    """
    for index, zone in enumerate(closed):
        if zone not in zones or zone in closed[:index]:
            raise ConfigurationError(
                field=f"{field}[{index}]",
                value=zone,
                allowed=f"each of {', '.join(zones)} once at most",
                remedy="remove it, or name the zone that is lost",
            )
    left = [zone for zone in zones if zone not in closed]
    if not left:
        raise ConfigurationError(
            field=field,
            value=", ".join(closed),
            allowed="at least one zone less: no node could be bought any more",
            remedy="leave out a zone in which nodes can be had",
        )
    return left
