"""What AWS would fill in on top of the inputs: ids, ARNs and endpoints of the shape that the real ones have.

Mocks that answer with the inputs alone leave every ARN empty, and a policy about an empty ARN would pass.
"""

from typing import Any, Final

ACCOUNT: Final = "111122223333"
REGION: Final = "ap-northeast-2"
# Of the application load balancers of the region (AWS, "Elastic Load Balancing endpoints and quotas").
HOSTED_ZONE: Final = "ZWKZPGTI48KDX"
KUBECONFIG: Final = (
    '{"clusters": [{"cluster": {"server": "https://ABC.gr7.ap-northeast-2.eks.amazonaws.com"}}],'
    ' "users": [{"user": {"exec": {"command": "aws"}}}]}'
)
_ARNS: Final = {
    "aws:iam/role:Role": f"arn:aws:iam::{ACCOUNT}:role/{{}}",
    "aws:iam/policy:Policy": f"arn:aws:iam::{ACCOUNT}:policy/{{}}",
    "aws:kms/key:Key": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{{}}",
    "aws:sqs/queue:Queue": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{{}}",
    "aws:amp/workspace:Workspace": f"arn:aws:aps:{REGION}:{ACCOUNT}:workspace/{{}}",
    "aws:wafv2/webAcl:WebAcl": f"arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/webacl/{{}}/a1b2",
    "aws:cloudwatch/logGroup:LogGroup": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{{}}",
    "aws:cloudwatch/eventRule:EventRule": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{{}}",
}
_GROUP: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
_CLUSTER: Final = {
    "kubeconfig": {"clusters": []},
    "kubeconfigJson": KUBECONFIG,
    "oidcIssuer": f"oidc.eks.{REGION}.amazonaws.com/id/ABC",
    "oidcProviderArn": f"arn:aws:iam::{ACCOUNT}:oidc-provider/oidc.eks.{REGION}.amazonaws.com/id/ABC",
    "oidcProviderUrl": f"https://oidc.eks.{REGION}.amazonaws.com/id/ABC",
    "nodeSecurityGroupId": "sg-0123456789abcdef0",
    "clusterSecurityGroupId": "sg-0123456789abcdef0",
}

# What the account answers to questions.
_CALLS: Final = {
    "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT, "id": ACCOUNT},
    "aws:lb/getHostedZoneId:getHostedZoneId": {"id": HOSTED_ZONE},
}


def computed(kind: str, name: str) -> dict[str, Any]:
    """The outputs of a resource that are not among its inputs."""
    if kind == "eks:index:Cluster":
        return dict(_CLUSTER)
    arn = {"arn": _ARNS[kind].format(name)} if kind in _ARNS else {}
    return {
        "name": name,
        **arn,
        **({"url": f"https://sqs/{name}"} if kind.endswith(":Queue") else {}),
        **({"prometheusEndpoint": f"https://aps/workspaces/{name}/"} if kind.endswith(":Workspace") else {}),
        **(
            {"primaryEndpointAddress": f"master.{name}", "readerEndpointAddress": f"replica.{name}"}
            if kind == _GROUP
            else {}
        ),
        **({"latestVersion": 1} if kind.endswith(":LaunchTemplate") else {}),
    }


def answered(token: str) -> dict[str, Any]:
    """What a question gets; nothing where the account says nothing that anybody relies on."""
    return dict(_CALLS.get(token, {}))
