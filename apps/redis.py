"""The platform's Redis: inside the cluster, or by AWS in the network of the cluster that this stack makes."""

import pulumi
import pulumi_aws as aws

from components import (
    ElastiCacheArgs,
    RedisCluster,
    RedisClusterArgs,
    SeparateHosts,
    Snapshots,
    service_pods,
)
from components.policy.plan import Plan
from components.policy.redis import REDIS, SENTINEL
from config.problems import PROJECT, StackError, problem_line
from config.redis import ElastiCache
from config.settings import Settings

from .aws.eks import Eks
from .pools import placement

Password = pulumi.Output[str] | None


def password(settings: Settings, found: Password) -> Password:
    """The stack's password, an ElastiCache's AUTH token. Raises StackError where ElastiCache has none."""
    if found is None and isinstance(settings.redis, ElastiCache):
        problem = (
            "missing; ElastiCache lets nobody in without it; allowed: 16 to 128 printable characters without"
            f' @, " and /; run pulumi config set --secret {PROJECT}:redis_password'
        )
        raise StackError(f"stack {pulumi.get_stack()}", [problem_line("redis_password", problem)])
    return found


def redis(
    settings: Settings,
    namespace: pulumi.Input[str],
    secret: Password,
    plan: Plan,
    made: Eks | None,
    opts: pulumi.ResourceOptions,
) -> RedisCluster:
    """Register it, with what ``password`` gave."""
    stated = settings.redis
    if isinstance(stated, ElastiCache):
        assert made is not None and secret is not None, "the settings take ElastiCache with kind eks only"
        args = _elasticache(settings, stated, namespace, secret, made)
        return RedisCluster("redis", args, _both(made, opts))
    users = [name for name, service in settings.services.items() if service.redis_ops_per_request > 0]
    in_cluster = RedisClusterArgs(
        namespace=namespace,
        redis=stated,
        ignores=settings.ignores,
        password=secret,
        spread=_spread(plan),
        placement=placement(plan, REDIS, SENTINEL),
        clients=[service_pods(name) for name in users],
    )
    return RedisCluster("redis", in_cluster, opts)


def _spread(plan: Plan) -> SeparateHosts:
    """Where hosts are bought, one for each pod, as the plan counts them (``PodGroup.per_host``). A cluster that brings
    its own may have three for four pods."""
    if not plan.pools:
        return SeparateHosts()
    return SeparateHosts(
        hosts=max(group.peak for group in plan.pod_groups if group.name in (REDIS, SENTINEL))
    )


def _both(made: Eks, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """The group is in the account, the clients' Secret in the cluster."""
    return pulumi.ResourceOptions(
        providers=[made.account.provider, made.provider], depends_on=opts.depends_on
    )


def _elasticache(
    settings: Settings,
    stated: ElastiCache,
    namespace: pulumi.Input[str],
    secret: pulumi.Output[str],
    made: Eks,
) -> ElastiCacheArgs:
    vpc = aws.ec2.get_vpc_output(id=made.cluster.vpc_id, opts=made.account.asking())
    snapshots = stated.snapshots
    return ElastiCacheArgs(
        namespace=namespace,
        redis=stated.spec,
        place=made.account.place,
        vpc_id=made.cluster.vpc_id,
        subnet_ids=made.cluster.private_subnet_ids,
        # More than one block only where a VPC that exists has more; its subnets are then in the first.
        cidrs=[vpc.cidr_block],
        client_security_group=made.cluster.node_security_group_id,
        password=secret,
        snapshots=None if snapshots is None else Snapshots(window=snapshots.window, days=snapshots.days),
        slow_log_days=stated.slow_log_days,
        deletion_protection=stated.deletion_protection,
        tags=made.settings.tags,
        ignores=settings.ignores,
    )
