"""A preview of this program beside a preview of the same objects written flat; without an engine, both under mocks.

The engine is this checkout's own toolchain, in a state of its own: no stack and no cluster of anybody is touched.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tools import places
from tools.engine import Engine

from .programs import CHECKOUT, kubernetes_objects, objects_of, write_flat, write_ours
from .timing import side_by_side


def measure(rounds: int) -> Iterator[str]:
    """Wall seconds of whole runs, and their ratio."""
    with tempfile.TemporaryDirectory(prefix="headroom-bench-") as name:
        folder = Path(name)
        ours = write_ours(folder)
        made = objects_of(ours)
        flat = write_flat(folder, made)
        same = kubernetes_objects(objects_of(flat))
        assert same == kubernetes_objects(made), "the flat program makes other objects"
        yield f"{len(same)} objects of Kubernetes in both; {len(made)} resources here, components among them"
        programs = {"ours": ours, "flat": flat}
        yield from _compared("under mocks, no engine", objects_of, programs, rounds)
        if not (places.BIN / "pulumi").exists():
            yield "no preview: this checkout has no toolchain yet; run make tools"
            return
        engines = {
            program.name: Engine(project=program, state=folder / f"state-{program.name}", stack="bench")
            for program in (ours, flat)
        }
        for engine in engines.values():
            engine.prepare()
        yield from _compared(
            "pulumi preview", lambda program: _preview(engines[program.name]), programs, rounds
        )


def _compared(
    what: str, run: Callable[[Path], object], programs: dict[str, Path], rounds: int
) -> Iterator[str]:
    times = side_by_side({name: partial(run, program) for name, program in programs.items()}, rounds)
    for name in programs:
        yield f"{what}, {name}: {times[name]}"
    ratio = times["ours"].median / times["flat"].median
    yield f"{what}: this program takes {ratio:.2f} of what the flat one takes"


def _preview(engine: Engine) -> None:
    done = subprocess.run(
        engine.command(["preview", "--non-interactive", "--suppress-progress", "--color", "never"]),
        cwd=engine.project,
        env=engine.environment() | {"PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        print(done.stdout[-4000:], done.stderr[-2000:], sep="\n", file=sys.stderr)
        raise SystemExit(f"bench: the preview of {engine.project.name} failed (in {CHECKOUT.name})")
