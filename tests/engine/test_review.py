"""ops review on a repository of its own, with the real engine: what is replaced is loud, what is broken is told."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live import Checkout, copy_to

REDIS_PODS = "components/redis/pods.py"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    made = copy_to(tmp_path_factory.mktemp("reviewed"))
    git(made, "init", "--quiet", "--initial-branch=main")
    commit(made, "as it is")
    yield made


@pytest.fixture
def change(checkout: Checkout) -> Iterator[Checkout]:
    """On a branch of its own from main."""
    git(checkout, "checkout", "--quiet", "-B", "change", "main")
    yield checkout
    git(checkout, "checkout", "--quiet", "--force", "main")


def git(checkout: Checkout, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=checkout.root, check=True, capture_output=True)


def commit(checkout: Checkout, message: str) -> None:
    git(checkout, "add", "--all")
    git(checkout, "commit", "--quiet", "-m", message)


def reviewed(checkout: Checkout, *arguments: str) -> tuple[int, str]:
    """The exit code and the comment."""
    file = checkout.root / "review.md"
    file.unlink(missing_ok=True)
    done = checkout.ops(
        "review", "--base", "main", "--head", "change", "-o", str(file), *arguments, check=False, timeout=600
    )
    assert "Traceback" not in done.output
    return done.status, file.read_text() if file.exists() else done.output


def test_a_raised_target_and_a_replaced_redis(change: Checkout) -> None:
    change.edit("Pulumi.local.yaml", "peak_rps: 30000", "peak_rps: 33000")
    change.edit(REDIS_PODS, '"podManagementPolicy": "Parallel"', '"podManagementPolicy": "OrderedReady"')
    commit(change, "more")
    code, text = reviewed(change, "-s", "local", "--fail-on", "data")
    assert code == 1
    loud = text[: text.index("### local")]
    assert "> [!CAUTION]" in loud
    for name in ("redis-set", "redis-sentinel-set"):
        assert f"local: replace apps/v1 StatefulSet `{name}`, by `spec.podManagementPolicy`: **holds" in loud
    assert "| target at the peak | 30000 rps | **33000 rps** | +10.0 % |" in text
    folded = text[text.index("<details>") :]
    assert 'spec.podManagementPolicy: "Parallel" -> "OrderedReady"  (makes a new one)' in folded
    assert "HorizontalPodAutoscaler gateway-api-autoscaler" in folded
    assert str(change.root) not in text and "kubeconfig" not in text
    again = reviewed(change, "-s", "local")
    assert again == (0, text), (
        "the same commits give the same bytes, and data fails only where it is asked for"
    )


def test_every_stack_is_previewed_and_nothing_changes_by_a_comment(change: Checkout) -> None:
    path = change.root / "README.md"
    path.write_text(f"{path.read_text()}\n")
    commit(change, "a line")
    code, text = reviewed(change)
    assert code == 0
    stacks = sorted(file.name.split(".")[1] for file in change.root.glob("Pulumi.?*.yaml"))
    assert [line for line in text.splitlines() if line.startswith("### ")] == [
        f"### {stack}: nothing changes" for stack in stacks
    ]


def test_a_service_that_is_taken_away_is_deleted_by_name(change: Checkout) -> None:
    path = change.root / "Pulumi.local.yaml"
    path.write_text(
        f"{path.read_text()}  headroom:services:\n    gateway-api: {{calls: {{payment-api: null}}}}\n"
        "    payment-api: null\n"
    )
    commit(change, "fewer")
    code, text = reviewed(change, "-s", "local", "--fail-on", "deleted")
    assert code == 1
    assert "> - local: delete apps/v1 Deployment `payment-api-deployment`" in text
    assert "| `payment-api` | 6 → **-** |" in text


def test_a_broken_head_is_told_in_the_programs_words_and_fails(change: Checkout) -> None:
    change.edit("Pulumi.local.yaml", "peak_rps: 30000", "peak_rps: 0")
    commit(change, "broken")
    code, text = reviewed(change, "-s", "local")
    assert code == 1
    assert "**local** cannot be deployed" in text
    assert "headroom:target.peak_rps" in text


def test_a_program_that_ends_in_an_exception_is_told_without_a_path(change: Checkout) -> None:
    change.edit("__main__.py", "settings = load()", 'settings = load()\n    raise ValueError("half-made")')
    commit(change, "broken")
    code, text = reviewed(change, "-s", "local")
    assert code == 1
    assert "half-made" in text
    assert str(change.root) not in text


def test_a_base_that_is_broken_is_no_failure(change: Checkout) -> None:
    change.edit("Pulumi.local.yaml", "peak_rps: 30000", "peak_rps: 0")
    commit(change, "broken")
    git(change, "branch", "--force", "was-broken")
    change.edit("Pulumi.local.yaml", "peak_rps: 0", "peak_rps: 30000")
    commit(change, "mended")
    code, text = reviewed(change, "-s", "local", "--base", "was-broken")
    assert code == 0
    assert "The plan cannot be made at the base:" in text
    assert "| target at the peak | - | **30000 rps** |" in text


def test_a_new_stack_with_a_secret_of_somebody_else_is_previewed_and_the_secret_never_printed(
    change: Checkout,
) -> None:
    text = (change.root / "Pulumi.local.yaml").read_text()
    (change.root / "Pulumi.more.yaml").write_text(
        f"encryptionsalt: v1:xYz=:v1:aaa\n{text}  headroom:redis_password:\n    secure: v1:cipher\n"
    )
    commit(change, "another")
    code, text = reviewed(change, "-s", "more")
    assert code == 0, text
    assert "### more: a new stack" in text
    assert "create core/v1 Secret redis-password" in text
    assert "cipher" not in text and "placeholder" not in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--head", "nowhere"), '--head "nowhere": names no commit'),
        (("-s", "nowhere"), '--stack "nowhere": neither revision has'),
    ],
)
def test_a_wrong_question_is_answered_and_leaves_nothing(
    change: Checkout, arguments: tuple[str, ...], said: str
) -> None:
    code, text = reviewed(change, *arguments)
    assert code == 2
    assert said in text
    assert not Path(change.root, ".headroom", "review", "head").exists()


def test_another_network_in_aws_is_told_subnet_by_subnet(change: Checkout) -> None:
    """prod makes its own VPC and cluster; no account is asked."""
    change.edit("Pulumi.prod.yaml", "cidr: 10.0.0.0/16", "cidr: 10.64.0.0/16")
    commit(change, "elsewhere")
    code, text = reviewed(change, "-s", "prod", "--fail-on", "replaced")
    assert code == 1
    assert "> - prod: replace aws:ec2/vpc Vpc `network-vpc`, by `cidrBlock`" in text
    assert '    cidrBlock: "10.0.0.0/16" -> "10.64.0.0/16"  (makes a new one)' in text
