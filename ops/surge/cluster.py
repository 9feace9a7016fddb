"""The local cluster's API as a run needs it: apply, patch, delete, evict, list, watch, each within a stated time.

It decides how a request is made and when one that was refused is made again. It reads no kubeconfig but the one that it
was handed.
"""

import json
import time
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote, urlencode

from config.kubeconfig import Kubeconfig

from ..status.api import NoClusterError
from .errors import RequestError
from .render import ApiObject

MANAGER: Final = "headroom-surge"
TIMEOUT_S: Final = 15.0
BUSY: Final = (429, 500, 503, 504)
TRIES: Final = 5
PAUSE_S: Final = 0.5
MERGE: Final = "application/merge-patch+json"
APPLY: Final = "application/apply-patch+yaml"
# Kinds of the objects that a run applies, by the API's plural.
PLURALS: Final = {
    "Namespace": "namespaces",
    "PriorityClass": "priorityclasses",
    "NodePool": "nodepools",
    "KWOKNodeClass": "kwoknodeclasses",
    "ServiceAccount": "serviceaccounts",
    "ConfigMap": "configmaps",
    "Secret": "secrets",
    "Service": "services",
    "PodDisruptionBudget": "poddisruptionbudgets",
    "StatefulSet": "statefulsets",
    "Deployment": "deployments",
    "DaemonSet": "daemonsets",
    "HorizontalPodAutoscaler": "horizontalpodautoscalers",
    "ScaledObject": "scaledobjects",
    "CronJob": "cronjobs",
    "Role": "roles",
    "RoleBinding": "rolebindings",
}


def path_of(one: ApiObject) -> str:
    """Where an object is. Raises ValueError for a kind that no run applies."""
    kind, version, metadata = one["kind"], one["apiVersion"], one["metadata"]
    if kind not in PLURALS:
        raise ValueError(f"a {kind} is none of what a run applies")
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    space = f"/namespaces/{metadata['namespace']}" if "namespace" in metadata else ""
    return f"{root}{space}/{PLURALS[kind]}/{metadata['name']}"


class Cluster:
    """One API server; used by several threads at once."""

    def __init__(self, kubeconfig: Kubeconfig) -> None:
        from kubernetes import client, config

        configuration: Any = client.Configuration()
        configuration.retries = False
        # Watches hold a connection each.
        configuration.connection_pool_maxsize = 32
        load: Any = config.load_kube_config
        load(
            config_file=str(kubeconfig.path),
            context=kubeconfig.context,
            client_configuration=configuration,
            persist_config=False,
        )
        self._client: Any = client.ApiClient(configuration)
        self._pool: Any = self._client.rest_client.pool_manager
        self._server = str(configuration.host)
        self._headers = {"Accept": "application/json"}
        self._where = f"{kubeconfig.server} (context {kubeconfig.context})"

    def apply(self, one: ApiObject, manager: str = MANAGER) -> ApiObject:
        """Server-side apply; ours wins."""
        query = urlencode({"fieldManager": manager, "force": "true"})
        return self._send("PATCH", f"{path_of(one)}?{query}", one, APPLY)

    def patch(self, path: str, body: ApiObject) -> ApiObject:
        return self._send("PATCH", path, body, MERGE)

    def get(self, path: str) -> ApiObject:
        return self._send("GET", path)

    def list(self, path: str, **query: str) -> ApiObject:
        """A whole list; one without items of a kind that the cluster does not know."""
        try:
            return self._send("GET", f"{path}?{urlencode(query)}" if query else path)
        except RequestError as error:
            if error.status != 404:
                raise
            return {"items": [], "metadata": {"resourceVersion": "0"}}

    def delete(self, path: str, *, at_once: bool = False) -> None:
        """Delete; that it is not there is fine."""
        try:
            self._send("DELETE", path, {"gracePeriodSeconds": 0} if at_once else None)
        except RequestError as error:
            if error.status != 404:
                raise

    def delete_all(self, path: str, selector: str, *, at_once: bool = False) -> None:
        """Delete what a label selector finds."""
        try:
            body = {"gracePeriodSeconds": 0} if at_once else None
            self._send("DELETE", f"{path}?labelSelector={quote(selector)}", body)
        except RequestError as error:
            if error.status not in (404, 405):
                raise

    def evict(self, namespace: str, pod: str) -> bool:
        """Whether the pod may go (it is gone, or on its way); False while its budget says no."""
        path = f"/api/v1/namespaces/{namespace}/pods/{pod}"
        body = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": pod, "namespace": namespace},
        }
        status, answer = self._once("POST", f"{path}/eviction", body, "application/json")
        if status == 429:
            return False
        if status == 404 or status < 300:
            return True
        raise RequestError(status, f"evicting {pod}: {_reason(answer)}")

    def watch(self, path: str, since: str, *, seconds: int, **query: str) -> Iterator[ApiObject]:
        """Events after a resource version, until the server ends it. Raises NoClusterError or RequestError."""
        options = {"watch": "true", "resourceVersion": since, "timeoutSeconds": str(seconds), **query}
        response = self._request("GET", f"{path}?{urlencode(options)}", None, "", timeout_s=seconds + 15.0)
        try:
            if response.status >= 300:
                raise RequestError(response.status, f"watch {path}: {_reason(response.read())}")
            buffer = b""
            for chunk in response.stream(65536):
                *lines, buffer = (buffer + chunk).split(b"\n")
                for line in lines:
                    if line:
                        yield json.loads(line)
        except OSError as error:
            raise self._gone(error) from None
        except Exception as error:
            from urllib3.exceptions import HTTPError

            if isinstance(error, HTTPError):
                raise self._gone(error) from None
            raise
        finally:
            response.release_conn()
            response.close()

    def _send(
        self, method: str, path: str, body: ApiObject | None = None, content: str = "application/json"
    ) -> ApiObject:
        for attempt in range(1, TRIES + 1):
            status, answer = self._once(method, path, body, content)
            if status < 300:
                return dict(json.loads(answer)) if answer else {}
            if status not in BUSY or attempt == TRIES:
                break
            time.sleep(PAUSE_S)
        raise RequestError(status, f"{method} {path.partition('?')[0]}: {status} {_reason(answer)}")

    def _once(self, method: str, path: str, body: ApiObject | None, content: str) -> tuple[int, bytes]:
        response = self._request(method, path, body, content, timeout_s=TIMEOUT_S)
        try:
            return int(response.status), response.read()
        except OSError as error:
            raise self._gone(error) from None
        finally:
            response.release_conn()

    def _request(
        self, method: str, path: str, body: ApiObject | None, content: str, *, timeout_s: float
    ) -> Any:
        from urllib3.exceptions import HTTPError

        try:
            return self._pool.request(
                method,
                f"{self._server}{path}",
                body=None if body is None else json.dumps(body),
                headers={**self._headers, **({"Content-Type": content} if body is not None else {})},
                timeout=timeout_s,
                preload_content=False,
                retries=False,
            )
        except (HTTPError, OSError) as error:
            raise self._gone(error) from None

    def _gone(self, error: Exception) -> NoClusterError:
        return NoClusterError(
            f"{self._where}: does not answer: {' '.join(str(error).split())[:160]}; run make up"
        )


def _reason(answer: bytes) -> str:
    try:
        return str(json.loads(answer)["message"])[:300]
    except (ValueError, KeyError, TypeError):
        return answer.decode(errors="replace").strip()[:300]
