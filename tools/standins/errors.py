"""What a call of the stand-in can end in. It decides names only; the wording is the service's own where it has one."""

from typing import Any


class Refused(Exception):
    """The service says no: code and message, as the vendor's provider shows them."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class InitFailed(Exception):
    """Something was made and then did not become ready: the engine keeps it, and the next run goes on from there."""

    def __init__(
        self, identity: str, properties: dict[str, Any], inputs: dict[str, Any], reason: str
    ) -> None:
        super().__init__(reason)
        self.identity = identity
        self.properties = properties
        self.inputs = inputs
        self.reason = reason
