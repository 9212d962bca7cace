"""Structure: how bars repeat, where fills are, how long a phrase is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdg_core.distinct import distinct
from mdg_core.groove.frame import CODE, Frame
from mdg_core.kit import CYMBALS, TOMS, Voice

MIN_BARS = 2
MIN_BARS_FILLS = 4
MIN_BARS_PHRASE = 8
MAX_BARS = 512  # compared; the distances of all pairs grow with the square

USUAL = 0.3  # share of the bars from which a cell belongs to the groove
MIN_FILL_HITS = 3
MIN_FILL_SHARE = 0.25  # of a bar's hits
MAX_FILLS = 0.5  # of the bars: where more depart from the groove there is none
_ALIKE = 0.1  # share of two bars' hits that differ, below which they count as one bar played again
_PHRASES = (1, 2, 4, 8, 16)
_MIN_FILLS = 3
_CRASHES = [CODE[voice] for voice in CYMBALS]
_FILL_VOICES = [CODE[voice] for voice in (Voice.SNARE, *TOMS)]


@dataclass(frozen=True, slots=True)
class Structure:
    bar_distance: float | None
    repetition: float | None
    fill_bars: list[int] | None
    crash_after_fill: float | None
    phrase_bars: int | None


def structure(frame: Frame) -> Structure:
    """All descriptors of this module.

    bar_distance
        Mean over all pairs of bars of the cells (voice and step) that one plays and the other does not.
    repetition
        Share of the bars that are played again elsewhere but for a tenth of their hits.
    fill_bars
        Bars, counted from the start of the file, in which at least 3 hits, and a quarter of all, are
        snare or toms on cells that under three in ten bars play. None under 4 bars, and where
        more than half of the bars would be fills: then there is no groove that they depart from.
    crash_after_fill
        Share of the fills (of several bars in a row: of the last) after which the next bar begins with a crash, china
        or splash. None under 3 fills with a bar behind them.
    phrase_bars
        The lag of 1 to 16 bars at which bars are most alike, the shortest within a tenth of the
        least distance. None under 8 bars, or where no lag brings bars closer than any two are.
    """
    cells, first = _bar_cells(frame)
    count = len(cells)
    if count < MIN_BARS:
        return Structure(None, None, None, None, None)
    distance = _distances(cells)
    codes = _codes(frame)
    fills = _fills(cells, frame.steps_per_bar, codes) if count >= MIN_BARS_FILLS else None
    return Structure(
        bar_distance=float(distance.sum() / (count * (count - 1))),
        repetition=_repetition(distance, cells.sum(axis=1)),
        fill_bars=None if fills is None else (first + fills).tolist(),
        crash_after_fill=None if fills is None else _crash_after(fills, cells[:, :: frame.steps_per_bar], codes),
        phrase_bars=_phrase(distance) if count >= MIN_BARS_PHRASE else None,
    )


def _codes(frame: Frame) -> NDArray[np.int64]:
    return distinct(frame.code)


def _bar_cells(frame: Frame) -> tuple[NDArray[np.float32], int]:
    """(bars, voices * steps) of 0 and 1, and the number of the first bar.

    The last bar is left out when it holds no more than the closing stroke, on its first beat.
    """
    bar = frame.bar
    last = int(bar[-1])
    if last > frame.first_bar and frame.in_bar[bar == last].max() < frame.beat_steps:
        last -= 1
    last = min(last, frame.first_bar + MAX_BARS - 1)
    kept = bar <= last
    codes = _codes(frame)
    cell = np.searchsorted(codes, frame.code[kept]) * frame.steps_per_bar + frame.in_bar[kept]
    cells = np.zeros((last - frame.first_bar + 1, len(codes) * frame.steps_per_bar), dtype=np.float32)
    cells[bar[kept] - frame.first_bar, cell] = 1
    return cells, frame.first_bar


def _distances(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cells in which each pair of bars differs."""
    hits = cells.sum(axis=1)
    return np.asarray(hits[:, None] + hits[None, :] - 2 * (cells @ cells.T))


def _repetition(distance: NDArray[np.float32], hits: NDArray[np.float32]) -> float:
    alike = distance <= _ALIKE * (hits[:, None] + hits[None, :])
    np.fill_diagonal(alike, False)
    return float(alike.any(axis=1).mean())


def _fills(cells: NDArray[np.float32], steps: int, codes: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """The rows of `cells` that are fills."""
    departs = cells * (cells.mean(axis=0) < USUAL) * np.repeat(np.isin(codes, _FILL_VOICES), steps)
    departing, hits = departs.sum(axis=1), cells.sum(axis=1)
    fill = (departing >= MIN_FILL_HITS) & (departing >= MIN_FILL_SHARE * hits)
    return np.flatnonzero(fill) if fill.mean() <= MAX_FILLS else None


def _crash_after(fills: NDArray[np.int64], downbeats: NDArray[np.float32], codes: NDArray[np.int64]) -> float | None:
    """`downbeats` (bars, voices): what is struck at the start of each bar."""
    after = np.setdiff1d(fills[fills < len(downbeats) - 1] + 1, fills)
    if len(after) < _MIN_FILLS:
        return None
    return float(downbeats[after][:, np.isin(codes, _CRASHES)].any(axis=1).mean())


def _phrase(distance: NDArray[np.float32]) -> int | None:
    lags = [lag for lag in _PHRASES if lag <= len(distance) // 2]
    at_lag = np.array([np.diagonal(distance, lag).mean() for lag in lags])
    overall = distance.sum() / (len(distance) * (len(distance) - 1))
    if at_lag.min() > 0.9 * overall and overall > 0:
        return None
    return lags[int(np.flatnonzero(at_lag <= 1.1 * at_lag.min() + 1e-6)[0])]
