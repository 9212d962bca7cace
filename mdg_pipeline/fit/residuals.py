"""What of a player's deviations a take, a lane and a cell have in common."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from mdg_drummer.feel_prior import LEVELS, QUANTITIES, Floats, Prior
from mdg_pipeline.fit.takes import Windows

Array = NDArray[np.float64]


def shared_variance(prior: Prior, windows: Windows) -> Floats:
    """Variances of the common parts of normal scores by the method of moments, (QUANTITIES, 3): take, lane, cell.

    Scores of hits that share nothing but the window covary by the take's part, those of one lane by take
    and lane, those of one cell by take and cell.
    """
    out = np.zeros((QUANTITIES, 3), np.float32)
    found = prior.quantiles(windows.hits, windows.positions, windows.tempo)
    normal = np.vectorize(NormalDist().inv_cdf, otypes=[float])
    for quantity in range(QUANTITIES):
        score = np.zeros(windows.hits.shape)
        levels = level_of(found[quantity][windows.hits], windows.target(quantity)[windows.hits])
        score[windows.hits] = normal(np.clip(levels, 0.001, 0.999))
        lane = _covariance(score, windows.hits, (1,))
        cell = _covariance(score, windows.hits, (2,))
        both = _covariance(score, windows.hits, (1, 2))
        # `both` holds all pairs of a window, those of a lane and of a cell among them; taken out by their number
        pairs = [_pairs(windows.hits, axes) for axes in ((1, 2), (1,), (2,))]
        take = max(0.0, (both * pairs[0] - lane * pairs[1] - cell * pairs[2]) / (pairs[0] - pairs[1] - pairs[2]))
        parts = np.array([take, max(0.0, lane - take), max(0.0, cell - take)])
        total = float((score[windows.hits] ** 2).mean())
        out[quantity] = np.minimum(parts / total, 1) * min(1.0, 0.95 * total / max(parts.sum(), 1e-9))
    return out


def _pairs(hits: NDArray[np.bool_], axes: tuple[int, ...]) -> float:
    count = hits.sum(axis=axes).astype(float)
    return float((count * (count - 1)).sum())


def _covariance(score: Array, hits: NDArray[np.bool_], axes: tuple[int, ...]) -> float:
    """Mean product of two different hits that differ in `axes` alone."""
    products = score.sum(axis=axes) ** 2 - (score**2).sum(axis=axes)
    return float(products.sum()) / max(_pairs(hits, axes), 1.0)


def level_of(quantiles: Floats, value: Floats) -> Array:
    """Where in each of k distributions its value lies, 0-1: (k, levels), (k,) -> (k,); the inverse of `value_at`.

    Below the first level and above the last half of what is left.
    """
    q, x = quantiles.astype(float), value.astype(float)
    right = np.clip((q < x[:, None]).sum(axis=1), 1, q.shape[1] - 1)
    rows = np.arange(len(q))
    low, high = q[rows, right - 1], q[rows, right]
    share = np.clip((x - low) / np.maximum(high - low, 1e-9), 0, 1)
    level = LEVELS[right - 1] * (1 - share) + LEVELS[right] * share
    level = np.where(x < q[:, 0], LEVELS[0] / 2, level)
    level = np.where(x > q[:, -1], (1 + LEVELS[-1]) / 2, level)
    return np.asarray(level, np.float64)
