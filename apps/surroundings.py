"""What the program asks of where it runs: the cluster that is there, the engine's secrets, whether an update may go on.

A caller that deploys nothing answers for them: a command that shows what would be made, a test under mocks. It decides
nothing about what is made.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as kubernetes

from config.aws import EksCluster
from config.secrets import redis_password
from config.settings import Settings

from .aws.account import check_endpoint
from .cluster import provider_of
from .front import check_certificates


def refuse_documentation(settings: Settings) -> None:
    """Raises StackError, in an update, where the stack states what documentations are written with and nobody has."""
    if settings.layer != "network":
        check_certificates(settings)
    if isinstance(settings.cluster, EksCluster):
        check_endpoint(settings.cluster)


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """``provider`` is of a cluster that exists; ``check`` raises StackError for settings that
    nothing may be made of. The real ones say what else they raise.
    """

    provider: Callable[[Settings], kubernetes.Provider] = provider_of
    redis_password: Callable[[], pulumi.Output[str] | None] = redis_password
    check: Callable[[Settings], None] = refuse_documentation


REAL: Final = Surroundings()
"""The engine's and the account's own answers."""
