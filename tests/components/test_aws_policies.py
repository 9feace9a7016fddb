"""Every IAM document of the library, read as a linter reads it; and a statement that is too wide cannot be written."""

import json
import re
from collections.abc import Sequence
from typing import Any, Final

import pytest

from components.aws_policies import encryption, karpenter, load_balancer, network, trust
from components.aws_policies.statement import VERSION, Statement, document
from tests.components.aws_answers import ACCOUNT, REGION
from tests.components.aws_examples import CLUSTER, PLACE
from tools.standins import policies

QUEUE: Final = f"arn:aws:sqs:{REGION}:{ACCOUNT}:queue"
CONTROLLER: Final = karpenter.controller(
    PLACE, CLUSTER, node_role_arn=f"arn:aws:iam::{ACCOUNT}:role/node", queue_arn=QUEUE
)
BALANCING: Final = load_balancer.controller(PLACE, CLUSTER, vpc_id="vpc-0123456789abcdef0")
EVERY: Final[dict[str, Sequence[Statement]]] = {
    "load balancer controller": BALANCING,
    "flow logs": network.write_flow_logs(f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:g"),
    "trust: instances": trust.ec2(),
    "trust: pods": trust.pods(PLACE, CLUSTER),
    "trust: flow logs": trust.flow_logs(PLACE),
    "key": encryption.key_of_the_account(PLACE),
    "karpenter": CONTROLLER,
    "interruption queue": karpenter.interruption_queue(QUEUE, [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/r"]),
}
DOCUMENTS: Final = pytest.mark.parametrize("name", sorted(EVERY))
RESOURCE_POLICIES: Final = {"key", "interruption queue"}
# IAM, "IAM and AWS STS quotas": inline policies of a role together, white space not counted; a trust policy.
INLINE_LIMIT: Final = 10_240
TRUST_LIMIT: Final = 2_048
ARN: Final = re.compile(r"arn:aws:[a-z0-9]+:[a-z0-9-]*:(\d{12}|aws|\*)?:\S+")


def read(name: str) -> list[dict[str, Any]]:
    parsed = json.loads(document(EVERY[name]))
    assert set(parsed) == {"Version", "Statement"}
    assert parsed["Version"] == VERSION == "2012-10-17"
    found: list[dict[str, Any]] = parsed["Statement"]
    return found


@DOCUMENTS
def test_a_document_has_a_version_an_effect_and_names_its_statements(name: str) -> None:
    sids = [s["Sid"] for s in read(name)]
    assert len(sids) == len(set(sids))
    for statement in read(name):
        assert statement["Effect"] in ("Allow", "Deny")
        assert set(statement) <= {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}


@DOCUMENTS
def test_no_action_is_a_wildcard(name: str) -> None:
    for statement in read(name):
        assert not [action for action in statement["Action"] if "*" in action]


@DOCUMENTS
def test_any_resource_has_a_condition_or_a_written_reason(name: str) -> None:
    for statement, rendered in zip(EVERY[name], read(name), strict=True):
        if "*" in rendered.get("Resource", []):
            assert rendered.get("Condition") or statement.unscoped_because, statement.sid


@DOCUMENTS
def test_every_other_resource_is_an_arn(name: str) -> None:
    for statement in read(name):
        for resource in statement.get("Resource", []):
            assert resource == "*" or ARN.fullmatch(resource), resource


@DOCUMENTS
def test_nobody_and_nothing_is_allowed_for_everybody(name: str) -> None:
    for statement in read(name):
        if statement["Effect"] == "Allow":
            assert "*" not in statement.get("Principal", {}).get("AWS", [])


@DOCUMENTS
def test_a_document_fits_where_it_goes(name: str) -> None:
    compact = json.dumps(json.loads(document(EVERY[name])), separators=(",", ":"))
    assert len(compact) <= (TRUST_LIMIT if name.startswith("trust") else INLINE_LIMIT)


def test_whatever_karpenter_changes_is_bound_to_the_clusters_tags() -> None:
    # These need no tag: what they name is the launch's input, the node's role, or our own queue.
    inputs = {"LaunchFrom", "PassTheNodeRole", "ReadInterruptions"}
    for statement in CONTROLLER:
        changes = [a for a in statement.actions if not re.match(r"\w+:(Describe|Get|List)", a)]
        if changes and statement.sid not in inputs:
            terms = json.dumps({k: dict(v) for k, v in statement.conditions.items()})
            assert f"kubernetes.io/cluster/{CLUSTER}" in terms, statement.sid


def test_whatever_the_load_balancer_controller_changes_is_bound_to_the_clusters_tags() -> None:
    # The VPC is the one stated, and the role is the service's. Who sets a firewall cannot be narrowed by a tag.
    inputs = {"CreateGroupsInTheVpc", "FirewallOfBalancers", "Firewalls", "FirstBalancerOfTheAccount"}
    for statement in BALANCING:
        changes = [a for a in statement.actions if not re.match(r"\w+:(Describe|Get|List)", a)]
        if changes and statement.sid not in inputs:
            owners = [
                value
                for operator in statement.conditions.values()
                for key, value in operator.items()
                if key.endswith((load_balancer.CLUSTER, f"kubernetes.io/cluster/{CLUSTER}"))
            ]
            assert CLUSTER in owners or "owned" in owners, statement.sid


# Service Authorization Reference, "Elastic Load Balancing", "Amazon EKS", ...: actions without a resource type. A
# statement that names a resource for one of them matches nothing.
WITHOUT_RESOURCE: Final = re.compile(
    r"elasticloadbalancing:(SetWebAcl|Describe\w+)|ec2:Describe\w+|acm:ListCertificates|pricing:\w+"
)


@DOCUMENTS
def test_an_action_that_aws_narrows_to_no_resource_is_given_on_every_one(name: str) -> None:
    for statement in read(name):
        if any(WITHOUT_RESOURCE.fullmatch(action) for action in statement["Action"]):
            assert statement["Resource"] == ["*"], statement["Sid"]


@DOCUMENTS
def test_the_stand_ins_linter_takes_it_too(name: str) -> None:
    use: policies.Use = (
        "trust" if name.startswith("trust") else "resource" if name in RESOURCE_POLICIES else "identity"
    )
    found = list(policies.problems(document(EVERY[name]), use))
    # An inline policy may be longer than a managed one, of which the linter speaks.
    assert [problem for problem in found if "characters without white space" not in problem] == []


def test_two_clusters_in_one_account_share_no_condition() -> None:
    other = karpenter.controller(PLACE, "other", node_role_arn="arn:aws:iam::1:role/n", queue_arn=QUEUE)
    assert f"cluster/{CLUSTER}" not in document(other)


def statement(**changes: Any) -> Statement:
    stated: dict[str, Any] = {
        "sid": "One",
        "actions": ["s3:GetObject"],
        "resources": ["arn:aws:s3:::bucket/*"],
        **changes,
    }
    return Statement(**stated)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"actions": ["*"]}, "full name"),
        ({"actions": ["s3:*"]}, "full name"),
        ({"actions": ["s3:Get*"]}, "full name"),
        ({"actions": []}, "no action"),
        ({"resources": ["*"]}, "without a condition"),
        ({"resources": ["*"], "unscoped_because": ""}, "without a condition"),
        ({"resources": []}, "neither"),
        ({"accounts": ["*"]}, "everybody"),
        ({"sid": "not a name"}, "letters and digits"),
    ],
)
def test_a_statement_that_is_too_wide_cannot_be_written(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        statement(**changes)


def test_beside_it_a_statement_that_is_just_narrow_enough() -> None:
    region = {"StringEquals": {"aws:RequestedRegion": REGION}}
    assert statement(resources=["*"], conditions=region).render()["Condition"] == region
    assert "Condition" not in statement(resources=["*"], unscoped_because="it lists").render()
    assert statement(effect="Deny", accounts=["*"]).render()["Principal"] == {"AWS": ["*"]}


def test_two_statements_of_one_name_or_none_make_no_document() -> None:
    with pytest.raises(ValueError, match="name of its own"):
        document([statement(), statement()])
    with pytest.raises(ValueError, match="at least one"):
        document([])
