"""What traffic meets first: load balancers, certificates, DNS, the web application firewall.

Which properties replace: the vendor's provider, by each resource's reference page. It decides nothing.
"""

from collections.abc import Mapping
from typing import Final

from tools.standins.table.entry import Entry

_LB: Final = "arn:aws:elasticloadbalancing:{region}:{account}:"
_WAF: Final = "arn:aws:wafv2:{region}:{account}:{waf_scope}/"

_BALANCING: Final[Mapping[str, Entry]] = {
    "loadBalancer:LoadBalancer": Entry(
        "{arn}",
        _LB + "loadbalancer/{lb_kind}/{name}/{hex16}",
        "elbv2.CreateLoadBalancer",
        members={"loadBalancerType": "Type"},
        replaces=("name", "namePrefix", "internal", "loadBalancerType"),
        autoname="name",
        longest_name=32,
        unique=("name",),
        computed={
            "arnSuffix": "{lb_kind}/{name}/{hex16}",
            "dnsName": "{name}-{digits}.{region}.elb.amazonaws.com",
            "zoneId": "Z{upper14}",
            "vpcId": "{vpc}",
            "ipAddressType": "ipv4",
            "loadBalancerType": "application",
        },
    ),
    "targetGroup:TargetGroup": Entry(
        "{arn}",
        _LB + "targetgroup/{name}/{hex16}",
        "elbv2.CreateTargetGroup",
        members={
            "healthCheck": "",
            "targetHealthStates": "",
            "targetFailovers": "",
        },
        replaces=(
            "name",
            "namePrefix",
            "port",
            "protocol",
            "protocolVersion",
            "targetType",
            "vpcId",
            "ipAddressType",
        ),
        autoname="name",
        longest_name=32,
        unique=("name",),
        computed={"arnSuffix": "targetgroup/{name}/{hex16}", "protocolVersion": "HTTP1"},
    ),
    "listener:Listener": Entry(
        "{arn}",
        "{loadBalancerArn}/{hex16}",
        "elbv2.CreateListener",
        members={"certificateArn": ""},
        replaces=("loadBalancerArn",),
        unique=("loadBalancerArn", "port"),
        computed={"sslPolicy": "", "protocol": "HTTP"},
    ),
    "listenerRule:ListenerRule": Entry(
        "{arn}",
        "{listenerArn}/{hex16}",
        "elbv2.CreateRule",
        replaces=("listenerArn",),
        computed={"priority": 1},
    ),
    "listenerCertificate:ListenerCertificate": Entry(
        "{listenerArn}_{certificateArn}", replaces=("listenerArn", "certificateArn")
    ),
    "targetGroupAttachment:TargetGroupAttachment": Entry(
        "{targetGroupArn}-{hex16}", replaces=("targetGroupArn", "targetId", "port", "availabilityZone")
    ),
}

ENTRIES: Final[Mapping[str, Entry]] = {
    **{f"aws:{module}/{token}": entry for module in ("lb", "alb") for token, entry in _BALANCING.items()},
    "aws:acm/certificate:Certificate": Entry(
        "{arn}",
        "arn:aws:acm:{region}:{account}:certificate/{uuid}",
        "acm.RequestCertificate",
        replaces=("domainName", "subjectAlternativeNames", "validationMethod", "keyAlgorithm"),
        computed={
            "status": "PENDING_VALIDATION",
            "type": "AMAZON_ISSUED",
            "domainValidationOptions": [
                {
                    "domainName": "{domainName}",
                    "resourceRecordName": "_{hex32}.{domainName}.",
                    "resourceRecordType": "CNAME",
                    "resourceRecordValue": "_{hex32}.acm-validations.aws.",
                }
            ],
        },
    ),
    "aws:acm/certificateValidation:CertificateValidation": Entry(
        "{uuid}", replaces=("certificateArn", "validationRecordFqdns")
    ),
    "aws:route53/zone:Zone": Entry(
        "Z{upper14}",
        "arn:aws:route53:::hostedzone/{id}",
        "route53.CreateHostedZone",
        members={"vpcs": "", "comment": ""},
        replaces=("name", "delegationSetId"),
        computed={
            "zoneId": "Z{upper14}",
            "nameServers": [f"ns-{number}.awsdns-{number:02}.org" for number in range(1, 5)],
            "comment": "Managed by Pulumi",
        },
    ),
    "aws:route53/record:Record": Entry(
        "{zoneId}_{name}_{type}",
        replaces=("name", "type", "zoneId", "setIdentifier"),
        parents={"zoneId": "aws:route53/zone:Zone.zoneId"},
        computed={"fqdn": "{name}"},
    ),
    "aws:wafv2/webAcl:WebAcl": Entry(
        "{uuid}",
        _WAF + "webacl/{name}/{id}",
        "wafv2.CreateWebACL",
        replaces=("name", "namePrefix", "scope"),
        autoname="name",
        longest_name=128,
        unique=("name", "scope"),
        computed={"capacity": 2, "lockToken": "{uuid}"},
    ),
    "aws:wafv2/webAclAssociation:WebAclAssociation": Entry(
        "{webAclArn},{resourceArn}",
        operation="wafv2.AssociateWebACL",
        replaces=("webAclArn", "resourceArn"),
        unique=("resourceArn",),
    ),
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": Entry(
        "{resourceArn}", replaces=("resourceArn",)
    ),
    "aws:wafv2/ipSet:IpSet": Entry(
        "{uuid}",
        _WAF + "ipset/{name}/{id}",
        "wafv2.CreateIPSet",
        replaces=("name", "namePrefix", "scope", "ipAddressVersion"),
        autoname="name",
        longest_name=128,
        unique=("name", "scope"),
        computed={"lockToken": "{uuid}"},
    ),
}
