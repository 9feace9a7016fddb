"""What a command's exit code says: one table for all of them. A script may rely on it."""

from typing import Final

WELL: Final = 0
NOT_WELL: Final = 1
WRONG_INPUT: Final = 2
NO_CLUSTER: Final = 3
INTERRUPTED: Final = 130

MEANING: Final = {
    WELL: "as asked; of what was found, warnings at most",
    NOT_WELL: "the platform is not well, the rules found errors, or a review what --fail-on names",
    WRONG_INPUT: "what was written or asked for is wrong, or some input could not be used",
    NO_CLUSTER: "the cluster cannot be reached",
    INTERRUPTED: "interrupted",
}
HELP: Final = f"Exit codes: {'; '.join(f'{code} {meaning}' for code, meaning in MEANING.items())}."


def table() -> list[str]:
    """The table as markdown lines, for the documentation."""
    return [
        "## Exit codes",
        "",
        "Of every command of `python -m ops`:",
        "",
        "| code | says |",
        "|---|---|",
        *(f"| {code} | {meaning} |" for code, meaning in MEANING.items()),
    ]
