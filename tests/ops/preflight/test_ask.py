"""The questions and the answers are those of botocore's own models, with the network stubbed; and the command."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from config.loader import CHECKOUT, load_stack
from ops import exit_codes
from ops.cli import app
from ops.plan import planned
from ops.preflight import command
from ops.preflight.ask import CannotAskError, ask, session
from ops.preflight.facts import Quota, Unknown
from ops.preflight.judge import judge
from ops.preflight.quotas import quotas_of

from .stacks import ACCOUNT, ANOTHERS, CERTIFICATE, need_of

boto3: Any = pytest.importorskip("boto3", reason="boto3 is not installed (pip install boto3)")
stubs: Any = pytest.importorskip("botocore.stub")

NEED = need_of()
ZONES = NEED.zones
TAGS = [{"Key": key, "Value": value} for key, value in NEED.cluster.tags.items()]
REGION = NEED.cluster.region


class Stubbed:
    """A session whose clients answer what was put in, in that order, and nothing else."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._clients: dict[tuple[str, str], Any] = {}
        self._stubs: dict[tuple[str, str], Any] = {}

    def stub(self, service: str, region: str = REGION) -> Any:
        key = (service, region)
        if key not in self._clients:
            self._clients[key] = boto3.client(
                service, region_name=region, aws_access_key_id="x", aws_secret_access_key="x"
            )
            self._stubs[key] = self._stack.enter_context(stubs.Stubber(self._clients[key]))
        return self._stubs[key]

    def client(self, service: str, *, region_name: str, config: Any) -> Any:
        assert config.connect_timeout < 60
        self.stub(service, region_name)
        return self._clients[service, region_name]

    def all_asked(self) -> None:
        for each in self._stubs.values():
            each.assert_no_pending_responses()


@pytest.fixture
def stubbed() -> Iterator[Stubbed]:
    with ExitStack() as stack:
        yield Stubbed(stack)


def whoever(found: Stubbed, account: str = ACCOUNT, opt_in: str = "opt-in-not-required") -> None:
    found.stub("sts", "us-east-1").add_response("get_caller_identity", {"Account": account})
    found.stub("ec2", "us-east-1").add_response(
        "describe_regions",
        {"Regions": [{"RegionName": REGION, "OptInStatus": opt_in}]},
        {"AllRegions": True, "Filters": [{"Name": "region-name", "Values": [REGION]}]},
    )


def quotas(found: Stubbed, value: float = 1000.0, which: Iterable[Quota] = tuple(quotas_of(NEED))) -> None:
    for quota in which:
        found.stub("service-quotas").add_response(
            "get_service_quota",
            {"Quota": {"Value": value}},
            {"ServiceCode": quota.service, "QuotaCode": quota.value},
        )


def instance(kind: str, **other: Any) -> dict[str, Any]:
    return {"InstanceType": kind, "CpuOptions": {"CoreCount": 4, "ThreadsPerCore": 2}, **other}


def network(found: Stubbed) -> None:
    ec2 = found.stub("ec2")
    ec2.add_response("describe_addresses", {"Addresses": [{"PublicIp": "203.0.113.1"}, {"Tags": TAGS}]})
    gateways = [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-2", "Tags": TAGS}]
    ec2.add_response("describe_nat_gateways", {"NatGateways": gateways})
    where = {"SubnetId": "subnet-1", "AvailabilityZone": ZONES[1]}
    ec2.add_response(
        "describe_subnets",
        {"Subnets": [where]},
        {"Filters": [{"Name": "subnet-id", "Values": ["subnet-1"]}]},
    )
    ec2.add_response("describe_vpcs", {"Vpcs": [{"VpcId": "vpc-1"}, {"VpcId": "vpc-2"}]})
    zones = [{"ZoneName": zone, "State": "available"} for zone in ZONES]
    ec2.add_response(
        "describe_availability_zones",
        {"AvailabilityZones": [*zones, {"ZoneName": f"{REGION}d", "State": "unavailable"}]},
        {"Filters": [{"Name": "zone-type", "Values": ["availability-zone"]}]},
    )


def instances(found: Stubbed) -> None:
    own = [{"Key": "kubernetes.io/cluster/headroom-prod", "Value": "owned"}]
    running = [
        instance("m5.2xlarge"),
        instance("m5.2xlarge", InstanceLifecycle="spot"),
        instance("m5.2xlarge", Tags=own),
        instance("p3.2xlarge"),
    ]
    found.stub("ec2").add_response("describe_instances", {"Reservations": [{"Instances": running}]})


def offers(found: Stubbed) -> None:
    ec2 = found.stub("ec2")
    offered = [
        {"InstanceType": name, "Location": zone} for name in ("m5.2xlarge", "m5.large") for zone in ZONES
    ]
    expected = {
        "LocationType": "availability-zone",
        "Filters": [{"Name": "instance-type", "Values": ["m5.2xlarge", "m5.large"]}],
    }
    half = {"InstanceTypeOfferings": offered[:2], "NextToken": "n"}
    ec2.add_response("describe_instance_type_offerings", half, expected)
    rest = {"InstanceTypeOfferings": offered[2:]}
    ec2.add_response("describe_instance_type_offerings", rest, {**expected, "NextToken": "n"})
    versions = [
        {"clusterVersion": "1.36", "versionStatus": "STANDARD_SUPPORT"},
        {"clusterVersion": "1.20", "versionStatus": "UNSUPPORTED"},
    ]
    found.stub("eks").add_response("describe_cluster_versions", {"clusterVersions": versions})


def region(found: Stubbed) -> None:
    instances(found)
    network(found)
    offers(found)
    found.stub("acm").add_response(
        "describe_certificate", {"Certificate": {"Status": "ISSUED"}}, {"CertificateArn": CERTIFICATE}
    )


def test_everything_is_asked_and_what_is_the_stacks_own_is_not_counted(stubbed: Stubbed) -> None:
    whoever(stubbed)
    quotas(stubbed)
    region(stubbed)
    facts = ask(stubbed, NEED)
    stubbed.all_asked()
    assert facts.inside is not None
    used = facts.inside.used
    assert (used.on_demand_vcpus, used.spot_vcpus, used.own_nodes) == (8, 8, True)
    assert (used.elastic_ips, used.nat_gateways, used.vpcs) == (1, {ZONES[1]: 1}, 2)
    assert facts.inside.offered == {name: frozenset(ZONES) for name in ("m5.2xlarge", "m5.large")}
    assert facts.inside.versions == {"1.36": "STANDARD_SUPPORT"}
    assert facts.inside.zones == frozenset(ZONES)
    assert judge(NEED, facts) == []


def test_of_a_network_nothing_else_is_asked(stubbed: Stubbed) -> None:
    need = need_of("network")
    whoever(stubbed)
    quotas(stubbed, which=quotas_of(need))
    network(stubbed)
    # A client that is asked anything else has no answer, which would be a warning.
    assert judge(need, ask(stubbed, need)) == []
    stubbed.all_asked()


def test_of_a_cluster_in_anothers_network_nothing_else_is_asked(stubbed: Stubbed) -> None:
    need = need_of("cluster", network=ANOTHERS)
    whoever(stubbed)
    quotas(stubbed, which=quotas_of(need))
    instances(stubbed)
    offers(stubbed)
    facts = ask(stubbed, need)
    assert judge(need, facts) == []
    assert facts.inside is not None and facts.inside.zones is None
    stubbed.all_asked()


def test_the_answer_names_the_layer(
    stubbed: Stubbed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stack = (
        (CHECKOUT / "Pulumi.prod.yaml")
        .read_text()
        .replace("config:\n", "config:\n  headroom:layer: network\n", 1)
    )
    (tmp_path / "Pulumi.net.yaml").write_text(stack)
    monkeypatch.setattr(planned, "load_stack", lambda name: load_stack(name, tmp_path))
    monkeypatch.setattr(command, "session", lambda: stubbed)
    whoever(stubbed)
    quotas(stubbed, which=quotas_of(need_of("network")))
    network(stubbed)
    done = CliRunner().invoke(app, ["preflight", "-s", "net"])
    # The account is not stated in the shipped stack.
    assert done.output.splitlines()[-1] == f"account {ACCOUNT}, layer network: 0 errors, 1 warnings"
    assert done.exit_code == 0


def test_a_quota_that_was_never_raised_is_awss_default(stubbed: Stubbed) -> None:
    whoever(stubbed)
    limits = stubbed.stub("service-quotas")
    for quota in quotas_of(NEED):
        limits.add_client_error("get_service_quota", "NoSuchResourceException")
        limits.add_response(
            "get_aws_default_service_quota",
            {"Quota": {"Value": 5.0}},
            {"ServiceCode": quota.service, "QuotaCode": quota.value},
        )
    region(stubbed)
    facts = ask(stubbed, NEED)
    assert facts.inside is not None
    assert set(facts.inside.quotas.values()) == {5}


def test_what_is_denied_names_its_action_and_the_rest_is_asked(stubbed: Stubbed) -> None:
    whoever(stubbed)
    for _ in quotas_of(NEED):
        stubbed.stub("service-quotas").add_client_error("get_service_quota", "AccessDeniedException")
    region(stubbed)
    facts = ask(stubbed, NEED)
    assert facts.inside is not None
    assert facts.inside.quotas[Quota.VPCS] == Unknown(
        action="servicequotas:GetServiceQuota", why="servicequotas:GetServiceQuota is denied"
    )
    found = [str(problem) for problem in judge(NEED, facts)]
    assert {line.partition(":")[0] for line in found} == {"warning"}
    assert all("allow servicequotas:GetServiceQuota" in line for line in found)


def test_a_certificate_that_is_not_there(stubbed: Stubbed) -> None:
    whoever(stubbed)
    quotas(stubbed)
    stubbed.stub("acm").add_client_error("describe_certificate", "ResourceNotFoundException")
    region(stubbed)
    facts = ask(stubbed, NEED)
    assert facts.inside is not None
    assert facts.inside.certificates == {CERTIFICATE: None}


@pytest.mark.parametrize(("account", "opt_in"), [("999999999999", "opted-in"), (ACCOUNT, "not-opted-in")])
def test_another_account_or_a_closed_region_is_asked_nothing_more(
    stubbed: Stubbed, account: str, opt_in: str
) -> None:
    whoever(stubbed, account, opt_in)
    assert ask(stubbed, NEED).inside is None


def test_expired_credentials_are_one_line_and_code_2(
    stubbed: Stubbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    stubbed.stub("sts", "us-east-1").add_client_error("get_caller_identity", "ExpiredToken", "is\nexpired")
    monkeypatch.setattr(command, "session", lambda: stubbed)
    done = CliRunner().invoke(app, ["preflight", "-s", "prod"])
    assert done.exit_code == exit_codes.WRONG_INPUT
    assert done.output.startswith("credentials: ")
    assert "ExpiredToken" in done.output
    assert "aws sso login" in done.output
    assert len(done.output.splitlines()) == 1


def test_a_region_that_is_not_enabled_is_one_line_and_code_1(
    stubbed: Stubbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    whoever(stubbed, opt_in="not-opted-in")
    monkeypatch.setattr(command, "session", lambda: stubbed)
    done = CliRunner().invoke(app, ["preflight", "-s", "prod"])
    assert done.exit_code == exit_codes.NOT_WELL
    assert "error: headroom:cluster.region" in done.output
    assert "1 errors, 1 warnings; the region was not asked" in done.output


def test_a_stack_without_a_cluster_in_aws_is_refused() -> None:
    done = CliRunner().invoke(app, ["preflight", "-s", "local"])
    assert done.exit_code == exit_codes.WRONG_INPUT
    assert "headroom:cluster.kind" in done.output


def test_without_boto3_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(CannotAskError, match="boto3 is missing"):
        session()
