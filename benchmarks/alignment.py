"""Which takes follow the tempo of their file: the fit of real takes against takes that do not.

    python -m benchmarks.alignment [FOLDER]

FOLDER is the Groove MIDI Dataset (default: ../shared/groove beside the checkout). The real takes follow; the same takes
stretched by a seventh to a quarter, or drifting by 12 % from start to end, do not, nor does drummer2's second session,
which was recorded at another tempo than its files say. Takes of few strokes (`fit.FEW_STROKES`) have a
table of their own.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from mdg_core.groove import describe
from mdg_core.groove.fit import FEW_STROKES, LEAST_FIT, LEAST_FIT_OF_FEW
from mdg_core.midi import Take, read_midi

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "groove"
UNFOLLOWED = "drummer2/session2/"
STRETCHES = (0.78, 0.83, 0.88, 1.13, 1.19, 1.27)
_LEAST_STROKES = 4
DRIFT = 0.06  # of the length, at its end; the tempo changes by twice that


def stretched(take: Take, index: int) -> Take:
    """At another tempo than the file's."""
    return replace(take, onset_quarters=take.onset_quarters * STRETCHES[index % len(STRETCHES)])


def drifting(take: Take, index: int) -> Take:
    """Slower and slower against the file's tempo."""
    at = take.onset_quarters
    return replace(take, onset_quarters=at * (1 + DRIFT * at / max(float(at[-1]), 1.0)))


def fits(takes: list[Take], change: Callable[[Take, int], Take]) -> list[float]:
    return [describe(change(take, index)).grid_fit for index, take in enumerate(takes)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--every", type=int, default=1, help="use one take of so many")
    arguments = parser.parse_args()
    takes = [
        (read_midi(path.read_bytes()), UNFOLLOWED in path.as_posix())
        for path in sorted(arguments.folder.rglob("*.mid"))
    ]
    many = [(take, off) for take, off in takes if len(take) >= FEW_STROKES]
    few = [(take, off) for take, off in takes if _LEAST_STROKES <= len(take) < FEW_STROKES]
    print_table(f"from {FEW_STROKES} strokes", many, LEAST_FIT, arguments.every)
    print_table(f"{_LEAST_STROKES} to {FEW_STROKES - 1} strokes", few, LEAST_FIT_OF_FEW, arguments.every)


def print_table(which: str, takes: list[tuple[Take, bool]], least: float, every: int) -> None:
    """`takes`: each with whether it is known not to follow."""
    real = [take for take, off in takes if not off][::every]
    rows = {
        "real takes": fits(real, lambda take, _: take),
        "stretched": fits(real, stretched),
        "drifting": fits(real, drifting),
        "drummer2, session 2": fits([take for take, off in takes if off], lambda take, _: take),
    }
    print(f"grid_fit {which}; a take follows from {least}")
    print(f"{'':<22}{'takes':>6}{'5 %':>7}{'50 %':>7}{'95 %':>7}{'follow':>9}")
    for name, values in rows.items():
        if values:
            quantiles = "".join(f"{value:7.2f}" for value in np.quantile(values, [0.05, 0.5, 0.95]))
            print(f"{name:<22}{len(values):>6}{quantiles}{np.mean(np.array(values) >= least):9.3f}")


if __name__ == "__main__":
    main()
