"""A program of its own for each test that asks for one."""

from pathlib import Path

import pytest

from tests.engine.aws.program import Program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    made = Program(tmp_path)
    made.pretend_cluster()
    return made
