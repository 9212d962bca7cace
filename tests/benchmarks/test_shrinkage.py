"""The fits of the player's constants find what was planted in takes."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.shrinkage import HITS, backbeats, likelihood_of_hits, likelihood_of_strengths, shares
from mdg_core.kit import Voice
from mdg_core.profile import Performance
from mdg_drummer.hands import Hands, hands_of

V = Voice
BEAT = {V.KICK: (0, 8), V.SNARE: (4, 12), V.CLOSED_HAT: range(0, 16, 2)}


def played(
    seed: int, *, lag: float = 0.0, bar: float = 0.0, step: float = 0.0, limb: float = 1.0, place: float = 0.0
) -> Hands:
    """Eight takes of one drummer, whose places lie `place` ms apart by a habit of the drummer's, the snare by `lag`."""
    rng = np.random.default_rng(seed)
    kit = list(BEAT)
    habit = {(voice, at): place * rng.standard_normal() for voice in kit for at in range(16)}
    takes = []
    for number in range(8):
        strokes = sorted((16 * b + at, kit.index(voice)) for b in range(8) for voice in kit for at in BEAT[voice])
        slow, shared = bar * rng.standard_normal(8), step * rng.standard_normal(128)
        late = [
            habit[kit[voice], at % 16] + lag * (kit[voice] is V.SNARE) + slow[at // 16] + shared[at]
            + limb * rng.standard_normal()
            for at, voice in strokes
        ]  # fmt: skip
        takes.append(
            Performance(
                document=f"{seed}/{number}", style="rock", tempo=120, metre="4/4", steps_per_quarter=4, bars=8, kit=kit,
                steps=[at for at, _ in strokes], voice=[voice for _, voice in strokes], offset_ms=late,
                velocity=[80 + int(4 * late_ms) % 20 for late_ms in late],
            )
        )  # fmt: skip
    hands = hands_of(takes)
    assert hands is not None
    return hands


def test_what_strokes_have_in_common_is_found() -> None:
    found = shares([played(seed, bar=6, step=8, limb=10) for seed in range(6)])
    assert found["bar"] == pytest.approx(36 / 200, abs=0.06)
    assert found["step"] == pytest.approx(64 / 200, abs=0.06)
    assert found["voice"] == pytest.approx(0, abs=0.05)  # the take as a whole is taken off


def test_a_lag_of_the_backbeat_is_found() -> None:
    assert np.median(backbeats([played(seed, lag=12, limb=2) for seed in range(3)])) == pytest.approx(12, abs=1.5)


def test_drummers_of_their_own_outweigh_the_others_and_others_do_not() -> None:
    own = [(played(n, place=15, limb=4), played(n, place=15, limb=4)) for n in range(4)]
    same = [(played(n, place=0, limb=15), played(n + 50, place=0, limb=15)) for n in range(4)]
    assert likelihood_of_hits(own, HITS[0])[0] > likelihood_of_hits(own, HITS[-1])[0]
    assert likelihood_of_hits(same, HITS[-1])[0] >= likelihood_of_hits(same, HITS[0])[0]
    assert likelihood_of_strengths(own, (1.0, 1.0, 1.0)) > likelihood_of_strengths(own, (32.0, 32.0, 32.0))
