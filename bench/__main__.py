"""Runs the measurements named on the command line, or all, and prints one line for each ratio."""

from __future__ import annotations

import argparse
import importlib
import os
import sys

ALL = ("moves", "importing", "assignment", "validation", "cleaning", "supervision", "tiles", "page", "studio", "load")


def main(words: list[str]) -> int:
    """Print every ratio; 1 when a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure against the peers.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(ALL)}; all without any")
    parser.add_argument("--seconds", type=float, help="how long `load` lasts")
    asked = parser.parse_args(words)
    if unknown := sorted(set(asked.names) - set(ALL)):
        parser.error(f"unknown measurement {unknown[0]}: choose from {', '.join(ALL)}")
    if asked.seconds:
        os.environ["BENCH_LOAD_SECONDS"] = str(asked.seconds)
    missed = 0
    print(f"{'ours : peer':<58} {'ours':>11} {'peer':>11}")  # noqa: T201
    for name in asked.names or ALL:
        for ratio in importlib.import_module(f"bench.{name}").measure():
            print(ratio.line(), flush=True)  # noqa: T201
            missed += not ratio.met
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
