"""What a command's exit code says. A script may rely on these."""

from typing import Final

NOT_WELL: Final = 1
WRONG_INPUT: Final = 2
NO_CLUSTER: Final = 3

HELP: Final = (
    f"Exit codes: 0 as asked; {NOT_WELL} the platform is not well; {WRONG_INPUT} what was written or asked for is"
    f" wrong; {NO_CLUSTER} the cluster cannot be reached."
)
