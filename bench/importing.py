"""What a program pays to import the policy layer, beside what it pays for pulumi; each in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from .timing import side_by_side

CHECKOUT: Final = Path(__file__).resolve().parent.parent
NOTHING: Final = "pass"
OURS: Final = "import components.policy.plan, components.policy.review"
PULUMI: Final = "import pulumi"
PROVIDER: Final = "import pulumi, pulumi_kubernetes.apps.v1"
CASES: Final = (NOTHING, OURS, PULUMI, PROVIDER)


def measure(rounds: int) -> Iterator[str]:
    """Wall seconds of a whole interpreter; what the bare one takes is taken off for the ratio."""
    times = side_by_side({code: partial(_run, code) for code in CASES}, rounds)
    bare = times[NOTHING].median
    for code in CASES:
        yield f"{'a bare interpreter' if code == NOTHING else code}: {times[code]}"
    ours = times[OURS].median - bare
    for code, name in ((PULUMI, "pulumi"), (PROVIDER, "pulumi with its Kubernetes classes")):
        ratio = ours / (times[code].median - bare)
        yield f"the policy layer takes {ratio:.2f} of what {name} takes, the interpreter's own start left out"


def _run(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, check=True)
