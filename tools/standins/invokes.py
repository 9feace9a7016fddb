"""Functions of the SDK that read (getCallerIdentity, getPolicyDocument, getRole, ...), answered from the account.

It decides which functions are known; one that is not is refused by name, so that nobody builds on an empty answer.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from tools.standins import outputs, policy_document, regions, schema
from tools.standins.account import Account
from tools.standins.errors import Refused
from tools.standins.render import account as account_number
from tools.standins.render import suffix
from tools.standins.store import Object

Answer = Mapping[str, Any]
_PARAMETERS: Final = "/aws/service/"
_ELB_ACCOUNTS: Final = {
    "ap-northeast-2": "600734575887",
    "us-east-1": "127311923021",
    "us-west-2": "797873946194",
}

# AWS General Reference, "Elastic Load Balancing endpoints and quotas": Route 53 zones of application load balancers.
_BALANCER_ZONES: Final = {
    "ap-northeast-1": "Z14GRHDCWA56QT",
    "ap-northeast-2": "ZWKZPGTI48KDX",
    "eu-central-1": "Z215JYRZR1TBD5",
    "eu-west-1": "Z32O12XQLNTSW2",
    "us-east-1": "Z35SXDOTRQ7X7K",
    "us-west-2": "Z1H1FL5HABSF5",
}


def answer(token: str, arguments: Mapping[str, Any], account: Account) -> Answer:
    """Raises Refused for what is not there and for a function that the stand-in does not know."""
    where = _FUNCTIONS.get(token)
    if where is None:
        raise Refused(
            "NotAnswered", f"{token} is not answered by the stand-in: add it to tools/standins/invokes.py"
        )
    wrong = [name for name in arguments if name not in schema.function(token).inputs]
    if wrong:
        raise Refused("ValidationError", f"{token} has no argument {', '.join(wrong)}")
    found = {**arguments, **where(arguments, account)}
    # The typed result reads every one of its names.
    return {name: found.get(name) for name in schema.function(token).outputs} | {"id": found.get("id", "-")}


def _identity(_: Mapping[str, Any], __: Account) -> Answer:
    number = account_number()
    return {
        "accountId": number,
        "arn": f"arn:aws:iam::{number}:user/stand-in",
        "userId": "AIDASTANDIN",
        "id": number,
    }


def _partition(_: Mapping[str, Any], __: Account) -> Answer:
    return {
        "partition": "aws",
        "dnsSuffix": "amazonaws.com",
        "reverseDnsPrefix": "com.amazonaws",
        "id": "aws",
    }


def _region(arguments: Mapping[str, Any], account: Account) -> Answer:
    name = arguments.get("region") or arguments.get("name") or account.region
    return {
        "name": name, "region": name, "id": name, "description": name, "endpoint": f"ec2.{name}.amazonaws.com",
    }  # fmt: skip


def _zones(arguments: Mapping[str, Any], account: Account) -> Answer:
    region = arguments.get("region") or account.region
    left_out = arguments.get("excludeNames") or []
    names = [zone for zone in regions.zones(region) if zone not in left_out]
    return {
        "names": names,
        "zoneIds": [regions.zone_id(zone) for zone in names],
        "groupNames": [region],
        "region": region,
        "id": region,
    }


def _parameter(arguments: Mapping[str, Any], account: Account) -> Answer:
    name = arguments["name"]
    arn = f"arn:aws:ssm:{account.region}:{account_number()}:parameter{name}"
    if name.startswith(_PARAMETERS):
        # AWS's public parameters are images' ids and versions.
        value = (
            f"ami-{suffix(name)}{suffix(name + '.')}0ab" if "image_id" in name or "ami" in name else "1.0.0"
        )
        return {
            "value": value,
            "insecureValue": value,
            "type": "String",
            "version": 1,
            "arn": arn,
            "id": name,
        }
    return {**_read("aws:ssm/parameter:Parameter", "name")(arguments, account), "id": name}


def _elb_account(arguments: Mapping[str, Any], account: Account) -> Answer:
    number = _ELB_ACCOUNTS.get(arguments.get("region") or account.region, account_number())
    return {"arn": f"arn:aws:iam::{number}:root", "id": number}


def _balancer_zone(arguments: Mapping[str, Any], account: Account) -> Answer:
    region = arguments.get("region") or account.region
    kind = arguments.get("loadBalancerType") or "application"
    if kind not in ("application", "network"):
        raise Refused("InvalidParameterValue", f"loadBalancerType is {kind!r}; application or network")
    made_up = f"Z{suffix(region + kind).upper()}"
    return {"id": _BALANCER_ZONES.get(region, made_up) if kind == "application" else made_up}


def _cluster_auth(arguments: Mapping[str, Any], account: Account) -> Answer:
    found = _read("aws:eks/cluster:Cluster", "name")(arguments, account)
    return {"name": found["name"], "id": found["name"], "token": f"k8s-aws-v1.{suffix(str(found['name']))}"}


def _addon_version(arguments: Mapping[str, Any], _: Account) -> Answer:
    return {"version": "v1.0.0-eksbuild.1", "id": arguments["addonName"]}


def _prefix_list(arguments: Mapping[str, Any], account: Account) -> Answer:
    name = arguments.get("name") or f"com.amazonaws.{account.region}.s3"
    return {
        "name": name,
        "id": f"pl-{suffix(name)}0",
        "prefixListId": f"pl-{suffix(name)}0",
        "cidrBlocks": [],
    }


def _subnets(arguments: Mapping[str, Any], account: Account) -> Answer:
    wanted = {one["name"]: one["values"] for one in arguments.get("filters") or []}
    known = {"vpc-id", "subnet-id", "availability-zone"}
    strange = [name for name in wanted if name not in known and not name.startswith("tag:")]
    if strange:
        raise Refused(
            "InvalidParameterValue", f"getSubnets: the stand-in does not know the filter {strange[0]}"
        )
    found = [
        one for one in account.store.read().of("aws:ec2/subnet:Subnet") if _filtered(one, wanted, arguments)
    ]
    return {"ids": sorted(one.id for one in found), "id": account.region}


def _filtered(one: Object, wanted: Mapping[str, list[str]], arguments: Mapping[str, Any]) -> bool:
    tags = one.properties.get("tags") or {}
    facts = {
        "vpc-id": one.properties.get("vpcId"),
        "subnet-id": one.id,
        "availability-zone": outputs.all_of(one).get("availabilityZone"),
        **{f"tag:{key}": value for key, value in tags.items()},
    }
    right = all(facts.get(name) in values for name, values in wanted.items())
    return right and all(tags.get(key) == value for key, value in (arguments.get("tags") or {}).items())


def _read(token: str, *names: str) -> Callable[[Mapping[str, Any], Account], Answer]:
    """An object of the account, found by the first of these arguments that is given."""

    def find(arguments: Mapping[str, Any], account: Account) -> Answer:
        given = {name: arguments[name] for name in names if arguments.get(name) is not None}
        for one in account.store.read().of(token):
            shown = {**outputs.all_of(one), "id": one.id}
            if given and all(shown.get(name) == value for name, value in given.items()):
                return {**shown, "tags": shown.get("tags") or {}, "vpcConfig": shown.get("vpcConfig")}
        raise Refused("NotFound", f"no {token} with {given or dict(arguments)} in this account")

    return find


_BALANCER: Final = _read("aws:lb/loadBalancer:LoadBalancer", "arn", "name")

_FUNCTIONS: Final[Mapping[str, Callable[[Mapping[str, Any], Account], Answer]]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _identity,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
    "aws:iam/getPolicyDocument:getPolicyDocument": lambda arguments, _: policy_document.answer(arguments),
    "aws:iam/getRole:getRole": _read("aws:iam/role:Role", "name"),
    "aws:iam/getPolicy:getPolicy": _read("aws:iam/policy:Policy", "arn", "name"),
    "aws:ssm/getParameter:getParameter": _parameter,
    "aws:eks/getCluster:getCluster": _read("aws:eks/cluster:Cluster", "name"),
    "aws:eks/getClusterAuth:getClusterAuth": _cluster_auth,
    "aws:eks/getAddonVersion:getAddonVersion": _addon_version,
    "aws:ec2/getVpc:getVpc": _read("aws:ec2/vpc:Vpc", "id", "cidrBlock"),
    "aws:ec2/getSubnet:getSubnet": _read(
        "aws:ec2/subnet:Subnet", "id", "cidrBlock", "availabilityZone", "vpcId"
    ),
    "aws:ec2/getSubnets:getSubnets": _subnets,
    "aws:ec2/getSecurityGroup:getSecurityGroup": _read(
        "aws:ec2/securityGroup:SecurityGroup", "id", "name", "vpcId"
    ),
    "aws:ec2/getPrefixList:getPrefixList": _prefix_list,
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": _prefix_list,
    "aws:kms/getKey:getKey": _read("aws:kms/key:Key", "keyId"),
    "aws:acm/getCertificate:getCertificate": _read("aws:acm/certificate:Certificate", "domain", "domainName"),
    "aws:route53/getZone:getZone": _read("aws:route53/zone:Zone", "zoneId", "name"),
    "aws:lb/getLoadBalancer:getLoadBalancer": _BALANCER,
    "aws:lb/getHostedZoneId:getHostedZoneId": _balancer_zone,
    "aws:elb/getServiceAccount:getServiceAccount": _elb_account,
    "aws:sqs/getQueue:getQueue": _read("aws:sqs/queue:Queue", "name"),
}
