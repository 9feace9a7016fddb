"""The two programs that are compared: this one, and the same objects written flat, as one would without components.

Both make their objects with the provider that renders into a folder, so that no cluster is needed or disturbed.
"""

import json
import pprint
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

CHECKOUT: Final = Path(__file__).resolve().parent.parent
_PROVIDER: Final = 'kubernetes.Provider("cluster", render_yaml_to_directory="rendered")'
_OURS: Final = """\
import sys

sys.path.insert(0, {checkout!r})

import pulumi
import pulumi_kubernetes as kubernetes

from apps.platform import deploy
from apps.review import warnings
from apps.surroundings import Surroundings
from components.policy.plan import build_plan
from config.loader import load_stack

settings = load_stack("local")
plan = build_plan(settings.platform)
for warning in warnings(settings, plan):
    pulumi.log.warn(str(warning))
elsewhere = Surroundings(provider=lambda _: {provider})
for name, value in deploy(settings, plan, elsewhere).items():
    pulumi.export(name, value)
"""
_FLAT: Final = """\
import pulumi
import pulumi_kubernetes as kubernetes

opts = pulumi.ResourceOptions(provider={provider})
"""
_PROJECT: Final = "name: {name}\nruntime:\n  name: python\n  options:\n    virtualenv: {virtualenv}\n"
# Groups that pulumi_kubernetes has classes for; everything else is a custom resource.
_TYPE: Final = re.compile(r"kubernetes:(?P<group>[^:]+)/(?P<version>v[^:/]+):(?P<kind>\w+)")


def write_ours(folder: Path) -> Path:
    """This program, its stack local."""
    return _write(folder, "ours", _OURS.format(checkout=str(CHECKOUT), provider=_PROVIDER))


def write_flat(folder: Path, objects: list[dict[str, Any]]) -> Path:
    """The objects one after the other, as literals."""
    used: set[str] = set()
    lines = [_FLAT.format(provider=_PROVIDER)]
    lines += [_one(found, used) for found in objects if _TYPE.fullmatch(found["type"])]
    return _write(folder, "flat", "\n".join(lines))


def objects_of(program: Path) -> list[dict[str, Any]]:
    """What a program registers, by running it under mocks."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.mocked", str(program / "__main__.py")],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"bench: {program.name} fails under mocks:\n{done.stderr[-4000:]}")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def kubernetes_objects(resources: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """API version, kind and name of each object, to see that two programs make the same."""
    return sorted(
        (
            f"{r['inputs'].get('apiVersion')}/{r['inputs'].get('kind')}",
            str(r["inputs"].get("metadata", {}).get("name")),
        )
        for r in resources
        if _TYPE.fullmatch(r["type"])
    )


def _write(folder: Path, name: str, text: str) -> Path:
    program = folder / name
    program.mkdir()
    (program / "__main__.py").write_text(text)
    (program / "Pulumi.yaml").write_text(
        _PROJECT.format(name=f"bench-{name}", virtualenv=json.dumps(sys.prefix))
    )
    return program


def _one(found: dict[str, Any], used: set[str]) -> str:
    match = _TYPE.fullmatch(found["type"])
    assert match is not None, "only objects of Kubernetes are written"
    name = found["name"]
    while f"{found['type']} {name}" in used:
        name += "-2"
    used.add(f"{found['type']} {name}")
    inputs = {key: value for key, value in found["inputs"].items() if key not in ("apiVersion", "kind")}
    if "." in match["group"] and not match["group"].endswith(".k8s.io"):
        api = f"{match['group']}/{match['version']}"
        arguments = {"api_version": api, "kind": match["kind"], **inputs}
        maker = "apiextensions.CustomResource"
    else:
        group = match["group"].partition(".")[0]
        arguments = {_snake(key): value for key, value in inputs.items()}
        maker = f"{group}.{match['version']}.{match['kind']}"
    literal = pprint.pformat(arguments, width=110, sort_dicts=False)
    return f"kubernetes.{maker}({name!r}, **{literal}, opts=opts)"


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", r"_\1", name).lower()
