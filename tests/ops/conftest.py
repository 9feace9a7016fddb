"""A cluster that answers on loopback, and a folder whose stack names it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.loader import load_stack
from ops import cli

from . import objects as o
from .server import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(o.well()) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(cli, "load_stack", lambda stack: load_stack(stack, tmp_path))
    return tmp_path
