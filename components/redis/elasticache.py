"""The resources of a Redis as ElastiCache: a replication group over the zones, encrypted, that only the nodes reach.

Decides no number (components.policy.elasticache) and no subnet; who may connect is a security group's word, since
pods reach it from their nodes' network.
"""

from collections.abc import Mapping
from typing import Any, Final

import pulumi
from pulumi_aws import cloudwatch, elasticache, vpc
from pulumi_aws.ec2 import SecurityGroup

from ..api import ApiObject
from ..aws.children import Children
from ..aws.key import make_key
from ..metadata import object_labels
from ..network_policy import Outside
from ..policy.elasticache import ElastiCachePlan
from ..process import SecretKey
from .elasticache_args import ElastiCacheArgs, Snapshots
from .in_cluster import NODE, password_secret
from .made import Made

PORT: Final = 6379


def make_elasticache(
    name: str, parent: pulumi.Resource, args: ElastiCacheArgs, plan: ElastiCachePlan, tags: Mapping[str, str]
) -> Made:
    """Register key, log group, parameter, subnet and security group, replication group, and the clients' Secret."""
    children = Children(parent=parent, name=name, tags=tags)
    kept = True if args.deletion_protection else None
    key = make_key(children, "key", f"{name}: Redis at rest", args.place, protect=kept)
    group = elasticache.ReplicationGroup(
        name,
        description=f"{name}: {plan.spec.use.value}, one primary and {plan.spec.replicas} replicas",
        engine="redis",
        engine_version=plan.spec.engine_version,
        node_type=plan.spec.node_type,
        num_cache_clusters=plan.spec.replicas + 1,
        port=PORT,
        automatic_failover_enabled=True,
        multi_az_enabled=True,
        at_rest_encryption_enabled=True,
        kms_key_id=key.arn,
        transit_encryption_enabled=True,
        transit_encryption_mode="required",
        auth_token=pulumi.Output.secret(args.password),
        auth_token_update_strategy="ROTATE",
        # A minor version comes when somebody states it, not in the night that AWS publishes it.
        auto_minor_version_upgrade=False,
        # What is stated holds once it is deployed; waiting for the window would leave the plan and the group apart.
        apply_immediately=True,
        maintenance_window=plan.spec.maintenance_window,
        subnet_group_name=_subnets(children, args),
        security_group_ids=[_security_group(children, args)],
        parameter_group_name=_parameters(children, plan),
        log_delivery_configurations=[_slow_log(children, args)],
        tags={**tags, "Name": name},
        **_snapshots(name, args.snapshots),
        opts=children.opts(protect=kept),
    )
    return Made(
        sentinel_addresses=pulumi.Output.from_input([]),
        master_name="",
        sentinel_port=0,
        primary_host=group.primary_endpoint_address,
        read_host=group.reader_endpoint_address,
        port=PORT,
        tls=True,
        password_key=_secret(name, parent, args),
        endpoints=[Outside(cidr=cidr, ports=[PORT]) for cidr in args.cidrs],
    )


def _snapshots(name: str, snapshots: Snapshots | None) -> dict[str, Any]:
    if snapshots is None:
        return {"snapshot_retention_limit": 0}
    return {
        "snapshot_retention_limit": snapshots.days,
        "snapshot_window": snapshots.window,
        "final_snapshot_identifier": f"{name}-final",
    }


def _subnets(children: Children, args: ElastiCacheArgs) -> pulumi.Output[str]:
    return elasticache.SubnetGroup(
        children.named("subnets"),
        description=f"{children.name}: the private subnets",
        subnet_ids=args.subnet_ids,
        tags=children.tagged("subnets"),
        opts=children.opts(),
    ).name


def _parameters(children: Children, plan: ElastiCachePlan) -> pulumi.Output[str]:
    stated = {
        "maxmemory-policy": plan.eviction.value,
        "reserved-memory-percent": str(plan.reserved_memory.value),
    }
    return elasticache.ParameterGroup(
        children.named("parameters"),
        family="redis7",
        description=f"{children.name}: what the plan derived",
        parameters=[{"name": key, "value": value} for key, value in stated.items()],
        tags=children.tagged("parameters"),
        # A group in use cannot be deleted: the next one is made first.
        opts=children.opts(),
    ).name


def _security_group(children: Children, args: ElastiCacheArgs) -> pulumi.Output[str]:
    """A security group that lets the nodes in, and nothing out: Redis answers, it never calls."""
    group = SecurityGroup(
        children.named("door"),
        description=f"{children.name}: Redis, from the nodes",
        vpc_id=args.vpc_id,
        tags=children.tagged("door"),
        opts=children.opts(),
    )
    vpc.SecurityGroupIngressRule(
        children.named("from-nodes"),
        security_group_id=group.id,
        referenced_security_group_id=args.client_security_group,
        description="Redis from the nodes",
        ip_protocol="tcp",
        from_port=PORT,
        to_port=PORT,
        tags=children.tagged("from-nodes"),
        opts=children.opts(),
    )
    return group.id


def _slow_log(
    children: Children, args: ElastiCacheArgs
) -> elasticache.ReplicationGroupLogDeliveryConfigurationArgs:
    group = cloudwatch.LogGroup(
        children.named("slow-log"),
        retention_in_days=args.slow_log_days,
        tags=children.tagged("slow-log"),
        opts=children.opts(),
    )
    return elasticache.ReplicationGroupLogDeliveryConfigurationArgs(
        destination=group.name,
        destination_type="cloudwatch-logs",
        log_format="json",
        log_type="slow-log",
    )


def _secret(name: str, parent: pulumi.Resource, args: ElastiCacheArgs) -> SecretKey:
    metadata: ApiObject = {
        "name": f"{name}-password",
        "namespace": args.namespace,
        "labels": object_labels(name, NODE, args.part_of),
    }
    return password_secret(name, metadata, args.password, pulumi.ResourceOptions(parent=parent))
