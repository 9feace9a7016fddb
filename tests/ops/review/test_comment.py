"""What stands in the comment, in which order, and that the same input is the same text."""

from dataclasses import replace

from ops.review.changes import Kind, Resource, resources
from ops.review.comment import MARKER, comment
from ops.review.comparison import Compared, compared
from ops.review.facts import Found, Side
from ops.review.folding import GITHUB_LIMIT

from .sides import pair, side, steps

RULE = Found("HR105 zone-loss-not-carried", "services.a|b", "warning", "text with `code` and <!-- a comment")


def text(*stacks: Compared, limit: int = GITHUB_LIMIT) -> str:
    return comment(pair(), stacks, limit)


def raised() -> Compared:
    return compared("local", side(), side("target.peak_rps=36000"), resources(steps()))


def test_the_marker_is_the_first_line_and_the_revisions_follow() -> None:
    lines = text(raised()).splitlines()
    assert lines[0] == MARKER
    assert "`aaaaaaaaaa` → `bbbbbbbbbb`" in lines


def test_what_holds_data_is_at_the_top_by_name_and_reason() -> None:
    written = text(raised())
    loud = written[: written.index("### local")]
    assert "> [!CAUTION]" in loud
    assert "**Data is lost: 1 replaced, 3 deleted, 1 of them hold data.**" in loud
    first = next(line for line in loud.splitlines() if line.startswith("> - "))
    assert "replace apps/v1 StatefulSet `redis-set`, by `spec.podManagementPolicy`" in first
    assert "holds what its pods hold" in first


def test_a_deletion_without_data_is_loud_and_claims_no_loss() -> None:
    gone = Resource(Kind.DELETE, "kubernetes:core/v1:Service", "old")
    written = text(compared("local", side(), side(), [gone]))
    assert "> [!WARNING]" in written
    assert "Data is lost" not in written


def test_nothing_is_loud_where_nothing_is_replaced_or_deleted() -> None:
    assert "> [!" not in text(compared("local", side(), side("target.peak_rps=36000")))


def test_figures_stand_side_by_side_with_the_share_of_the_change() -> None:
    written = text(raised())
    assert "| target at the peak | 30000 rps | **36000 rps** | +20.0 % |" in written
    assert "| `gateway-api` | 9 | 45 → **54** | 9000 | 45000 → **54000** |" in written
    assert "| nodes a month | $1,236.48 | **" in written
    assert "Objectives and alerts" in written, "the alerts follow the target"


def test_of_a_stack_in_aws_the_whole_bill_and_its_parts_are_told() -> None:
    one = side("cluster.network.nat=one", stack="prod")
    written = text(compared("prod", side(stack="prod"), one))
    # Two gateways and their addresses less, 730 hours at $0.059 and $0.005: $93.44 of the network.
    assert "| the stack a month | $8,302.53 | **$8,209.09** | -1.1 % |" in written
    assert "| of it network | $1,041.78 | **$948.34** | -9.0 % |" in written
    assert "| of it nodes | $1,519.84 | $1,519.84 |" in written
    assert "| without a price, in no sum | queue-requests | queue-requests |" in written
    assert "of it" not in text(raised()), "no bill of AWS on this machine"


def test_a_revision_from_before_the_bill_is_compared_with_one_after_it() -> None:
    new = side(stack="prod")
    assert new.cost is not None
    old = replace(new, cost={name: value for name, value in new.cost.items() if name != "bill"})
    assert "| the stack a month | - | **$8,302.53** |" in text(compared("prod", old, new))


def test_an_objective_that_changes_is_told() -> None:
    written = text(compared("local", side(), side("target.availability=99.95%")))
    assert "| availability | 99.9% | **99.95%** |" in written


def test_findings_come_and_go_and_cannot_change_the_comment() -> None:
    written = text(compared("local", side(), side(findings=(RULE,))))
    assert "#### New findings" in written
    assert "<!-- a comment" not in written.replace("\\<!-- a comment", "")
    assert "#### Findings that are gone" in text(compared("local", side(findings=(RULE,)), side()))


def test_a_stack_that_stays_is_one_line() -> None:
    assert "### local: nothing changes" in text(compared("local", side(), side()))


def test_the_same_input_is_the_same_text() -> None:
    assert text(raised()) == text(raised())
    shuffled = compared("local", side(), side("target.peak_rps=36000"), resources(list(reversed(steps()))))
    assert text(raised()) == text(shuffled)


def test_a_broken_head_is_loud_and_in_its_own_words() -> None:
    broken = Side(True, problem="Pulumi.local.yaml: 1 problem\n  headroom:targt: unknown key")
    written = text(compared("local", side(), broken))
    assert "**local** cannot be deployed" in written
    assert "headroom:targt: unknown key" in written
    assert "### local: broken" in written


def test_a_broken_base_is_told_and_breaks_nothing() -> None:
    stack = compared("local", Side(True, problem="no such command"), side(), stopped=(["refused"], []))
    written = text(stack)
    assert not stack.broken
    assert "The plan cannot be made at the base:" in written
    assert "there is nothing to compare with" in written
    assert "| target at the peak | - | **30000 rps** |" in written
    assert "New findings" not in written


def test_a_stack_that_comes_or_goes_is_told() -> None:
    assert "### local: a new stack" in text(compared("local", Side(False), side()))
    gone = text(compared("local", side(), Side(False)))
    assert "what it deployed stays until somebody runs pulumi destroy" in gone


def test_a_field_that_the_base_does_not_know_is_a_dash() -> None:
    old = side()
    assert old.plan is not None
    without = {key: value for key, value in old.plan.items() if key not in ("fastest_ramp", "pools")}
    written = text(compared("local", replace(old, plan=without, cost=None), side()))
    assert "| nodes at the peak | - | **9** |" in written


def test_a_huge_diff_is_cut_in_the_folds_and_says_so() -> None:
    many = [
        Resource(Kind.UPDATE, "kubernetes:core/v1:Service", f"service-{n}-{'x' * 90}") for n in range(3000)
    ]
    worst = Resource(Kind.DELETE, "aws:rds/instance:Instance", "orders", data="a database")
    written = text(compared("local", side(), side(), [worst, *many]))
    assert len(written) <= GITHUB_LIMIT
    assert "more lines are left out" in written
    assert "`orders`: **holds a database**" in written
    assert written.rstrip().endswith("</sub>"), "what stands open is whole"
    assert written.count("<details>") == written.count("</details>")


def test_many_losses_are_counted_where_they_are_not_all_named() -> None:
    many = [
        Resource(Kind.DELETE, "aws:rds/instance:Instance", f"db-{n}", data="a database") for n in range(500)
    ]
    written = text(compared("local", side(), side(), many))
    assert "and 460 more, 460 of them with data" in written
    assert len(written) <= GITHUB_LIMIT


def test_whatever_the_limit_the_comment_keeps_to_it() -> None:
    assert len(text(raised(), raised(), limit=2000)) <= 2000
