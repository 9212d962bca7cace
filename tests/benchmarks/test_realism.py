"""What the benchmark of realism calls a fill, and which windows it keeps together."""

from __future__ import annotations

import numpy as np

from benchmarks.descriptors import KICK, SNARE, Played
from benchmarks.realism import Window, by_request, by_take, fills_in, told_apart
from mdg_core.pattern import Metre

HIGH_TOM = 6


def played(bars: int, strokes: list[tuple[int, int]]) -> Played:
    """A clip of these cells and lanes, all on the grid and as loud."""
    cell, lane = np.array(sorted(strokes), np.int64).T
    return Played(Metre(), bars, 100.0, cell, lane, np.zeros(len(cell)), np.full(len(cell), 90.0))


def groove(bars: int) -> list[tuple[int, int]]:
    return [
        (16 * bar + step, lane) for bar in range(bars) for step, lane in ((0, KICK), (4, SNARE), (8, KICK), (12, SNARE))
    ]


def test_a_bar_that_departs_from_the_others_on_snare_or_toms_is_a_fill() -> None:
    fill = [(48 + step, HIGH_TOM) for step in (9, 10, 11)]
    kicks = [(48 + step, KICK) for step in (9, 10, 11)]
    assert fills_in(played(4, groove(4) + fill)) == [False, False, False, True]
    assert not any(fills_in(played(4, groove(4) + kicks)))


def test_a_bar_is_a_fill_beside_what_is_usual_elsewhere() -> None:
    usual = np.zeros((9, 16))
    usual[KICK, 0] = usual[SNARE, 4] = 1
    toms = [(16 * bar + step, HIGH_TOM) for bar in range(4) for step in (9, 10, 11)]
    assert not any(fills_in(played(4, groove(4) + toms[:3]), usual + 1))
    assert fills_in(played(4, groove(4) + toms[:3]), usual) == [True, False, False, False]


def test_folds_by_take_do_not_meet_a_take_again_in_another_request() -> None:
    """Two kinds from other takes but of the same making: only who knows the takes again tells them apart."""
    rng = np.random.default_rng(0)
    kinds: tuple[list[Window], list[Window]] = ([], [])
    for number in range(24):
        strokes = groove(2) + [(int(cell), HIGH_TOM) for cell in rng.choice(32, 6, replace=False)]
        for again in range(6):
            kind = number % 2
            request = f"{kind}/{again}" if kind else str(number)
            kinds[kind].append(Window("somebody", str(number), request, played(2, strokes)))

    def cells(windows: object) -> np.ndarray:
        return np.array([np.bincount(w.played.cell[w.played.lane == HIGH_TOM], minlength=32) for w in windows], float)  # type: ignore[attr-defined]

    assert told_apart(*kinds, cells, by_request) > told_apart(*kinds, cells, by_take) + 0.1
