"""What the installed SDK says of a resource: its inputs, which of them are required, their types, and its outputs.

It reads the typed classes of pulumi_aws and pulumi_eks as text and parses only the class that is asked for: importing
pulumi_aws.ec2 whole takes seconds. It never imports the SDK and never judges a value.
"""

import ast
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_SCALARS: Final = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}


@dataclass(frozen=True)
class Kind:
    """A type: `name` is string, integer, number, boolean, list, map, object, enum or any. `of` is what a list or map
    holds; `ref` names the class of an object or enum within `module`, the SDK's folder it was read in."""

    name: str
    of: "Kind | None" = None
    ref: str = ""
    module: str = ""


@dataclass(frozen=True)
class Property:
    kind: Kind
    required: bool


@dataclass(frozen=True)
class Schema:
    """A resource or function type: properties by their names on the wire (camelCase)."""

    token: str
    inputs: Mapping[str, Property]
    outputs: Mapping[str, Property]


class UnknownType(Exception):
    """The SDK has no such resource or function."""


def package_folder(package: str) -> Path:
    """Where pulumi_<package> is installed."""
    spec = find_spec(f"pulumi_{package}")
    if spec is None or spec.submodule_search_locations is None:
        raise UnknownType(f"pulumi_{package} is not installed in this venv: run make venv")
    return Path(spec.submodule_search_locations[0])


def plugin_version(package: str) -> str:
    """The plugin version that pulumi_<package> asks the engine for."""
    return str(json.loads((package_folder(package) / "pulumi-plugin.json").read_text())["version"])


def snake(name: str) -> str:
    """The file name that the SDK's generator gives: securityGroup is in security_group.py."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@cache
def resource(token: str) -> Schema:
    """Raises UnknownType with the token if the installed SDK has no such resource."""
    module, name, path = _locate(token)
    inputs = properties(module, f"{name}Args", path.name)
    outputs = _getters(_class(path, name), _required_of_outputs, module)
    return Schema(token, inputs, outputs)


@cache
def function(token: str) -> Schema:
    """An invoke: its arguments are those of the Python function, all optional to it."""
    module, name, path = _locate(token)
    text = path.read_text()
    found = re.search(rf"^def {snake(name)}\(.*?\) -> ", text, re.MULTILINE | re.DOTALL)
    if found is None:
        raise UnknownType(f"{token}: not a function of the installed SDK")
    definition = ast.parse(found.group(0) + "None: ...").body[0]
    assert isinstance(definition, ast.FunctionDef)
    inputs = {
        _camel(one.arg): Property(_kind(one.annotation, module), False)
        for one in definition.args.args
        if one.arg != "opts"
    }
    result = f"{name[0].upper()}{name[1:]}Result"
    outputs = _getters(_class(path, result), _required_of_outputs, module)
    return Schema(token, inputs, outputs)


@cache
def properties(module: str, name: str, file: str = "_inputs.py") -> Mapping[str, Property]:
    """The properties of one class of inputs, e.g. `properties("aws/ec2", "SecurityGroupIngressArgs")`."""
    package, _, folder = module.partition("/")
    body = _class(package_folder(package) / folder / file, name)
    required = _required_arguments(body)
    return _getters(body, lambda getter: getter.name in required, module)


@cache
def enum_values(module: str, name: str) -> frozenset[str]:
    """The values of an enum; empty if it is not in the SDK's folder."""
    package, _, folder = module.partition("/")
    try:
        body = _class(package_folder(package) / folder / "_enums.py", name)
    except UnknownType:
        return frozenset()
    values = [node.value for node in body.body if isinstance(node, ast.Assign)]
    return frozenset(
        one.value for one in values if isinstance(one, ast.Constant) and isinstance(one.value, str)
    )


def _locate(token: str) -> tuple[str, str, Path]:
    """aws:ec2/subnet:Subnet is the class Subnet in pulumi_aws/ec2/subnet.py; the module is "aws/ec2"."""
    package, _, rest = token.partition(":")
    middle, _, name = rest.partition(":")
    folder, _, file = middle.partition("/")
    folder = "" if folder in ("index", "") else folder
    path = package_folder(package) / folder / f"{snake(file or name)}.py"
    if not path.is_file():
        raise UnknownType(f"{token}: the installed pulumi_{package} has no such type")
    return f"{package}/{folder}".rstrip("/"), name, path


@cache
def _chunks(path: Path) -> Mapping[str, str]:
    """The source of each class of a file, by name."""
    parts = re.split(r"^(?=class )", path.read_text(), flags=re.MULTILINE)
    found = {}
    for part in parts[1:]:
        # What follows a class at the margin (a decorator, an else of a version check) is not part of it.
        body = re.split(r"^(?=[^\s#)])", part, flags=re.MULTILINE)
        found[re.split(r"\W", part[len("class ") :], maxsplit=1)[0]] = body[1] if body[0] == "" else body[0]
    return found


def _class(path: Path, name: str) -> ast.ClassDef:
    chunk = _chunks(path).get(name) if path.is_file() else None
    if chunk is None:
        raise UnknownType(f"{path.parent.name}/{path.name} of the installed SDK has no class {name}")
    node = ast.parse(_without_prose(chunk)).body[0]
    assert isinstance(node, ast.ClassDef)
    return node


def _without_prose(chunk: str) -> str:
    """Docstrings are nine tenths of the text."""
    return re.sub(r'"""[\s\S]*?"""', "...", chunk)


def _required_arguments(body: ast.ClassDef) -> frozenset[str]:
    for node in body.body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            pairs = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            return frozenset(argument.arg for argument, default in pairs if default is None)
    return frozenset()


def _required_of_outputs(getter: ast.FunctionDef) -> bool:
    """An output that is always there is not Optional."""
    return "Optional[" not in ast.unparse(getter.returns) if getter.returns else False


def _getters(
    body: ast.ClassDef, required: Callable[[ast.FunctionDef], bool], module: str
) -> Mapping[str, Property]:
    found = {}
    for node in body.body:
        if isinstance(node, ast.FunctionDef) and (name := _wire_name(node)):
            found[name] = Property(_kind(node.returns, module), required(node))
    return found


def _wire_name(node: ast.FunctionDef) -> str:
    """fromPort of `@pulumi.getter(name="fromPort") def from_port`; empty if it is no getter."""
    for decorator in node.decorator_list:
        text = ast.unparse(decorator)
        if text == "pulumi.getter":
            return node.name
        if isinstance(decorator, ast.Call) and text.startswith("pulumi.getter("):
            return str(ast.literal_eval(decorator.keywords[0].value))
    return ""


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _kind(node: ast.expr | None, module: str) -> Kind:
    """The type of an annotation, through Optional, Input and Output."""
    match node:
        case ast.Constant(value=str() as name):
            return _named(name, module)
        case ast.Attribute(attr=attr):
            return Kind(_SCALARS.get(attr, "any"))
        case ast.Name(id=name):
            return Kind(_SCALARS.get(name, "any"))
        case ast.Subscript(value=outer, slice=inner):
            return _generic(ast.unparse(outer).rpartition(".")[2], inner, module)
    return Kind("any")


def _generic(outer: str, inner: ast.expr, module: str) -> Kind:
    if outer in ("Optional", "Input", "Output"):
        return _kind(inner, module)
    if outer == "Sequence":
        return Kind("list", _kind(inner, module))
    if outer == "Mapping" and isinstance(inner, ast.Tuple):
        return Kind("map", _kind(inner.elts[1], module))
    if outer == "Union" and isinstance(inner, ast.Tuple):
        kinds = [_kind(one, module) for one in inner.elts]
        # A string or one of an enum's values: the service's own model is the better judge of these.
        return Kind("string") if {one.name for one in kinds} == {"string", "enum"} else Kind("any")
    return Kind("any")


def _named(name: str, module: str) -> Kind:
    if "." in name:
        return Kind("any")
    if name.endswith("Args"):
        return Kind("object", ref=name, module=module)
    return Kind("enum", ref=name, module=module)
