"""What `pulumi config --json` prints, read without a guess."""

import pytest

from tools.stack_file import value_at

CONFIGURATION = {
    "headroom:cluster": {"value": '{"kind":"local"}', "objectValue": {"kind": "local"}, "secret": False},
    "headroom:namespace": {"value": "shop", "secret": False},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("headroom:cluster.kind", "local"),
        ("headroom:namespace", "shop"),
        ("headroom:cluster.context", None),
        ("headroom:cluster.kind.deeper", None),
        ("headroom:target.peak_rps", None),
    ],
)
def test_a_value_is_found_by_its_path(path: str, value: str | None) -> None:
    assert value_at(CONFIGURATION, path) == value
