"""What is secret, apart from the settings: read only inside the program, wrapped from there on.

The loader sees that a secret is there and refuses one that is not encrypted; only the engine knows its value.
"""

from typing import TYPE_CHECKING

from .problems import PROJECT

if TYPE_CHECKING:
    import pulumi


def redis_password() -> "pulumi.Output[str] | None":
    """``pulumi config set --secret headroom:redis_password``; None where the stack has none."""
    import pulumi

    return pulumi.Config(PROJECT).get_secret("redis_password")
