"""The pages of the rules and of the annotations, written from the code, so that they cannot say anything else."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from components.policy.facts import Event, NodeClass, Objective, Pool, Redis, Workload
from components.policy.facts.annotations import ALL
from components.policy.rules import MODULES, RULES
from components.policy.rules.rule import Rule

from . import exit_codes

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "rules"
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

**To ignore it** for some objects, with the reason. In a stack, which holds for its program, its components and
`python -m ops status`:

    headroom:ignores:
      - {{rule: {rule.number}, object: "OBJECT", reason: "REASON"}}

For files: `python -m ops check -f FILE --ignore "{rule.number}:OBJECT:REASON"`. OBJECT is a pattern over
[any name of the object](README.md#names), {_example(rule)}.
"""


def _example(rule: Rule[Any]) -> str:
    """A pattern that fits what the rule is about."""
    return f"such as `{_PATTERNS.get(rule.over, '*')}`"


_PATTERNS: Final[dict[type, str]] = {
    Workload: "Deployment shop/*",
    Redis: "redis*",
    Pool: "NodePool critical",
    NodeClass: "EC2NodeClass critical",
    Objective: "Namespace shop",
    Event: "events.sale",
}


_NAMES: Final = (
    "## Names",
    "",
    "An ignore states a rule's number, a pattern for the object, and a reason. The pattern is held against every name",
    "of the object, so that one spelling means it in a plan, in a constructor, in files, in a policy pack and in a",
    "cluster:",
    "",
    "| name | of a service | of a pool | of Redis | of the objective |",
    "|---|---|---|---|---|",
    "| with its kind | `Deployment shop/api`, `Deployment api` | `NodePool critical` | `ConfigMap shop/redis*` |"
    " `Namespace shop` |",
    "| in a plan | `services.api` | `node_pool.critical` | `redis` | `target` |",
    "| bare | `api` | `critical` | `redis*` | `shop` |",
    "",
    "`*` stands for anything, also in the middle. While a namespace is not known, as an output in a constructor is",
    "not, the pattern's is not compared. An ignore that matches nothing is a finding itself ([HR001](HR001.md)), but",
    "not in `status`: there it may be meant for what only the plan knows. One of a rule that does not exist is refused",
    "with the rules that are near it. No annotation leaves out a rule ([HR003](HR003.md)): what an object says of",
    "itself goes wherever the object goes, and nobody who reviews it would see that it was excused.",
)


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
        "",
        *_NAMES,
        "",
        *exit_codes.table(),
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
        "`REDIS_POOL_TIMEOUT`, `HTTP_MAX_IDLE_CONNS`, `HTTP_MAX_IDLE_CONNS_PER_HOST`, `HTTP_TIMEOUT`, `HTTP_RETRIES`,",
        "`HTTP_RETRY_BACKOFF`, `CIRCUIT_BREAKER_TIMEOUT`, `RATE_LIMIT_RPS`, `RATE_LIMIT_BURST` (guide.md section 3).",
        "",
        "Our own components write what the plan knows and no field holds: on the Deployment, the Namespace, the",
        "NodePool and the ConfigMap of Redis.",
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
    app.command(epilog=exit_codes.HELP)(rules)
