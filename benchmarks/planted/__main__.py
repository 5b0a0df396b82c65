"""Write a world: `python -m benchmarks.planted --mix MIX --seed N --out DIR`."""

import argparse
from pathlib import Path

from benchmarks.planted.settings import MIXES, NOTHING_HIDDEN, TRAPS
from benchmarks.planted.world import write


def main() -> None:
    """Read the command line and write the world."""
    told = "\n".join(f"  {name}: {text}" for name, text in TRAPS.items())
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog=f"traps:\n{told}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--mix", choices=[*MIXES, NOTHING_HIDDEN], required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--off", nargs="*", default=[], choices=list(TRAPS), metavar="TRAP")
    parser.add_argument("--only", nargs="*", default=None, choices=list(TRAPS), metavar="TRAP")
    parser.add_argument("--hiding", type=float, default=1.0, help="share of the hiding, 0 to 1")
    told_by = parser.parse_args()
    only = None if told_by.only is None else tuple(told_by.only)
    write(told_by.out, told_by.mix, told_by.seed, tuple(told_by.off), only, told_by.hiding)


if __name__ == "__main__":
    main()
