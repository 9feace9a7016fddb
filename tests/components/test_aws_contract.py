"""The contract of tests.components.test_contract, held by the AWS components, and its AWS half."""

from collections.abc import Callable

import pulumi
import pulumi_aws
import pytest
from pulumi_kubernetes import Provider

from tests.components import test_contract
from tests.components.aws_answers import REGION
from tests.components.aws_examples import AWS_EXAMPLES, AWS_OUTPUTS
from tests.components.examples import IMAGE
from tests.components.harness import run
from tests.components.test_contract import NAME

Check = Callable[[str], None]
CHECKS: list[Check] = [
    test_contract.test_the_token_names_the_package_and_the_type,
    test_contract.test_every_child_descends_from_the_component_and_carries_its_name,
    test_contract.test_names_are_unique_so_that_two_instances_can_live_in_one_program,
    test_contract.test_outputs_are_registered_once_and_are_what_the_caller_can_read,
    test_contract.test_a_provider_and_protection_given_to_the_component_reach_every_child,
    test_contract.test_a_preview_in_which_namespace_and_image_are_unknown_does_not_fail,
    test_contract.test_every_namespaced_object_is_in_the_given_namespace,
]
EVERY = pytest.mark.parametrize("kind", sorted(AWS_EXAMPLES))


@pytest.fixture(autouse=True)
def _aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_contract, "EXAMPLES", AWS_EXAMPLES)
    monkeypatch.setattr(test_contract, "OUTPUTS", AWS_OUTPUTS)


@EVERY
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.removeprefix("test_"))
def test_the_shared_contract(kind: str, check: Check) -> None:
    check(kind)


@EVERY
def test_an_aws_provider_and_protection_reach_every_child(kind: str) -> None:
    def program() -> None:
        aws = pulumi_aws.Provider("elsewhere-aws", region=REGION)
        kubernetes = Provider("elsewhere", kubeconfig="{}")
        opts = pulumi.ResourceOptions(providers=[aws, kubernetes], protect=True)
        AWS_EXAMPLES[kind](NAME, "kube-system", IMAGE, opts)

    for child in run(program).resources:
        if child.type.startswith("aws:"):
            assert "elsewhere-aws" in child.provider, f"{child.name} fell back to the default provider"
            assert child.protect
