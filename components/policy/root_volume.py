"""How small a node's root volume may be. Decides no size: what a node's images and logs need is the stack's to say."""

from typing import Final

from .errors import ConfigurationError
from .quantities import Bytes

GIB: Final = 1024**3
# awslabs/amazon-eks-ami, pull request 1581 ("Use 20GiB volume by default for al2023"): the snapshot of the image has
# 20 GiB, and EC2 makes no volume that is smaller than its snapshot ("expect size >= 20GB"): no node would ever start.
LEAST_GIB: Final = 20


def check_root_volume(field: str, size: Bytes) -> None:
    """Raises ConfigurationError for a volume that does not hold the image, or that is no whole number of GiB, which is
    how EC2 counts.
    """
    if size < LEAST_GIB * GIB or size % GIB:
        raise ConfigurationError(
            field=field,
            value=size,
            allowed=f"whole GiB, {LEAST_GIB}Gi or more: the image of Amazon Linux 2023 for EKS takes {LEAST_GIB} GiB",
            remedy='write it as "30Gi", with room for the container images of a node',
        )
