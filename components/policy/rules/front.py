"""Rules about the load balancer in front: how it lets pods come and go, what it waits for, whom it lets in."""

from collections.abc import Iterator

from ..facts import Fleet, LoadBalancer, Probe, Workload, known
from ..front import WITHDRAWN_WITHIN, certificate_region
from ..quantities import Milliseconds
from .rule import error, warning


def _pre_stop(workload: Workload) -> Milliseconds | None:
    """How long every container waits before SIGTERM, at least; None where one is unknown."""
    waits = [container.pre_stop for container in workload.containers or ()]
    if not waits or any(wait is None for wait in waits):
        return None
    return min(known(wait) or Milliseconds(0) for wait in waits)


def _left(workload: Workload) -> Milliseconds | None:
    """How long a pod is there after its preStop."""
    pre_stop = _pre_stop(workload)
    if pre_stop is None or workload.grace is None:
        return None
    return Milliseconds(max(0, workload.grace - pre_stop))


@warning(
    "HR621",
    "deregistration-outlives-pod",
    LoadBalancer,
    why="the load balancer still waits for answers of a pod that was killed: its clients get 502, and a rollout takes"
    " minutes longer than it has to",
    source="Elastic Load Balancing, Target groups: deregistration delay, 300 s by default",
    do="set deregistration_delay.timeout_seconds to the longest request, at most the grace period less preStop",
)
def deregistration_outlives_pod(balancer: LoadBalancer, fleet: Fleet) -> Iterator[str]:
    """A target is let go before its pod is killed."""
    for workload in fleet.behind(balancer):
        left, delay = _left(workload), balancer.deregistration_delay
        if left is not None and delay is not None and balancer.ip_targets and delay > left:
            yield f"waits {delay} for {workload.name}, whose pods are there for {left} after preStop"


@error(
    "HR622",
    "deregistration-cuts-requests",
    LoadBalancer,
    why="requests that are still open when the delay is over are cut off, although the pod would have answered",
    source="guide.md facts: load balancer deregistration delay tied to the longest request",
    do="set deregistration_delay.timeout_seconds to the longest request or above",
)
def deregistration_cuts_requests(balancer: LoadBalancer, fleet: Fleet) -> Iterator[str]:
    """A target is kept until the longest request to it may have ended."""
    for workload in fleet.behind(balancer):
        longest, delay = workload.traffic.longest_request, balancer.deregistration_delay
        if longest is not None and delay is not None and delay < longest:
            yield f"waits {delay} for {workload.name}, whose longest request is {longest}"


@warning(
    "HR623",
    "pre-stop-before-withdrawal",
    LoadBalancer,
    why="the load balancer still sends new requests to a pod that has begun to end, and answers them with 502",
    source="aws-load-balancer-controller #1064: with 5 s requests were lost, with 25 s none",
    do="make preStop as long as the withdrawal takes, or state what you measured (headroom.dev/withdrawn-within)",
)
def pre_stop_before_withdrawal(balancer: LoadBalancer, fleet: Fleet) -> Iterator[str]:
    """A pod takes requests until no load balancer sends it any."""
    takes = balancer.withdrawn_within or WITHDRAWN_WITHIN
    for workload in fleet.behind(balancer):
        pre_stop = _pre_stop(workload)
        if balancer.ip_targets and pre_stop is not None and pre_stop < takes:
            yield f"{workload.name} ends {pre_stop} after it was deleted; the load balancer sends for up to {takes}"


@error(
    "HR624",
    "idle-timeout-over-keep-alive",
    LoadBalancer,
    why="the load balancer sends a request into a connection that the pod is just closing, and answers 502",
    source="Elastic Load Balancing, Troubleshoot your Application Load Balancers: HTTP 502",
    do="make the application's keep-alive longer than idle_timeout.timeout_seconds, or lower the latter",
)
def idle_timeout_over_keep_alive(balancer: LoadBalancer, fleet: Fleet) -> Iterator[str]:
    """A pod keeps an idle connection longer than the load balancer does."""
    idle, keep = balancer.idle_timeout, balancer.keep_alive
    if idle is not None and keep is not None and idle >= keep:
        yield f"keeps an idle connection for {idle}; the pods close theirs after {keep}"


@error(
    "HR625",
    "idle-timeout-under-request",
    LoadBalancer,
    why="a request that takes longer is answered with 504 while the pod still works on it",
    source="Elastic Load Balancing, Troubleshoot your Application Load Balancers: HTTP 504",
    do="raise idle_timeout.timeout_seconds above the longest request; where it follows from keep_alive, let the"
    " application keep idle connections longer, and state that",
)
def idle_timeout_under_request(balancer: LoadBalancer, fleet: Fleet) -> Iterator[str]:
    """The load balancer waits longer than the longest request."""
    for workload in fleet.behind(balancer):
        longest, idle = workload.traffic.longest_request, balancer.idle_timeout
        if longest is not None and idle is not None and idle <= longest:
            yield f"gives up after {idle}; the longest request of {workload.name} is {longest}"


@warning(
    "HR626",
    "readiness-gate-missing",
    LoadBalancer,
    why="a rollout goes on as soon as new pods are ready, while the load balancer does not send to them yet: for a"
    " moment it has no target at all",
    source="aws-load-balancer-controller, Pod readiness gate",
    do="label the namespace elbv2.k8s.aws/pod-readiness-gate-inject=enabled",
)
def readiness_gate_missing(balancer: LoadBalancer, fleet: Fleet) -> Iterator[str]:
    """A pod behind a load balancer counts as ready when the load balancer sends to it."""
    if balancer.ip_targets and balancer.readiness_gates is False:
        yield f"sends to pods of namespace {balancer.namespace}, in which no readiness gate is injected"


@error(
    "HR627",
    "certificate-elsewhere",
    LoadBalancer,
    why="a load balancer uses certificates of its own region only: the listener is never made",
    source="AWS Certificate Manager, Services integrated with ACM: certificates are regional",
    do="request the certificate in the region of the load balancer",
)
def certificate_elsewhere(balancer: LoadBalancer, fleet: Fleet) -> Iterator[str]:
    """Certificates are in the load balancer's region."""
    regions = {arn: certificate_region(arn) for arn in known(balancer.certificates) or ()}
    here = fleet.objective(balancer.namespace).region
    for arn, region in regions.items():
        if region is not None and here is not None and region != here:
            yield f"{arn} is in {region}; the platform is in {here}"
    apart = sorted({region for region in regions.values() if region is not None})
    if here is None and len(apart) > 1:
        yield f"its certificates are in {', '.join(apart)}"


@error(
    "HR628",
    "front-without-tls",
    LoadBalancer,
    why="passwords and seats go over the internet in clear text, and browsers refuse HTTP/2",
    source="AWS Well-Architected, SEC09: enforce encryption in transit",
    do="add an HTTPS listener with a certificate",
)
def front_without_tls(balancer: LoadBalancer, fleet: Fleet) -> Iterator[str]:
    """What faces the internet listens on TLS."""
    if not balancer.internet_facing or balancer.https_ports is None:
        return
    if not balancer.https_ports:
        yield "faces the internet and has no HTTPS listener"


@warning(
    "HR629",
    "plain-http-answered",
    LoadBalancer,
    why="whoever types the name without a scheme stays on clear text, and nothing tells them",
    source="AWS Well-Architected, SEC09: enforce encryption in transit",
    do="redirect to the HTTPS port (alb.ingress.kubernetes.io/ssl-redirect), or listen on HTTPS alone",
)
def plain_http_answered(balancer: LoadBalancer, fleet: Fleet) -> Iterator[str]:
    """Where TLS is spoken, plain HTTP leads there."""
    if balancer.https_ports and balancer.http_ports and balancer.redirects_to_https is False:
        ports = ", ".join(str(port) for port in balancer.http_ports)
        yield f"answers plain HTTP on {ports} beside HTTPS"


@error(
    "HR630",
    "firewall-under-client-share",
    LoadBalancer,
    why="the firewall blocks honest clients that share an address, all of them at once and on the busiest day",
    source="AWS WAF, Rate-based rule statement: the limit is per aggregate of one address",
    do="raise the limit to what honest clients behind one address may ask",
)
def firewall_under_client_share(balancer: LoadBalancer, fleet: Fleet) -> Iterator[str]:
    """The rate rule lets the honest clients of one address in."""
    limit, share = balancer.blocks_above, balancer.client_share
    if limit is not None and share is not None and limit < share:
        yield f"blocks an address above {limit} requests in five minutes; honest clients may ask {share}"


@warning(
    "HR631",
    "health-check-elsewhere",
    LoadBalancer,
    why="the load balancer and Kubernetes disagree about who takes requests: a pod that is not ready is still sent to,"
    " or one that is ready is not",
    source="aws-load-balancer-controller, Ingress annotations: healthcheck-path, / by default",
    do="ask the path of the readinessProbe",
)
def health_check_elsewhere(balancer: LoadBalancer, fleet: Fleet) -> Iterator[str]:
    """The load balancer asks what the readiness probe asks."""
    path = known(balancer.health_path)
    for workload in fleet.behind(balancer):
        probes = [c.readiness for c in workload.containers or () if isinstance(c.readiness, Probe)]
        asked = {
            probe.target for probe in probes if probe.target is not None and probe.target.startswith("/")
        }
        if path is not None and balancer.ip_targets and asked and path not in asked:
            yield f"asks {path} of {workload.name}, whose readiness is {', '.join(sorted(asked))}"
