"""Any text is plain data or one error with its line; what the engine reads otherwise than a person is refused."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.yaml_text import YamlError, read_yaml

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
DEEP_BY_ALIASES = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 80))


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", None),
        ("a: 1", {"a": 1}),
        ("a: 0.5", {"a": 0.5}),
        ("a: no", {"a": "no"}),
        ("a: on", {"a": "on"}),
        ("a: true", {"a": True}),
        ("a: ", {"a": None}),
        ("a: ~", {"a": None}),
        ("a: 1:30", {"a": "1:30"}),
        ("a: 1/3", {"a": "1/3"}),
        ("a: 500m", {"a": "500m"}),
        ('a: "010"', {"a": "010"}),
        ("a: &x {b: 1}\nc: {<<: *x, d: 2}", {"a": {"b": 1}, "c": {"b": 1, "d": 2}}),
    ],
)
def test_reads_plain_data(text: str, data: object) -> None:
    assert read_yaml(text) == data


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a:\n\tb: 1", "line 2, column 1: a tab indents here; allowed: spaces"),
        ("a: 1\nb: 2\na: 3", 'line 3, column 1: key "a" is there twice; remove one'),
        ("a: [1", "line 1, column 6: expected ',' or ']', but got '<stream end>'"),
        ("a: *b", "line 1, column 4: found undefined alias 'b'"),
        ("1: a", "line 1, column 1: key 1 is not text; put it in quotes"),
        ("[a]: b", "line 1, column 1: key a list or mapping is not text; put it in quotes"),
        ("a: &a [*a]", "line 1, column 4: a[0]: a value that contains itself"),
        (
            "a: !!python/object:os.system {}",
            "tag !!python/object:os.system is not known; allowed: plain values",
        ),
        ("a: !!bool maybe", "'maybe' is neither true nor false"),
        (
            "a: 010",
            "line 1, column 4: a: 010 is read as another number than it seems; allowed: plain digits; write",
        ),
        ("a: 0x1F", "0x1F is read as another number than it seems"),
        ("a: 1_000", "1_000 is read as another number than it seems"),
        ("a: 2026-01-02", "a: 2026-01-02 is a date to YAML"),
        ("a: 1\n---\nb: 2", "expected a single document in the stream, but found another document"),
        (BOMB, "more than 200000 values once its aliases are expanded"),
        ("- " * 100_000, "nested too deeply; allowed: 60 levels"),
        (DEEP_BY_ALIASES, "nested too deeply; allowed: 60 levels"),
        ("[" * 100_000, "nested too deeply; allowed: 60 levels"),
        ("a: " + "x" * 5_000_000, "bytes of YAML; allowed: at most 4194304"),
        ("a: \x00", "special characters are not allowed"),
    ],
)
def test_refuses_in_one_line_and_at_once(text: str, message: str) -> None:
    start = time.monotonic()
    with pytest.raises(YamlError) as error:
        read_yaml(text)
    assert message in str(error.value)
    assert "\n" not in str(error.value)
    assert time.monotonic() - start < 2


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(YamlError):
        read_yaml(b"\xff\xfe\xfa\xfb: 1")


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.text(alphabet=st.sampled_from("ab:{}[],&*!<|>-#%@\"'\n \t01.~?"), max_size=60) | st.binary(max_size=40)
)
def test_nothing_but_data_or_a_yaml_error(text: str | bytes) -> None:
    try:
        read_yaml(text)
    except YamlError as error:
        assert str(error)
