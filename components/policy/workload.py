"""What one pod is: resources, probes, shutdown. The guide's profiles are the defaults.

Decides nothing that depends on the demand; replicas and budgets are elsewhere.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from .bounds import LEAVING, MOST_THRESHOLD, PROBE, PROBE_DELAY, WORK
from .derived import Derived, Frozen, derived
from .errors import ConfigurationError
from .quantities import Bytes, Millicores, Milliseconds


class Resources(Frozen):
    """Requests and limits of one pod. A CPU limit is optional (throttling), a memory limit is not (node safety)."""

    cpu_request: Millicores = Field(gt=0)
    cpu_limit: Millicores | None = Field(default=None, gt=0)
    memory_request: Bytes = Field(gt=0)
    memory_limit: Bytes = Field(gt=0)

    @model_validator(mode="after")
    def _requests_within_limits(self) -> Self:
        pairs = (
            ("cpu", self.cpu_request, self.cpu_limit),
            ("memory", self.memory_request, self.memory_limit),
        )
        for name, request, limit in pairs:
            if limit is not None and request > limit:
                raise ConfigurationError(
                    field=f"{name}_request",
                    value=request,
                    allowed=f"at most {name}_limit, {limit.spoken}: the API server refuses more",
                    remedy=f"lower {name}_request or raise {name}_limit",
                )
        return self


class _ProbeTimes(Frozen):
    """When a probe asks and how often it must agree; times as the kubelet knows them, whole seconds."""

    initial_delay: Annotated[Milliseconds, AfterValidator(PROBE_DELAY.of_the_value)] = Milliseconds(0)
    period: Annotated[Milliseconds, AfterValidator(PROBE.of_the_value)]
    timeout: Annotated[Milliseconds, AfterValidator(PROBE.of_the_value)]
    success_threshold: int = Field(default=1, ge=1, le=MOST_THRESHOLD)
    failure_threshold: int = Field(ge=1, le=MOST_THRESHOLD)


class HttpProbe(_ProbeTimes):
    """An HTTP probe: on the service's own port, or on another of the pod's."""

    kind: Literal["http"] = "http"
    path: str = Field(pattern=r"^/", description="a path that begins with a slash", examples=["/readyz"])
    port: int | None = Field(default=None, ge=1, le=65_535)

    @property
    def target(self) -> str:
        """What it looks at, in short."""
        return self.path


class GrpcProbe(_ProbeTimes):
    """A gRPC health check (grpc.health.v1) on a port of the pod; ``service`` is what the server is asked for."""

    kind: Literal["grpc"] = "grpc"
    port: int = Field(ge=1, le=65_535)
    service: str = ""

    @property
    def target(self) -> str:
        """What it looks at, in short."""
        return f"grpc {self.port}"


class TcpProbe(_ProbeTimes):
    """Whether somebody listens on a port of the pod, for what speaks neither HTTP nor gRPC. It says nothing of the
    process behind it: a hung one still listens."""

    kind: Literal["tcp"] = "tcp"
    port: int = Field(ge=1, le=65_535)

    @property
    def target(self) -> str:
        """What it looks at, in short."""
        return f"tcp {self.port}"


class CommandProbe(_ProbeTimes):
    """A command in the container, for what listens on no port; each time it is a process of its own."""

    kind: Literal["command"] = "command"
    command: list[str] = Field(min_length=1)

    @property
    def target(self) -> str:
        """What it looks at, in short."""
        return " ".join(self.command)


AnyProbe = HttpProbe | GrpcProbe | TcpProbe | CommandProbe


def _kind_of(value: object) -> object:
    """A probe without a kind is an HTTP probe."""
    return value.get("kind", "http") if isinstance(value, Mapping) else getattr(value, "kind", None)


Probe = Annotated[
    Annotated[HttpProbe, Tag("http")]
    | Annotated[GrpcProbe, Tag("grpc")]
    | Annotated[TcpProbe, Tag("tcp")]
    | Annotated[CommandProbe, Tag("command")],
    Discriminator(_kind_of),
]


class Probes(Frozen):
    """Readiness and liveness by guide.md section 5, and a startup probe, which the guide lacks.

    Readiness may look at the pod alone: a check that pings a shared dependency turns its hiccup into an
    outage of the whole fleet. Liveness must never leave the process.
    """

    readiness: Probe = HttpProbe(
        path="/readyz",
        initial_delay="5s",
        period="3s",
        timeout="2s",
        success_threshold=1,
        failure_threshold=2,
    )
    liveness: Probe = HttpProbe(
        path="/healthz", initial_delay="30s", period="10s", timeout="5s", failure_threshold=3
    )
    # Covers the 30 s that the guide's liveness delay allows for the start, twice over, and ends early when it
    # can: 30 x 2 s = 60 s.
    startup: Probe = HttpProbe(path="/healthz", period="2s", timeout="2s", failure_threshold=30)

    @model_validator(mode="after")
    def _success_once(self) -> Self:
        for name, probe in (("liveness", self.liveness), ("startup", self.startup)):
            if probe.success_threshold != 1:
                raise ConfigurationError(
                    field=f"{name}.success_threshold",
                    value=probe.success_threshold,
                    allowed="1, by the Kubernetes API",
                    remedy="leave it out",
                )
        return self

    @model_validator(mode="after")
    def _ready_in_time(self) -> Self:
        ready = self.readiness
        first = max(ready.initial_delay, self.startup.initial_delay)
        soonest = Milliseconds(first + (ready.success_threshold - 1) * ready.period)
        if soonest > Milliseconds.parse(PROBE.most):
            raise ConfigurationError(
                field="readiness.success_threshold",
                value=ready.success_threshold,
                allowed=f"few enough for a pod to be ready {PROBE.most} after its start, not {soonest}: {PROBE.why}",
                remedy="lower it, or readiness.period",
            )
        return self


def grpc_probes(port: int) -> Probes:
    """The guide's times (:class:`Probes`) for a service that speaks gRPC alone, by its health protocol."""
    asked: dict[str, GrpcProbe] = {}
    for name, probe in Probes():
        times = {field: getattr(probe, field) for field in _ProbeTimes.model_fields}
        asked[name] = GrpcProbe(port=port, **times)
    return Probes.model_validate(asked)


class HttpHealth(Frozen):
    """Health over HTTP, for a pod that serves nobody but its kubelet."""

    kind: Literal["http"]
    port: int = Field(ge=1024, le=65_535)
    readiness: str = Field(
        default="/readyz", pattern=r"^/", description="a path that begins with a slash", examples=["/readyz"]
    )
    liveness: str = Field(
        default="/healthz",
        pattern=r"^/",
        description="a path that begins with a slash",
        examples=["/healthz"],
    )


class CommandHealth(Frozen):
    """Health by a command in the container, for a pod without any port."""

    kind: Literal["command"]
    command: list[str] = Field(min_length=1)


Health = Annotated[HttpHealth | CommandHealth, Field(discriminator="kind")]


def health_probes(health: HttpHealth | CommandHealth) -> Probes:
    """The guide's times (:class:`Probes`) for a pod that answers elsewhere than on a service's port."""
    probes: dict[str, HttpProbe | CommandProbe] = {}
    for name, probe in Probes():
        times = {field: getattr(probe, field) for field in _ProbeTimes.model_fields}
        if isinstance(health, CommandHealth):
            probes[name] = CommandProbe(command=health.command, **times)
        else:
            path = health.readiness if name == "readiness" else health.liveness
            probes[name] = HttpProbe(path=path, port=health.port, **times)
    return Probes.model_validate(probes)


class Shutdown(Frozen):
    """How a pod leaves: first out of the endpoints, then its open requests end, then it is killed."""

    # Time for the endpoint to leave every kube-proxy and load balancer target list before SIGTERM. The
    # kubelet's own sleep action does it (built in since Kubernetes 1.30), so the image needs no shell.
    pre_stop: Annotated[Milliseconds, AfterValidator(LEAVING.of_the_value)] = Milliseconds.parse("10s")
    # guide.md section 3: REDIS_POOL_TIMEOUT 3 s and then HTTP_TIMEOUT 5 s. A request that waits for both, one after
    # the other, lasts 8 s (timeouts.longest_wait), and its drain must not cut it off.
    longest_request: Annotated[Milliseconds, AfterValidator(WORK.of_the_value)] = Milliseconds.parse("8s")
    # How long a load balancer in front may go on sending after it was told. Within the cluster preStop covers
    # it.
    deregistration: Annotated[Milliseconds, AfterValidator(LEAVING.of_the_value)] = Milliseconds(0)
    # Room for the process to notice SIGTERM and close its pools.
    margin: Annotated[Milliseconds, AfterValidator(LEAVING.of_the_value)] = Milliseconds.parse("5s")

    @property
    def grace_period(self) -> Derived[Milliseconds]:
        """terminationGracePeriodSeconds: the kill must come after the drain."""
        total = Milliseconds(self.pre_stop + self.deregistration + self.longest_request + self.margin)
        deregistration = f" + deregistration {self.deregistration}" if self.deregistration else ""
        return derived(
            total,
            f"preStop {self.pre_stop}{deregistration} + longest request {self.longest_request}"
            f" + margin {self.margin}",
        )
