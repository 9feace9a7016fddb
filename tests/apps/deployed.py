"""A stack's whole program under mocks: a cluster that would have to be there is taken to be, and so is an account."""

import pulumi_kubernetes
import pytest

from apps import cluster, platform, redis
from apps.aws import account
from components.policy.plan import build_plan
from config.settings import Settings
from tests.components import harness
from tests.components.aws_answers import AwsRecorder
from tests.components.harness import Run


def deployed(settings: Settings, secret: str | None = None) -> Run:
    """What the program registers for these settings."""
    with pytest.MonkeyPatch.context() as patch:
        provider = lambda _: pulumi_kubernetes.Provider("cluster", kubeconfig="{}")  # noqa: E731
        patch.setattr(cluster, "provider_of", provider)
        patch.setattr(harness, "Recorder", AwsRecorder)
        # An update would refuse the addresses and the certificate of documentations that the shipped stacks name.
        patch.setattr(account, "check_endpoint", lambda _: None)
        patch.setattr(platform, "check_certificates", lambda _: None)
        patch.setattr(redis, "redis_password", lambda: secret)
        return harness.run(lambda: dict(platform.deploy(settings, build_plan(settings.platform))))
