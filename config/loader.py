"""Reads a stack: its Pulumi.<stack>.yaml over platform.yaml, checked whole, to Settings.

Inside a program the engine hands over the stack's values; the commands read the same file without an engine.
From there on it is the same code. It connects to nothing and never looks at a secret.
"""

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from components.policy.derived import Derived
from components.policy.plan import Plan, build_plan
from components.policy.platform import Platform
from components.policy.words.hints import closest

from .merge import merge, with_stand_in
from .network_fit import check_network
from .pool_names import told_by_field
from .problems import PROJECT, StackError, describe, presented, problem_line, show
from .settings import Settings
from .strangers import strangers_of
from .yaml_text import YamlError, read_yaml

CHECKOUT: Final = Path(__file__).resolve().parent.parent
PLATFORM: Final = Path(__file__).resolve().parent / "platform.yaml"
# What the engine knows in a stack's file beside the configuration, all written by the engine itself.
TOP_LEVEL: Final = ("config", "encryptedkey", "encryptionsalt", "environment", "secretsprovider")
# The values that are secrets; everything else is a setting, and plain.
SECRETS: Final = frozenset({"redis_password"})


class _Secret:
    """Stands where a value is encrypted: that it is there is known, what it is is not."""


SECRET: Final = _Secret()


def load() -> Settings:
    """The running program's stack. Raises StackError with every problem."""
    import pulumi
    from pulumi.runtime import config as engine

    # Of a key that is there twice the engine hands over one, and says nothing.
    file = Path(pulumi.get_root_directory()) / f"Pulumi.{pulumi.get_stack()}.yaml"
    if file.is_file():
        _config_of(file)
    values = {**engine.get_config_env(), **engine.CONFIG.get()}
    strangers = strangers_of(values)
    if strangers:
        raise StackError(f"stack {pulumi.get_stack()}", strangers)
    raw = {
        key.partition(":")[2]: SECRET if engine.is_config_secret(key) else _from_engine(value)
        for key, value in values.items()
        if key.startswith(f"{PROJECT}:")
    }
    return settings_of(raw, f"stack {pulumi.get_stack()}")


def load_stack(stack: str, root: Path = CHECKOUT, over: Mapping[str, Any] | None = None) -> Settings:
    """The stack of a Pulumi.<stack>.yaml, without an engine. Raises StackError with every problem.

    ``over`` lies over the file as the file lies over platform.yaml: a what-if.
    """
    path = root / f"Pulumi.{stack}.yaml"
    if stack not in stacks(root):
        known = ", ".join(stacks(root)) or "none"
        raise StackError(f"stack {show(stack)}", [f"there is no {path.name}; allowed: {known}"])
    return settings_of(_config_of(path), path.name, over)


def stacks(root: Path = CHECKOUT) -> list[str]:
    """The stacks that have a file in ``root``."""
    names = (path.name for path in root.glob("Pulumi.?*.yaml"))
    return sorted(name.removeprefix("Pulumi.").removesuffix(".yaml") for name in names)


def settings_of(raw: Mapping[str, Any], source: str, over: Mapping[str, Any] | None = None) -> Settings:
    """Settings from a stack's values, keys without the project. Raises StackError, headed by ``source``."""
    problems = _misplaced_secrets(raw)
    plain = {key: value for key, value in raw.items() if key not in SECRETS and not _holds_secret(value)}
    merged = with_stand_in(merge(merge(_mapping_in(PLATFORM), plain), over or {}))
    try:
        settings = Settings.model_validate(merged)
    except ValidationError as error:
        raise StackError(source, problems + describe(error, Settings, merged)) from None
    if problems:
        raise StackError(source, problems)
    return settings


def plan_of(settings: Settings, source: str) -> Plan:
    """The plan; a contradiction between settings is shown as every other problem of the stack is."""
    with presented(source):
        return plan_at(settings, settings.platform)


def plan_at(
    settings: Settings, platform: Platform, quoted: Mapping[str, Derived[Fraction]] | None = None
) -> Plan:
    """The plan of ``platform``, which is the settings' or close to it, at prices that were looked up. Raises
    ConfigurationError where none can be made, or where the stack's network does not hold it.
    """
    with told_by_field(settings.fields_of_pools):
        plan = build_plan(platform, quoted)
    check_network(settings, plan)
    return plan


def _from_engine(value: Any) -> Any:
    """The engine hands over text; a list or mapping is JSON in it. Empty text is what it makes of a null."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return None if value == "" else value


def _config_of(path: Path) -> dict[str, Any]:
    """The stack's values as the engine would hand them over: keys without the project, scalars as text."""
    file = _mapping_in(path)
    unknown = sorted(file.keys() - set(TOP_LEVEL))
    if unknown:
        raise StackError(path.name, [_top_level(key) for key in unknown])
    config = file.get("config") or {}
    if not isinstance(config, Mapping):
        raise StackError(path.name, [f"config: {show(config)}: allowed: a mapping (headroom:target: ...)"])
    wrong = strangers_of(config)
    if wrong:
        raise StackError(path.name, wrong)
    # The engine takes a key without a project as one of this project.
    keys = {key: key if ":" in key else f"{PROJECT}:{key}" for key in config}
    return {
        name.partition(":")[2]: _as_engine(config[key])
        for key, name in keys.items()
        if name.startswith(f"{PROJECT}:")
    }


def _top_level(key: str) -> str:
    if key.removeprefix(f"{PROJECT}:") in Settings.model_fields:
        return f"{key}: stands beside config; allowed: below it; indent it under config:"
    return f"{key}: unknown key;{closest(key, TOP_LEVEL)} allowed: config"


def _as_engine(value: Any) -> Any:
    if isinstance(value, Mapping):
        return SECRET if _encrypted(value) else {key: _nested(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_nested(inner) for inner in value]
    if value is None or value == "":
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _nested(value: Any) -> Any:
    if isinstance(value, Mapping):
        return SECRET if _encrypted(value) else {key: _nested(inner) for key, inner in value.items()}
    return [_nested(inner) for inner in value] if isinstance(value, list) else value


def _encrypted(value: Mapping[str, Any]) -> bool:
    return list(value) == ["secure"] and isinstance(value["secure"], str)


def _holds_secret(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_secret(inner) for inner in value.values())
    return any(map(_holds_secret, value)) if isinstance(value, list) else value is SECRET


def _misplaced_secrets(raw: Mapping[str, Any]) -> list[str]:
    plain = [
        problem_line(
            key,
            "is plain text in the file (not shown here); allowed: an encrypted value;"
            f" run pulumi config set --secret {PROJECT}:{key}, and change the password that was readable",
        )
        for key in sorted(SECRETS & raw.keys())
        if raw[key] is not SECRET and raw[key] is not None
    ]
    secret = [
        problem_line(
            key,
            f"holds an encrypted value; allowed: plain settings; encrypted only {', '.join(sorted(SECRETS))};"
            " put it into a Kubernetes Secret and name that in services.<name>.env_from_secrets",
        )
        for key in sorted(raw.keys() - SECRETS)
        if _holds_secret(raw[key])
    ]
    return plain + secret


def _mapping_in(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file; an empty file is an empty one."""
    try:
        data = read_yaml(path.read_bytes())
    except OSError as error:
        raise StackError(path.name, [f"cannot be read: {error.strerror}"]) from None
    except YamlError as error:
        raise StackError(path.name, [str(error)]) from None
    if data is not None and not isinstance(data, dict):
        raise StackError(path.name, [f"{show(data)}: allowed: a mapping with the key config"])
    return data or {}
