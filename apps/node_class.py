"""What the nodes of a pool are made of: the stack's word for it as the component's."""

from components import Ec2NodeClass, KwokNodeClass
from components.node_class import NodeClass
from config import settings


def node_class(stated: settings.NodeClass) -> NodeClass:
    """The component's node class. Raises ConfigurationError for an image that is not pinned."""
    if isinstance(stated, settings.KwokNodeClass):
        return KwokNodeClass()
    return Ec2NodeClass(
        role=stated.role,
        discovery=stated.discovery,
        ami_alias=stated.ami_alias,
        volume_size=stated.volume_size,
    )
