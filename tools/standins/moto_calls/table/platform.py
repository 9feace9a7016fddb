"""EKS, ElastiCache, queues, events and logs, by their calls. Which call there is: each service's API reference.

What moto does not have is left out: EKS's add-ons, access entries and pod identity, ElastiCache's parameter groups and
the deletion of its subnet groups. It decides nothing.
"""

from collections.abc import Mapping
from typing import Any, Final

from tools.standins.moto_calls.row import Call, Part, Row

_GROUP: Final = {"clusterName": "$clusterName", "nodegroupName": "$nodeGroupName"}
_PROFILE: Final = {"clusterName": "$clusterName", "fargateProfileName": "$fargateProfileName"}
_CACHE: Final = {"ReplicationGroupId": "{id}"}
_URL: Final = {"QueueUrl": "{id}"}
_TARGET: Final = {
    "Rule": "$rule",
    "EventBusName": "$eventBusName",
    "Targets": [{"Id": "$targetId", "Arn": "$arn", "RoleArn": "$roleArn", "Input": "$input"}],
}
_RULE: Final = {"Name": "$name", "EventBusName": "$eventBusName"}
_QUEUE: Final[Mapping[str, str]] = {
    "visibilityTimeoutSeconds": "VisibilityTimeout",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "maxMessageSize": "MaximumMessageSize",
    "delaySeconds": "DelaySeconds",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "policy": "Policy",
    "redrivePolicy": "RedrivePolicy",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "fifoQueue": "FifoQueue",
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
}
"""A queue's properties and SQS's attributes, all of which are strings."""


def _attributes(facts: Mapping[str, Any]) -> dict[str, str]:
    given = {name: facts["inputs"].get(name) for name in _QUEUE}
    return {
        _QUEUE[name]: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in given.items()
        # False is how a queue that is not first-in-first-out says so, and SQS takes it by leaving it out.
        if value is not None and not (name == "fifoQueue" and value is False)
    }


def _logs(facts: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """The destination is of one of two kinds, which the SDK writes flat."""
    kinds = {
        "cloudwatch-logs": ("CloudWatchLogsDetails", "LogGroup"),
        "kinesis-firehose": ("KinesisFirehoseDetails", "DeliveryStream"),
    }
    found = []
    for one in facts["inputs"].get("logDeliveryConfigurations") or []:
        details, name = kinds[one["destinationType"]]
        found.append(
            {
                "LogType": one["logType"],
                "LogFormat": one["logFormat"],
                "DestinationType": one["destinationType"],
                "DestinationDetails": {details: {name: one["destination"]}},
            }
        )
    return found or None


ROWS: Final[Mapping[str, Row]] = {
    "aws:eks/cluster:Cluster": Row(
        Call(
            "eks.CreateCluster",
            {
                "logging": {
                    "?": "enabledClusterLogTypes",
                    "clusterLogging": [{"types": "$enabledClusterLogTypes", "enabled": True}],
                }
            },
            inputs=True,
        ),
        Call("eks.DescribeCluster", {"name": "{id}"}),
        "cluster",
        (Call("eks.DeleteCluster", {"name": "{id}"}),),
        identity="cluster.name",
        parts=(
            Part(
                Call(
                    "ec2.CreateSecurityGroup",
                    {
                        "GroupName": "eks-cluster-sg-{name}",
                        "Description": "EKS created security group",
                        "VpcId": "$vpcConfig.vpcId",
                    },
                ),
                "GroupId",
                "vpcConfig.clusterSecurityGroupId",
                Call("ec2.DeleteSecurityGroup", {"GroupId": "$vpcConfig.clusterSecurityGroupId"}),
            ),
        ),
        outputs={"identities": "[{oidcs: [{issuer: identity.oidc.issuer}]}]"},
        # moto has no UpdateClusterVersion.
        kept=frozenset({"version"}),
        tagged="eks",
    ),
    "aws:eks/nodeGroup:NodeGroup": Row(
        Call("eks.CreateNodegroup", inputs=True),
        Call("eks.DescribeNodegroup", _GROUP),
        "nodegroup",
        (Call("eks.DeleteNodegroup", _GROUP),),
        changes={
            "scalingConfig": Call("eks.UpdateNodegroupConfig", {**_GROUP, "scalingConfig": "$scalingConfig"}),
            "updateConfig": Call("eks.UpdateNodegroupConfig", {**_GROUP, "updateConfig": "$updateConfig"}),
        },
        outputs={"resources": "[{autoscalingGroups: resources.autoScalingGroups}]"},
        # moto has no UpdateNodegroupVersion.
        kept=frozenset({"version", "releaseVersion"}),
        tagged="eks",
    ),
    "aws:eks/fargateProfile:FargateProfile": Row(
        Call("eks.CreateFargateProfile", inputs=True),
        Call("eks.DescribeFargateProfile", _PROFILE),
        "fargateProfile",
        (Call("eks.DeleteFargateProfile", _PROFILE),),
        tagged="eks",
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": Row(
        Call("elasticache.CreateReplicationGroup", {"LogDeliveryConfigurations": _logs}, inputs=True),
        Call("elasticache.DescribeReplicationGroups", _CACHE),
        "ReplicationGroups[0]",
        (Call("elasticache.DeleteReplicationGroup", _CACHE),),
        identity="ReplicationGroup.ReplicationGroupId",
        update=Call(
            "elasticache.ModifyReplicationGroup",
            {**_CACHE, "ReplicationGroupDescription": "$description"},
        ),
        # moto names the primary alone, in another region than its own.
        ours=frozenset({"primaryEndpointAddress", "readerEndpointAddress", "configurationEndpointAddress"}),
        tagged="elasticache",
    ),
    "aws:sqs/queue:Queue": Row(
        Call("sqs.CreateQueue", {"Attributes": _attributes}, inputs=True),
        Call("sqs.GetQueueAttributes", {**_URL, "AttributeNames": ["All"]}),
        "Attributes",
        (Call("sqs.DeleteQueue", _URL),),
        identity="QueueUrl",
        update=Call("sqs.SetQueueAttributes", {**_URL, "Attributes": _attributes}),
        outputs={"arn": "QueueArn", **_QUEUE},
        tagged="sqs",
    ),
    "aws:sqs/queuePolicy:QueuePolicy": Row(
        Call("sqs.SetQueueAttributes", {"QueueUrl": "$queueUrl", "Attributes": {"Policy": "$policy"}}),
        Call("sqs.GetQueueAttributes", {"QueueUrl": "$queueUrl", "AttributeNames": ["Policy"]}),
        "Attributes",
        (Call("sqs.SetQueueAttributes", {"QueueUrl": "$queueUrl", "Attributes": {"Policy": ""}}),),
        update=Call("sqs.SetQueueAttributes", {"QueueUrl": "$queueUrl", "Attributes": {"Policy": "$policy"}}),
    ),
    "aws:cloudwatch/eventRule:EventRule": Row(
        Call("events.PutRule", inputs=True),
        Call("events.DescribeRule", _RULE),
        "@",
        (Call("events.DeleteRule", _RULE),),
        update=Call("events.PutRule", inputs=True),
        tagged="events",
    ),
    "aws:cloudwatch/eventTarget:EventTarget": Row(
        Call("events.PutTargets", _TARGET),
        Call("events.ListTargetsByRule", {"Rule": "$rule", "EventBusName": "$eventBusName"}),
        "Targets[?Id=='{targetId}'] | [0]",
        (
            Call(
                "events.RemoveTargets",
                {"Rule": "$rule", "EventBusName": "$eventBusName", "Ids": ["$targetId"]},
            ),
        ),
        update=Call("events.PutTargets", _TARGET),
    ),
    "aws:cloudwatch/logGroup:LogGroup": Row(
        Call("logs.CreateLogGroup", inputs=True),
        Call("logs.DescribeLogGroups", {"logGroupNamePrefix": "$name"}),
        "logGroups[?logGroupName=='{name}'] | [0]",
        (Call("logs.DeleteLogGroup", {"logGroupName": "$name"}),),
        sets={
            "retentionInDays": Call(
                "logs.PutRetentionPolicy",
                {"logGroupName": "$name", "retentionInDays": "$retentionInDays"},
                given="retentionInDays",
            )
        },
        tagged="logs",
        # The service's ARN ends in ":*", the vendor's provider's does not.
        ours=frozenset({"arn"}),
    ),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": Row(
        Call("logs.PutResourcePolicy", inputs=True),
        Call("logs.DescribeResourcePolicies"),
        "resourcePolicies[?policyName=='{policyName}'] | [0]",
        (Call("logs.DeleteResourcePolicy", {"policyName": "$policyName"}),),
        update=Call("logs.PutResourcePolicy", inputs=True),
    ),
}
