"""How the program ends over what a person wrote: the engine's one error, no traceback, nothing registered."""

from collections.abc import Iterator
from contextlib import contextmanager

from components.policy.errors import ConfigurationError

from .problems import presented


@contextmanager
def stops_the_program() -> Iterator[None]:
    """Turn every ConfigurationError inside into the engine's own error."""
    import pulumi

    try:
        with presented(f"stack {pulumi.get_stack()}"):
            yield
    except ConfigurationError as error:
        raise pulumi.RunError(str(error)) from None
