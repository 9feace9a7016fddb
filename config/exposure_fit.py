"""Whether the ways in that a stack states fit its cluster, its services and the place that it is in."""

from components.policy.bounds import LEAVING
from components.policy.errors import ConfigurationError
from components.policy.front import certificate_place, check_certificate, health_check
from components.policy.place import Place, place

from .aws import ANY_ACCOUNT, EksCluster
from .exposure import AnyIngress
from .load_balancer import Alb, LoadBalancer, NewFirewall
from .routed import Routed
from .stated import Stated
from .workload import Service


def place_of(settings: Stated, exposure: LoadBalancer) -> Place:
    """Where the load balancer is: with the cluster, else with its certificates. An account that nobody stated is that
    of the certificate.
    """
    first = certificate_place(exposure.certificates[0]) if exposure.certificates else None
    cluster = settings.cluster
    if not isinstance(cluster, EksCluster):
        # check_exposures has seen that there is one.
        assert first is not None
        return first
    return place(cluster.account or (first.account if first is not None else ANY_ACCOUNT), cluster.region)


def check_exposures(settings: Stated) -> None:
    """Raises ConfigurationError, with the field's whole name, for the first part that does not fit."""
    for name, service in settings.services.items():
        field, exposure = f"services.{name}.exposure", service.exposure
        if isinstance(exposure, Routed):
            _check_routes(field, name, exposure, settings)
            _check_gateway_api(field, exposure, settings)
        if isinstance(exposure, LoadBalancer):
            _check_cluster(field, exposure, settings)
            for behind in dict.fromkeys((name, *(service for _, service in exposure.led_to))):
                _check_behind(f"services.{behind}", settings.services[behind])
            where = place_of(settings, exposure)
            for index, arn in enumerate(exposure.certificates):
                check_certificate(f"{field}.certificates[{index}]", arn, where)


def _check_gateway_api(field: str, exposure: Routed, settings: Stated) -> None:
    cluster = settings.cluster
    if isinstance(exposure, Alb | AnyIngress) or not isinstance(cluster, EksCluster):
        return
    if settings.layer == "everything" and cluster.gateway_api is None:
        raise ConfigurationError(
            field="cluster.gateway_api",
            value="nothing",
            allowed=f"a release of the Gateway API, since {field} is by a Gateway: a cluster that is made has no such"
            " kinds, and the update would stop at the first",
            remedy="state {file: standard-install.yaml}, fetched from github.com/kubernetes-sigs/gateway-api/releases",
        )


def _check_routes(field: str, name: str, exposure: Routed, settings: Stated) -> None:
    found = {
        other: service
        for other, service in settings.services.items()
        if other != name and service.exposure.kind in ("cluster-ip", "node-port")
    }
    for part, service in exposure.led_to:
        shared = part.startswith("rules") and service == name
        if service not in found and not shared:
            raise ConfigurationError(
                field=f"{field}.{part}",
                value=service,
                allowed=f"a service of the stack without a way in of its own: {', '.join(found) or 'it has none'}",
                remedy="name one of them; what no path leads to goes to the entry",
            )


def _check_behind(field: str, service: Service) -> None:
    """A load balancer waits for its requests, and asks its pods."""
    LEAVING.check(f"{field}.shutdown.longest_request", service.shutdown.longest_request)
    try:
        health_check(service.probes.readiness)
    except ConfigurationError as error:
        raise error.within(field) from None


def _check_cluster(field: str, exposure: LoadBalancer, settings: Stated) -> None:
    cluster = settings.cluster
    if isinstance(cluster, EksCluster):
        if cluster.load_balancer_controller_version is None:
            raise ConfigurationError(
                field="cluster.load_balancer_controller_version",
                value="nothing",
                allowed=f"the version of its chart, since {field} is of kind {exposure.kind}",
                remedy='state one, such as "1.14.0": without the controller nobody makes the load balancer',
            )
        return
    if not exposure.certificates:
        raise ConfigurationError(
            field=f"{field}.certificates",
            value="none",
            allowed=f"at least one, with cluster kind {cluster.kind}: it says in which region and account that is",
            remedy="state the ARN of a certificate",
        )
    if isinstance(exposure.firewall, NewFirewall):
        raise ConfigurationError(
            field=f"{field}.firewall.kind",
            value="new",
            allowed=f"existing, with cluster kind {cluster.kind}: the program has no account to make one in",
            remedy="state {kind: existing, web_acl_arn: ...}",
        )
