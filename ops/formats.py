"""How a command can answer, and the console that it answers on."""

import json
from enum import StrEnum
from typing import Final

import typer
from rich.console import Console

# Narrower, a table of nine columns cannot be read; a terminal's own width is used where there is one.
PIPED_WIDTH: Final = 150


class Format(StrEnum):
    """For a person at a terminal, for a program, for a comment on a change."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def console() -> Console:
    """Standard output; wide enough for tables where it is no terminal."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=PIPED_WIDTH)


def print_lines(on: Console, lines: list[str]) -> None:
    """Each line whole, so that it can be searched, and as it is, so that nothing in it is taken for markup."""
    for line in lines:
        on.print(line, soft_wrap=True, markup=False, highlight=False)


def print_json(data: object) -> None:
    """JSON on standard output."""
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
