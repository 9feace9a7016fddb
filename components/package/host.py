"""Serves the components to the engine, and words what a component refuses as an error of its inputs."""

import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import pulumi
from pulumi.errors import InputPropertyError
from pulumi.provider import ConstructResult
from pulumi.provider import main as serve_provider
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ComponentInitError

from ..policy.errors import ConfigurationError
from .event_window import EventWindow
from .gateway_tier import GatewayTier
from .karpenter_pool import KarpenterPool
from .queue_worker import QueueWorker
from .redis_cluster import RedisCluster
from .scalable_service import ScalableService

NAME: Final = "headroom"
# A checkout is no release; the SDKs' code generators want a number all the same.
UNRELEASED: Final = "0.0.0"


class Package(ComponentProvider):
    """All components. The SDK's own host answers a refused argument with a traceback; this one with the message."""

    def __init__(self) -> None:
        super().__init__(
            [EventWindow, GatewayTier, KarpenterPool, QueueWorker, RedisCluster, ScalableService],
            NAME,
            version=_version(),
        )

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: pulumi.Inputs,
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        try:
            return super().construct(name, resource_type, inputs, options)
        except ComponentInitError as error:
            if isinstance(error.inner, ConfigurationError):
                raise InputPropertyError(error.inner.field, str(error.inner)) from None
            raise


def serve() -> None:
    """Answers until the engine ends the process."""
    serve_provider(Package(), sys.argv[1:])


def _version() -> str:
    try:
        return version(NAME)
    except PackageNotFoundError:
        return UNRELEASED
