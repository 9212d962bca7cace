from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mdg_core.kit import VOICES, Voice
from mdg_drummer.own_clip import OwnClip, shifts
from mdg_drummer.own_dynamics import accents, touched


def hats(velocity: np.ndarray, *, voice: Voice = Voice.CLOSED_HAT, **changes: np.ndarray) -> OwnClip:
    """Eighths of one voice, of which nothing but what is given is played otherwise."""
    count = len(velocity)
    zero = np.zeros(count)
    level = np.full(count, 60.0)
    plain = OwnClip(
        quarters=np.arange(count) / 2,
        voice_code=np.full(count, VOICES.index(voice)),
        velocity=velocity.astype(float),
        off_grid=zero,
        late=zero,
        played=level,
        score=zero,
        expected=level,
        spread=np.full(count, 10.0),
        usual=level,
        usual_spread=np.full(count, 10.0),
    )
    return replace(plain, **changes)


ALTERNATING = np.tile([90.0, 60.0], 16)


def test_an_artist_with_more_contrast_sets_accents_farther_apart_about_the_same_level() -> None:
    artist, people = np.tile([100.0, 40.0], 16), np.tile([80.0, 50.0], 16)
    same = touched(hats(ALTERNATING), 1, keep_accents=False)
    more = touched(hats(ALTERNATING, expected=artist, usual=people), 1, keep_accents=False)
    less = touched(hats(ALTERNATING, expected=people, usual=artist), 1, keep_accents=False)
    assert same.tolist() == ALTERNATING.tolist()
    gap = [float(level[::2].mean() - level[1::2].mean()) for level in (less, same, more)]
    assert gap[0] < gap[1] - 3 < gap[2] - 6
    assert abs(more.mean() - 75) < 3
    assert abs(less.mean() - 75) < 3


def test_an_even_artist_repeats_more_evenly() -> None:
    score = np.random.default_rng(0).standard_normal(32)
    usual = touched(hats(ALTERNATING, score=score), 1, keep_accents=False) - ALTERNATING
    even = touched(hats(ALTERNATING, score=score, spread=np.full(32, 4.0)), 1, keep_accents=False) - ALTERNATING
    assert 0.5 * usual.std() < even.std() < 0.75 * usual.std()


def test_an_artist_who_is_louder_is_not_played_louder() -> None:
    for given in (ALTERNATING, np.full(32, 70.0)):
        loud = touched(hats(given, played=np.full(32, 118.0), expected=np.full(32, 118.0)), 1, keep_accents=False)
        assert abs(loud.mean() - given.mean()) < 1


def test_accents_are_judged_against_the_softer_strokes_of_the_kit() -> None:
    quarters = np.arange(13) / 2
    rock = np.array([80, 100, 80, 110, 80, 100, 80, 100, 80, 110, 80, 80, 80.0])
    assert accents(rock, quarters).tolist() == (rock >= 100).tolist()
    assert not accents(np.full(13, 100.0), quarters).any()
    ghosts = np.concatenate([rock, np.full(20, 30.0)])
    assert not accents(ghosts, np.concatenate([quarters, np.arange(20) / 4]))[rock.size :].any()
    quiet = accents(np.concatenate([rock, 0.4 * rock]), np.concatenate([quarters, quarters + 64]))
    assert quiet[:13].tolist() == (rock >= 100).tolist()


@pytest.mark.parametrize(("off", "stays"), [(1 / 12, True), (0.125, True), (0.04, False)])
def test_what_is_written_off_the_grid_keeps_its_place(off: float, stays: bool) -> None:
    given = np.random.default_rng(1).normal(0, 0.015, 32)
    given[5] = off
    moved = shifts(hats(ALTERNATING, off_grid=given), 1.0)[5]
    assert moved == pytest.approx(0.0 if stays else -off, abs=0.01)


def test_the_pulse_of_a_played_clip_stays() -> None:
    late = np.random.default_rng(2).normal(-0.05, 0.02, 32)
    given = np.random.default_rng(3).normal(0.01, 0.015, 32)
    assert shifts(hats(ALTERNATING, late=late, off_grid=given), 1.0).mean() == pytest.approx(0, abs=1e-9)
    assert not shifts(hats(ALTERNATING, late=late, off_grid=given), 0.0).any()
