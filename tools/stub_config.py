"""A stack's configuration for a preview that may reach nothing: a placeholder for every secret, a kubeconfig of ours.

It decides what stands in for what only the stack's owner has. Everything else is as the file says it, so that what is
wrong with it is found by the program.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

# No secret: it stands for one, on both sides of a comparison alike.
PLACEHOLDER: Final = "placeholder-of-a-secret"
# What the engine writes about the key that the secrets are encrypted with; ours is another.
_OWNERS: Final = ("encryptionsalt", "encryptedkey", "secretsprovider")
# Nothing listens there, and nothing is sent: a server behind a proxy is not asked by the program.
_SERVER: Final = "https://kubernetes.invalid:6443"
_PROXY: Final = "http://127.0.0.1:9"
# What nobody has (the blocks of RFC 5737) stands in a file until its owner states the real one, and an update refuses
# it. A neighbour takes its place, and gives it back in what is shown.
_DOCUMENTATION: Final = (
    ("192.0.2.", "192.0.3."),
    ("198.51.100.", "198.51.101."),
    ("203.0.113.", "203.0.112."),
    # A certificate of the account that AWS writes its documentation with, likewise: the stand-ins' is in its place.
    (":111122223333:certificate/", ":123456789012:certificate/"),
)


def without_documentation_blocks(text: str) -> str:
    """With neighbours in the places of addresses that an update refuses."""
    for block, neighbour in _DOCUMENTATION:
        text = text.replace(block, neighbour)
    return text


def with_documentation_blocks(text: str) -> str:
    """The other way round."""
    for block, neighbour in _DOCUMENTATION:
        text = text.replace(neighbour, block)
    return text


@dataclass(frozen=True)
class StubConfig:
    """The text of the file, and the paths of its secrets as `pulumi config set --path` takes them."""

    text: str
    secrets: tuple[str, ...]


def stub_config(file: Path, project: str, kubeconfig: Path) -> StubConfig:
    """The configuration in `file`; a file that is no configuration comes back as it is, for the engine to refuse."""
    import yaml

    text = file.read_text(encoding="utf-8", errors="replace")
    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError:
        return StubConfig(text, ())
    config = read.get("config") if isinstance(read, dict) else None
    if not isinstance(config, dict):
        return StubConfig(text, ())
    rest = {key: value for key, value in read.items() if key not in _OWNERS}
    secrets = tuple(path for key, value in config.items() for path in _secrets(value, _quoted(str(key))))
    plain = {key: _without_secrets(value) for key, value in config.items() if not _is_secret(value)}
    for key in ("cluster", f"{project}:cluster"):
        cluster = plain.get(key)
        if isinstance(cluster, dict) and "path" in cluster:
            plain[key] = {**cluster, "path": str(kubeconfig)}
    written = yaml.safe_dump({**rest, "config": plain}, sort_keys=False)
    return StubConfig(without_documentation_blocks(written), secrets)


def contexts(file: Path, project: str) -> list[str]:
    """The context that a configuration names, if it names one."""
    import yaml

    try:
        read = yaml.safe_load(file.read_text(encoding="utf-8"))
        config = read["config"]
        cluster = config.get(f"{project}:cluster") or config.get("cluster") or {}
        return [str(cluster["context"])] if "context" in cluster else []
    except (yaml.YAMLError, OSError, ValueError, KeyError, TypeError, AttributeError):
        return []


def stub_kubeconfig(names: list[str]) -> str:
    """A kubeconfig with these contexts, all of a cluster that is not there; the first is the current one."""
    every = names or ["preview"]
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": every[0],
            "clusters": [{"name": "nowhere", "cluster": {"server": _SERVER, "proxy-url": _PROXY}}],
            "users": [{"name": "nobody", "user": {}}],
            "contexts": [
                {"name": name, "context": {"cluster": "nowhere", "user": "nobody"}} for name in every
            ],
        }
    )


def _secrets(value: Any, path: str) -> Iterator[str]:
    if _is_secret(value):
        yield path
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _secrets(inner, f"{path}{_quoted(str(key), nested=True)}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _secrets(inner, f"{path}[{number}]")


def _without_secrets(value: Any) -> Any:
    if _is_secret(value):
        return PLACEHOLDER
    if isinstance(value, Mapping):
        return {key: _without_secrets(inner) for key, inner in value.items()}
    return [_without_secrets(inner) for inner in value] if isinstance(value, list) else value


def _is_secret(value: Any) -> bool:
    return isinstance(value, Mapping) and list(value) == ["secure"]


def _quoted(key: str, *, nested: bool = False) -> str:
    if not nested:
        return key
    return f'["{key}"]' if any(char in '.[]" ' for char in key) else f".{key}"
