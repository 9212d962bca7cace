"""Which takes follow the tempo of their file: the fit of real takes against takes that do not.

    python -m benchmarks.alignment [FOLDER]

FOLDER is the Groove MIDI Dataset (default: ../shared/groove beside the checkout). The real takes follow; the same takes
stretched by a seventh to a quarter, or drifting by 12 % from start to end, do not, nor does drummer2's second session,
which was recorded at another tempo than its files say. Takes of fewer strokes than `fit.MIN_STROKES` are left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from mdg_core.groove import describe
from mdg_core.groove.fit import LEAST_FIT, MIN_STROKES
from mdg_core.midi import Take, read_midi

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "groove"
UNFOLLOWED = "drummer2/session2/"
STRETCHES = (0.78, 0.83, 0.88, 1.13, 1.19, 1.27)
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
    real: list[Take] = []
    unfollowed: list[Take] = []
    for path in sorted(arguments.folder.rglob("*.mid")):
        take = read_midi(path.read_bytes())
        if len(take) >= MIN_STROKES:
            (unfollowed if UNFOLLOWED in path.as_posix() else real).append(take)
    real = real[:: arguments.every]
    rows = {
        "real takes": fits(real, lambda take, _: take),
        "stretched": fits(real, stretched),
        "drifting": fits(real, drifting),
        "drummer2, session 2": fits(unfollowed, lambda take, _: take),
    }
    print(f"grid_fit; a take follows from {LEAST_FIT}")
    print(f"{'':<22}{'takes':>6}{'5 %':>7}{'50 %':>7}{'95 %':>7}{'follow':>9}")
    for name, values in rows.items():
        if values:
            quantiles = "".join(f"{value:7.2f}" for value in np.quantile(values, [0.05, 0.5, 0.95]))
            print(f"{name:<22}{len(values):>6}{quantiles}{np.mean(np.array(values) >= LEAST_FIT):9.3f}")


if __name__ == "__main__":
    main()
