"""The pod of a Deployment: restricted by default, spread, probed, drained. Dictionaries in the API's own words.

Nothing here decides a number; they come from the policy layer.
"""

from collections.abc import Mapping, Sequence

import pulumi

from .api import ApiObject
from .init_containers import APP, InitContainer, Sidecar
from .pod import CONTAINER_SECURITY, TMP, Spread, pod_security, resource_fields, spread_fields, with_disk
from .policy.quantities import Bytes
from .policy.workload import Probes, Resources, Shutdown
from .ports import container_ports
from .probes import probe_field, probe_fields
from .process import Process, Volume


def pod_spec(
    process: Process,
    *,
    ports: Sequence[tuple[str, int]],
    resources: Resources,
    probes: Probes,
    shutdown: Shutdown,
    spread: Spread,
    selector: Mapping[str, str],
    service_account: pulumi.Input[str],
    mount_token: bool,
    image_pull_secrets: Sequence[str],
    before: Sequence[InitContainer | Sidecar] = (),
    priority_class: pulumi.Input[str] | None = None,
    ndots: int | None = None,
) -> ApiObject:
    """The pod spec of a Deployment. ``ports`` are names and numbers, ``before`` is what starts first."""
    volumes = [_temporary("tmp"), *process.volumes]
    mounted = {one.name: [_temporary(f"{one.name}-tmp"), *one.process.volumes] for one in before}
    every = {volume.name: volume for part in (volumes, *mounted.values()) for volume in part}
    return {
        "serviceAccountName": service_account,
        "automountServiceAccountToken": mount_token,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": shutdown.grace_period.value.seconds,
        "securityContext": pod_security(process.user),
        **(
            {"imagePullSecrets": [{"name": name} for name in image_pull_secrets]}
            if image_pull_secrets
            else {}
        ),
        **({"priorityClassName": priority_class} if priority_class is not None else {}),
        **({"dnsConfig": {"options": [{"name": "ndots", "value": str(ndots)}]}} if ndots is not None else {}),
        **spread_fields(spread, selector, "pod-template-hash"),
        **(
            {"initContainers": [_before(one, mounted[one.name], process.user) for one in before]}
            if before
            else {}
        ),
        "containers": [
            {
                **_container(APP, process, resources, volumes, process.user),
                **({"ports": container_ports(ports)} if ports else {}),
                **probe_fields(probes),
                # The kubelet's own sleep: no shell in the image is needed (built in since Kubernetes 1.30).
                **(
                    {"lifecycle": {"preStop": {"sleep": {"seconds": shutdown.pre_stop.seconds}}}}
                    if shutdown.pre_stop
                    else {}
                ),
            }
        ],
        "volumes": [{"name": name, **volume.source} for name, volume in every.items()],
    }


def _temporary(name: str) -> Volume:
    """A read-only root still needs somewhere for temporary files; it is on the node's disk, bounded."""
    return Volume(name=name, mount_path="/tmp", source={"emptyDir": {"sizeLimit": str(TMP)}}, read_only=False)


def _before(one: InitContainer | Sidecar, volumes: Sequence[Volume], pods_user: int) -> ApiObject:
    fields = _container(one.name, one.process, one.resources, volumes, pods_user)
    if isinstance(one, InitContainer):
        return fields
    probes = {"startupProbe": one.startup, "readinessProbe": one.readiness}
    stated = {name: probe_field(probe) for name, probe in probes.items() if probe is not None}
    return {**fields, "restartPolicy": "Always", **stated}


def _container(
    name: str, process: Process, resources: Resources, volumes: Sequence[Volume], pods_user: int
) -> ApiObject:
    env = _env(process)
    own = {} if process.user == pods_user else {"runAsUser": process.user, "runAsGroup": process.user}
    return {
        "name": name,
        "image": process.image,
        **({"command": list(process.command)} if process.command else {}),
        **({"args": list(process.args)} if process.args else {}),
        # The API server stores no empty list.
        **({"env": env} if env else {}),
        **({"envFrom": _env_from(process)} if process.env_from else {}),
        "resources": with_disk(resource_fields(resources), _scratch(volumes)),
        "securityContext": {**CONTAINER_SECURITY, **own},
        "volumeMounts": [
            {
                "name": volume.name,
                "mountPath": volume.mount_path,
                "readOnly": volume.read_only,
                **({"subPath": volume.sub_path} if volume.sub_path is not None else {}),
            }
            for volume in volumes
        ],
    }


def _scratch(volumes: Sequence[Volume]) -> Bytes:
    """What the volumes on the node's disk may hold, where they say so."""
    empty = [volume.source.get("emptyDir", {}) for volume in volumes]
    return Bytes(sum(Bytes.parse(e.get("sizeLimit", 0)) for e in empty if e.get("medium") != "Memory"))


def _env(process: Process) -> list[ApiObject]:
    return [
        *({"name": name, "value": value} for name, value in sorted(process.env.items())),
        *(
            {"name": name, "valueFrom": {"secretKeyRef": {"name": source.secret, "key": source.key}}}
            for name, source in sorted(process.env_from_secrets.items())
        ),
        *(
            {"name": name, "valueFrom": {"configMapKeyRef": {"name": source.config_map, "key": source.key}}}
            for name, source in sorted(process.env_from_config_maps.items())
        ),
        *(
            {"name": name, "valueFrom": _pod_fact(fact)}
            for name, fact in sorted(process.env_from_pod.items())
        ),
    ]


def _pod_fact(fact: str) -> ApiObject:
    if fact.startswith(("limits.", "requests.")):
        return {"resourceFieldRef": {"resource": fact}}
    return {"fieldRef": {"fieldPath": fact}}


def _env_from(process: Process) -> list[ApiObject]:
    refs = {"ConfigMap": "configMapRef", "Secret": "secretRef"}
    return [
        {refs[source.kind]: {"name": source.name}, **({"prefix": source.prefix} if source.prefix else {})}
        for source in process.env_from
    ]
