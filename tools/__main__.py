"""`python3 -m tools COMMAND`: the commands behind the Makefile's targets.

It decides which function a command is and turns every failure into one message. It does nothing itself.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 -- before any import that an older Python cannot read
    sys.exit(
        "Python %d.%d is too old: 3.11 or newer is needed; call make with PYTHON=python3.11"  # noqa: UP031
        % sys.version_info[:2]
    )

import argparse
import errno
import os
import signal
from collections.abc import Callable

from tools import commands
from tools.problem import EXIT_INTERRUPTED, EXIT_PROBLEM, Problem


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 -m tools", description="The toolchain and the local platform."
    )
    sub = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        added = sub.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    command("build", commands.build, "find every tool on PATH or in the cache, and build what is missing")
    command("doctor", commands.doctor, "say what is there, which version, from where, and what to do")
    command("venv", commands.make_venv, "create .venv and install requirements.lock into it")
    command("lock", commands.lock, "write requirements.lock anew from pyproject.toml")
    command("up", commands.up, "bring the platform up on the local cluster")
    command("status", commands.status, "show the platform on the local cluster")
    command("down", commands.down, "destroy the local stack and stop the local cluster; caches stay")
    load = command("load", commands.load, "offer the simulated load to the local cluster")
    load.add_argument("rps", metavar="RPS", help="requests per second at the entry, or 'baseline'")
    pulumi = command(
        "pulumi", commands.pulumi, "run pulumi for the local stack with its own backend and passphrase"
    )
    pulumi.add_argument("arguments", nargs=argparse.REMAINDER, help="-- followed by what pulumi takes")
    changes = command(
        "changes",
        commands.changes,
        "what a checkout changes in the resources of another, as JSON; by stand-ins, without account or cluster",
    )
    changes.add_argument("--stack", "-s", required=True, metavar="STACK")
    changes.add_argument(
        "--before", required=True, metavar="DIR", help="the checkout that is taken as deployed"
    )
    changes.add_argument("--after", required=True, metavar="DIR", help="the checkout that is previewed on it")
    changes.add_argument("--state", required=True, metavar="DIR", help="a folder for the engine, made anew")
    changes.add_argument("--output", "-o", required=True, metavar="FILE", help="where the JSON goes")
    preview = command(
        "preview", commands.preview, "what pulumi up would make of a stack from nothing, with or without AWS"
    )
    preview.add_argument("stack", help="the stack: prod for Pulumi.prod.yaml")
    preview.add_argument("arguments", nargs="*", help="what pulumi preview takes besides")
    command("test-tools", commands.test_tools, "make redis-server available for the tests")
    return parser


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


# What a disk or a folder says when nothing can be written there.
UNUSABLE = {
    errno.ENOSPC: "free some space and run the same command again",
    errno.EDQUOT: "free some space and run the same command again",
    errno.EROFS: "work in a checkout on a disk that can be written to",
    errno.EACCES: "make it yours (chown) or work in a checkout of your own",
}


def _where(error: OSError) -> str:
    return f"{error.filename or 'a file of the checkout or the cache'} cannot be written"


def main() -> int:
    arguments = _parser().parse_args()
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        return int(arguments.run(arguments))
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return EXIT_PROBLEM
    except BrokenPipeError:  # the reader went away, e.g. `make doctor | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_PROBLEM
    except OSError as error:
        if error.errno not in UNUSABLE:
            raise
        print(
            f"\n{Problem(_where(error), cause=error.strerror or '', todo=UNUSABLE[error.errno])}",
            file=sys.stderr,
        )
        return EXIT_PROBLEM
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return EXIT_INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
