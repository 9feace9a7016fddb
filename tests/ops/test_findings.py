"""The rules see the objects of the cluster; what an autoscaler wrote there is not held against anybody."""

from ops.status.findings import findings

from . import objects as o


def deployed() -> list[o.Object]:
    scaler = {
        **o.hpa("gateway-api", 9, 45),
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
    }
    return [{**o.deployment("gateway-api", 9), "apiVersion": "apps/v1", "kind": "Deployment"}, scaler]


def test_a_budget_that_blocks_every_drain_is_found() -> None:
    blocking = {**o.budget("gateway-api"), "apiVersion": "policy/v1", "kind": "PodDisruptionBudget"}
    blocking["spec"]["minAvailable"] = 9
    before, after = findings(deployed()), findings([*deployed(), blocking])
    assert [line for line in after if line not in before and "gateway-api" in line]


def test_replicas_that_the_autoscaler_set_are_no_finding() -> None:
    found = findings(deployed())
    # The Deployment was read: a bare one lacks much of what the rules ask for.
    assert [line for line in found if "Deployment gateway-api" in line]
    assert not [line for line in found if "replicas-and-autoscaler" in line]


def test_no_object_is_no_finding() -> None:
    assert findings([]) == ()
