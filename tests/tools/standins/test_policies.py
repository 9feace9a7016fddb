"""IAM documents: each malformed one beside its neighbour that passes."""

from typing import Any

import pytest

from tests.tools.standins.examples import ROLE, document, refusals, statement, trust
from tools.standins import policies
from tools.standins.policies import Use

WILD: dict[str, Any] = {"Action": "*", "Resource": "*"}
ROOT = "arn:aws:iam::123456789012:root"
SECURE = {"Bool": {"aws:SecureTransport": "true"}}
PASS: dict[str, Any] = {"Action": "iam:PassRole", "Resource": "arn:aws:iam::123456789012:role/node"}


def identity(**changes: Any) -> str:
    return document(statement(**changes))


CASES: list[tuple[Use, str, str, str]] = [
    ("identity", identity(), identity()[:-1], "not JSON"),
    ("identity", identity(), identity().replace('"Effect"', '"Effect": "Deny", "Effect"'), "twice in one object"),
    ("identity", identity(), identity().replace("2012-10-17", "2008-10-17"), "Version"),
    ("identity", identity(), identity().replace("Statement", "Statements"), "unknown element 'Statements'"),
    ("identity", identity(), document(), "Statement is missing or empty"),
    ("identity", identity(Effect="Deny"), identity(Effect="allow"), "Allow or Deny"),
    ("identity", identity(), identity(Action=None), "exactly one of Action and NotAction"),
    ("identity", identity(), identity(Action=[]), "Action is empty"),
    ("identity", identity(Action="sqs:Send*"), identity(Action="sqs:Sent*"), "sqs has no such action"),
    ("identity", identity(Action="ec2:RunInstances"), identity(Action="ec2:RunInstance"), "no such action"),
    ("identity", identity(Action="iam:PassRole"), identity(Action="iam:PassRoles"), "no such action"),
    ("identity", identity(Action="s3:GetObject"), identity(Action="s4:GetObject"), "no service 's4'"),
    ("identity", identity(), identity(Action="SendMessage"), "service:Action"),
    ("identity", identity(), identity(Resource=None), "exactly one of Resource"),
    ("identity", identity(Resource="*"), identity(Resource="orders"), "not a resource"),
    ("identity", identity(Resource="arn:aws:s3:::a/*"), identity(Resource="arn:aws:s3"), "not a resource"),
    ("identity", identity(), identity(Principal="*"), "has no Principal"),
    ("identity", identity(Sid="Send1"), identity(Sid="Send-1"), "letters and digits"),
    (
        "identity",
        document(statement(Sid="A"), statement(Sid="B")),
        document(statement(Sid="A"), statement(Sid="A")),
        "used twice",
    ),
    (
        "identity",
        identity(Condition={"StringEquals": {"aws:SourceAccount": "1"}}),
        identity(Condition={"StringEqual": {"aws:SourceAccount": "1"}}),
        "no condition operator 'StringEqual'",
    ),
    (
        "identity",
        identity(Condition={"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}}),
        identity(Condition={"ForAllValues:StringEquals": {"TagKeys": ["a"]}}),
        "not a condition key",
    ),
    ("identity", identity(Action="*"), identity(**WILD), "every action on every resource"),
    ("identity", identity(Effect="Deny", Action=None, NotAction="sqs:SendMessage"),
     identity(Action=None, NotAction="sqs:SendMessage"), "NotAction"),
    ("identity", identity(**PASS), identity(**{**PASS, "Resource": "*"}), "iam:PassRole on every role"),
    ("trust", trust(), trust(Resource="*"), "has no Resource"),
    ("trust", trust(), trust(Principal=None), "exactly one of Principal"),
    ("trust", trust(Principal={"AWS": ROOT}), trust(Principal={"Aws": "*"}), "kind of"),
    ("trust", trust(), trust(Principal={"Service": "ec2"}), "not a service principal"),
    ("trust", trust(Principal="*", Condition=SECURE), trust(Principal="*"), "anybody"),
    ("resource", identity(Principal={"Service": "events.amazonaws.com"}), identity(), "exactly one of Principal"),
]  # fmt: skip


@pytest.mark.parametrize(("use", "passes", "refused", "reason"), CASES)
def test_a_malformed_document_and_its_neighbour(use: Use, passes: str, refused: str, reason: str) -> None:
    assert list(policies.problems(passes, use)) == []
    found = list(policies.problems(refused, use))
    assert any(reason in one for one in found), found


def test_the_size_counts_without_white_space() -> None:
    longest = policies.LARGEST["trust"]
    short = len(trust().replace(" ", ""))
    fits = trust(Sid="s" * (longest - short - len('"Sid":"",')))
    assert list(policies.problems(fits.replace(": ", ":        "), "trust")) == []
    over = fits.replace('"Sid": "s', '"Sid": "ss')
    assert [one for one in policies.problems(over, "trust") if f"{longest + 1} characters" in one]


def test_a_roles_documents_are_judged_where_they_stand() -> None:
    assert refusals(ROLE, inlinePolicies=[{"name": "send", "policy": identity()}]) == []
    found = refusals(ROLE, inlinePolicies=[{"name": "send", "policy": identity(Action="sqs:Sent")}])
    assert found[0].startswith("inlinePolicies[0].policy: malformed policy document: statement 0:")
    assert refusals(ROLE, assumeRolePolicy=identity())[0].startswith("assumeRolePolicy: ")
