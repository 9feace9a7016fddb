"""Which Karpenter a Kubernetes version needs.

Karpenter, "Compatibility": each Kubernetes minor names the first Karpenter that supports it. A pair outside the table
is refused: an older Karpenter may run for weeks and then buy no node at the first sale. Decides no upgrade's path.
"""

import re
from collections.abc import Mapping
from typing import Final

from .errors import ConfigurationError

# Kubernetes minor -> the first Karpenter (guide.md, facts: Kubernetes and Karpenter versions).
FIRST_KARPENTER: Final[Mapping[str, tuple[int, int]]] = {
    "1.33": (1, 5),
    "1.34": (1, 6),
    "1.35": (1, 9),
    "1.36": (1, 13),
}
_KARPENTER: Final = re.compile(r"(\d{1,4})\.(\d{1,4})\.(\d{1,4})")


def check_versions(kubernetes: str, karpenter: str) -> None:
    """Raises ConfigurationError for a pair that Karpenter does not support, or for text that is no version.

    ``kubernetes`` is a minor as EKS names it ("1.36"), ``karpenter`` a release ("1.14.1").
    """
    first = FIRST_KARPENTER.get(kubernetes)
    if first is None:
        raise ConfigurationError(
            field="kubernetes_version",
            value=kubernetes,
            allowed=", ".join(FIRST_KARPENTER),
            remedy="choose one of these, or add the version with its source to components/policy/versions.py",
        )
    match = _KARPENTER.fullmatch(karpenter)
    if match is None:
        raise ConfigurationError(
            field="karpenter_version",
            value=karpenter,
            allowed='one release, such as "1.14.1"',
            remedy="pin the release that was tested",
        )
    # Another major has another API; the table says nothing of it.
    if int(match[1]) != first[0] or (int(match[1]), int(match[2])) < first:
        raise ConfigurationError(
            field="karpenter_version",
            value=f"{karpenter} with Kubernetes {kubernetes}",
            allowed=f"{first[0]}.{first[1]}.0 or later of {first[0]}.x",
            remedy="upgrade Karpenter first, then Kubernetes, one minor at a time",
        )
