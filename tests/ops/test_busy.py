"""An API server that is busy is asked again; the storage of a kind that was just defined is such a moment."""

from pathlib import Path

import pytest

from config.loader import load_stack
from ops.status import api as status_api
from ops.status import command

from .server import serving, write_stack


@pytest.mark.parametrize(("answers", "asked"), [([429, 429], 3), ([], 1)])
def test_too_many_requests_is_not_the_end(
    answers: list[int], asked: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status_api, "BUSY_PAUSE_S", 0.01)
    path = "/api/v1/nodes"
    with serving({path: []}) as server:
        server.busy = list(answers)
        write_stack(tmp_path, server.server_port)
        api = command.connect(load_stack("test", tmp_path))
        assert api.items(path) == []
        assert server.asked == [path] * asked
