"""Command line: `python -m benchmarks.chain --mix all --seed 1 --out DIR`."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.chain import MIXES, TRAPS, write


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chain", description=__doc__)
    parser.add_argument("--mix", choices=sorted(MIXES), required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--off", nargs="+", choices=TRAPS, default=[])
    parser.add_argument("--only", nargs="*", choices=TRAPS, default=None)
    parser.add_argument("--hiding", type=float, default=1.0)
    parser.add_argument("--data", type=Path, help="folder that holds reference/")
    return parser.parse_args()


def main() -> None:
    """Write the world that the command line asks for."""
    given = arguments()
    only = None if given.only is None else tuple(given.only)
    write(given.out, given.mix, given.seed, tuple(given.off), only, given.hiding, given.data)


if __name__ == "__main__":
    main()
