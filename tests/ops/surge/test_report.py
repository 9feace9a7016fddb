"""The report says what the timelines came to, what was modelled, and when it says nothing."""

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from components.policy.surge.timeline import ServiceTick, Tick, Timeline
from ops.surge.chart import nice, picture
from ops.surge.report import Report, as_data, markdown, table, write


def timeline(policy: str, *, recovers: bool = True) -> Timeline:
    """Ten seconds: a step to 1,000 rps, half of which there is room for until second five."""

    def tick(at: int) -> Tick:
        capacity = 1_000.0 if recovers and at >= 5 else 500.0
        service = ServiceTick(2, 2, int(capacity / 500), capacity, 1_000.0)
        served = min(1_000.0, capacity)
        return Tick(at, 1_000.0, served, 1_000.0 - served, capacity, {"a": service}, 0, 1, at / 100)

    notes = ("nodes: modelled", f"of {policy} alone")
    return Timeline(policy, "step", "wind tunnel", tuple(tick(at) for at in range(11)), notes)


def report(*timelines: Timeline, void: str = "", ended: str = "") -> Report:
    return Report("a step", timelines, ("zone-lost at 3 s",), void, ended, "kept")


def test_a_row_for_each_policy() -> None:
    found = table(report(timeline("ours"), timeline("guide", recovers=False)))
    assert found.rows[0][:4] == ["ours", "5", "never", "25.0%"]
    assert found.rows[1][:4] == ["guide", "never", "never", "50.0%"]


def test_a_run_that_ended_before_its_load_began_served_none() -> None:
    early = replace(
        timeline("ours"), ticks=tuple(replace(t, at_s=t.at_s - 60) for t in timeline("ours").ticks)
    )
    found = report(early, ended="died")
    assert table(found).rows[0][:6] == ["ours", "-", "-", "-", "-", "2"]
    assert as_data(found)["policies"]["ours"]["least_of_needed"] is None


def test_the_page_says_what_is_modelled_once_and_what_is_one_policys_own() -> None:
    page = markdown(report(timeline("ours"), timeline("guide")))
    assert page.count("nodes: modelled") == 1
    assert "- ours: of ours alone" in page
    assert "zone-lost at 3 s" in page


@pytest.mark.parametrize(
    ("found", "word"),
    [(report(timeline("ours"), void="late"), "VOID"), (report(timeline("ours"), ended="died"), "PARTIAL")],
)
def test_a_run_that_says_less_says_so_everywhere(found: Report, word: str) -> None:
    assert any(line.startswith(word) for line in found.warnings)
    assert f"**{word}" in markdown(found)
    data = as_data(found)
    assert data["void"] or data["ended"]


def test_everything_is_written_and_reads_back(tmp_path: Path) -> None:
    write(report(timeline("ours"), timeline("rps+40 spare")), tmp_path / "out")
    out = tmp_path / "out"
    data = json.loads((out / "surge.json").read_text())
    assert data["policies"]["ours"]["capacity_s"] == 5
    assert data["policies"]["ours"]["shed_share"] == 0.25
    again = Timeline.from_json_text((out / "rps-40-spare.timeline.json").read_text())
    assert again == timeline("rps+40 spare")
    lines = (out / "ours.csv").read_text().splitlines()
    assert len(lines) == 12
    assert lines[0].startswith("at_s,offered_rps")


def test_the_picture_is_well_formed_and_has_a_panel_for_each_policy() -> None:
    svg = picture("a <step>", [timeline("ours"), timeline("guide")])
    root = ElementTree.fromstring(svg)
    texts = [node.text or "" for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "a <step>" in texts
    assert any(text.startswith("ours: capacity after 5 s, 25.0% shed") for text in texts)
    assert any(text.startswith("guide:") for text in texts)
    assert len(list(root.iter("{http://www.w3.org/2000/svg}polyline"))) == 8


def test_a_picture_of_nothing_says_so() -> None:
    assert "nothing was measured" in picture("x", [])


@pytest.mark.parametrize(("value", "expected"), [(1, 1), (3, 5), (45_000, 50_000), (100, 100), (101, 200)])
def test_scales_end_at_round_figures(value: float, expected: float) -> None:
    assert nice(value) == expected
