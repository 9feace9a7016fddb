"""What is measured is what is said: equal turns, the same objects in both programs. No test here minds the clock."""

from pathlib import Path

from bench import planning
from bench.programs import kubernetes_objects, objects_of, write_flat, write_ours
from bench.timing import Times, side_by_side


def test_each_case_has_its_turn_in_every_round() -> None:
    order: list[str] = []
    clock = iter(range(100))
    times = side_by_side(
        {"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 3, clock=lambda: float(next(clock))
    )
    assert "".join(order) == "ab" + "ba" + "ab"
    assert times["a"].seconds == times["b"].seconds == (1, 1, 1)


def test_the_median_is_no_mean() -> None:
    assert Times((1, 2, 30)).median == 2


def test_the_measured_platforms_are_whole_and_pass_the_review() -> None:
    assert planning.plan_and_review(20) == 0
    lines = list(planning.measure(1, (2, 4)))
    assert lines[0].lstrip().startswith("2 services: ")
    assert lines[-1].startswith("2 -> 4 services: x")


def test_the_flat_program_makes_the_same_objects(tmp_path: Path) -> None:
    made = objects_of(write_ours(tmp_path))
    flat = write_flat(tmp_path, made)
    again = objects_of(flat)
    assert kubernetes_objects(again) == kubernetes_objects(made)
    assert len(kubernetes_objects(made)) > 30
    assert len(again) < len(made), "the components are what it does without"
    ours = [(r["type"], r["inputs"]) for r in made]
    for found in again:
        if found["type"].startswith("kubernetes:"):
            assert (found["type"], found["inputs"]) in ours
