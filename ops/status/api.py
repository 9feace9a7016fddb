"""Asks a Kubernetes API server, within a stated time. It reads only; what the answers mean is decided elsewhere."""

import json
import time
from collections.abc import Sequence
from typing import Any, Final, Protocol, TypeAlias

from config.kubeconfig import Kubeconfig

# An object as the API gives it.
ApiObject: TypeAlias = dict[str, Any]
# A list of a few hundred pods takes an API server well under a second.
TIMEOUT_S: Final = 10
# An API server says so while it is under load, and while it makes the storage of a kind that was just defined; it asks
# to come back after a second (Retry-After: 1).
TOO_MANY_REQUESTS: Final = 429
BUSY_TRIES: Final = 15
BUSY_PAUSE_S: Final = 1.0


class NoClusterError(Exception):
    """The cluster does not answer, or not us. One line."""


class Api(Protocol):
    """What the status needs of a cluster."""

    def items(self, path: str) -> list[ApiObject]:
        """The objects of a list; none of a kind that the cluster does not know. Raises NoClusterError."""

    def run(self, namespace: str, pod: str, command: Sequence[str]) -> str:
        """What a command in a pod prints. Raises NoClusterError."""


class KubernetesApi:
    """The cluster of a kubeconfig and context, with whatever credentials stand there."""

    def __init__(self, kubeconfig: Kubeconfig, timeout_s: float = TIMEOUT_S) -> None:
        # Half a second of imports that no other command needs.
        from kubernetes import client, config

        load: Any = config.load_kube_config
        self._timeout_s = timeout_s
        self._remedy = kubeconfig.remedy
        self._where = f"{kubeconfig.server} (context {kubeconfig.context})"
        configuration: Any = client.Configuration()
        configuration.retries = False
        try:
            load(
                config_file=str(kubeconfig.path),
                context=kubeconfig.context,
                client_configuration=configuration,
                persist_config=False,
            )
            self._client: Any = client.ApiClient(configuration)
        except Exception as error:
            # The client lets through whatever its parsers and login plugins raise.
            raise self._problem(
                f"its credentials cannot be used: {_short(error)}", "mend the kubeconfig"
            ) from None

    def items(self, path: str) -> list[ApiObject]:
        from kubernetes.client.exceptions import ApiException
        from urllib3.exceptions import HTTPError

        def ask() -> tuple[int, bytes]:
            try:
                request = self._client.param_serialize(
                    "GET", path, header_params={"Accept": "application/json"}, auth_settings=["BearerToken"]
                )
                response = self._client.call_api(*request, _request_timeout=self._timeout_s)
                return int(response.status), response.read()
            except ApiException as error:
                raise self._refused(error.status, path) from None
            except (HTTPError, OSError) as error:
                raise self._problem(f"does not answer: {_short(error)}", self._remedy) from None

        status, body = ask()
        for _ in range(BUSY_TRIES):
            if status != TOO_MANY_REQUESTS:
                break
            time.sleep(BUSY_PAUSE_S)
            status, body = ask()
        if status == 404:
            return []
        if status != 200:
            raise self._refused(status, path)
        try:
            found = json.loads(body)
            # The items of a list do not say what they are; the list does.
            own = {"apiVersion": found.get("apiVersion"), "kind": str(found.get("kind")).removesuffix("List")}
            return [{**own, **item} for item in found["items"]]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise self._problem(f"answers {path} with something else than a list", self._remedy) from None

    def run(self, namespace: str, pod: str, command: Sequence[str]) -> str:
        from kubernetes import client, stream

        try:
            answer: Any = stream.stream(
                client.CoreV1Api(self._client).connect_get_namespaced_pod_exec,
                pod,
                namespace,
                command=list(command),
                stdout=True,
                stderr=True,
                stdin=False,
                tty=False,
                _request_timeout=self._timeout_s,
            )
        except Exception as error:
            # Websocket, TLS and API errors share no base class.
            raise self._problem(f"cannot run a command in {pod}: {_short(error)}", self._remedy) from None
        return str(answer)

    def _refused(self, status: int | None, path: str) -> NoClusterError:
        if status == 401:
            return self._problem("does not know us: 401 on every request", "log in again for this context")
        if status == 403:
            return self._problem(f"does not let us read {path}", "ask for a role with get and list on it")
        return self._problem(f"answers {path} with {status}", self._remedy)

    def _problem(self, what: str, remedy: str) -> NoClusterError:
        return NoClusterError(f"{self._where}: {what}; {remedy}")


def _short(error: BaseException) -> str:
    """The innermost cause in one line of at most 160 characters."""
    reason = getattr(error, "reason", None)
    # Of a refused exec the websocket client also prints every header, behind this mark.
    text = " ".join(
        str(reason if isinstance(reason, (str, Exception)) and str(reason) else error)
        .partition(" -+-+-")[0]
        .split()
    )
    return text[:160] or type(error).__name__
