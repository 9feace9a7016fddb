"""What the nodes of a pool are made of: the stack's word for it as the component's."""

from components import Ec2NodeClass, KwokNodeClass
from components.node_class import NodeClass
from config import pools

from .cluster import NodeIdentity


def node_class(stated: pools.NodeClass, nodes: NodeIdentity | None) -> NodeClass:
    """The component's node class, with the role and the tags of ``nodes``, or else the stated ones.

    Raises ConfigurationError for an image that is not pinned.
    """
    if isinstance(stated, pools.KwokNodeClass):
        return KwokNodeClass()
    return Ec2NodeClass(
        role=nodes.role if nodes else stated.role or "",
        discovery=nodes.discovery if nodes else stated.discovery or "",
        ami_alias=stated.ami_alias,
        volume_size=stated.volume_size,
        tags=nodes.tags if nodes else stated.tags or {},
    )
