"""How the program says what is wrong with what a person wrote, each once: an error ends it, nothing registered."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from components.policy.errors import ConfigurationError

from .problems import presented

# The language host takes this exit code for "what is wrong has been said"; over a RunError it says once more that the
# program failed (pulumi SDK, pulumi-language-python-exec, PYTHON_PROCESS_EXITED_AFTER_SHOWING_USER_ACTIONABLE_MESSAGE).
SAID: Final = 32


@contextmanager
def stops_the_program() -> Iterator[None]:
    """Turn every ConfigurationError inside into the engine's own error, and end the program."""
    import pulumi

    try:
        with presented(f"stack {pulumi.get_stack()}"):
            yield
    except ConfigurationError as error:
        pulumi.log.error(str(error))
        # The SDK's calls in flight end with the program, and Python would say so of each.
        warnings.filterwarnings("ignore", message="coroutine .* was never awaited")
        raise SystemExit(SAID) from None


def warn(problems: Sequence[object]) -> None:
    """Say all of them in one message, a line each below a heading: a progress row repeats a message's first line."""
    import pulumi

    if problems:
        count = "1 warning" if len(problems) == 1 else f"{len(problems)} warnings"
        pulumi.log.warn(
            "\n".join((f"stack {pulumi.get_stack()}: {count}", *(f"  {one}" for one in problems)))
        )
