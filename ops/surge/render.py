"""The Kubernetes objects that a stack would deploy, from its own program, without deploying anything.

The program runs under the SDK's mock engine, so that no plugin, account or cluster is asked; what only a cluster would
know stays out of it. Decides nothing about the objects: what a run makes of them is lanes.objects.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from pydantic import ValidationError

from apps import platform
from apps.surroundings import Surroundings
from components.policy.errors import ConfigurationError
from components.policy.plan import Plan
from config.autoscaling import KedaAutoscaling
from config.cluster import LocalCluster
from config.inside import Inside
from config.pools import KwokNodeClass, NodePool
from config.problems import describe
from config.settings import Settings

from ..mock_engine import Registration, registrations

ApiObject: TypeAlias = dict[str, Any]
# Whatever is asked is answered by the local metrics source (tools/local/keda.py).
PROMETHEUS: Final = "http://prometheus.monitoring:9090"
_CUSTOM: Final = ("apiVersion", "kind")


def rendered(settings: Settings, plan: Plan) -> list[ApiObject]:
    """Every object of the stack, as the API takes it, in the order in which the program makes them."""
    requests = _run(here(settings), plan)
    return [found for one in requests if (found := _object(one.type, one.inputs)) is not None]


def here(settings: Settings) -> Settings:
    """The stack as it would be on the local cluster: the same services on nodes without machines."""
    scaling = settings.autoscaling
    if isinstance(scaling, KedaAutoscaling) and scaling.prometheus_address is None:
        scaling = scaling.model_copy(update={"prometheus_address": PROMETHEUS})
    return other(
        settings,
        cluster=LocalCluster(kind="local"),
        layer="everything",
        node_pool=None if settings.node_pool is None else _without_machines(settings.node_pool),
        node_pools={word: _without_machines(pool) for word, pool in settings.node_pools.items()},
        # The local cluster has its controllers.
        inside=Inside(),
        autoscaling=scaling,
    )


def _without_machines(pool: NodePool) -> NodePool:
    return pool.model_copy(update={"node_class": KwokNodeClass(kind="kwok")})


def other(settings: Settings, **changes: object) -> Settings:
    """The same settings but for these; what was computed from the old ones is not taken along.

    Raises ConfigurationError for settings that exclude each other."""
    stated = {name: getattr(settings, name) for name in Settings.model_fields}
    try:
        return Settings.model_validate(stated | changes)
    except ValidationError as error:
        raise ConfigurationError(
            field="stack",
            value="; ".join(describe(error, Settings, changes)),
            allowed="a stack whose services can run on the local cluster",
            remedy="run another stack of the same services, such as local",
        ) from None


def _object(type_: str, inputs: Mapping[str, Any]) -> ApiObject | None:
    """A registration as an object; None for one that is none (a component, a provider)."""
    if not type_.startswith("kubernetes:") or "metadata" not in inputs:
        return None
    group_version, _, kind = type_.removeprefix("kubernetes:").partition(":")
    return {
        "apiVersion": inputs.get("apiVersion") or group_version.removeprefix("core/"),
        "kind": inputs.get("kind") or kind,
        **{key: value for key, value in inputs.items() if key not in _CUSTOM},
    }


def _run(settings: Settings, plan: Plan) -> list[Registration]:
    import pulumi_kubernetes
    from pulumi.runtime import mocks

    class Answers(mocks.Mocks):
        """Every resource is what it was asked to be, and a load balancer has a name."""

        def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
            outputs = dict(args.inputs)
            if args.typ.endswith(":Ingress"):
                outputs["status"] = {"loadBalancer": {"ingress": [{"hostname": "surge.invalid"}]}}
            return f"{args.name}-id", outputs

        def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
            return {}, None

    # Whose cluster it would be is of no matter: nothing is sent there.
    elsewhere = Surroundings(provider=lambda _: pulumi_kubernetes.Provider("cluster", kubeconfig="{}"))
    return registrations(lambda: platform.deploy(settings, plan, elsewhere), Answers(), stack="surge")
