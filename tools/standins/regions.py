"""Regions and their zones, without asking: regions from botocore, zones from a short table.

It decides which zones a region is taken to have; Zone ids are those of the stand-in's account.
"""

from functools import cache
from importlib import import_module
from typing import Final

_ZONES: Final = {
    "ap-northeast-1": "acd",
    "ap-northeast-2": "abcd",
    "us-east-1": "abcdef",
    "us-west-2": "abcd",
}
_USUAL_ZONES: Final = "abc"
_DIRECTIONS: Final = {
    "north": "n", "south": "s", "east": "e", "west": "w", "central": "c",
    "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw",
}  # fmt: skip


@cache
def known() -> frozenset[str]:
    """The regions of the partition aws."""
    endpoints = import_module("botocore.loaders").Loader().load_data("endpoints")
    return frozenset(endpoints["partitions"][0]["regions"])


def zones(region: str) -> list[str]:
    return [f"{region}{letter}" for letter in _ZONES.get(region, _USUAL_ZONES)]


def zone_id(zone: str) -> str:
    """apne2-az1 of ap-northeast-2a."""
    region, letter = zone[:-1], zone[-1:]
    area, _, rest = region.partition("-")
    direction, _, number = rest.partition("-")
    return f"{area}{_DIRECTIONS.get(direction, direction)}{number}-az{ord(letter or 'a') - ord('a') + 1}"
