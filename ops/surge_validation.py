"""``surge-validate``: recordings of the wind tunnel, each simulated again, as the table that is kept with the docs.

Reads files and writes one; what agrees is components.policy.surge.validation's to say.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Final

import typer

from components.policy.errors import ConfigurationError
from components.policy.surge.validation import Compared, Recording, as_markdown, compare

from . import exit_codes
from .surge.recording import RECORDINGS
from .surge.result import write_result

# The table that is made of the recordings.
TABLE: Final = Path("docs/surge/validation.md")
TEXT: Final = """# The simulator beside the wind tunnel

Made by `make surge-validate` from the recordings in this folder; not edited by hand. A time agrees within 10 % or 5 s,
a shed share within 10 % of the measured one, or where both are below 0.5 %.

{table}
"""


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("surge-validate", epilog=exit_codes.HELP)
    def surge_validate(
        recordings: Annotated[
            Path, typer.Argument(help="A folder of the wind tunnel's recordings.")
        ] = RECORDINGS,
        target: Annotated[Path, typer.Option("--write", help="The table to write.")] = TABLE,
    ) -> None:
        """Simulate what the wind tunnel recorded and write the comparison, and beside it what was measured; fails where
        a run does not agree."""
        try:
            read = recordings_of(recordings)
            found = validate(read, target, lambda line: typer.echo(line, err=True))
            write_result(read, target.parent)
        except ConfigurationError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(exit_codes.WRONG_INPUT) from None
        typer.echo(as_markdown(found))
        if not all(one.agrees for one in found):
            raise typer.Exit(exit_codes.NOT_WELL)


def recordings_of(folder: Path) -> dict[str, Recording]:
    """Every ``*.json`` of the folder and of those in it, by its name without the ending.

    Raises ConfigurationError for a folder without any, or a file that is no recording.
    """
    files = sorted(folder.rglob("*.json"))
    if not files:
        raise ConfigurationError(
            field="recordings",
            value=str(folder),
            allowed="a folder with at least one recording (*.json)",
            remedy="run the wind tunnel first: `make surge-record`",
        )
    return {
        file.relative_to(folder).with_suffix("").as_posix(): Recording.from_json_text(
            file.read_text(encoding="utf-8")
        )
        for file in files
    }


def validate(
    recordings: Mapping[str, Recording], target: Path, tell: Callable[[str], None]
) -> list[Compared]:
    """Compare each, by name, and write the table."""
    found = []
    for name, one in recordings.items():
        tell(f"simulating {name}")
        found.append(compare(one))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(TEXT.format(table=as_markdown(found)), encoding="utf-8")
    return found
