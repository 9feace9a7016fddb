"""``python -m ops``."""

from .cli import app

app(prog_name="python -m ops")
