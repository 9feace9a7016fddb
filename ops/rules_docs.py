"""The pages of the rules and of the annotations, written from the code, so that they cannot say anything else."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from components.policy.facts.annotations import ALL
from components.policy.rules import MODULES, RULES
from components.policy.rules.rule import Rule

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "rules"
NOT_WRITTEN: Final = 1
_MADE: Final = "<!-- Written by `python -m ops rules --write`. -->"


def pages() -> dict[str, str]:
    """All pages, by file name."""
    return {
        "README.md": _index(),
        "annotations.md": _annotations(),
        **{f"{rule.number}.md": page(rule) for rule in RULES},
    }


def page(rule: Rule[Any]) -> str:
    """The page of one rule."""
    return f"""\
{_MADE}
# {rule.number} {rule.slug}

{rule.title}. It is {"an error: it stops a deployment" if rule.severity == "error" else "a warning"}.

**Why.** {_sentence(rule.why)}

**Source.** {_sentence(rule.source)}

**What to do.** {_sentence(rule.do)}

**To ignore it** for some objects, with the reason: `--ignore "{rule.number}:OBJECT:REASON"`, where OBJECT is a pattern
such as `Deployment shop/*`.
"""


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _index() -> str:
    parts = [
        _MADE,
        "# Rules",
        "",
        "One rule is one small function over plain facts; the same one serves a component's constructor, the plan,",
        "`python -m ops check -f FILE|DIR|-` on plain manifests, and the policy pack. A fact that is unknown is left",
        "out, never guessed; [annotations](annotations.md) state what YAML has no field for.",
    ]
    for module in MODULES:
        rules = sorted(
            (r for r in vars(module).values() if isinstance(r, Rule)), key=lambda rule: str(rule.number)
        )
        topic = (module.__doc__ or "").partition("\n")[0].removeprefix("Rules about ")
        parts += [
            "",
            f"## {_sentence(topic.rstrip('.'))}",
            "",
            "| rule | must hold | severity |",
            "|---|---|---|",
        ]
        parts += [
            f"| [{rule.number}]({rule.number}.md) {rule.slug} | {rule.title} | {rule.severity} |"
            for rule in rules
        ]
    return "\n".join(parts) + "\n"


def _annotations() -> str:
    lines = [
        _MADE,
        "# Annotations",
        "",
        "Facts that a manifest has no field for. All are optional: a rule whose facts are not stated stays silent.",
        "",
        "| annotation | on | says | example |",
        "|---|---|---|---|",
        *(f"| `{a.key}` | {a.on} | {a.meaning} | `{a.example}` |" for a in ALL),
        "",
        "Of the environment of a container these are read where the annotation is not there: `REDIS_POOL_SIZE`,",
        "`REDIS_POOL_TIMEOUT`, `HTTP_MAX_IDLE_CONNS`, `HTTP_MAX_IDLE_CONNS_PER_HOST`, `HTTP_TIMEOUT`,",
        "`CIRCUIT_BREAKER_TIMEOUT`, `RATE_LIMIT_RPS`, `RATE_LIMIT_BURST` (guide.md section 3).",
    ]
    return "\n".join(lines) + "\n"


def differences(folder: Path = FOLDER) -> list[str]:
    """The pages that are not as the code would write them, and those that it would not write."""
    wanted = pages()
    there = {path.name for path in folder.glob("*.md")}
    stale = {
        name
        for name, text in wanted.items()
        if name in there and (folder / name).read_text(encoding="utf-8") != text
    }
    return sorted(stale | (set(wanted) ^ there))


def write(folder: Path = FOLDER) -> list[str]:
    """Writes what differs and removes what is left over; says which."""
    changed, wanted = differences(folder), pages()
    folder.mkdir(parents=True, exist_ok=True)
    for name in changed:
        if name in wanted:
            (folder / name).write_text(wanted[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    return changed


def rules(
    write_pages: Annotated[bool, typer.Option("--write", help="Write docs/rules from the code.")] = False,
) -> None:
    """The rules, one a line; or their pages in docs/rules."""
    if write_pages:
        typer.echo(f"{len(write())} pages written, {len(pages())} in all")
        return
    for rule in RULES:
        typer.echo(f"{rule.number} {rule.severity:<7} {rule.slug}: {rule.title}")


def register(app: typer.Typer) -> None:
    """Adds the command to an application."""
    app.command()(rules)
