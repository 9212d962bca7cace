"""Dynamics: ghost notes, accents, and how loud each voice is played."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdg_core.distinct import distinct
from mdg_core.groove.frame import Frame
from mdg_core.kit import Voice

MIN_SNARE_NOTES = 8
MIN_SNARE_LEVELS = 3  # fewer are a sequencer's buttons: which of them is soft says nothing of a hand
MIN_ACCENT_HITS = 16

_GHOST_RATIO = 0.55  # of the loud mode's mean, up to which a mode is soft
# so many velocities of a voice, and of all of them, are a sequencer's buttons, and so small a share slips of them
_FLAT_LEVELS, _FLAT_LEVELS_IN_ALL, _FEW = 2, 5, 0.03
_NEARLY_ONE = 2.0  # standard deviation up to which all velocities of a voice are one
_MIN_NOTES = 24  # fewer, as a fill has, are too few to look at by voice
_MIN_VOICE_NOTES = 3  # fewer say nothing of how a voice is played
_LOUD = 0.6  # of the snare's loud level
_ACCENT_VELOCITY = 1.15  # of the voice's mean, for a place of the bar to count as accented
_ACCENT_PRESENCE = 0.25  # of the bars in which the place must be played


@dataclass(frozen=True, slots=True)
class Ghosts:
    share: float  # of all snare notes
    velocity: float | None  # mean; None where there are none
    threshold: float | None  # velocities above it belong to the loud mode; None where there is one mode only


def ghosts(frame: Frame) -> Ghosts | None:
    """Ghost notes of the snare, relative to the take; None with fewer than 8 snare notes or three velocities of them.

    The velocities are parted where the variance between the two classes is greatest (Otsu, "A
    threshold selection method from gray-level histograms", IEEE Trans. SMC 9, 1979). If the soft
    class is at most 0.55 as loud as the loud one, its notes away from the backbeat are ghost notes.
    """
    snare = frame.of(Voice.SNARE)
    velocity = frame.velocity[snare]
    if len(velocity) < MIN_SNARE_NOTES or len(distinct(velocity)) < MIN_SNARE_LEVELS:
        return None
    ghost, threshold = ghost_notes(velocity, is_backbeat(frame)[snare])
    return Ghosts(
        share=float(ghost.mean()),
        velocity=float(velocity[ghost].mean()) if ghost.any() else None,
        threshold=threshold,
    )


def ghost_notes(velocity: NDArray[np.int64], backbeat: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], float | None]:
    """Which of the snare's notes are ghost notes, and the velocity that parts them; None where there is one mode.

    `velocity` and `backbeat` (whether the note is on one) have shape (notes,), at least one.
    """
    threshold = otsu(velocity)
    soft = velocity <= threshold
    if soft.all() or velocity[soft].mean() > _GHOST_RATIO * velocity[~soft].mean():
        return np.zeros(len(velocity), dtype=bool), None
    return soft & ~backbeat, float(threshold)


def loud_level(velocity: NDArray[np.int64]) -> int:
    """The 85th percentile of some velocities, at least one: what is loud for them, whatever a single slip is."""
    return int(np.sort(velocity)[len(velocity) * 85 // 100])


def loud_snares(frame: Frame) -> NDArray[np.bool_]:
    """Which hits are snare strokes (side sticks and claps too) that are no ghost notes: near the loudest of them."""
    snare = frame.of(Voice.SNARE, Voice.SIDE_STICK, Voice.CLAP)
    if not snare.any():
        return snare
    return snare & (frame.velocity >= _LOUD * loud_level(frame.velocity[snare]))


def shows_dynamics(velocity: NDArray[np.int64], code: NDArray[np.int64]) -> bool:
    """Whether velocities vary as played ones do, and not as a sequencer's buttons.

    More than five of them must hold more than a few strokes, and some voice must have more than two that lie apart:
    one velocity a voice, or a loud and a soft one, were not played. `code` are indices into VOICES.
    """
    in_all = np.bincount(velocity)
    if len(velocity) < _MIN_NOTES:
        return _beyond(in_all, _FLAT_LEVELS) > _FEW
    if _beyond(in_all, _FLAT_LEVELS_IN_ALL) <= _FEW:
        return False
    levels = np.bincount(code * 128 + velocity, minlength=128 * (int(code.max()) + 1)).reshape(-1, 128)
    played = levels[levels.sum(axis=1) >= _MIN_VOICE_NOTES]
    return any(_beyond(counts, _FLAT_LEVELS) > _FEW and _spread(counts) > _NEARLY_ONE for counts in played)


def _beyond(counts: NDArray[np.int64], levels: int) -> float:
    """Share of the strokes that are on none of the so many most frequent velocities."""
    return 1 - float(np.sort(counts)[-levels:].sum() / counts.sum())


def _spread(counts: NDArray[np.int64]) -> float:
    """Standard deviation of velocities of which there are so many each."""
    level = np.arange(len(counts))
    mean = (counts * level).sum() / counts.sum()
    return float(np.sqrt((counts * (level - mean) ** 2).sum() / counts.sum()))


def otsu(velocity: NDArray[np.int64]) -> int:
    """The velocity up to which the soft class reaches; the loudest one where all are equal."""
    counts = np.bincount(velocity, minlength=128)
    below = np.cumsum(counts)
    total = np.cumsum(counts * np.arange(128))
    parted = np.flatnonzero((below > 0) & (below < below[-1]))
    if not len(parted):
        return int(velocity.max())
    soft, loud = below[parted], below[-1] - below[parted]
    gap = (total[-1] - total[parted]) / loud - total[parted] / soft
    return int(parted[np.argmax(soft * loud * gap**2)])


def is_backbeat(frame: Frame) -> NDArray[np.bool_]:
    """Which hits are on the second, fourth ... beat of their bar."""
    return np.asarray(frame.in_bar % (2 * frame.beat_steps) == frame.beat_steps)


def accent_steps(
    counts: NDArray[np.intp], levels: NDArray[np.int64] | NDArray[np.float64], bars: float
) -> list[list[int] | None]:
    """For each voice the steps of the bar that it plays often and clearly louder than its mean; None with too few hits.

    `counts` (voices x steps) says how often each plays each step, `levels` the sum of the velocities there.
    """
    hits = counts.sum(axis=1)
    often = counts >= max(2.0, _ACCENT_PRESENCE * bars)
    usual = levels.sum(axis=1) / np.maximum(hits, 1)
    accented = often & (levels / np.maximum(counts, 1) > _ACCENT_VELOCITY * usual[:, None])
    return [
        [step for step, is_one in enumerate(row) if is_one] if enough else None
        for row, enough in zip(accented.tolist(), (hits >= MIN_ACCENT_HITS).tolist(), strict=True)
    ]
