"""The check command: formats, exit codes, directories, standard input, ignores; and the pages written from the code."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from typer.testing import CliRunner

from components.policy.ignores import Ignore
from components.policy.rules import RULES
from ops import check as command
from ops import exit_codes, rules_docs

from .manifests import SERVICE, deployment

RIGHT = yaml.safe_dump_all([deployment()])
WARNED = yaml.safe_dump_all([deployment(image="shop/api:latest")])
BROKEN = yaml.safe_dump_all([deployment(), deployment(name="b", spec={"replicas": -1})])


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)
    command.register(app)
    rules_docs.register(app)
    return app


def run(app: typer.Typer, *args: str, stdin: str | bytes | None = None) -> Any:
    return CliRunner().invoke(app, ["check", *args], input=stdin)


def check(app: typer.Typer, text: str | bytes, *args: str) -> Any:
    return run(app, "-f", "-", *args, stdin=text)


@pytest.mark.parametrize(("text", "code"), [(RIGHT, 0), (WARNED, 0), (BROKEN, 1), ("a: [", 2), ("", 2)])
def test_exit_codes(app: typer.Typer, text: str, code: int) -> None:
    assert check(app, text).exit_code == code


def test_text_says_what_why_and_what_to_do(app: typer.Typer) -> None:
    output = check(app, WARNED).output
    assert output.splitlines() == [
        "warning HR511 image-moves",
        '  Deployment shop (<stdin>:1): image "shop/api:latest" of "shop" tag "latest" moves',
        "  why: two pods of one revision may run different code, and a rollback does not roll back"
        " (kubernetes.io, Images)",
        '  do:  pin a digest ("name@sha256:...") or a tag with a version ("name:1.4.2")',
        "",
        "1 objects checked: 0 errors, 1 warnings",
    ]


def test_json_holds_everything(app: typer.Typer) -> None:
    answer = json.loads(check(app, WARNED + "---\nkind: Widget\napiVersion: v1\n", "--format", "json").output)
    assert answer["objects"] == 1
    assert answer["skipped"] == {"Widget": 1}
    assert [f["number"] for f in answer["findings"]] == ["HR511"]


def test_sarif_names_rule_level_file_and_line(app: typer.Typer) -> None:
    text = RIGHT + "---\n# a comment\n" + yaml.safe_dump(deployment(name="b", image="shop/api"))
    log = json.loads(check(app, text, "--format", "sarif").output)
    (run_,) = log["runs"]
    (result,) = run_["results"]
    assert (log["version"], result["ruleId"], result["level"]) == ("2.1.0", "HR511", "warning")
    location = result["locations"][0]["physicalLocation"]
    line = location["region"]["startLine"]
    assert text.splitlines()[line - 1] == "apiVersion: apps/v1"
    assert location["artifactLocation"]["uri"] == "%3Cstdin%3E"
    assert {rule["id"] for rule in run_["tool"]["driver"]["rules"]} == {rule.number for rule in RULES}


def test_markdown_escapes_what_was_handed_in(app: typer.Typer) -> None:
    output = check(
        app, yaml.safe_dump(deployment(name="b", image="<img>:latest")), "--format", "markdown"
    ).output
    assert "### HR511 image-moves (warning)" in output
    assert "<img>" not in output and "\\<img\\>" in output


def test_a_directory_is_one_set_of_objects(app: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.yaml").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "deep" / "b.json").write_text(json.dumps(SERVICE), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("a: [", encoding="utf-8")
    result = run(app, "-f", str(tmp_path))
    # The Service of the one file leads to the Deployment of the other, which has no budget.
    assert "HR204" in result.output
    assert "2 objects checked" in result.output


def test_one_unusable_file_does_not_hide_the_findings_of_the_others(app: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(WARNED, encoding="utf-8")
    (tmp_path / "b.yaml").write_text("name: {{ .Values.name }}\nx: [", encoding="utf-8")
    result = run(app, "-f", str(tmp_path))
    assert result.exit_code == 2
    assert "HR511" in result.output
    assert f"unusable: {tmp_path / 'b.yaml'}: is not YAML: line " in result.output
    assert "render the template first" in result.output


def test_a_file_whose_name_is_no_text(app: typer.Typer, tmp_path: Path) -> None:
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.yaml"))).write_text(WARNED, encoding="utf-8")
    for answer in ("text", "json", "sarif", "markdown"):
        result = run(app, "-f", str(tmp_path), "--format", answer)
        assert (result.exit_code, "HR511" in result.output) == (0, True)


@pytest.mark.parametrize("path", ["no/such/file.yaml", ""])
def test_a_path_that_is_not_there(app: typer.Typer, path: str) -> None:
    result = run(app, "-f", path or "no-such-folder")
    assert result.exit_code == 2
    assert "there is no such file or directory" in result.output


def test_ignores_need_all_three_parts_and_must_match(app: typer.Typer) -> None:
    assert "HR511" not in check(app, WARNED, "--ignore", "HR511:Deployment s*:a trial").output
    assert "HR001" in check(app, RIGHT, "--ignore", "HR511:Deployment s*:a trial").output
    refused = check(app, RIGHT, "--ignore", "HR511:Deployment s*")
    assert refused.exit_code == 2
    assert "a rule, an object pattern and a reason" in refused.output


def test_an_ignore_of_a_rule_that_does_not_exist_is_one_line(app: typer.Typer) -> None:
    refused = check(app, RIGHT, "--ignore", "HR999:*:a trial")
    assert refused.exit_code == 2
    assert len(refused.output.splitlines()) == 1
    assert (
        '--ignore "HR999:*:a trial": the rule: HR999 is not usable; allowed: the number of a rule; near it are HR9'
        in (refused.output)
    )


def test_the_pages_say_what_the_code_says() -> None:
    assert rules_docs.differences() == [], "run: python -m ops rules --write"


def test_writing_the_pages_mends_and_removes(tmp_path: Path) -> None:
    (tmp_path / "HR101.md").write_text("old", encoding="utf-8")
    (tmp_path / "HR000.md").write_text("gone", encoding="utf-8")
    assert len(rules_docs.write(tmp_path)) == len(rules_docs.pages()) + 1
    assert rules_docs.differences(tmp_path) == []
    assert not (tmp_path / "HR000.md").exists()


def test_the_exit_codes_are_one_table_and_the_documentation_has_it(app: typer.Typer) -> None:
    page = (rules_docs.FOLDER / "README.md").read_text(encoding="utf-8")
    for code, meaning in exit_codes.MEANING.items():
        assert f"| {code} | {meaning} |" in page
        assert f"{code} {meaning}" in exit_codes.HELP
    help_ = " ".join(CliRunner().invoke(app, ["check", "--help"]).output.split())
    assert exit_codes.HELP in help_
    assert exit_codes.HELP in " ".join(CliRunner().invoke(app, ["rules", "--help"]).output.split())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.number))
def test_every_page_says_how_to_ignore_the_rule_everywhere(rule: Any) -> None:
    page = rules_docs.page(rule)
    assert f'headroom:ignores:\n      - {{rule: {rule.number}, object: "OBJECT", reason: "REASON"}}' in page
    assert f'--ignore "{rule.number}:OBJECT:REASON"' in page


def test_what_the_pages_say_to_write_is_what_a_stack_takes() -> None:
    text = rules_docs.page(RULES[0]).partition("headroom:ignores:\n")[2].partition("\n\n")[0]
    (stated,) = yaml.safe_load(text)
    assert Ignore.model_validate(stated).rule == RULES[0].number


def test_the_rules_are_listed(app: typer.Typer) -> None:
    lines = CliRunner().invoke(app, ["rules"]).output.splitlines()
    assert len(lines) == len(RULES)
    assert lines[0] == "HR001 warning ignore-unused: An ignore matches a finding"
