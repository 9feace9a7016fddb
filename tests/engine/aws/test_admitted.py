"""prod's other half: its Kubernetes objects, put by the program into a real API server with the real CRDs.

AWS is the stand-ins'; the server, its admission, its controllers, KEDA and the scheduler are real. Charts cannot be
downloaded here, so each is a folder with its name and one object: that Helm installs a release is seen, the vendors'
templates are not (test_charts.py has those of Karpenter). So a thread writes what the load balancer's controller would
write into the Ingress: its host.

One service and one worker have everything in their pods that a stack can say (tests/apps/beside.py). No kubelet looks
for the ConfigMaps and Secrets that they name; the PriorityClass is looked for when a pod is made, and is there before.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.apps.beside import BESIDE, IN_PODS, LISTENS, LISTENS_ON, PRIORITY, in_pods, listens_on
from tests.apps.test_inside import WORKER, worker
from tests.engine.aws.program import UNPROTECTED, Program, summary
from tests.live import Checkout

NAMESPACE = "sale-aws"
# Above what has none, below what the cluster itself needs.
IMPORTANCE = 1000
CHARTS = (
    *("karpenter-crd", "karpenter", "aws-load-balancer-controller"),
    *("keda", "kube-prometheus-stack", "prometheus-operator-crds"),
)
STATUS = {"status": {"loadBalancer": {"ingress": [{"hostname": "sale-1.ap-northeast-2.elb.amazonaws.com"}]}}}
OBJECT = """apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Chart.Name }}-was-here", labels: {queue: "{{ (.Values.settings).interruptionQueue }}"}}
"""


def write_charts(folder: Path) -> Path:
    for name in CHARTS:
        (folder / name / "templates").mkdir(parents=True)
        # A folder has no other version than this one, whatever is asked for.
        (folder / name / "Chart.yaml").write_text(f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n")
        (folder / name / "templates" / "object.yaml").write_text(OBJECT)
    return folder


@pytest.fixture(scope="module")
def deployed(platform: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    root = tmp_path_factory.mktemp("admitted")
    kubeconfig = platform.root / ".headroom" / "kubeconfig"
    program = Program(root, variables={"HEADROOM_STANDINS_KUBECONFIG": str(kubeconfig)})
    charts = {
        "default": {"kind": "directory", "repository": None, "path": str(write_charts(root / "charts"))},
        "by_name": None,
    }
    program.state(
        namespace=NAMESPACE,
        # The local stack's pool has the name of prod's.
        node_pool={"name": "sale"},
        cluster={**UNPROTECTED, "charts": charts},
        services={"payment-api": {**BESIDE, "probes": LISTENS}},
        workers={WORKER: worker(queue={"kind": "new-sqs"}, **BESIDE)},
    )
    with priority_class(platform):
        with balancing(platform):
            code, output = program.up()
        assert code == 0, output
        yield program
        code, output = program.destroy()
        assert code == 0, output


@contextmanager
def priority_class(platform: Checkout) -> Iterator[None]:
    """The class that the pods name, as somebody who runs the cluster would have made it."""
    platform.kubectl("create", "priorityclass", PRIORITY, f"--value={IMPORTANCE}")
    try:
        yield
    finally:
        platform.kubectl("delete", "priorityclass", PRIORITY)


@contextmanager
def balancing(platform: Checkout) -> Iterator[None]:
    """Meanwhile every Ingress of the namespace is given a host, as the controller of class alb would."""
    over = threading.Event()

    def write() -> None:
        while not over.wait(2):
            listed = platform.kubectl("get", "ingress", "-n", NAMESPACE, "-o", "name", check=False).output
            for name in (line for line in listed.split() if line.startswith("ingress")):
                patch = ("--subresource=status", "--type=merge", "-p", json.dumps(STATUS))
                platform.kubectl("patch", name, "-n", NAMESPACE, *patch, check=False)

    controller = threading.Thread(target=write)
    controller.start()
    try:
        yield
    finally:
        over.set()
        controller.join()


def get(platform: Checkout, kind: str, *arguments: str) -> list[Any]:
    listed: list[Any] = json.loads(platform.kubectl("get", kind, "-o", "json", *arguments).output)["items"]
    return listed


def test_every_object_is_admitted_and_the_controllers_take_them(
    deployed: Program, platform: Checkout
) -> None:
    here = ("-n", NAMESPACE)
    # Four services and a worker.
    assert len(get(platform, "deployments", *here)) == 5
    assert len(get(platform, "scaledobjects", *here)) == 5
    (node_class,) = get(platform, "ec2nodeclasses.karpenter.k8s.aws")
    assert node_class["spec"]["role"].startswith("karpenter-node-role")
    assert node_class["spec"]["subnetSelectorTerms"] == [
        {"tags": {"karpenter.sh/discovery": "headroom-prod"}}
    ]
    (pool,) = [one for one in get(platform, "nodepools") if one["metadata"]["name"] == "sale"]
    assert pool["spec"]["template"]["spec"]["nodeClassRef"]["kind"] == "EC2NodeClass"
    made = {one["metadata"]["name"]: one for one in get(platform, "configmaps", "-A")}
    assert {f"{chart}-was-here" for chart in CHARTS} <= set(made)
    assert made["karpenter-was-here"]["metadata"]["labels"]["queue"].startswith("karpenter-interruptions")


@pytest.mark.parametrize("name", ["payment-api", WORKER])
def test_what_a_stack_states_beside_a_process_is_what_the_server_stored(
    name: str, deployed: Program, platform: Checkout
) -> None:
    (deployment,) = [
        one for one in get(platform, "deployments", "-n", NAMESPACE) if one["metadata"]["name"] == name
    ]
    assert in_pods(deployment["spec"]["template"]) == IN_PODS
    # Pod Security (restricted), quotas and priorities are looked at when a pod is made, not before.
    pods = get(platform, "pods", "-n", NAMESPACE, "-l", f"app.kubernetes.io/name={name}")
    assert pods
    for pod in pods:
        assert in_pods(pod) == IN_PODS
        assert pod["spec"]["priority"] == IMPORTANCE


def test_a_service_that_is_asked_by_tcp_is_stored_so(deployed: Program, platform: Checkout) -> None:
    pods = get(platform, "pods", "-n", NAMESPACE, "-l", "app.kubernetes.io/name=payment-api")
    assert pods
    for pod in pods:
        assert listens_on(pod) == LISTENS_ON


def test_deploying_it_again_changes_nothing(deployed: Program) -> None:
    code, output = deployed.run("preview", "--expect-no-changes")
    assert code == 0, output
    code, output = deployed.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert code == 0, output


def test_it_is_taken_away_whole(deployed: Program, platform: Checkout) -> None:
    code, output = deployed.destroy()
    assert code == 0, output
    assert summary(output)["delete"] > 120
    assert deployed.contents().objects == {}
    assert platform.kubectl("get", "namespace", NAMESPACE, check=False).status != 0
    assert get(platform, "ec2nodeclasses.karpenter.k8s.aws") == []
    assert "sale" not in {one["metadata"]["name"] for one in get(platform, "nodepools")}
