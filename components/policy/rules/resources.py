"""Rules about what a pod requests and may use, and about what exactly it runs."""

from collections.abc import Iterator
from typing import Final

from ..facts import ABSENT, Chart, Container, Fleet, Workload, known
from ..images import check_image
from ..quantities import Bytes
from .rule import error, warning

# No process of ours starts in less; a smaller value is a unit that was misread ("512m" is half a byte).
LEAST_MEMORY: Final = Bytes.parse("1Mi")


def _containers(workload: Workload) -> tuple[Container, ...]:
    return workload.containers or ()


@warning(
    "HR501",
    "requests-missing",
    Workload,
    why="the scheduler takes such a pod for nothing, so a node is packed until everything on it starves",
    source="kubernetes.io, Resource Management for Pods and Containers",
    do="state requests for CPU and memory",
)
def requests_missing(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """Every container requests CPU and memory."""
    for container in _containers(workload):
        # The API takes the limit for the request where only the limit is stated.
        missing = [
            name
            for name, request, limit in (
                ("CPU", container.cpu_request, container.cpu_limit),
                ("memory", container.memory_request, container.memory_limit),
            )
            if request is ABSENT and limit is ABSENT
        ]
        if missing:
            yield f'container "{container.name}" requests no {" and no ".join(missing)}'


@warning(
    "HR502",
    "memory-limit-missing",
    Workload,
    why="one leak takes the node's memory, and the kernel kills what stands beside it",
    source="guide.md section 4",
    do="state limits.memory",
)
def memory_limit_missing(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """Every container has a memory limit."""
    for container in _containers(workload):
        if container.memory_limit is ABSENT:
            yield f'container "{container.name}" has no memory limit'


@error(
    "HR503",
    "limit-below-request",
    Workload,
    why="the API server refuses a pod that may use less than it requests",
    source="kubernetes.io, Resource Management for Pods and Containers",
    do="raise the limit to at least the request",
)
def limit_below_request(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """A limit is at least its request."""
    for container in _containers(workload):
        for name, request, limit in (
            ("CPU", known(container.cpu_request), known(container.cpu_limit)),
            ("memory", known(container.memory_request), known(container.memory_limit)),
        ):
            if request is not None and limit is not None and limit < request:
                yield f'container "{container.name}": the {name} limit {limit} is below the request {request}'


@error(
    "HR504",
    "memory-unit-misread",
    Workload,
    why='the API takes the unit "m" as thousandths: "512m" of memory is half a byte, and no process starts in it',
    source="kubernetes.io, Quantity",
    do='write "512Mi"',
)
def memory_unit_misread(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """Memory is enough for a process at all."""
    for container in _containers(workload):
        for name, value in (
            ("request", known(container.memory_request)),
            ("limit", known(container.memory_limit)),
        ):
            if value is not None and value < LEAST_MEMORY:
                yield f'container "{container.name}": the memory {name} is {int(value)} bytes'


@warning(
    "HR511",
    "image-moves",
    Workload,
    why="two pods of one revision may run different code, and a rollback does not roll back",
    source="kubernetes.io, Images",
    do='pin a digest ("name@sha256:...") or a tag with a version ("name:1.4.2")',
)
def image_moves(workload: Workload, fleet: Fleet) -> Iterator[str]:
    """An image names one version."""
    for container in _containers(workload):
        if container.image is None:
            continue
        try:
            check_image(container.image)
        except ValueError as problem:
            reason = str(problem).partition(";")[0]
            yield f'image "{container.image[:120]}" of "{container.name}" {reason}'


@warning(
    "HR512",
    "chart-unpinned",
    Chart,
    why="the next deployment installs what its vendor published in the meantime",
    source="helm.sh, helm install: without --version the latest is taken",
    do='state one version, such as "1.14.1"',
)
def chart_unpinned(chart: Chart, fleet: Fleet) -> Iterator[str]:
    """A chart names one version."""
    if chart.version is ABSENT:
        yield f'chart "{chart.name}" has no version'
    elif isinstance(chart.version, str) and not _is_one_version(chart.version):
        yield f'chart "{chart.name}" takes any version "{chart.version[:60]}"'


def _is_one_version(version: str) -> bool:
    """Three numbers at least, nothing that ranges: "1.14.1", "v2.0.0-rc.1"."""
    numbers = version.removeprefix("v").partition("-")[0].partition("+")[0].split(".")
    return len(numbers) >= 3 and all(number.isdigit() for number in numbers)
