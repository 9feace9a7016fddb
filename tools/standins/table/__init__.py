"""What is known of each AWS resource that a platform uses; one file per area, merged here."""

from collections.abc import Mapping
from typing import Final

from tools.standins.table import cluster, data, edge, identity, network
from tools.standins.table.entry import UNLISTED, Entry

ENTRIES: Final[Mapping[str, Entry]] = {
    **network.ENTRIES,
    **identity.ENTRIES,
    **cluster.ENTRIES,
    **edge.ENTRIES,
    **data.ENTRIES,
}


def row_of(token: str) -> Entry:
    """The row of a type, or one that knows nothing beyond the SDK's types."""
    return ENTRIES.get(token, UNLISTED)
