"""The status of a stack's cluster: find it, look, wait if asked. It ends where the cluster does not answer."""

import time
from collections.abc import Callable
from typing import Final

from config.kubeconfig import find
from config.reach import check_server
from config.settings import Settings

from .api import Api, KubernetesApi
from .read import read
from .snapshot import Snapshot
from .wait import wait_until_well

# A cold node takes about a minute, an image pull another, the HPA's first figures one more; three times that.
WAIT_S: Final = 600.0


def connect(settings: Settings) -> Api:
    """The stack's cluster. Raises StackError or NoClusterError when it does not answer."""
    kubeconfig = find(settings.cluster)
    check_server(kubeconfig)
    return KubernetesApi(kubeconfig)


def status(api: Api, settings: Settings) -> Snapshot:
    """The platform as it is now."""
    return read(api, settings.namespace, list(settings.services), settings.ignores)


def status_when_well(
    api: Api, settings: Settings, tell: Callable[[str], None], timeout_s: float = WAIT_S
) -> Snapshot:
    """The platform once it is well, or as it is when ``timeout_s`` seconds are over."""
    return wait_until_well(
        lambda: status(api, settings), tell, timeout_s=timeout_s, clock=time.monotonic, sleep=time.sleep
    )
