"""A policy as its owner's objects say it: autoscalers by the service that they scale, placeholders, disruption budgets.

What the objects leave open is the stack's own, and is said. What cannot be simulated is refused under the object's
name, never left out in silence.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ..disruption import Budget
from ..errors import ConfigurationError
from ..facts.objects.manifest import Document, Manifest, manifests
from ..facts.parse import cpu, memory
from ..facts.view import View
from ..quantities import Bytes, Millicores
from .behavior_written import ALLOWED, UNREADABLE, said
from .hpa_spec import HpaSpec
from .hpa_written import read_hpa, taken_for_requests
from .keda_written import cron_pods
from .scaling_policy import Spare, SurgePolicy

# What is read, by kind with its API group; PriorityClasses say which Deployments are placeholders.
SCALERS: Final = (("HorizontalPodAutoscaler", "autoscaling"), ("ScaledObject", "keda.sh"))
BUDGET: Final = ("PodDisruptionBudget", "policy")
PRIORITY: Final = ("PriorityClass", "scheduling.k8s.io")
DEPLOYMENT: Final = ("Deployment", "apps")
ZONE: Final = "topology.kubernetes.io/zone"


@dataclass(frozen=True)
class Written:
    """``notes`` say what was taken for what. ``schedules`` are the pods that cron triggers ask for, by service: they go
    by the clock, which a load has not.
    """

    policy: SurgePolicy
    notes: tuple[str, ...]
    schedules: Mapping[str, int]


def read_policy(name: str, documents: Iterable[Document], own: SurgePolicy) -> Written:
    """The policy called ``name``; ``own`` is the stack's. Raises ConfigurationError."""
    found = [one for one in manifests(documents) if one is not None]
    scalers = [one for one in found if _is(one, *SCALERS)]
    if not scalers:
        raise ConfigurationError(
            field=name,
            value=", ".join(sorted({one.kind for one in found})) or "no object",
            allowed="HorizontalPodAutoscaler or ScaledObject objects that scale services of the stack",
            remedy="name a file that has some",
        )
    read = _Reader(name, tuple(own.services))
    services, schedules = read.autoscalers(scalers)
    lowest = {one.name for one in found if _is(one, PRIORITY) and _is_negative(one.body.get("value"))}
    spare = [one for one in found if _is(one, DEPLOYMENT) and _pod(one).text("priorityClassName") in lowest]
    budgets = [one for one in found if _is(one, BUDGET)]
    others = Counter(one.kind for one in found if one not in (*scalers, *spare, *budgets))
    policy = SurgePolicy(
        name=name,
        services={**own.services, **services},
        spare=tuple(map(read.spare, spare)),
        budgets={read.guarded(one): read.budget(one) for one in budgets},
    )
    notes = [*_taken(scalers), *_left_to_the_stack(own.services, services), *_left_out(others)]
    return Written(policy, tuple(notes), schedules)


def _is(one: Manifest, *kinds: tuple[str, str]) -> bool:
    return (one.kind, one.group) in kinds


def _is_negative(value: object) -> bool:
    return isinstance(value, int) and value < 0


def _pod(one: Manifest) -> View:
    return one.spec.view("template").view("spec")


def _taken(scalers: Iterable[Manifest]) -> Iterator[str]:
    for one in scalers:
        for metric in taken_for_requests(one.body):
            yield f"{one.object}: {metric} is taken for the requests/s of the service"


def _left_to_the_stack(every: Iterable[str], stated: Collection[str]) -> Iterator[str]:
    left = [name for name in every if name not in stated]
    if left:
        yield f"{', '.join(left)}: not in it, so as the stack scales"


def _left_out(others: Mapping[str, int]) -> Iterator[str]:
    left = {kind: count for kind, count in sorted(others.items()) if kind != PRIORITY[0]}
    if left:
        yield f"of no matter here: {', '.join(f'{count} {kind}' for kind, count in left.items())}"


@dataclass(frozen=True)
class _Reader:
    """Of the policy called ``name``, of a stack with these services. Raises ConfigurationError."""

    name: str
    services: tuple[str, ...]

    def autoscalers(self, objects: Iterable[Manifest]) -> tuple[dict[str, HpaSpec], dict[str, int]]:
        """By service, and the pods that their schedules ask for."""
        specs: dict[str, HpaSpec] = {}
        schedules: dict[str, int] = {}
        for one in objects:
            service = self._scaled(one)
            if service in specs:
                raise self._wrong(one, service, "one autoscaler a service", "leave one of them out")
            try:
                specs[service] = read_hpa(one.body)
                pods = cron_pods(one.body["spec"]) if one.kind == "ScaledObject" else 0
            except ConfigurationError as error:
                raise self._wrong(one, error.value, error.allowed, error.remedy) from None
            except UNREADABLE as error:
                raise self._wrong(one, said(error), ALLOWED, "write it as KEDA reads it") from None
            if pods:
                schedules[service] = pods
        return specs, schedules

    def _scaled(self, one: Manifest) -> str:
        target = one.spec.view("scaleTargetRef")
        kind, scaled = target.text("kind") or "Deployment", target.text("name") or ""
        if scaled not in self.services or kind != "Deployment":
            raise self._wrong(
                one,
                f"scaleTargetRef {kind} {scaled}",
                f"a Deployment that is a service of the stack: {', '.join(self.services)}",
                "leave the object out, or describe the service in the stack (headroom:services)",
            )
        return scaled

    def spare(self, one: Manifest) -> Spare:
        """Placeholders: a Deployment of negative priority."""
        try:
            pod = one.body["spec"]["template"]["spec"]
            requests = [each["resources"]["requests"] for each in pod["containers"]]
            strict = any(
                each["topologyKey"] == ZONE and each["whenUnsatisfiable"] == "DoNotSchedule"
                for each in pod.get("topologySpreadConstraints") or ()
            )
            return Spare(
                pods=one.body["spec"].get("replicas", 1),
                cpu=Millicores(sum(cpu(each["cpu"]) for each in requests)),
                memory=Bytes(sum(memory(each["memory"]) for each in requests)),
                zones="strict" if strict else "preferred",
            )
        except UNREADABLE as error:
            raise self._wrong(
                one,
                said(error),
                "placeholders: at least one replica, and requests of CPU and memory",
                "state them, or leave the Deployment out",
            ) from None

    def guarded(self, one: Manifest) -> str:
        """The service whose pods a budget is about: by its name, or by a label that it selects."""
        labels = one.spec.view("selector").mapping("matchLabels").values()
        found = next((each for each in (one.name, *labels) if each in self.services), None)
        if found is None:
            raise self._wrong(
                one,
                "a budget of no service",
                f"a service of the stack as its name or in a label that it selects: {', '.join(self.services)}",
                "leave the object out, or select a service by its name",
            )
        return found

    def budget(self, one: Manifest) -> Budget:
        """Raises ConfigurationError."""
        try:
            spec = one.body["spec"]
            return Budget(max_unavailable=spec.get("maxUnavailable"), min_available=spec.get("minAvailable"))
        except UNREADABLE as error:
            raise self._wrong(
                one,
                said(error),
                "one of maxUnavailable and minAvailable, a number of pods or a whole percentage",
                "state one of them",
            ) from None

    def _wrong(self, one: Manifest, value: object, allowed: str, remedy: str) -> ConfigurationError:
        return ConfigurationError(
            field=f"{self.name}: {one.object}", value=value, allowed=allowed, remedy=remedy
        )
