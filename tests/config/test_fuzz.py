"""Whatever stands in a stack's file: settings, or one error with its lines."""

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.loader import load_stack, settings_of
from config.problems import StackError
from config.settings import Settings

from .examples import LEAST

KEYS = st.sampled_from(
    [
        *Settings.model_fields, "gateway-api", "payment-api", "resources", "memory_limit", "calls", "kind", "env",
        "volumes", "exposure", "budget", "max_unavailable", "peak_rps", "baseline_rps", "rps_per_pod", "image",
        "node_class", "probes", "readiness", "redis_password", "secure", "x", "",
    ]
)  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        ["512Mi", "1/3", "99.9%", "5s", "local", "keda", "ec2", "1e999999999", "0/0", "9" * 50, "\ud800"]
    )
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=300)
@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_any_values_are_settings_or_one_error(raw: dict[str, Any]) -> None:
    least = {
        "cluster": {"kind": "local"},
        "target": {"peak_rps": 10, "baseline_rps": 1},
        "zones": ["a", "b"],
        "autoscaling": {"kind": "external-metric"},
    }
    try:
        settings_of({**least, **raw}, "fuzz")
    except StackError as error:
        assert error.problems
        assert all(problem and "\n" not in problem for problem in error.problems)


TEXTS = st.text(
    alphabet=st.sampled_from("headroom:targzonspik{}[],&*!|>-#%\"' \n\t0123456789./"), max_size=120
)


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=300,
)
@given(st.binary(max_size=60) | TEXTS.map(str.encode) | TEXTS.map(lambda text: (LEAST + text).encode()))
def test_any_file_is_settings_or_one_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "Pulumi.fuzz.yaml").write_bytes(content)
    try:
        load_stack("fuzz", tmp_path)
    except StackError as error:
        assert error.problems
