"""The facts of a pod template: containers, probes, how it leaves, where it may stand. The API's defaults filled in."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, TypeVar

from ...quantities import Milliseconds
from .. import cut
from ..base import ABSENT, Maybe
from ..parse import cpu, memory, seconds
from ..view import View
from ..workload import Container, Probe, Spread
from .selecting import read_selector

T = TypeVar("T")

# kubernetes.io, PodSpec: terminationGracePeriodSeconds.
DEFAULT_GRACE: Final = Milliseconds(30_000)
_SLEEP: Final = re.compile(r"\bsleep\s+(\d{1,6})(?:\.\d{1,6})?s?\b")
# Labels that the controllers put on the pods of one revision.
_REVISION_LABELS: Final = frozenset({"pod-template-hash", "controller-revision-hash"})
# Programs that ask another host when they are given one.
_CLIENT: Final = re.compile(r"\b(?:redis-cli|pg_isready|psql|mysqladmin|mysql|mongosh?)\b")
_HOST: Final = re.compile(r"(?:^|\s)(?:-h|--host)[=\s]\s*[\"']?([A-Za-z0-9][-A-Za-z0-9.]{0,252})")
_URL: Final = re.compile(r"https?://([A-Za-z0-9][-A-Za-z0-9.]{0,252})")
NODE_POOL: Final = "karpenter.sh/nodepool"
_MOST_SHOWN: Final = 80


def containers(pod: View) -> tuple[Container, ...]:
    """The pod's containers, and the init containers that keep running beside them."""
    beside = [view for view in pod.views("initContainers") if view.raw("restartPolicy") == "Always"]
    return tuple(_container(view) for view in (*pod.views("containers"), *beside))


def node_pools(pod: View) -> tuple[str, ...]:
    """The NodePools that the pods may run on, the preferred one first; none where any node will do."""
    selected = pod.mapping("nodeSelector").get(NODE_POOL)
    if selected is not None:
        return (selected,)
    affinity = pod.view("affinity").view("nodeAffinity")
    terms = affinity.view("requiredDuringSchedulingIgnoredDuringExecution").views("nodeSelectorTerms")
    allowed = [name for term in terms for name in _pools_of(term)]
    preferred = [
        name
        for wish in affinity.views("preferredDuringSchedulingIgnoredDuringExecution")
        for name in _pools_of(wish.view("preference"))
        if name in allowed
    ]
    return tuple(dict.fromkeys([*preferred, *allowed]))


def _pools_of(term: View) -> tuple[str, ...]:
    for expression in term.views("matchExpressions"):
        if expression.raw("key") == NODE_POOL and expression.raw("operator") == "In":
            return expression.texts("values")
    return ()


def grace(pod: View) -> Milliseconds | None:
    """How long the kubelet waits between SIGTERM and SIGKILL."""
    name = "terminationGracePeriodSeconds"
    return pod.parsed(name, seconds) if name in pod else DEFAULT_GRACE


def _container(view: View) -> Container:
    resources = view.view("resources")
    requests, limits = resources.view("requests"), resources.view("limits")
    return Container(
        name=(view.text("name") or "")[:63],
        image=view.text("image"),
        cpu_request=_stated(requests, "cpu", requests.parsed("cpu", cpu)),
        cpu_limit=_stated(limits, "cpu", limits.parsed("cpu", cpu)),
        memory_request=_stated(requests, "memory", requests.parsed("memory", memory)),
        memory_limit=_stated(limits, "memory", limits.parsed("memory", memory)),
        readiness=_probe(view, "readinessProbe"),
        liveness=_probe(view, "livenessProbe"),
        startup=_probe(view, "startupProbe"),
        pre_stop=_pre_stop(view.view("lifecycle")),
    )


def _stated(view: View, name: str, value: T | None) -> Maybe[T]:
    """ABSENT where the field is not there, None where it is and could not be read."""
    return value if name in view else ABSENT


def _probe(container: View, name: str) -> Maybe[Probe]:
    if name not in container:
        return ABSENT
    view = container.view(name)
    if view.unknown:
        return None
    success, failure = view.integer("successThreshold"), view.integer("failureThreshold")
    return Probe(
        initial_delay=view.parsed("initialDelaySeconds", seconds) or Milliseconds(0),
        # The API takes 0 for its default.
        period=view.parsed("periodSeconds", seconds) or Milliseconds(10_000),
        timeout=view.parsed("timeoutSeconds", seconds) or Milliseconds(1_000),
        success_threshold=success or 1,
        failure_threshold=failure or 3,
        target=_target(view),
        asks=tuple(dict.fromkeys(_asks(view))) or None,
    )


def _target(probe: View) -> str | None:
    """What a probe looks at, as one text, so that two probes can be compared."""
    if "httpGet" in probe:
        return (probe.view("httpGet").text("path") or "/")[:_MOST_SHOWN]
    for handler in ("tcpSocket", "grpc"):
        if handler in probe:
            return f"{handler} {probe.view(handler).raw('port')!s:.20}"
    return " ".join(probe.view("exec").texts("command"))[:_MOST_SHOWN] or None


def _asks(probe: View) -> Iterator[str]:
    """Hosts other than the pod itself that a probe names."""
    for handler in ("httpGet", "tcpSocket"):
        host = probe.view(handler).text("host")
        if host and _is_elsewhere(host):
            yield host[:253]
    command = " ".join(probe.view("exec").texts("command"))[: cut.COMMAND]
    found = [*_URL.findall(command), *(_HOST.findall(command) if _CLIENT.search(command) else [])]
    yield from (host for host in found if _is_elsewhere(host))


def _is_elsewhere(host: str) -> bool:
    return host != "localhost" and not host.startswith(("127.", "0.0.0.0", "::1", "[::1]", "$"))


def _pre_stop(lifecycle: View) -> Maybe[Milliseconds]:
    if "preStop" not in lifecycle:
        return ABSENT
    hook = lifecycle.view("preStop")
    if "sleep" in hook:
        return hook.view("sleep").parsed("seconds", seconds)
    slept = _SLEEP.search(" ".join(hook.view("exec").texts("command"))[: cut.COMMAND])
    return Milliseconds(int(slept[1]) * 1000) if slept else None


def spreads(pod: View, labels: Mapping[str, str]) -> tuple[Spread, ...]:
    """What keeps the pods apart: spread constraints and anti-affinity terms."""
    return (*_constraints(pod, labels), *_anti_affinity(pod, labels))


def _constraints(pod: View, labels: Mapping[str, str]) -> Iterator[Spread]:
    for view in pod.views("topologySpreadConstraints"):
        yield Spread(
            topology=(view.text("topologyKey") or "")[:253],
            strict=view.text("whenUnsatisfiable") != "ScheduleAnyway",
            own_pods="labelSelector" in view and read_selector(view.view("labelSelector")).matches(labels),
            per_revision=bool(_REVISION_LABELS & set(view.texts("matchLabelKeys"))),
        )


def _anti_affinity(pod: View, labels: Mapping[str, str]) -> Iterator[Spread]:
    view = pod.view("affinity").view("podAntiAffinity")
    required = view.views("requiredDuringSchedulingIgnoredDuringExecution")
    preferred = view.views("preferredDuringSchedulingIgnoredDuringExecution")
    terms = [(term, True) for term in required] + [
        (term.view("podAffinityTerm"), False) for term in preferred
    ]
    for term, strict in terms:
        yield Spread(
            topology=(term.text("topologyKey") or "")[:253],
            strict=strict,
            affinity=True,
            own_pods="labelSelector" in term and read_selector(term.view("labelSelector")).matches(labels),
        )
