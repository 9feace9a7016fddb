"""What this checkout's own commands say of a stack, and of one that is not there."""

from pathlib import Path
from shutil import copy, copytree, ignore_patterns

import pytest

from config.loader import CHECKOUT
from ops.review.facts import facts


def test_the_commands_of_a_revision_are_asked() -> None:
    side = facts(CHECKOUT, "local")
    assert side.plan is not None and side.cost is not None
    assert side.plan["services"]["gateway-api"]["replicas"]["peak"]["value"] == 45
    assert (side.problem, side.no_cost) == (None, None)


def test_a_stack_without_a_price_has_a_plan_and_says_why_it_has_no_cost(tmp_path: Path) -> None:
    for part in ("ops", "apps", "components", "config"):
        copytree(CHECKOUT / part, tmp_path / part, ignore=ignore_patterns("__pycache__"))
    copy(CHECKOUT / "Pulumi.yaml", tmp_path)
    stated, cost, _ = (CHECKOUT / "Pulumi.local.yaml").read_text().partition("  headroom:cost:")
    assert cost, "the local stack states its cost, last"
    (tmp_path / "Pulumi.far.yaml").write_text(stated)
    side = facts(tmp_path, "far")
    assert side.plan is not None
    assert side.cost is None and side.no_cost is not None and "Traceback" not in side.no_cost


def test_a_stack_that_is_not_there_is_no_error() -> None:
    assert not facts(CHECKOUT, "nowhere").there


ENDS = """
import sys
print("{answer}")
print("{said}", file=sys.stderr)
sys.exit(1)
"""


@pytest.mark.parametrize(
    ("answer", "said", "there"),
    [
        ("{}", "the rules found 2 errors", True),
        ("{}", "Traceback (most recent call last)", False),
        ("", "wrong", False),
    ],
)
def test_a_plan_with_errors_is_a_plan_and_a_crash_is_none(
    answer: str, said: str, there: bool, tmp_path: Path
) -> None:
    (tmp_path / "ops").mkdir()
    (tmp_path / "ops" / "__main__.py").write_text(ENDS.replace("{answer}", answer).replace("{said}", said))
    (tmp_path / "Pulumi.own.yaml").touch()
    assert (facts(tmp_path, "own").plan is not None) is there
