"""What holds data or messages: ElastiCache, queues, events, logs, alarms, secrets, buckets, registries, metrics.

Which properties replace: the vendor's provider, by each resource's reference page. It decides nothing.
"""

from collections.abc import Mapping
from typing import Final

from tools.standins.table.entry import Entry

_CACHE: Final = "arn:aws:elasticache:{region}:{account}:"
_HOST: Final = "{replicationGroupId}.{hex6}.{region}.cache.amazonaws.com"
_QUEUE: Final = "https://sqs.{region}.amazonaws.com/{account}/{name}"
_BUCKET: Final = {"bucket": "aws:s3/bucket:Bucket.bucket"}

ENTRIES: Final[Mapping[str, Entry]] = {
    "aws:elasticache/subnetGroup:SubnetGroup": Entry(
        "{name}",
        _CACHE + "subnetgroup:{name}",
        "elasticache.CreateCacheSubnetGroup",
        members={"name": "CacheSubnetGroupName", "description": "CacheSubnetGroupDescription"},
        replaces=("name",),
        autoname="name",
        longest_name=255,
        lowercase=True,
        computed={"vpcId": "{vpc}", "description": "Managed by Pulumi"},
    ),
    "aws:elasticache/parameterGroup:ParameterGroup": Entry(
        "{name}",
        _CACHE + "parametergroup:{name}",
        "elasticache.CreateCacheParameterGroup",
        members={"name": "CacheParameterGroupName", "family": "CacheParameterGroupFamily"},
        replaces=("name", "family", "description"),
        autoname="name",
        longest_name=255,
        lowercase=True,
        computed={"description": "Managed by Pulumi"},
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": Entry(
        "{replicationGroupId}",
        _CACHE + "replicationgroup:{replicationGroupId}",
        "elasticache.CreateReplicationGroup",
        members={
            "nodeType": "CacheNodeType",
            "description": "ReplicationGroupDescription",
            "parameterGroupName": "CacheParameterGroupName",
            "subnetGroupName": "CacheSubnetGroupName",
            "securityGroupNames": "",
        },
        replaces=(
            "atRestEncryptionEnabled",
            "dataTieringEnabled",
            "globalReplicationGroupId",
            "kmsKeyId",
            "networkType",
            "port",
            "replicationGroupId",
            "securityGroupNames",
            "snapshotArns",
            "snapshotName",
            "subnetGroupName",
        ),
        autoname="replicationGroupId",
        longest_name=40,
        lowercase=True,
        parents={
            "subnetGroupName": "aws:elasticache/subnetGroup:SubnetGroup.name",
            "parameterGroupName": "aws:elasticache/parameterGroup:ParameterGroup.name",
        },
        computed={
            "primaryEndpointAddress": f"master.{_HOST}",
            "readerEndpointAddress": f"replica.{_HOST}",
            "configurationEndpointAddress": "",
            "engineVersionActual": "7.1.0",
            "memberClusters": ["{replicationGroupId}-001"],
            "port": 6379,
        },
    ),
    "aws:sqs/queue:Queue": Entry(
        _QUEUE,
        "arn:aws:sqs:{region}:{account}:{name}",
        "sqs.CreateQueue",
        members={"name": "QueueName"},
        replaces=("name", "namePrefix", "fifoQueue"),
        autoname="name",
        longest_name=80,
        policies={"policy": "resource"},
        computed={"url": _QUEUE, "receiveWaitTimeSeconds": 0, "maxMessageSize": 262144},
    ),
    "aws:sqs/queuePolicy:QueuePolicy": Entry(
        "{queueUrl}",
        operation="sqs.SetQueueAttributes",
        members={"policy": ""},
        replaces=("queueUrl",),
        policies={"policy": "resource"},
    ),
    "aws:cloudwatch/eventRule:EventRule": Entry(
        "{name}",
        "arn:aws:events:{region}:{account}:rule/{name}",
        "events.PutRule",
        replaces=("name", "namePrefix", "eventBusName"),
        autoname="name",
    ),
    "aws:cloudwatch/eventTarget:EventTarget": Entry(
        "{rule}-{targetId}",
        operation="events.PutTargets",
        members={"arn": "", "roleArn": "", "input": "", "targetId": ""},
        replaces=("rule", "targetId", "eventBusName"),
        autoname="targetId",
        parents={"rule": "aws:cloudwatch/eventRule:EventRule.name"},
    ),
    "aws:cloudwatch/logGroup:LogGroup": Entry(
        "{name}",
        "arn:aws:logs:{region}:{account}:log-group:{name}",
        "logs.CreateLogGroup",
        members={"name": "logGroupName", "kmsKeyId": "kmsKeyId"},
        replaces=("name", "namePrefix", "logGroupClass"),
        autoname="name",
        longest_name=512,
    ),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": Entry(
        "{policyName}", replaces=("policyName",), policies={"policyDocument": "resource"}
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Entry(
        "{name}",
        "arn:aws:cloudwatch:{region}:{account}:alarm:{name}",
        "cloudwatch.PutMetricAlarm",
        members={"name": "AlarmName", "metricQueries": ""},
        replaces=("name",),
        autoname="name",
        longest_name=255,
    ),
    "aws:secretsmanager/secret:Secret": Entry(
        "{arn}",
        "arn:aws:secretsmanager:{region}:{account}:secret:{name}-{hex6}",
        "secretsmanager.CreateSecret",
        replaces=("name", "namePrefix"),
        autoname="name",
        longest_name=512,
        unique=("name",),
        policies={"policy": "resource"},
    ),
    "aws:secretsmanager/secretVersion:SecretVersion": Entry(
        "{secretId}|{uuid}",
        replaces=("secretId", "secretString", "secretBinary"),
        computed={"versionId": "{uuid}"},
    ),
    "aws:ssm/parameter:Parameter": Entry(
        "{name}",
        "arn:aws:ssm:{region}:{account}:parameter{name}",
        "ssm.PutParameter",
        replaces=("name",),
        autoname="name",
        longest_name=2048,
        computed={"version": 1},
    ),
    "aws:sns/topic:Topic": Entry(
        "{arn}",
        "arn:aws:sns:{region}:{account}:{name}",
        "sns.CreateTopic",
        replaces=("name", "namePrefix", "fifoTopic"),
        autoname="name",
        longest_name=256,
        policies={"policy": "resource"},
    ),
    "aws:s3/bucket:Bucket": Entry(
        "{bucket}",
        "arn:aws:s3:::{bucket}",
        "s3.CreateBucket",
        replaces=("bucket", "bucketPrefix", "objectLockEnabled"),
        autoname="bucket",
        longest_name=63,
        lowercase=True,
        computed={
            "bucketDomainName": "{bucket}.s3.amazonaws.com",
            "bucketRegionalDomainName": "{bucket}.s3.{region}.amazonaws.com",
            "hostedZoneId": "Z{upper14}",
        },
    ),
    "aws:s3/bucketPolicy:BucketPolicy": Entry(
        "{bucket}", replaces=("bucket",), policies={"policy": "resource"}, parents=_BUCKET
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": Entry(
        "{bucket}", replaces=("bucket",), parents=_BUCKET
    ),
    "aws:ecr/repository:Repository": Entry(
        "{name}",
        "arn:aws:ecr:{region}:{account}:repository/{name}",
        "ecr.CreateRepository",
        members={"name": "repositoryName"},
        replaces=("name", "encryptionConfigurations"),
        autoname="name",
        longest_name=256,
        computed={
            "registryId": "{account}",
            "repositoryUrl": "{account}.dkr.ecr.{region}.amazonaws.com/{name}",
        },
    ),
    "aws:amp/workspace:Workspace": Entry(
        "ws-{uuid}",
        "arn:aws:aps:{region}:{account}:workspace/{id}",
        "amp.CreateWorkspace",
        replaces=("kmsKeyArn",),
        computed={"prometheusEndpoint": "https://aps-workspaces.{region}.amazonaws.com/workspaces/{id}/"},
    ),
}
