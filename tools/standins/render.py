"""Fills the table's templates: ids, ARNs and computed outputs shaped like real ones and the same in every run.

It decides what is drawn from a resource's URN and how; the shapes are the table's. An unknown input makes what is
built from it unknown. It keeps nothing.
"""

import base64
import hashlib
import os
import string
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tools.standins.values import UNKNOWN

ACCOUNT_VARIABLE: Final = "HEADROOM_STANDINS_ACCOUNT"
_ACCOUNT: Final = "123456789012"
"""The account that AWS's own documentation uses for examples."""
_AUTHORITY: Final = Path(__file__).with_name("authority.pem")
"""The certificate authority of every pretended cluster; clients refuse a kubeconfig without a real one. Nobody has its
key."""
_BASE32: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class _Unknown(Exception):
    """A template needs what only an update knows."""


@dataclass(frozen=True)
class Draw:
    """Everything random about one resource, drawn from `seed`; a resource made anew has another seed."""

    seed: str

    def words(self) -> Mapping[str, str]:
        digest = hashlib.sha256(self.seed.encode()).hexdigest()
        upper = "".join(_BASE32[int(digest[2 * n : 2 * n + 2], 16) % 32] for n in range(17))
        return {
            "hex": digest[:17],
            "hex6": digest[:6],
            "hex16": digest[:16],
            "hex32": digest[:32].upper(),
            "digits": str(int(digest[:10], 16)).zfill(10)[:10],
            "byte": str(int(digest[:2], 16) % 254 + 1),
            "uuid": str(uuid.UUID(digest[:32])),
            "upper": upper,
            "upper14": upper[:14],
            "certificate": base64.b64encode(_AUTHORITY.read_bytes()).decode(),
        }


def account() -> str:
    """The number of the account that this stands in for."""
    return os.environ.get(ACCOUNT_VARIABLE) or _ACCOUNT


def suffix(seed: str) -> str:
    """Seven hexadecimal digits as Pulumi puts behind a logical name."""
    return hashlib.sha256(seed.encode()).hexdigest()[:7]


class Renderer:
    """Templates of one resource; `facts` are its inputs and what is known of its place."""

    def __init__(self, facts: Mapping[str, Any], seed: str) -> None:
        self._facts: dict[str, Any] = {**Draw(seed).words(), **facts}

    def add(self, name: str, value: Any) -> None:
        self._facts[name] = value

    def fill(self, template: Any) -> Any:
        """The template with everything put in, lists and objects through and through; UNKNOWN where it has to be."""
        if isinstance(template, Mapping):
            return {key: self.fill(one) for key, one in template.items()}
        if isinstance(template, list):
            return [self.fill(one) for one in template]
        if not isinstance(template, str):
            return template
        try:
            return "".join(self._parts(template))
        except _Unknown:
            return UNKNOWN

    def _parts(self, template: str) -> list[str]:
        parts = []
        for text, name, _, _ in string.Formatter().parse(template):
            parts.append(text)
            if name is None:
                continue
            value = self._facts.get(name, "")
            if value is UNKNOWN:
                raise _Unknown
            parts.append("" if value is None else str(value))
        return parts


def put(target: dict[str, Any], path: str, value: Any) -> None:
    """Sets a dotted path in nested objects where nothing is there yet."""
    head, _, rest = path.partition(".")
    if not rest:
        if target.get(head) is None:
            target[head] = value
        return
    inner = target.get(head)
    if inner is UNKNOWN:
        return
    inner = dict(inner) if isinstance(inner, Mapping) else {}
    put(inner, rest, value)
    target[head] = inner


def at(value: Mapping[str, Any], path: str) -> Any:
    """What is at a dotted path, or None; UNKNOWN if something on the way is."""
    inner: Any = value
    for part in path.split("."):
        if inner is UNKNOWN:
            return UNKNOWN
        inner = inner.get(part) if isinstance(inner, Mapping) else None
    return inner
