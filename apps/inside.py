"""What stands in the cluster beside the services, as far as these have to know of it. It registers nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components.policy.place import Place


@dataclass(frozen=True, kw_only=True)
class Queue:
    """A queue that services fill and a worker works off."""

    url: pulumi.Input[str]
    arn: pulumi.Input[str]
    region: str


@dataclass(frozen=True, kw_only=True)
class InAws:
    """The account and the cluster whose pods take roles."""

    provider: aws.Provider
    place: Place
    cluster_name: pulumi.Input[str]
    tags: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Inside:
    """``resources`` are there before the first service and go after the last; ``queues`` are those made here.

    ``prometheus_address`` and ``aws`` are None where somebody else keeps them.
    """

    resources: Sequence[pulumi.Resource] = ()
    prometheus_address: pulumi.Output[str] | None = None
    # By worker.
    queues: Mapping[str, Queue] = field(default_factory=dict)
    aws: InAws | None = None
