"""The platform that the engine and cluster layers share: brought up once by `make up`, taken down by `make down`."""

import signal
from collections.abc import Iterator

import pytest

from tests.live import Checkout, copy_to, processes_of

# Layers by folder, so that a test is in its layer by where it stands.
LIVE = ("engine", "cluster")

# Who asks for one of these waits for controllers rather than for a core, and one after the other: the clusters share
# the machine. All others, which are busy, run beside them in another worker. A file's tests stay together: a later one
# may go on where an earlier one ended.
CLUSTERS = frozenset({"platform", "bench", "elsewhere"})

# A shell that starts us in the background has SIGINT ignored, and what we start would inherit that: an interrupt could
# not be tested.
signal.signal(signal.SIGINT, signal.default_int_handler)


# Before xdist's own, which reads the group.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.relative_to(config.rootpath).parts[1]
        item.add_marker(getattr(pytest.mark, folder if folder in LIVE else "unit"))
        on_cluster = CLUSTERS.intersection(getattr(item, "fixturenames", ()))
        item.add_marker(pytest.mark.xdist_group("clusters" if on_cluster else item.path.name))


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """The guide's platform on a cluster of its own. About a minute to bring up with a warm toolchain."""
    checkout = copy_to(tmp_path_factory.mktemp("checkout"))
    try:
        checkout.make("up", timeout=1200)
        yield checkout
    finally:
        ended = checkout.make("down", timeout=300, check=False)
    assert ended.status == 0, ended.output
    assert processes_of(checkout.root) == [], "make down left something running"
