"""The guide's platform as input, and changed copies of it."""

from typing import Any

from components.policy.plan import Plan, build_plan
from components.policy.platform import Platform
from components.policy.workload import Resources

IMAGE = "docker.io/stefanprodan/podinfo:6.9.2"
# guide.md section 4.
GATEWAY_RESOURCES = Resources(cpu_request="500m", cpu_limit="2", memory_request="512Mi", memory_limit="1Gi")
BACKEND_RESOURCES = Resources(cpu_request="250m", cpu_limit="1", memory_request="256Mi", memory_limit="512Mi")
BACKENDS = ("reservation-api", "inventory-api", "payment-api")


def service(**changes: Any) -> dict[str, Any]:
    """A backend of the guide."""
    return {
        "image": IMAGE,
        "rps_per_pod": 500,
        "measured": "guide.md section 1",
        "redis_ops_per_request": 1,
        "resources": BACKEND_RESOURCES.model_dump(mode="json"),
    } | changes


def gateway(**changes: Any) -> dict[str, Any]:
    """The guide's gateway: one in three requests goes to each backend."""
    return (
        service(
            tier="gateway",
            rps_per_pod=1000,
            calls=dict.fromkeys(BACKENDS, "1/3"),
            resources=GATEWAY_RESOURCES.model_dump(mode="json"),
        )
        | changes
    )


def guide(**changes: Any) -> Platform:
    """The whole platform; keyword arguments replace top-level fields."""
    data: dict[str, Any] = {
        "target": {"peak_rps": 30000, "baseline_rps": 6000},
        "zones": ["a", "b", "c"],
        "redis": {},
        "services": {"gateway-api": gateway()} | {name: service() for name in BACKENDS},
    }
    return Platform.model_validate(data | changes)


def plan_of(**changes: Any) -> Plan:
    return build_plan(guide(**changes))
