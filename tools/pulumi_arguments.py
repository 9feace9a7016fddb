"""What a pulumi command line says, as far as it matters here: which command it is and which stack it names.

It decides nothing about how the command runs.
"""

from collections.abc import Sequence

from tools import places
from tools.problem import Problem

TAKE_CONFIG_FILE = {
    "up",
    "update",
    "preview",
    "pre",
    "refresh",
    "destroy",
    "config",
    "import",
    "watch",
    "logs",
}
_STACK_FLAGS = ("--stack", "-s")
_FLAGS_WITH_VALUE = {"--stack", "-s", "--color", "--cwd", "-C", "--verbose", "-v", "--tracing", "--profiling"}


def words(arguments: Sequence[str]) -> list[str]:
    """The arguments that are neither flags nor the values of pulumi's global flags: command, subcommand, the rest."""
    found = []
    before = ""
    for argument in arguments:
        if not argument.startswith("-") and before not in _FLAGS_WITH_VALUE:
            found.append(argument)
        before = argument
    return found


def refuse_other_stacks(arguments: Sequence[str], stack: str) -> None:
    """Raises Problem where the arguments name another stack than ours."""
    for before, argument in zip(["", *arguments], arguments, strict=False):
        name, _, value = argument.partition("=")
        other = argument if before in _STACK_FLAGS else value if name in _STACK_FLAGS else ""
        if other and other != stack:
            raise Problem(
                f"pulumi: --stack {other}: this command is for the stack {stack} only",
                todo=f"run pulumi --stack {other} itself, with your own login; {places.BIN} has one",
            )
