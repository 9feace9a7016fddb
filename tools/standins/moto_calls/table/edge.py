"""Certificates, names, firewalls and metrics, by their calls. Which call there is: each service's API reference.

It decides nothing. Load balancers are left out: the vendor's provider shows parts of their ARNs as outputs of their
own, and no stack of ours makes one (its controller does).
"""

from collections.abc import Mapping
from typing import Final

from tools.standins.moto_calls.row import Call, Row

_CERTIFICATE: Final = {"CertificateArn": "{id}"}
_ZONE: Final = {"Id": "{id}"}
_FIREWALL: Final = {"Name": "$name", "Scope": "$scope", "Id": "{id}"}
_LOCKED: Final = {**_FIREWALL, "LockToken": "$lockToken"}
_LOGGED: Final = {"ResourceArn": "$resourceArn"}
_WORKSPACE: Final = {"workspaceId": "{id}"}


def _firewall(kind: str) -> Row:
    """A thing of WAF: changed with the token that its last answer gave."""
    return Row(
        Call(f"wafv2.Create{kind}", inputs=True),
        Call(f"wafv2.Get{kind}", _FIREWALL),
        kind,
        (Call(f"wafv2.Delete{kind}", _LOCKED),),
        identity="Summary.Id",
        update=Call(f"wafv2.Update{kind}", _LOCKED, inputs=True),
        more={"lockToken": (Call(f"wafv2.Get{kind}", _FIREWALL), "LockToken")},
        tagged="wafv2",
    )


ROWS: Final[Mapping[str, Row]] = {
    "aws:acm/certificate:Certificate": Row(
        Call("acm.RequestCertificate", inputs=True),
        Call("acm.DescribeCertificate", _CERTIFICATE),
        "Certificate",
        (Call("acm.DeleteCertificate", _CERTIFICATE),),
        identity="CertificateArn",
        outputs={
            "arn": "CertificateArn",
            "domainValidationOptions": "DomainValidationOptions[].{domainName: DomainName,"
            " resourceRecordName: ResourceRecord.Name, resourceRecordType: ResourceRecord.Type,"
            " resourceRecordValue: ResourceRecord.Value}",
        },
        # The service adds the domain itself to its alternative names.
        kept=frozenset({"subjectAlternativeNames"}),
        tagged="acm",
    ),
    "aws:route53/zone:Zone": Row(
        Call("route53.CreateHostedZone", {"CallerReference": "$urn"}, inputs=True),
        Call("route53.GetHostedZone", _ZONE),
        "@",
        (Call("route53.DeleteHostedZone", _ZONE),),
        identity="HostedZone.Id",
        prefix="/hostedzone/",
        outputs={"nameServers": "DelegationSet.NameServers"},
        more={"zoneId": (Call("route53.GetHostedZone", _ZONE), "'{id}'")},
        # The service writes a name with a dot behind it.
        kept=frozenset({"name"}),
    ),
    "aws:wafv2/webAcl:WebAcl": _firewall("WebACL"),
    "aws:wafv2/ipSet:IpSet": _firewall("IPSet"),
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": Row(
        Call(
            "wafv2.PutLoggingConfiguration",
            {"LoggingConfiguration": {**_LOGGED, "LogDestinationConfigs": "$logDestinationConfigs"}},
        ),
        Call("wafv2.GetLoggingConfiguration", _LOGGED),
        "LoggingConfiguration",
        (Call("wafv2.DeleteLoggingConfiguration", _LOGGED),),
    ),
    "aws:amp/workspace:Workspace": Row(
        Call("amp.CreateWorkspace", inputs=True),
        Call("amp.DescribeWorkspace", _WORKSPACE),
        "workspace",
        (Call("amp.DeleteWorkspace", _WORKSPACE),),
        identity="workspaceId",
        changes={"alias": Call("amp.UpdateWorkspaceAlias", {**_WORKSPACE, "alias": "$alias"})},
        tagged="amp",
    ),
}
