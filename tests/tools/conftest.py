"""A world with two small wrappers, in which `tools` runs without the real Go."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from tests.tools.fakes import World, patched


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path).build()
    kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
    with mock.patch.dict(os.environ, kept | made.variables(), clear=True), patched(tmp_path):
        yield made
