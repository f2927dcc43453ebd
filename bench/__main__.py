"""Runs the measurements named on the command line, or all, and prints one line for each ratio."""

from __future__ import annotations

import importlib
import sys

ALL = ("moves", "importing", "assignment", "validation", "cleaning", "supervision", "tiles", "page", "studio", "load")


def main(names: list[str]) -> int:
    """Print every ratio; 1 when a goal was missed."""
    unknown = sorted(set(names) - set(ALL))
    if unknown:
        print(f"unknown measurement {unknown[0]}: choose from {', '.join(ALL)}", file=sys.stderr)  # noqa: T201
        return 2
    missed = 0
    print(f"{'ours : peer':<58} {'ours':>11} {'peer':>11}")  # noqa: T201
    for name in names or ALL:
        for ratio in importlib.import_module(f"bench.{name}").measure():
            print(ratio.line(), flush=True)  # noqa: T201
            missed += not ratio.met
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
