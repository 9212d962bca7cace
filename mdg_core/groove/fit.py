"""Whether the playing keeps to the file's grid, and how closely."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mdg_core.groove.frame import Frame

# Least fit of a take that follows its file's tempo: found on the Groove MIDI takes as they are against the same ones
# stretched, drifting, and drummer2's second session (`python -m benchmarks.alignment` prints the table).
LEAST_FIT = 0.25
# Few strokes come as near to a grid by chance: with this fit nearly as many real takes of few follow as with the one
# above (.85 for .88), and of the stretched ones under half as many (.3 for .5).
FEW_STROKES, LEAST_FIT_OF_FEW = 30, 0.45

_ON_STEP, _ON_STEPS = 0.011, 0.9  # steps from its own, and share of the strokes, from which they were put there

# strokes a beat at which a take's own pulse shows, and those that another tempo falls into by chance
_PULSES, _SPLITS = (1, 2, 4), (3, 6, 8)
_COMPOUND_PULSES, _COMPOUND_SPLITS = (1, 3, 6), (2, 4)


def grid_fit(frame: Frame) -> float:
    """1: every stroke is on the swung grid; 0: no nearer to it than strokes thrown at it by chance.

    The resultant length of the strokes' phases (Fisher, Statistical Analysis of Circular Data, 1993) at the pulse that
    has the longest, beats or their halves or quarters, of each voice about its own mean and of all together, less what
    as many strokes reach by chance. Loose playing keeps a long one at the beat, another tempo at none; thirds count
    only once a beat is there, since a take at two thirds of its file's tempo has them too. What was put on its grid is
    there, thirds without a beat as well.
    """
    if lies_on_steps(frame):
        return 1.0
    beat = frame.beat_steps if frame.metre.is_compound else frame.steps_per_quarter
    pulses, splits = (_COMPOUND_PULSES, _COMPOUND_SPLITS) if frame.metre.is_compound else (_PULSES, _SPLITS)
    turned = np.exp(2j * np.pi / beat * (frame.step + frame.offset_steps))
    fit = _longest(turned, frame.code, pulses)
    return fit if fit < LEAST_FIT else max(fit, _longest(turned, frame.code, splits))


def lies_on_steps(frame: Frame) -> bool:
    """Whether the strokes were put on the steps of the (swung) grid, by a program or a page, and not played."""
    return bool(np.mean(np.abs(frame.offset_steps) <= _ON_STEP) > _ON_STEPS)


def unfollowed(fit: float, strokes: int) -> str | None:
    """Why nothing of a take of so many strokes with this fit may rest on its file's tempo; None where it follows."""
    if strokes < FEW_STROKES:
        return None if fit >= LEAST_FIT_OF_FEW else "too few and too loose strokes to tell the tempo of the file by"
    return None if fit >= LEAST_FIT else "the playing does not follow the tempo of the file"


def _longest(turned: NDArray[np.complex128], code: NDArray[np.int64], pulses: tuple[int, ...]) -> float:
    """Of the resultants at the pulses, of strokes whose phases of the beat are given as numbers on the unit circle."""
    strokes = np.bincount(code)
    struck = np.flatnonzero(strokes)
    together, by_voice = [], []
    powers, reached = turned, 1
    for pulse in pulses:
        for _ in range(reached, pulse):  # many times faster than a power of complex numbers
            powers = powers * turned
        reached = pulse
        sums = np.bincount(code, weights=powers.real)[struck] + 1j * np.bincount(code, weights=powers.imag)[struck]
        together.append(abs(sums.sum() / len(code)) ** 2)
        by_voice.append(float((np.abs(sums) ** 2 / strokes[struck]).sum()) / len(code))
    longest = max(_beyond(max(together), 1, len(code)), _beyond(max(by_voice), len(struck), len(code)))
    return min(1.0, float(np.sqrt(longest)))


def _beyond(squared: float, groups: int, strokes: int) -> float:
    """A squared resultant length less what chance gives, `groups` of `strokes`, as a share of what is left."""
    if strokes <= groups:
        return squared if groups == 1 else 0.0
    return min(1.0, max(0.0, (squared - groups / strokes) / (1 - groups / strokes)))
