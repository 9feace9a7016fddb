"""Which kinds of resources hold what a replacement or a deletion loses, and what that is.

By type alone: whether somebody can do without it, and whether there is a copy, is for the reader to say.
"""

from collections.abc import Mapping
from typing import Final

HOLDS: Final[Mapping[str, str]] = {
    "StatefulSet": "what its pods hold, in memory or on their volumes",
    "PersistentVolumeClaim": "the volume",
    "PersistentVolume": "the volume",
    "Namespace": "everything that is in it",
    "Secret": "credentials that running pods use",
    "CustomResourceDefinition": "every object of its kind",
    "aws:backup/vault:Vault": "backups",
    "aws:cloudwatch/logGroup:LogGroup": "logs",
    "aws:docdb/cluster:Cluster": "a database",
    "aws:dynamodb/table:Table": "a table",
    "aws:ebs/volume:Volume": "the volume",
    "aws:ecr/repository:Repository": "images",
    "aws:efs/fileSystem:FileSystem": "files",
    "aws:eks/cluster:Cluster": "the cluster with everything in it",
    "aws:elasticache/cluster:Cluster": "the keys of Redis",
    "aws:elasticache/replicationGroup:ReplicationGroup": "the keys of Redis",
    "aws:elasticache/serverlessCache:ServerlessCache": "the keys of Redis",
    "aws:amp/workspace:Workspace": "metrics",
    "aws:kms/key:Key": "the key, without which what it encrypted cannot be read",
    "aws:memorydb/cluster:Cluster": "the keys of Redis",
    "aws:msk/cluster:Cluster": "messages",
    "aws:mq/broker:Broker": "messages",
    "aws:opensearch/domain:Domain": "an index",
    "aws:rds/cluster:Cluster": "a database",
    "aws:rds/instance:Instance": "a database",
    "aws:s3/bucket:Bucket": "objects",
    "aws:s3/bucketV2:BucketV2": "objects",
    "aws:secretsmanager/secret:Secret": "a secret",
    "aws:sqs/queue:Queue": "messages",
}
_KUBERNETES: Final = "kubernetes:"


def holds(token: str) -> str | None:
    """What is in a resource of this type; None where nothing is."""
    return HOLDS.get(token.rpartition(":")[2] if token.startswith(_KUBERNETES) else token)
