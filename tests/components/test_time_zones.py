"""Local times become instants, also on the two days of a year on which the clocks are changed."""

import pytest

from components.policy.errors import ConfigurationError
from components.policy.events import EventSpec
from components.time_zones import occurrence


def spec(start: str, zone: str, duration: str = "2h") -> EventSpec:
    return EventSpec(name="sale", start=start, time_zone=zone, duration=duration, expected_rps=1)


@pytest.mark.parametrize(
    ("start", "zone", "starts", "ends", "offsets", "written"),
    [
        ("2026-11-27T19:00", "Asia/Seoul", "2026-11-27T10:00:00Z", "2026-11-27T12:00:00Z", (9, 9), "once"),
        ("2026-06-01T12:00", "Etc/UTC", "2026-06-01T12:00:00Z", "2026-06-01T14:00:00Z", (0, 0), "once"),
        # Put forward from 2:00 to 3:00: two hours from 1:00 end at 4:00 on the clock.
        ("2026-03-29T01:00", "Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z", (1, 2), "once"),
        ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30:00Z", "2026-03-29T03:30:00Z", (2, 2), "never"),
        # Put back from 3:00 to 2:00: the first 2:30 is summer time still.
        ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T02:30:00Z", (2, 1), "twice"),
        ("2026-11-01T00:30", "America/New_York", "2026-11-01T04:30:00Z", "2026-11-01T06:30:00Z", (-4, -5), "once"),
    ],
)  # fmt: skip
def test_the_instants_of_a_local_time(
    start: str, zone: str, starts: str, ends: str, offsets: tuple[int, int], written: str
) -> None:
    found = occurrence(spec(start, zone))
    assert (str(found.starts), str(found.ends)) == (starts, ends)
    assert (found.offset_at_start, found.offset_at_end) == tuple(hours * 3600 for hours in offsets)
    assert found.written == written


@pytest.mark.parametrize("zone", ["Asia/Soul", "../../etc/passwd", "/etc/localtime", "KST", "Asia/Seoul\0"])
def test_a_zone_that_is_none_is_refused_with_the_nearest(zone: str) -> None:
    with pytest.raises(ConfigurationError, match=r"events.sale.time_zone: .*IANA.*"):
        occurrence(spec("2026-11-27T19:00", zone))


def test_the_nearest_is_named() -> None:
    with pytest.raises(ConfigurationError, match="Asia/Seoul"):
        occurrence(spec("2026-11-27T19:00", "Asia/Soul"))
