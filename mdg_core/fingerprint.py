"""What tells one drum performance from another, whatever file holds it.

Two files hold the same drums when they have the same voices as often, the strokes of each voice lie at the same
distances from the first stroke (in seconds, so that the coding of the tempo does not matter, or in quarters, so that
a copy at another tempo is known), and are as hard. Containers, texts, other tracks, lengths of notes, a shift of the
whole, and the resolution of the file have no part in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mdg_core.midi import Take

_SAMPLES = 12  # strokes of each voice that are compared, spread over it
# two files of 96 ticks a quarter round each stroke, and the first, by up to half a tick
_QUARTERS_APART = 0.0125
_SECONDS_APART = 0.008
_VELOCITIES_APART = 3.0
_LONG_ENOUGH = 64  # strokes, below which another tempo makes it another performance


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`counts`: strokes of each voice. The others: `_SAMPLES` numbers for each voice that is there, flat."""

    counts: tuple[int, ...]
    quarters: tuple[float, ...]
    seconds: tuple[float, ...]
    velocities: tuple[float, ...]


def fingerprint(take: Take) -> Fingerprint:
    counts = np.bincount(take.voice_code)
    quarters, seconds = take.onset_quarters - take.onset_quarters[0], take.onset_seconds - take.onset_seconds[0]
    order = np.argsort(take.voice_code, kind="stable")  # by voice, each in time
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    chosen = [
        order[start + np.arange(_SAMPLES) * (count - 1) // max(1, _SAMPLES - 1)]
        for start, count in zip(starts, counts, strict=True)
        if count
    ]
    picked = np.concatenate(chosen)
    means = [take.velocity[take.voice_code == code].mean() for code in np.flatnonzero(counts)]
    return Fingerprint(
        tuple(counts.tolist()),
        tuple(np.round(quarters[picked], 4).tolist()),
        tuple(np.round(seconds[picked], 4).tolist()),
        tuple(np.round(means, 2).tolist()),
    )


def same_drums(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two takes are one performance."""
    if one.counts != other.counts or _apart(one.velocities, other.velocities) > _VELOCITIES_APART:
        return False
    if _apart(one.seconds, other.seconds) <= _SECONDS_APART:
        return True
    return sum(one.counts) >= _LONG_ENOUGH and _apart(one.quarters, other.quarters) <= _QUARTERS_APART


def _apart(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return float(np.max(np.abs(np.asarray(one) - np.asarray(other))))
