"""A stack's file: what is no stack, what is not there or cannot be read, and keys that are others'."""

from pathlib import Path

import pytest

from config.loader import load_stack, stacks
from config.problems import StackError

from .examples import LEAST, stack, with_least


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("config:\n\theadroom:zones: 1", "line 2, column 1: a tab indents here"),
        ("- a", 'Pulumi.own.yaml: 1 problem\n  ["a"]: allowed: a mapping'),
        ("config: 5", "config: 5: allowed: a mapping"),
        (
            "config: {target: 1, headroom:target: 2}",
            "headroom:target: is there twice, as target and as headroom:target",
        ),
        (
            "config: {headrom:target: 1}",
            "headrom:target: nobody reads it: headrom is not this project; allowed: headroom:",
        ),
        ("config: {Headroom:zones: 1}", "Headroom:zones: nobody reads it"),
        ("config: {shop:services: 1}", "shop:services: nobody reads it: shop is not this project"),
        ("headroom:target: {}", "headroom:target: stands beside config; allowed: below it"),
        ("target: {}", "target: stands beside config; allowed: below it"),
        (
            "config:\n  headroom:events:\n    - start: 2026-12-01 19:00:00",
            "line 3, column 14: headroom:events[0].start: 2026-12-01 19:00:00 is a date to YAML",
        ),
        (
            "config: {headroom:target: {peak_rps: 0x10}}",
            "headroom:target.peak_rps: 0x10 is read as another number",
        ),
        ("confg: {}", 'confg: unknown key; did you mean "config"? allowed: config'),
    ],
)
def test_a_file_that_is_no_stack(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(StackError) as error:
        stack(tmp_path, text)
    assert words in str(error.value)


def test_keys_of_others_are_left_alone(tmp_path: Path) -> None:
    with_least(
        tmp_path, "aws:region: us-east-1\nkubernetes:namespace: shop\nshop:colour: red\npulumi:tags: {a: b}"
    )


def test_a_stack_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.one.yaml").write_text(LEAST)
    (tmp_path / "Pulumi.two.yaml").write_text(LEAST)
    (tmp_path / "Pulumi.yaml").write_text("name: headroom")
    assert stacks(tmp_path) == ["one", "two"]
    with pytest.raises(StackError) as error:
        load_stack("three", tmp_path)
    assert str(error.value) == 'stack "three": 1 problem\n  there is no Pulumi.three.yaml; allowed: one, two'


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.own.yaml").mkdir()
    with pytest.raises(StackError, match="cannot be read: Is a directory"):
        load_stack("own", tmp_path)
