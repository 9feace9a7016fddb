"""A table as data, and its two ways to be shown: on a terminal and in markdown. What stands in it is the caller's."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from rich import table as rich_table

T = TypeVar("T")
Figures: TypeAlias = Mapping[str, Callable[[T], object]]
"""Columns by their heading: what each shows of a thing."""


@dataclass(frozen=True)
class Table:
    """The first column is named things, to the left; the others are figures, to the right."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def figures_of(title: str, first: str, things: Iterable[tuple[str, T]], figures: Figures[T]) -> Table:
    """A row a thing: its name in the column ``first``, and its figures as text."""
    rows = [(name, *(str(shown(thing)) for shown in figures.values())) for name, thing in things]
    return Table(title, (first, *figures), rows)


def as_rich(table: Table) -> rich_table.Table:
    """For a terminal."""
    shown = rich_table.Table(title=table.title, title_justify="left", title_style="bold")
    for position, column in enumerate(table.columns):
        shown.add_column(column, justify="right" if position else "left")
    for row in table.rows:
        shown.add_row(*row)
    return shown


def as_markdown(table: Table, level: int = 3) -> str:
    """A heading of that level and a table of GitHub's markdown."""
    lines = [
        f"{'#' * level} {table.title}",
        "",
        _row(table.columns),
        _row([":--", *("--:" for _ in table.columns[1:])]),
        *(_row([_cell(cell) for cell in row]) for row in table.rows),
    ]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
