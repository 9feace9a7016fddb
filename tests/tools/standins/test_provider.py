"""The aws provider between engine and account: names that are drawn, tags by default, region and account."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from pulumi.provider.experimental import provider as protocol

from tests.tools.standins.examples import RIGHT, ROLE, VPC, Town, trust, urn
from tools.standins.aws import AwsProvider
from tools.standins.changes import DEFAULTS
from tools.standins.store import STATE_VARIABLE
from tools.standins.values import UNKNOWN, plain, plain_map, wrap, wrap_map


@pytest.fixture
def provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AwsProvider:
    monkeypatch.setenv(STATE_VARIABLE, str(tmp_path))
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    return AwsProvider()


def wrapped(values: dict[str, Any]) -> Any:
    return wrap_map(values, {})


def check(
    provider: AwsProvider, token: str, inputs: dict[str, Any], before: dict[str, Any] | None = None
) -> tuple[dict[str, Any], list[str]]:
    request = protocol.CheckRequest(
        urn(f"a:b:C${token}", "node"), wrapped(before or {}), wrapped(inputs), b""
    )
    answer = asyncio.run(provider.check(request))
    return plain_map(answer.inputs or {}), [f"{one.property}: {one.reason}" for one in answer.failures or []]


def configured(provider: AwsProvider, **config: str) -> list[str]:
    request = protocol.CheckRequest("urn:pulumi:t::s::pulumi:providers:aws::aws", {}, wrapped(config), b"")
    answer = asyncio.run(provider.check_config(request))
    asyncio.run(provider.configure(protocol.ConfigureRequest({}, wrapped(config), True, False)))
    return [f"{one.property}: {one.reason}" for one in answer.failures or []]


def test_a_name_is_drawn_once_and_kept(provider: AwsProvider) -> None:
    inputs, failures = check(provider, ROLE, {"assumeRolePolicy": trust()})
    assert failures == []
    assert inputs["name"].startswith("node-") and len(inputs["name"]) == len("node-0123456")
    assert inputs[DEFAULTS] == ["name"]
    kept, _ = check(provider, ROLE, {"assumeRolePolicy": trust()}, inputs)
    assert kept["name"] == inputs["name"]
    given, _ = check(provider, ROLE, {"assumeRolePolicy": trust(), "name": "mine"}, inputs)
    assert (given["name"], DEFAULTS in given) == ("mine", False)


def test_a_replacement_gets_another_name_while_the_first_is_there(
    provider: AwsProvider, tmp_path: Path
) -> None:
    first, _ = check(provider, ROLE, {"assumeRolePolicy": trust()})
    Town(tmp_path).make(ROLE, "node", **first)
    second, _ = check(provider, ROLE, {"assumeRolePolicy": trust()})
    assert second["name"] != first["name"]


def test_tags_by_default_count_as_the_resources_own(provider: AwsProvider) -> None:
    assert configured(provider, region="ap-northeast-2", defaultTags='{"tags": {"owner": "shop"}}') == []
    own = {f"key-{n}": "v" for n in range(49)}
    assert check(provider, VPC, {**RIGHT[VPC], "tags": own})[1] == []
    assert "51 tags" in check(provider, VPC, {**RIGHT[VPC], "tags": {**own, "one": "v"}})[1][0]


@pytest.mark.parametrize(
    ("passes", "refused", "reason"),
    [
        ({"region": "ap-northeast-2"}, {"region": "ap-northeast-9"}, "no region of AWS"),
        ({"region": "ap-northeast-2"}, {}, "no region is set"),
        (
            {"region": "us-east-1", "profile": "a"},
            {"region": "us-east-1", "profil": "a"},
            "has no property profil",
        ),
        (
            {"region": "us-east-1", "allowedAccountIds": '["123456789012"]'},
            {"region": "us-east-1", "allowedAccountIds": '["210987654321"]'},
            "account ID not allowed: 123456789012",
        ),
    ],
)
def test_the_provider_itself(
    provider: AwsProvider, passes: dict[str, str], refused: dict[str, str], reason: str
) -> None:
    assert configured(provider, **passes) == []
    assert any(reason in one for one in configured(provider, **refused))


def test_a_preview_of_a_secret_stays_secret_and_unknowns_unknown(provider: AwsProvider) -> None:
    secret = {"cidrBlock": wrap("10.0.0.0/16").with_secret(True), "tags": wrap({"a": UNKNOWN})}
    request = protocol.CreateRequest(urn(f"a:b:C${VPC}", "vpc"), secret, 0, True)
    shown = asyncio.run(provider.create(request)).properties
    assert shown["cidrBlock"].is_secret
    assert not shown["arn"].is_secret
    assert plain(shown["arn"]) is UNKNOWN
    assert plain(shown["tagsAll"]) == {"a": UNKNOWN}
