"""The guide taken literally is full of findings; what this platform ships is free of them."""

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from components.policy.facts.from_plan import group_facts, plan_facts, service_facts
from components.policy.facts.objects import Document, read_objects
from components.policy.findings import Finding
from components.policy.review import review
from components.policy.workload import Probes, Shutdown
from config.loader import load_stack, plan_of, stacks
from ops.check import check_paths
from tests.components.examples import EXAMPLES, IMAGE
from tests.components.harness import run
from tests.policy.guide_platform import GATEWAY_RESOURCES

from .cases import fleet
from .rendered import rendered, rendered_facts

POD = ("spec", "template", "spec")
METRIC = ("spec", "metrics", "0", "external", "target")

GUIDE = Path(__file__).parent / "guide"
# guide.md, section by section, and the rule that finds what is wrong with it.
CONTRADICTIONS = {
    "1: 45 of 50 pods may be evicted at once": "HR202",
    "1: minAvailable as a number with an autoscaler": "HR203",
    "1: the backends' floors do not carry what the gateway's floor passes on": "HR103",
    "2: a restarted master comes back empty and wipes its replicas": "HR701",
    "2: nobody takes over from the master": "HR703",
    "2: locks and queues are evicted": "HR714",
    "3: the rate limit never protects": "HR611",
    "3: a burst of two seconds": "HR613",
    "3: fewer idle connections than per host x hosts": "HR615",
    "5: no startup probe": "HR302",
    "6: ClientIP behind a load balancer": "HR601",
    "6: no spread over zones": "HR521",
    "7: a fixed rate says nothing about a floor that is overloaded": "HR902",
    "7: 1 % errors is a 10x burn": "HR904",
    "8: WhenUnderutilized is refused": "HR801",
    "8 and 9: 400Gi are 12 nodes, not 20": "HR822",
    "9: 160 cores bought for less than half": "HR824",
    "9: a price of us-east-1": "HR828",
    "10: 1,000 users cannot make 30,000 rps at 100 ms": "HR911",
    "11: the HPA undoes kubectl scale": "HR921",
    "facts: an HPA without a behavior": "HR401",
    "facts: CPU is a poor signal": "HR403",
    "facts: unhealthy pods hold up a drain": "HR205",
    "facts: no preStop": "HR312",
}


@pytest.fixture(scope="module")
def found() -> list[Finding]:
    result = check_paths([str(GUIDE)])
    assert result.unusable == []
    return list(result.findings)


@pytest.mark.parametrize("contradiction", CONTRADICTIONS)
def test_each_contradiction_of_the_guide_is_found(contradiction: str, found: list[Finding]) -> None:
    assert CONTRADICTIONS[contradiction] in {finding.number for finding in found}


def test_every_finding_says_where_it_stands(found: list[Finding]) -> None:
    assert all(finding.file is not None and finding.line for finding in found)


@pytest.mark.parametrize("stack", stacks())
def test_no_shipped_stack_has_a_finding(stack: str) -> None:
    settings = load_stack(stack)
    assert review(plan_facts(plan_of(settings, stack), settings.platform), settings.ignores) == []


@pytest.mark.parametrize("stack", stacks())
def test_one_service_alone_is_reviewed_by_the_same_rules(stack: str) -> None:
    settings = load_stack(stack)
    plan = plan_of(settings, stack).entry
    stated = {"resources": GATEWAY_RESOURCES, "probes": Probes(), "shutdown": Shutdown()}
    assert review(fleet(service_facts(plan, **stated))) == []  # type: ignore[arg-type]
    moving = review(fleet(service_facts(plan, image="shop/api:latest", **stated)))  # type: ignore[arg-type]
    assert [(f.number, f.object) for f in moving] == [("HR511", "services.gateway-api")]


@pytest.mark.parametrize("stack", stacks())
def test_what_a_whole_stack_renders_has_no_finding(stack: str) -> None:
    seen = rendered_facts(stack)
    settings = load_stack(stack)
    assert len(seen.workloads) == len(settings.services) + 2
    # What controllers make by their charts is not rendered here, and stands on the same nodes.
    charts = tuple(group_facts(group) for group in settings.inside.pods)
    assert review(replace(seen, workloads=(*seen.workloads, *charts)), settings.ignores) == []


# What our objects had said nothing about; each with the change to them that breaks it.
SPEAKS: dict[str, tuple[str, tuple[str, ...], object]] = {
    "HR102": ("HorizontalPodAutoscaler gateway-api", ("spec", "maxReplicas"), 29),
    "HR103": ("HorizontalPodAutoscaler payment-api", ("spec", "minReplicas"), 3),
    "HR104": ("HorizontalPodAutoscaler payment-api", ("spec", "maxReplicas"), 19),
    "HR105": ("HorizontalPodAutoscaler gateway-api", ("spec", "maxReplicas"), 44),
    "HR311": ("Deployment gateway-api", (*POD, "terminationGracePeriodSeconds"), 18),
    "HR412": ("HorizontalPodAutoscaler gateway-api", (*METRIC, "averageValue"), "700"),
    "HR603": ("Deployment payment-api", ("REDIS_POOL_TIMEOUT",), "6s"),
    "HR604": ("Deployment gateway-api", ("HTTP_RETRIES",), "2"),
    "HR613": ("Deployment gateway-api", ("RATE_LIMIT_BURST",), "2000"),
    "HR614": ("Deployment gateway-api", ("HTTP_MAX_IDLE_CONNS_PER_HOST",), "10"),
    "HR615": ("Deployment gateway-api", ("HTTP_MAX_IDLE_CONNS",), "30"),
    "HR616": ("Deployment gateway-api", ("REDIS_POOL_SIZE",), "10"),
    "HR822": ("NodePool tacos-app-on-demand-critical", ("spec", "limits", "memory"), "64Gi"),
    "HR831": ("NodePool tacos-app-on-demand-critical", ("kubernetes.io/arch",), "arm64"),
}


@pytest.mark.parametrize("rule", SPEAKS)
def test_the_rules_speak_of_what_we_render(rule: str) -> None:
    """One field of one rendered object is changed for the worse, and the rule that needs annotations says so."""
    which, path, value = SPEAKS[rule]
    bodies = [copy.deepcopy(document.body) for document in rendered("local")]
    (body,) = (b for b in bodies if f"{b['kind']} {b['metadata']['name']}" == which)  # type: ignore[index]
    change(body, path, value)
    assert rule in {finding.number for finding in review(read_objects(map(Document, bodies)).fleet)}


def change(body: Any, path: tuple[str, ...], value: object) -> None:
    """A field by its path, a variable of the first container, or a requirement of a pool by its key."""
    if len(path) > 1:
        for key in path[:-1]:
            body = body[int(key) if isinstance(body, list) else key]
        body[path[-1]] = value
    elif "/" in path[0]:
        requirements = body["spec"]["template"]["spec"]["requirements"]
        next(r for r in requirements if r["key"] == path[0])["values"] = [value]
    else:
        variables = body["spec"]["template"]["spec"]["containers"][0]["env"]
        next(v for v in variables if v["name"] == path[0])["value"] = value


@pytest.mark.parametrize("component", EXAMPLES)
def test_what_our_components_render_has_no_finding(component: str) -> None:
    made = run(lambda: EXAMPLES[component]("gateway-api", "tacos-app", IMAGE, None))
    objects = [Document(r.inputs) for r in made.resources if r.type.startswith("kubernetes:")]
    reading = read_objects(objects)
    assert reading.objects > 0
    assert review(reading.fleet) == []
