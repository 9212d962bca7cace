"""Form and novelty of clips: how bars follow one another, and how far a clip lies from what it was made of.

Bars are sets of cells (sixteenth and lane of `descriptors`); their distance is the number of cells in which they
differ, that of clips of equal length the mean over their bars. Peers of the form: a clip that repeats its first bar,
and one whose cells are as many and drawn anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.descriptors import Played

Bits = NDArray[np.bool_]
Floats = NDArray[np.float64]


def bar_distance(clip: Played) -> float:
    """Mean over all pairs of bars, in cells."""
    bars = _flat(clip)
    return float(_differ(bars, bars).sum() / (len(bars) * (len(bars) - 1)))


def random_bar_distance(clip: Played, rng: np.random.Generator) -> float:
    """Of a clip with as many cells in each bar, anywhere."""
    bars = _flat(clip)
    drawn = np.array([rng.permutation(bar) for bar in bars])
    return float(_differ(drawn, drawn).sum() / (len(bars) * (len(bars) - 1)))


def bars_of(clips: Sequence[Played]) -> Bits:
    """Every bar of the clips, one a row; all must have bars of one length."""
    return np.concatenate([_flat(clip) for clip in clips])


def copied(clips: Sequence[Played], sources: Bits) -> float:
    """Share of the clips' bars that are a bar of the sources, hit for hit."""
    known = {bar.tobytes() for bar in np.packbits(sources, axis=1)}
    bars = np.packbits(bars_of(clips), axis=1)
    return float(np.mean([bar.tobytes() in known for bar in bars]))


def nearest(clips: Sequence[Played], sources: Sequence[Played]) -> Floats:
    """Of each clip the distance to the nearest source of the same length, in cells a bar."""
    ours, theirs = (np.array([clip.grid().ravel() for clip in group]) for group in (clips, sources))
    return np.asarray(_differ(ours, theirs).min(axis=1) / clips[0].bars)


def _flat(clip: Played) -> Bits:
    return clip.grid().reshape(clip.bars, -1)


def _differ(a: Bits, b: Bits) -> Floats:
    x, y = a.astype(np.float32), b.astype(np.float32)
    return np.asarray(x.sum(axis=1)[:, None] + y.sum(axis=1)[None] - 2 * (x @ y.T), float)
