"""The tags that every resource in an account carries, and the limits that AWS sets for them.

Decides no value. A bill that nobody owns is what the required keys prevent.
"""

import re
from collections.abc import Mapping
from typing import Final

from .errors import ConfigurationError

REQUIRED: Final = ("owner", "stack", "cost-allocation")
# AWS, "Tag naming limits and requirements": 50 tags, keys of 128, values of 256 characters. A component adds a name,
# a discovery tag and a role of its own.
MOST_TAGS: Final = 40
_KEY: Final = re.compile(r"[\w .:/=+@-]{1,128}")
_VALUE: Final = re.compile(r"[\w .:/=+@-]{1,256}")
_RESERVED: Final = ("aws:", "kubernetes.io/", "karpenter.")


def check_tags(field: str, tags: Mapping[str, str]) -> dict[str, str]:
    """The tags, once they can be used. Raises ConfigurationError for a missing key or what AWS would refuse."""
    missing = [key for key in REQUIRED if not tags.get(key)]
    if missing:
        raise ConfigurationError(
            field=f"{field}.{missing[0]}" if len(missing) == 1 else field,
            value="nothing" if len(missing) == 1 else f"without {', '.join(missing)}",
            allowed=f"at least {', '.join(REQUIRED)}",
            remedy="state them: who answers for the resources, which stack made them, who pays",
        )
    if len(tags) > MOST_TAGS:
        raise ConfigurationError(
            field=field,
            value=f"{len(tags)} tags",
            allowed=f"{MOST_TAGS} at most (AWS takes 50, some are the component's own)",
            remedy="leave some out",
        )
    for key, value in tags.items():
        if not _KEY.fullmatch(key) or key.lower().startswith(_RESERVED):
            raise ConfigurationError(
                field=f"{field}.{key}",
                value=None,
                allowed="as a key 1 to 128 letters, digits, spaces or . : / = + @ _ -, not starting with "
                f"{', '.join(_RESERVED[:-1])} or {_RESERVED[-1]}",
                remedy="rename it: such prefixes belong to AWS and to the controllers",
            )
        if not _VALUE.fullmatch(value):
            raise ConfigurationError(
                field=f"{field}.{key}",
                value=value,
                allowed="1 to 256 letters, digits, spaces or . : / = + @ _ -",
                remedy="write it with these characters",
            )
    return dict(tags)
