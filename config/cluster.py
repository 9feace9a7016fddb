"""Which cluster a stack is deployed to: that of this machine, one that exists, one to make, or another stack's."""

from typing import Annotated, Literal

from pydantic import Field

from components.policy.derived import Frozen

from .aws import EksCluster, EksStack


class LocalCluster(Frozen):
    """The cluster that ``make up`` starts; its kubeconfig lies in the checkout; the user's is never read."""

    kind: Literal["local"]


class KubeconfigCluster(Frozen):
    """A cluster that exists. File and context are both stated: neither is ever taken silently."""

    kind: Literal["kubeconfig"]
    path: str = Field(min_length=1)
    context: str = Field(min_length=1)


Cluster = Annotated[LocalCluster | KubeconfigCluster | EksCluster | EksStack, Field(discriminator="kind")]
