"""The ratio of long to short is neither drawn to one side nor claimed where the strokes do not tell it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from mdg_core.kit import VOICES, Voice
from mdg_core.swing import Swing, eighth_swing, merged, sixteenth_swing


def eighths(ratio: float, spread: float, beats: int = 3000, seed: int = 0) -> NDArray[np.float64]:
    """Beats and upbeats with noise of this spread, in quarters."""
    places = np.arange(beats)[:, None] + np.array([0.0, ratio / (1 + ratio)])
    return places.ravel() + np.random.default_rng(seed).normal(0, spread, 2 * beats)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0, 2.6])
@pytest.mark.parametrize("spread", [0.01, 0.03, 0.05])
def test_noise_does_not_draw_the_ratio_of_eighths_to_one_side(ratio: float, spread: float) -> None:
    swing = eighth_swing(eighths(ratio, spread), 3)
    assert swing is not None
    assert swing.ratio == pytest.approx(ratio, abs=0.05)


@pytest.mark.parametrize("ratio", [1.0, 1.3, 1.6, 2.0])
@pytest.mark.parametrize("spread", [0.01, 0.03, 0.05])
def test_noise_does_not_draw_the_ratio_of_sixteenths_to_one_side(ratio: float, spread: float) -> None:
    onset = np.sort(eighths(ratio, spread) / 2)
    swing = sixteenth_swing(onset, np.zeros(len(onset), np.int64))
    assert swing is not None
    assert swing.ratio == pytest.approx(ratio, abs=0.05)


@pytest.mark.parametrize("ratio", [1.0, 1.6, 2.0])
def test_swung_sixteenths_near_the_beat_are_no_beats(ratio: float) -> None:
    """The last one of a beat lies a sixth before the next, and with noise within what counts as played on it."""
    swing = eighth_swing(eighths(ratio, 0.05) / 2, 4)
    assert swing is not None
    assert swing.ratio == pytest.approx(1, abs=0.05)


def test_a_voice_that_is_late_on_its_beats_does_not_swing_for_it() -> None:
    """Kick on the beats, the snare on every other one and on all upbeats, 0.05 quarters late."""
    code = {voice: VOICES.index(voice) for voice in (Voice.KICK, Voice.SNARE)}
    strokes = [(float(beat), code[Voice.KICK]) for beat in range(64)]
    strokes += [(beat + 0.65, code[Voice.SNARE]) for beat in range(64)]
    strokes += [(beat + 0.05, code[Voice.SNARE]) for beat in range(1, 64, 2)]
    onset, voice = (np.array(values) for values in zip(*sorted(strokes), strict=True))
    swing = eighth_swing(merged(onset, voice), 3)
    assert swing is not None
    assert swing.percent == pytest.approx(60, abs=0.5)


def test_a_ratio_is_claimed_where_the_pairs_tell_it_to_a_tenth() -> None:
    def swing(ratio: float, pairs: int, spread: float) -> Swing:
        return Swing(ratio, 100 * ratio / (1 + ratio), pairs, spread)

    assert swing(1.0, 16, 0.06).sure_percent == 50
    assert swing(2.6, 16, 0.06).sure_percent is None  # as loose, but hard: the ratio hangs on the place far more
    assert swing(2.6, 200, 0.06).sure_percent is not None


def test_the_error_of_the_ratio_is_what_it_scatters_by() -> None:
    swings = [eighth_swing(eighths(2.0, 0.03, beats=40, seed=seed), 3) for seed in range(200)]
    ratios = [swing.ratio for swing in swings if swing]
    assert np.mean([swing.error for swing in swings if swing]) == pytest.approx(np.std(ratios), rel=0.3)
