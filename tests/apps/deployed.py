"""A stack's whole program under mocks: a cluster that would have to be there is taken to be, and so is an account."""

import pulumi
import pulumi_kubernetes

from apps import platform
from apps.surroundings import Surroundings
from components.policy.plan import build_plan
from config.settings import Settings
from tests.components.harness import Run, run


def deployed(settings: Settings, secret: str | None = None) -> Run:
    """What the program registers for these settings."""
    elsewhere = Surroundings(
        provider=lambda _: pulumi_kubernetes.Provider("cluster", kubeconfig="{}"),
        redis_password=lambda: None if secret is None else pulumi.Output.secret(secret),
        # An update would refuse the addresses and the certificate of documentations that the shipped stacks name.
        check=lambda _: None,
    )
    return run(lambda: dict(platform.deploy(settings, build_plan(settings.platform), elsewhere)))
