"""What a person states of an account: place, tags, versions, and who may reach the endpoint; boundaries in pairs."""

import pytest

from components.policy.addons import check_kube_proxy
from components.policy.allow_list import allow_list
from components.policy.errors import ConfigurationError
from components.policy.place import check_zones, place
from components.policy.quantities import Bytes
from components.policy.root_volume import check_root_volume
from components.policy.tags import MOST_TAGS, REQUIRED, check_tags
from components.policy.versions import check_versions

TAGS = {"owner": "platform", "stack": "prod", "cost-allocation": "tickets"}
ACCOUNT = "1" * 12


@pytest.mark.parametrize(
    ("kubernetes", "first", "last_too_old"),
    [
        ("1.33", "1.5.0", "1.4.9"),
        ("1.34", "1.6.0", "1.5.9"),
        ("1.35", "1.9.0", "1.8.9"),
        ("1.36", "1.13.0", "1.12.9"),
    ],
)
def test_each_kubernetes_has_its_first_karpenter(kubernetes: str, first: str, last_too_old: str) -> None:
    check_versions(kubernetes, first)
    with pytest.raises(ConfigurationError, match="karpenter_version"):
        check_versions(kubernetes, last_too_old)


@pytest.mark.parametrize("kubernetes", ["1.32", "1.37", "1.36.1", "v1.36", "latest", ""])
def test_a_kubernetes_outside_the_table_is_refused(kubernetes: str) -> None:
    with pytest.raises(ConfigurationError, match="kubernetes_version"):
        check_versions(kubernetes, "1.14.1")


@pytest.mark.parametrize("karpenter", ["1.14", "v1.14.1", "latest", "2.0.0", "0.37.0", "1.14.1-rc.0", ""])
def test_a_karpenter_that_is_no_release_of_this_major_is_refused(karpenter: str) -> None:
    with pytest.raises(ConfigurationError, match="karpenter_version"):
        check_versions("1.36", karpenter)


def test_tags_need_an_owner_a_stack_and_who_pays() -> None:
    assert check_tags("tags", TAGS) == TAGS
    for key in REQUIRED:
        with pytest.raises(ConfigurationError, match=rf"tags\.{key}: nothing is not usable"):
            check_tags("tags", {k: v for k, v in TAGS.items() if k != key})
        with pytest.raises(ConfigurationError, match=rf"tags\.{key}: nothing is not usable"):
            check_tags("tags", {**TAGS, key: ""})


def test_as_many_tags_as_leave_room_for_the_components_own() -> None:
    most = {**TAGS, **{f"key-{n}": "x" for n in range(MOST_TAGS - len(TAGS))}}
    assert len(check_tags("tags", most)) == MOST_TAGS
    with pytest.raises(ConfigurationError, match="at most"):
        check_tags("tags", {**most, "one": "more"})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("aws:thing", "x"),
        ("AWS:thing", "x"),
        ("karpenter.sh/discovery", "x"),
        ("kubernetes.io/role/elb", "1"),
        ("", "x"),
        ("k" * 129, "x"),
        ("key", "v" * 257),
        ("key", "what?"),
        ("key", ""),
    ],
)
def test_a_tag_that_aws_would_refuse_or_a_controller_reads_is_refused(key: str, value: str) -> None:
    with pytest.raises(ConfigurationError):
        check_tags("tags", {**TAGS, key: value})


def test_the_longest_tag_that_aws_takes_is_taken() -> None:
    assert check_tags("tags", {**TAGS, "k" * 128: "v" * 256})


def test_a_place_knows_its_partition_and_its_names() -> None:
    seoul = place(ACCOUNT, "ap-northeast-2")
    assert seoul.arn("eks", "cluster/sale") == f"arn:aws:eks:ap-northeast-2:{ACCOUNT}:cluster/sale"
    assert seoul.managed_policy("X") == "arn:aws:iam::aws:policy/X"
    assert seoul.endpoint_service("ecr.api") == "com.amazonaws.ap-northeast-2.ecr.api"
    assert place(ACCOUNT, "us-gov-west-1").managed_policy("X") == "arn:aws-us-gov:iam::aws:policy/X"


@pytest.mark.parametrize(
    ("account", "region"),
    [
        ("1" * 11, "ap-northeast-2"),
        ("1" * 13, "ap-northeast-2"),
        ("abcdefghijkl", "ap-northeast-2"),
        (ACCOUNT, "ap-northeast-2a"),
        (ACCOUNT, "seoul"),
        (ACCOUNT, ""),
        (ACCOUNT, "cn-north-1"),
    ],
)
def test_a_malformed_account_or_region_is_refused(account: str, region: str) -> None:
    with pytest.raises(ConfigurationError, match=r"aws\.(account|region)"):
        place(account, region)


def test_a_zone_of_another_region_is_refused() -> None:
    seoul = place(ACCOUNT, "ap-northeast-2")
    check_zones("zones", ["ap-northeast-2a", "ap-northeast-2c"], seoul)
    for zone in ("ap-northeast-1a", "ap-northeast-2", "zone-a", "ap-northeast-2ab"):
        with pytest.raises(ConfigurationError, match="zones of ap-northeast-2"):
            check_zones("zones", [zone], seoul)


def test_an_allow_list_keeps_each_block_once_in_order() -> None:
    assert allow_list("cidrs", ["203.0.113.0/24", "198.51.100.7/32", "203.0.113.0/24"]) == [
        "198.51.100.7/32",
        "203.0.113.0/24",
    ]


@pytest.mark.parametrize(
    "blocks",
    [
        [],
        ["0.0.0.0/0"],
        ["0.0.0.0/1", "128.0.0.0/1"],
        # Two halves of a /7: each is allowed alone, together they are wider than anybody's network.
        ["12.0.0.0/8", "13.0.0.0/8"],
        ["10.1.0.0/16"],
        ["203.0.113.1/24"],
        ["203.0.113.0"],
        ["2001:db8::/32"],
        [f"203.0.{n}.0/32" for n in range(41)],
    ],
)
def test_an_allow_list_that_means_everybody_or_nobody_is_refused(blocks: list[str]) -> None:
    with pytest.raises(ConfigurationError, match="cidrs"):
        allow_list("cidrs", blocks)


def test_the_widest_block_and_the_longest_list_are_taken() -> None:
    assert allow_list("cidrs", ["12.0.0.0/8"])
    assert len(allow_list("cidrs", [f"203.0.{n}.0/32" for n in range(40)])) == 40


@pytest.mark.parametrize("size", ["0", "1Mi", "19Gi", "20481Mi", "20G"])
def test_a_root_volume_that_does_not_hold_the_image_or_is_no_whole_gib_is_refused(size: str) -> None:
    check_root_volume("volume_size", Bytes.parse("20Gi"))
    check_root_volume("volume_size", Bytes.parse("20480Mi"))
    with pytest.raises(ConfigurationError, match=r"volume_size: .* whole GiB, 20Gi or more"):
        check_root_volume("volume_size", Bytes.parse(size))


@pytest.mark.parametrize(("oldest", "too_old", "too_new"), [("v1.33", "v1.32", "v1.37")])
def test_kube_proxy_follows_the_control_plane(oldest: str, too_old: str, too_new: str) -> None:
    for fits in (oldest, "v1.36"):
        check_kube_proxy("kube_proxy", f"{fits}.0-eksbuild.1", "1.36")
    for version in (too_old, too_new):
        with pytest.raises(ConfigurationError, match=r"kube_proxy: .* never newer"):
            check_kube_proxy("kube_proxy", f"{version}.0-eksbuild.1", "1.36")
