"""The pack says of resources what `ops check` says of the same objects, and says it in the same words."""

import copy
from dataclasses import dataclass
from typing import Any

import pytest
from pulumi_policy import EnforcementLevel, ResourceValidationPolicy, StackValidationPolicy

from components.policy.facts.objects import Document, read_objects
from components.policy.findings import Finding, Severity
from components.policy.review import find
from components.policy.rules import BY_NUMBER, RULES
from policypack.policies import ONE_OBJECT_IS_ENOUGH, policies
from tests.policy.rules.manifests import deployment
from tests.policypack.resources import UNKNOWN, guide, reported, resource, stack, urn


def refused(message: str, where: str | None = None) -> None:
    """A reporter where nothing may be reported."""
    pytest.fail(message)


def ignored(message: str, where: str | None = None) -> None:
    """A reporter that nobody listens to."""


@dataclass(frozen=True)
class Named:
    """A reporter that keeps the rule's number."""

    number: str
    found: list[str]

    def __call__(self, message: str, where: str | None = None) -> None:
        self.found.append(self.number)


def checked(bodies: list[dict[str, Any]]) -> list[Finding]:
    """What `ops check` finds in the objects."""
    return find(read_objects(map(Document, bodies)).fleet)


def test_every_rule_is_one_policy_and_no_policy_is_more() -> None:
    every = policies()
    assert sorted(policy.name for policy in every) == [rule.number for rule in RULES]
    assert {p.name for p in every if isinstance(p, ResourceValidationPolicy)} == ONE_OBJECT_IS_ENOUGH
    assert all(isinstance(p, StackValidationPolicy) for p in every if p.name not in ONE_OBJECT_IS_ENOUGH)


def test_an_error_stops_and_a_warning_advises() -> None:
    for policy in policies():
        mandatory = policy.enforcement_level is EnforcementLevel.MANDATORY
        assert mandatory == (BY_NUMBER[policy.name].severity is Severity.ERROR)


def test_the_guide_gets_the_findings_that_check_gives_it() -> None:
    found = reported(policies(), guide())
    expected = checked(guide())
    assert len(expected) >= 15
    assert sorted(number for number, _, _ in found) == sorted(finding.number for finding in expected)
    for finding in expected:
        assert any(
            number == finding.number and message.startswith(f"{finding.object}: {finding.what}.")
            for number, _, message in found
        )


def test_every_finding_is_reported_on_its_resource() -> None:
    urns = {urn(body) for body in guide()}
    assert {where for _, where, _ in reported(policies(), guide())} <= urns


def test_of_what_one_object_is_enough_for_the_others_change_nothing() -> None:
    """Each such rule finds in objects one by one exactly what it finds in all of them together."""
    every = guide()
    # With each object missing in turn, so that what a rule says of an absence is seen too.
    for missing in (None, *every):
        bodies = [body for body in every if body is not missing]
        fleets = [read_objects([Document(body)]).fleet for body in bodies]
        whole = read_objects(map(Document, bodies)).fleet
        for number in ONE_OBJECT_IS_ENOUGH:
            rule = BY_NUMBER[number]
            alone = [str(finding) for fleet in fleets for finding in rule.findings(fleet)]
            assert sorted(str(finding) for finding in rule.findings(whole)) == sorted(alone), number


@pytest.mark.parametrize("case", sorted(ONE_OBJECT_IS_ENOUGH))
def test_what_stands_beside_an_object_silences_no_rule_of_its_own(case: str) -> None:
    """A sound neighbour, a budget and an autoscaler beside every object of the guide: the findings stay."""
    rule = BY_NUMBER[case]
    for body in guide():
        alone = [str(f) for f in rule.findings(read_objects([Document(body)]).fleet)]
        beside = [*neighbours(body), deployment(name="beside")]
        both = read_objects(map(Document, [body, *beside])).fleet
        others = read_objects(map(Document, beside)).fleet
        rest = [str(f) for f in rule.findings(others)]
        assert sorted([*alone, *rest]) == sorted(str(f) for f in rule.findings(both)), body["kind"]


def neighbours(body: dict[str, Any]) -> list[dict[str, Any]]:
    """What would belong to a workload of that name."""
    name, namespace = body["metadata"]["name"], body["metadata"].get("namespace", "")
    meta = {"name": f"{name}-beside", "namespace": namespace}
    labels = {"app": name}
    return [
        {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": {"selector": labels}},
        {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": meta,
            "spec": {"maxUnavailable": 1, "selector": {"matchLabels": labels}},
        },
        {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": meta,
            "spec": {
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
                "minReplicas": 2,
                "maxReplicas": 9,
            },
        },
    ]


def test_a_right_object_is_let_through() -> None:
    every = policies()
    found = reported(every, [deployment()])
    assert [number for number, _, _ in found if BY_NUMBER[number].severity is Severity.ERROR] == []
    assert [number for number, _, _ in found if number in ONE_OBJECT_IS_ENOUGH] == []


def test_what_is_unknown_is_left_out_and_the_rest_is_judged() -> None:
    body = deployment(image=UNKNOWN)
    assert "HR511" not in {n for n, _, _ in reported(policies(), [body])}
    body = deployment(
        image=UNKNOWN, resources={"requests": {"cpu": "2"}, "limits": {"cpu": "1", "memory": UNKNOWN}}
    )
    assert {n for n, _, _ in reported(policies(), [body])} >= {"HR503"}
    body = deployment()
    body["spec"]["template"] = UNKNOWN
    assert {n for n, _, _ in reported(policies(), [body])} & ONE_OBJECT_IS_ENOUGH == set()
    body = {**deployment(image="shop:latest"), "metadata": {"name": UNKNOWN, "annotations": UNKNOWN}}
    assert {n for n, _, _ in reported(policies(), [body])} >= {"HR511"}


@pytest.mark.parametrize("place", ["spec", "metadata", "kind", "apiVersion"])
def test_a_whole_part_may_be_unknown(place: str) -> None:
    body = {**deployment(image="shop:1.2.3"), place: UNKNOWN}
    args = resource(body, kind="kubernetes:apps/v1:Deployment", name="shop")
    for policy in policies():
        if isinstance(policy, ResourceValidationPolicy):
            policy.validate(args, refused)


def test_what_the_program_wrote_counts_and_not_what_the_server_made_of_it() -> None:
    """A stack validation sees the API server's defaults: a Deployment without replicas comes back with one."""
    written = deployment()
    del written["spec"]["replicas"]
    body = [written, *neighbours(written)]
    every = policies()
    as_served = copy.deepcopy(body)
    as_served[0]["spec"]["replicas"] = 1
    found: list[str] = []
    for policy in every:
        if isinstance(policy, ResourceValidationPolicy):
            for one in body:
                policy.validate(resource(one), ignored)
    for policy in every:
        if isinstance(policy, StackValidationPolicy):
            policy.validate(stack(as_served), Named(policy.name, found))
    assert "HR402" not in found
    assert "HR402" in {n for n, _, _ in reported(policies(), as_served)}, "it would be found were it written"


def test_other_providers_patches_and_components_are_none_of_its_business() -> None:
    broken = deployment(image="shop:latest")
    for kind in ("kubernetes:apps/v1:DeploymentPatch", "aws:ec2/instance:Instance", "headroom:index:Shop"):
        for policy in policies():
            if isinstance(policy, ResourceValidationPolicy):
                policy.validate(resource(broken, kind=kind), refused)


@pytest.mark.parametrize(
    ("inputs", "found"),
    [
        ({"chart": "redis"}, True),
        ({"chart": "redis", "version": "1.2.3"}, False),
        ({"chart": "redis", "version": "^1.2"}, True),
        ({"chart": "./charts/redis"}, False),
        ({"chart": UNKNOWN}, False),
        ({"chart": "redis", "version": UNKNOWN}, False),
    ],
)
def test_a_chart_release_is_pinned(inputs: dict[str, Any], found: bool) -> None:
    body = {"apiVersion": "", "kind": "", "metadata": {"name": "shop"}, **inputs}
    args = resource(body, kind="kubernetes:helm.sh/v3:Release")
    said: list[str] = []
    for policy in policies():
        if policy.name == "HR512":
            assert isinstance(policy, ResourceValidationPolicy)
            policy.validate(args, Named(policy.name, said))
    assert bool(said) == found


def test_an_ignore_takes_out_what_it_means_and_no_more() -> None:
    bodies = [deployment(name="one", image="a:latest"), deployment(name="two", image="b:latest")]
    config = {"HR511": {"ignore": [{"object": "Deployment one", "reason": "a trial"}]}}
    found = [where for number, where, _ in reported(policies(), bodies, config) if number == "HR511"]
    assert found == [urn(bodies[1])]


def test_an_ignore_that_matches_nothing_any_more_is_found() -> None:
    config = {
        "HR511": {"ignore": [{"object": "Deployment gone", "reason": "a trial"}]},
        "HR204": {"ignore": [{"object": "Deployment gone", "reason": "another"}]},
    }
    found = [
        message for number, _, message in reported(policies(), [deployment()], config) if number == "HR001"
    ]
    assert len(found) == 2
    assert 'the ignore of HR511 ("a trial") matches no finding' in "".join(found)


def test_the_reason_has_to_be_written() -> None:
    for policy in policies():
        assert policy.config_schema is not None
        items = policy.config_schema.properties["ignore"]["items"]
        assert items["required"] == ["object", "reason"]
        assert items["properties"]["reason"]["minLength"] == 1
