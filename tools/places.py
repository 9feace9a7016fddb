"""Where things are kept: the checkout, its own state, and the cache that all checkouts share.

It decides paths and nothing else: it creates nothing and reads no file.
"""

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
STATE = CHECKOUT / ".headroom"
BIN = STATE / "bin"
LOGS = STATE / "logs"
KUBECONFIG = STATE / "kubeconfig"
VENV = CHECKOUT / ".venv"
LOCK_FILE = CHECKOUT / "requirements.lock"
GO_MODULES = Path(__file__).resolve().parent / "go"


def cache() -> Path:
    """The cache of all checkouts: $XDG_CACHE_HOME/headroom, by default ~/.cache/headroom (XDG base directories)."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(base) if os.path.isabs(base) else Path.home() / ".cache"
    return home / "headroom"


def toolchain_cache() -> Path:
    """Built tools: one folder per wrapper module and digest of its pins."""
    return cache() / "tools"


def venv_python() -> Path:
    return VENV / "bin" / "python"
