"""What a resource says of itself: known inputs, and what the account adds to them.

It decides which outputs are unknown in a preview (all that the account adds) and what they are after an update, by
the table's templates and, for what the table leaves out, by an empty value of the SDK's type.
"""

from collections.abc import Mapping
from typing import Any, Final

from tools.standins import regions, schema
from tools.standins.render import Renderer, account, put
from tools.standins.store import Contents, Object
from tools.standins.table import row_of
from tools.standins.values import UNKNOWN

_EMPTY: Final[Mapping[str, Any]] = {
    "string": "",
    "integer": 0,
    "number": 0,
    "boolean": False,
    "list": [],
    "map": {},
}
_VERSIONED: Final = "latestVersion"


def preview(token: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Outputs of what would be made: inputs as given, everything else that will be there unknown."""
    shown = dict(inputs)
    for name, prop in schema.resource(token).outputs.items():
        if prop.required and shown.get(name) is None and name != "tagsAll":
            shown[name] = UNKNOWN
    for path in row_of(token).computed:
        put(shown, path, UNKNOWN)
    return shown


def preview_change(token: str, before: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Outputs of what would be changed: what the account added stays."""
    outputs = schema.resource(token).outputs
    shown = {name: value for name, value in before.items() if name in outputs} | dict(inputs)
    for path in row_of(token).computed:
        value: Any = before
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        put(shown, path, value)
    if _VERSIONED in outputs:
        shown[_VERSIONED] = UNKNOWN
    return shown


def make(
    token: str,
    urn: str,
    inputs: dict[str, Any],
    seed: str,
    contents: Contents,
    region: str,
    known: str = "",
) -> Object:
    """The object with its id (`known`, or drawn by the table's template) and everything that the account adds."""
    row = row_of(token)
    renderer = Renderer(
        {"account": account(), "region": region, **_around(inputs, contents, region), **_text(inputs)}, seed
    )
    for path, template in row.computed.items():
        if "." not in path and inputs.get(path) is None:
            renderer.add(path, renderer.fill(template))
    # An id may be built of the ARN, or the ARN of the id.
    identity = known or (renderer.fill(row.identity) if "{arn}" not in row.identity else "")
    renderer.add("id", identity)
    arn = renderer.fill(row.arn)
    renderer.add("arn", arn)
    identity = identity or renderer.fill(row.identity)
    computed: dict[str, Any] = {}
    for path, template in row.computed.items():
        put(computed, path, renderer.fill(template))
    for name, prop in schema.resource(token).outputs.items():
        if prop.required and name not in inputs and name not in computed:
            computed[name] = _EMPTY.get(prop.kind.name)
    for name, value in (("arn", arn), ("ownerId", account()), ("region", region)):
        if name in schema.resource(token).outputs and name not in inputs:
            computed[name] = value
    return Object(token, identity, urn, inputs, computed, seed)


def all_of(one: Object) -> dict[str, Any]:
    """Inputs and what the account added, nested objects merged."""
    merged = {name: value for name, value in one.properties.items() if value is not None}
    for name, value in one.computed.items():
        mine = merged.get(name)
        if mine is None:
            merged[name] = value
        elif isinstance(mine, Mapping) and isinstance(value, Mapping):
            merged[name] = {**value, **{key: given for key, given in mine.items() if given is not None}}
    return merged


def advance(one: Object) -> None:
    """What an update changes by itself."""
    if _VERSIONED in one.computed:
        one.computed[_VERSIONED] += 1


def _around(inputs: Mapping[str, Any], contents: Contents, region: str) -> Mapping[str, Any]:
    """Facts that come from elsewhere: the VPC behind the subnets, the words that an ARN is built of."""
    config = inputs.get("vpcConfig")
    subnets = inputs.get("subnetIds") or inputs.get("subnets")
    if isinstance(config, Mapping):
        subnets = config.get("subnetIds")
    subnet = (
        contents.get("aws:ec2/subnet:Subnet", str(subnets[0]))
        if isinstance(subnets, list) and subnets
        else None
    )
    vpc = contents.get("aws:ec2/vpc:Vpc", str(inputs.get("vpcId")))
    return {
        "vpc": subnet.properties["vpcId"] if subnet else "",
        "default_group": vpc.computed["defaultSecurityGroupId"] if vpc else "",
        "zone_id": regions.zone_id(str(inputs.get("availabilityZone") or f"{region}a")),
        "lb_kind": {"network": "net", "gateway": "gwy"}.get(str(inputs.get("loadBalancerType")), "app"),
        "waf_scope": "global" if inputs.get("scope") == "CLOUDFRONT" else "regional",
        "host": str(inputs.get("url", "")).removeprefix("https://"),
        "targetKeyId": str(inputs.get("targetKeyId", "")).rpartition("/")[2],
    }


def _text(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    names = {
        name: value
        for name, value in inputs.items()
        if isinstance(value, str | int) and name != "targetKeyId"
    }
    return {name: str(value).rpartition("/")[2] if name == "role" else value for name, value in names.items()}
