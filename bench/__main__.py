"""``python -m bench``: medians and ratios, side by side. Nothing here passes or fails; a person reads it."""

import argparse
from collections.abc import Callable, Iterator

from . import importing, planning, previewing

SECTIONS: dict[str, tuple[str, Callable[[int], Iterator[str]]]] = {
    "plan": ("plan and review by number of services (CPU seconds)", planning.measure),
    "import": ("import of the policy layer beside pulumi", importing.measure),
    "preview": ("this program beside the same objects written flat", previewing.measure),
}


def main() -> None:
    """Run the sections that were asked for, all by default."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "sections", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)}; all by default"
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each case is timed (5)")
    given = parser.parse_args()
    unknown = [name for name in given.sections if name not in SECTIONS]
    if unknown:
        parser.error(f"{unknown[0]} is no section; allowed: {', '.join(SECTIONS)}")
    if given.rounds < 1:
        parser.error(f"--rounds {given.rounds}; allowed: at least 1")
    for name in given.sections or SECTIONS:
        title, measure = SECTIONS[name]
        print(title)
        for line in measure(given.rounds):
            print(f"  {line}", flush=True)


if __name__ == "__main__":
    main()
