"""What is told of an engine that stopped: what is wrong, in the program's own words, and nothing about this run."""

import pytest

from tools.changes import _errors

PLAIN = """Updating (prod):
    pulumi:pulumi:Stack headroom-prod  error: Program failed with an unhandled exception:
Diagnostics:
  pulumi:pulumi:Stack (headroom-prod):
    error: Program failed with an unhandled exception:
    Traceback (most recent call last):
      File "/somewhere/main.py", line 12, in <module>
        raise ValueError("half-made")
    ValueError: half-made
    error: update failed
"""


@pytest.mark.parametrize(
    ("output", "told"),
    [
        (PLAIN, ["ValueError: half-made"]),
        ("error: error: HR724 too much\n  read this", ["HR724 too much", "read this"]),
        ("a warning\nerror: one\nerror: one\nerror: two", ["one", "two"]),
        ("error: one\nResources:\n+ 1 created\nDuration: 11s", ["one"]),
        ("", ["the engine stopped and did not say why"]),
    ],
)
def test_what_is_wrong_is_told_without_the_way_to_it(output: str, told: list[str]) -> None:
    assert _errors(output) == told
