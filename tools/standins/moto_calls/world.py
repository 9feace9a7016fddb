"""moto in this process, with the state that earlier processes left.

moto keeps everything in memory, and the engine starts the plugins anew for each command, several at once. So each call
that changed something is written to a journal beside the account's file, under the account's lock, and a process makes
the calls that it has not made yet before it makes its own. Each is made with the random seed that stands beside it:
ids come out as they did, so none has to be translated. (moto's backends hold locks and private keys and cannot be
pickled; a server of moto's own would have to outlive the command that started it.)

It decides when to make calls again and how a refusal reads. Which calls there are is the tables' business. Nothing is
sent anywhere: the clients are of a session of their own, answered by moto before a request would leave.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar, Final

from tools.standins.errors import Refused

_HEADER: Final = "x-moto-account-id"
_OWN_REGION: Final = "us-east-1"
"""moto makes each service there first, wherever it is asked."""
_GONE: Final = ("NotFound", "NoSuch", "NonExistent", "DoesNotExist")


class World:
    """One account in moto. moto has one per process, so another folder's is put aside and made again when needed.

    Every method is to be called under the store's lock.
    """

    _current: ClassVar["World | None"] = None

    def __init__(self, folder: Path, account: str) -> None:
        self._journal = folder / "moto.jsonl"
        self._account = account
        self._done = 0
        self._warm: set[tuple[str, str]] = set()

    def change(self, region: str, operation: str, parameters: Mapping[str, Any], seed: str) -> Any:
        """Makes the call and writes it down. Raises Refused in moto's words."""
        self._catch_up()
        answer = self._send(region, operation, parameters, seed)
        self._append([region, operation, parameters, seed])
        self._done += 1
        return answer

    def ask(self, region: str, operation: str, parameters: Mapping[str, Any]) -> Any:
        """Makes a call that changes nothing. Raises Refused."""
        self._catch_up()
        return self._send(region, operation, parameters, operation)

    def _catch_up(self) -> None:
        if World._current is not self:
            _moto("moto.core.base_backend").BackendDict.reset()
            World._current, self._done = self, 0
            self._warm.clear()
        for region, operation, parameters, seed in self._entries()[self._done :]:
            self._send(region, operation, parameters, seed)
            self._done += 1

    def _entries(self) -> list[list[Any]]:
        if not self._journal.exists():
            return []
        made_by, *entries = self._journal.read_text().splitlines()
        if json.loads(made_by) != version("moto"):
            raise Refused(
                "StateOfAnotherVersion", f"{self._journal.parent} was made with moto {made_by}: remove it"
            )
        return [json.loads(line) for line in entries]

    def _append(self, entry: list[Any]) -> None:
        new = not self._journal.exists()
        # An AUTH token is in it.
        self._journal.touch(mode=0o600)
        with self._journal.open("a") as file:
            file.write(f"{json.dumps(version('moto'))}\n" if new else "")
            file.write(f"{json.dumps(entry)}\n")

    def _send(self, region: str, operation: str, parameters: Mapping[str, Any], seed: str) -> Any:
        service, _, name = operation.partition(".")
        self._warm_up(service, region)
        client = _client(service, region, self._account)
        method = getattr(client, import_module("botocore").xform_name(name))
        errors = import_module("botocore.exceptions")
        _moto("moto.moto_api._internal").mock_random.seed(seed)
        try:
            with _answering():
                return method(**parameters)
        except errors.ClientError as error:
            said = error.response["Error"]
            raise Refused(str(said["Code"]), str(said.get("Message", ""))) from error
        except errors.ParamValidationError as error:
            raise Refused("ValidationException", f"{operation}: {error}") from error
        except NotImplementedError as error:
            raise Refused("NotInMoto", f"moto does not implement {operation}") from error
        except Exception as error:
            raise Refused("NotInMoto", f"moto fails at {operation}: {error!r}") from error

    def _warm_up(self, service: str, region: str) -> None:
        """Makes the service before the first call, so that what it draws for itself is the same in every process."""
        if (service, region) in self._warm:
            return
        random = _moto("moto.moto_api._internal").mock_random
        backends = _moto("moto.backends").get_backend(service)
        for place in (_OWN_REGION, region):
            random.seed(f"{service} {place}")
            backends[self._account]["aws" if place not in backends[self._account].regions else place]
        self._warm.add((service, region))


def gone(refusal: Refused) -> bool:
    """Whether the refusal says that there is no such thing."""
    return any(word in refusal.code for word in _GONE)


@contextmanager
def _answering() -> Iterator[None]:
    """moto answers inside only: whoever else in this process has clients is left alone."""
    stubber = _moto("moto.core.models").botocore_stubber
    stubber.enabled = True
    try:
        yield
    finally:
        stubber.enabled = False


@cache
def _client(service: str, region: str, account: str) -> Any:
    # moto answers every session that is made after this import; to register it again would make each call twice.
    _moto("moto.core.models")
    session = import_module("botocore.session").Session(
        session_vars={"config_file": (None, None, os.devnull, None)}
    )
    client = session.create_client(
        service, region_name=region, aws_access_key_id="stand-in", aws_secret_access_key="stand-in"
    )

    def of_account(request: Any, **_: Any) -> None:
        request.headers[_HEADER] = account

    client.meta.events.register_first("before-send", of_account)
    return client


@cache
def _moto(module: str) -> Any:
    """A module of moto, imported when the first thing is made: a preview makes nothing and needs none of it."""
    try:
        # Attachments of AWS's own policies are to policies that moto knows; it reads this when it makes its IAM.
        import_module("moto.core.config").default_user_config["iam"] = {"load_aws_managed_policies": True}
        return import_module(module)
    except ModuleNotFoundError as error:
        raise Refused(
            "NotInstalled",
            f"{error.name} is not installed in this venv, and makes what a stand-in makes: run make venv",
        ) from error
