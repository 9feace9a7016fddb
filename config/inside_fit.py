"""Whether what a stack states of controllers, queues and rights fits its cluster."""

from components.policy.errors import ConfigurationError

from .aws import EksCluster
from .identity import AwsIdentity, AwsRole
from .stated import Stated
from .worker import NewQueue


def check_inside(settings: Stated) -> None:
    """Raises ConfigurationError, with the field's whole name, for the first part that does not fit."""
    made = isinstance(settings.cluster, EksCluster)
    kind = settings.cluster.kind
    if settings.inside.stated and not made:
        raise ConfigurationError(
            field=f"inside.{settings.inside.stated[0]}",
            value="stated",
            allowed=f"nothing, with cluster kind {kind}: a cluster that exists has its own, or another stack makes it",
            remedy="leave it out, or state it in the stack that makes the cluster (kind eks)",
        )
    _check_keda(settings, made=made)
    for name, service in (*settings.services.items(), *settings.workers.items()):
        part = "services" if name in settings.services else "workers"
        if isinstance(service.identity, AwsIdentity | AwsRole) and not made:
            raise ConfigurationError(
                field=f"{part}.{name}.identity.kind",
                value=service.identity.kind,
                allowed=f"service-account, with cluster kind {kind}: the program knows neither account nor cluster",
                remedy="name an existing role by the annotation that its owner gave you",
            )
        if isinstance(service.identity, AwsRole):
            _check_role(f"{part}.{name}.identity.role_arn", service.identity.role_arn, settings)
    for name, worker in settings.workers.items():
        if isinstance(worker.queue, NewQueue) and not made:
            raise ConfigurationError(
                field=f"workers.{name}.queue.kind",
                value="new-sqs",
                allowed=f"sqs, with cluster kind {kind}: the program has no account to make a queue in",
                remedy="state {kind: sqs, url: ...} of a queue that is there",
            )
        if settings.autoscaling.kind != "keda":
            raise ConfigurationError(
                field=f"workers.{name}",
                value=f"with autoscaling {settings.autoscaling.kind}",
                allowed="keda: an HPA alone cannot ask a queue for its length",
                remedy="state headroom:autoscaling: {kind: keda}, or leave the worker out of this stack",
            )


def _check_role(field: str, arn: str, settings: Stated) -> None:
    account = settings.cluster.account if isinstance(settings.cluster, EksCluster) else None
    if account is not None and arn.split(":")[4] != account:
        raise ConfigurationError(
            field=field,
            value=arn,
            allowed=f"a role of the account {account}: EKS Pod Identity gives pods no other's",
            remedy="let a role of this account take the other one, and name it here",
        )


def _check_keda(settings: Stated, *, made: bool) -> None:
    scaling = settings.autoscaling
    if scaling.kind != "keda":
        return
    if made and settings.layer == "everything" and settings.inside.keda is None:
        raise ConfigurationError(
            field="inside.keda",
            value="nothing",
            allowed="a version of its chart, with autoscaling.kind keda: a cluster that is made has no KEDA, and the"
            " update would stop at the first ScaledObject",
            remedy="state inside.keda, such as {version: 2.20.2}",
        )
    if scaling.prometheus_address is None and settings.inside.prometheus is None:
        raise ConfigurationError(
            field="autoscaling.prometheus_address",
            value="nothing",
            allowed="where Prometheus answers, unless the stack makes one (inside.prometheus)",
            remedy="state it, such as http://prometheus-operated.monitoring.svc:9090",
        )
    volume = settings.inside.prometheus is not None and settings.inside.prometheus.storage.kind == "volume"
    if (
        volume
        and isinstance(settings.cluster, EksCluster)
        and settings.cluster.addons.aws_ebs_csi_driver is None
    ):
        raise ConfigurationError(
            field="inside.prometheus.storage.kind",
            value="volume",
            allowed="node-disk, without the add-on that makes volumes",
            remedy="state cluster.addons.aws_ebs_csi_driver",
        )
