"""The picture as PNG, where librsvg's rsvg-convert is there. Decides nothing about the picture."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

WIDTH: Final = 1800
PATIENCE_S: Final = 60


def as_png(svg: Path) -> Path | None:
    """The PNG beside the SVG; None where there is nothing to draw it with, or it failed."""
    program = shutil.which("rsvg-convert")
    if program is None:
        return None
    png = svg.with_suffix(".png")
    command = [program, "--width", str(WIDTH), "--output", str(png), str(svg)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return png if done.returncode == 0 else None
