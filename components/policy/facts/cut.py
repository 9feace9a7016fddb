"""How much of a text is looked at: nobody writes a longer one, and its sender must not decide how long a review takes.

The limits are ours, in characters: far above what people write, and little for a regular expression.
"""

from typing import Final

COMMAND: Final = 10_000
EXPRESSION: Final = 20_000
FILE: Final = 200_000
