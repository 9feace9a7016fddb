"""permissions: every type of the shipped stacks, real actions, policies that IAM takes, no wider than can be stated."""

import json
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

import pytest
from typer.testing import CliRunner

from config.aws import EksCluster
from config.loader import load_stack, stacks
from ops.cli import app
from ops.mock_engine import Registration
from ops.permissions.command import permitted
from ops.permissions.needed import POD_IDENTITY
from ops.permissions.registered import COMPONENT, Registered, registered
from ops.permissions.statements import (
    LARGEST,
    MOST,
    MissingError,
    Statement,
    Where,
    document,
    policies,
    size,
    statements,
)
from ops.permissions.table import PROVIDER, QUESTIONS, TYPES
from tests.apps.deployed import deployed
from tests.components import harness
from tests.components.aws_examples import AWS_EXAMPLES
from tools.standins import actions, limits
from tools.standins import policies as grammar

IN_AWS: Final = [name for name in stacks() if isinstance(load_stack(name).cluster, EksCluster)]
HERE: Final = Where("1" * 12, "ap-northeast-2", "aws", "sale", "prod")
# Prefixes that tools.standins.actions takes as they are, and botocore's models of them.
MODELS: Final = {"logs": "logs", "aps": "amp", "route53": "route53"}
# Service Authorization Reference, CloudWatch Logs: permission only.
BESIDES: Final = {
    f"logs:{verb}"
    for verb in (
        "CreateLogDelivery",
        "GetLogDelivery",
        "UpdateLogDelivery",
        "DeleteLogDelivery",
        "ListLogDeliveries",
    )
}


def named() -> set[str]:
    typed = {action for one in TYPES.values() for action in (*one.looks, *one.makes, *one.ends)}
    return typed | set(PROVIDER) | {action for asked in QUESTIONS.values() for action in asked}


def listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def of(found: Sequence[Statement], action: str) -> list[Statement]:
    return [one for one in found if action in listed(one["Action"])]


@pytest.mark.parametrize("action", sorted(named()))
def test_every_action_of_the_table_is_one(action: str) -> None:
    assert actions.problem(action) is None
    prefix, _, name = action.partition(":")
    assert prefix in actions.MODELS or prefix in MODELS, f"{prefix}: nobody knows its actions here"
    if prefix in MODELS and action not in BESIDES:
        assert name in limits.service(MODELS[prefix]).operation_names


@pytest.mark.parametrize("stack", IN_AWS)
def test_a_shipped_stack_registers_nothing_that_the_table_lacks(stack: str) -> None:
    settings = load_stack(stack)
    assert isinstance(settings.cluster, EksCluster)
    really = {one.type for one in deployed(settings).resources if one.type.startswith(("aws:", "eks:"))}
    assert really - {COMPONENT} <= set(TYPES)
    # The preview of the command misses nothing that an update would register.
    assert really - {COMPONENT} <= {one.type for one in registered(settings, settings.cluster).resources}


@pytest.mark.parametrize("stack", IN_AWS)
def test_iam_takes_the_policies_and_a_role_takes_them_all(stack: str) -> None:
    parts = policies(permitted(stack))
    assert 0 < len(parts) <= MOST
    for part in parts:
        assert list(grammar.problems(document(part), "identity")) == []
        assert size(part) <= LARGEST


def test_what_is_missing_is_named() -> None:
    found = Registered([Registration("aws:s3/bucket:Bucket", "bucket", {})], frozenset({"aws:x/getY:getY"}))
    with pytest.raises(MissingError, match="aws:s3/bucket:Bucket, aws:x/getY:getY"):
        statements(found, HERE)


@pytest.mark.parametrize("action", ["eks:CreateCluster", "kms:CreateKey", "ec2:DescribeVpcs"])
def test_what_aws_narrows_to_no_resource_is_allowed_on_every_one_of_the_region(action: str) -> None:
    (one,) = of(permitted("prod"), action)
    assert one["Resource"] == "*"
    assert one["Condition"]["StringEquals"]["aws:RequestedRegion"] == "ap-northeast-2"


def test_a_role_of_somebody_else_may_be_looked_at_and_passed_and_nothing_else() -> None:
    arn = "arn:aws:iam::111122223333:role/payment"
    tied = Registration(POD_IDENTITY, "payment-api-pods-identity", {"roleArn": arn})
    found = statements(Registered([tied], frozenset()), HERE)
    having = [one for one in found if arn in listed(one["Resource"])]
    assert [(one["Sid"], one["Action"]) for one in having] == [
        ("Look", "iam:GetRole"),
        ("Pass", "iam:PassRole"),
    ]


def test_roles_are_passed_to_named_services_only_and_by_name() -> None:
    (passed,) = of(permitted("prod"), "iam:PassRole")
    assert "arn:aws:iam::*:role/karpenter-controller-role-*" in passed["Resource"]
    assert all(one != "*" and "role/" in one for one in passed["Resource"])
    services = passed["Condition"]["StringEquals"]["iam:PassedToService"]
    assert {"eks.amazonaws.com", "pods.eks.amazonaws.com", "vpc-flow-logs.amazonaws.com"} <= set(services)


def test_only_the_programs_own_policies_are_attached() -> None:
    (attach,) = of(permitted("prod"), "iam:AttachRolePolicy")
    known = attach["Condition"]["ArnLike"]["iam:PolicyARN"]
    assert "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" in known
    assert not any(fnmatchcase("arn:aws:iam::aws:policy/AdministratorAccess", one) for one in known)


@pytest.mark.parametrize(
    ("tags", "narrowed"), [({"stack": "prod"}, True), ({"stack": "dev"}, False), (None, False)]
)
def test_deleting_is_narrowed_by_the_tag_where_it_is_carried(tags: Any, narrowed: bool) -> None:
    found = Registered([Registration("aws:ec2/vpc:Vpc", "vpc", {"tags": tags})], frozenset())
    (ends,) = of(statements(found, HERE), "ec2:DeleteVpc")
    equals = ends["Condition"]["StringEquals"]
    assert equals["aws:RequestedRegion"] == "ap-northeast-2"
    assert equals.get("aws:ResourceTag/stack") == ("prod" if narrowed else None)


def test_no_condition_on_a_region_where_a_service_has_none() -> None:
    for one in permitted("prod"):
        if any(action.startswith(("iam:", "sts:")) for action in listed(one["Action"])):
            assert "aws:RequestedRegion" not in json.dumps(one.get("Condition", {}))


def test_a_statement_that_is_too_long_is_cut_and_loses_nothing() -> None:
    whole = permitted("prod")
    parts = policies(whole, 1500)
    assert all(size(part) <= 1500 for part in parts)

    def pairs(found: Sequence[Statement]) -> set[tuple[str, str]]:
        return {
            (action, resource)
            for one in found
            for action in listed(one["Action"])
            for resource in listed(one["Resource"])
        }

    assert pairs([one for part in parts for one in part]) == pairs(whole)


def test_the_three_forms_and_what_is_left_out() -> None:
    run = CliRunner()
    text = run.invoke(app, ["permissions", "-s", "prod"])
    assert text.exit_code == 0 and "Left out:" in text.stdout and "sts:GetCallerIdentity" in text.stdout
    data = json.loads(run.invoke(app, ["permissions", "--format", "json"]).stdout)
    assert [document(part) for part in policies(permitted("prod"))] == data["policies"]
    markdown = run.invoke(app, ["permissions", "--format", "markdown"]).stdout
    assert markdown.startswith("## Pulumi.prod.yaml: ") and markdown.count("```json") == len(data["policies"])


def test_a_stack_without_aws_is_refused() -> None:
    result = CliRunner().invoke(app, ["permissions", "-s", "local"])
    assert result.exit_code == 2
    assert "cluster.kind" in result.stderr and "makes nothing in AWS" in result.stderr


@pytest.mark.parametrize("kind", sorted(AWS_EXAMPLES))
def test_every_aws_component_is_in_the_table(kind: str) -> None:
    seen = harness.run(lambda: AWS_EXAMPLES[kind]("one", "shop", "image:1", None)).resources
    lacking = {one.type for one in seen if one.type.startswith(("aws:", "eks:"))} - set(TYPES) - {COMPONENT}
    assert not lacking
