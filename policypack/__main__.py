"""The pack's process, as the language host starts it: the checkout on the path, then all policies served."""

import sys
from pathlib import Path

# The engine runs this folder as a script from wherever the program is.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from pulumi_policy import PolicyPack  # noqa: E402

from policypack.policies import policies  # noqa: E402

PolicyPack(name="headroom", policies=policies())
