"""The measures that clips are held against drummers by."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import structure
from benchmarks.descriptors import COMPARED, Played, describe, overlap, windows
from benchmarks.style import main_style
from mdg_core.pattern import Metre

KICK, SNARE, HAT = 0, 1, 2


def played(*hits: tuple[int, int, float, float], bars: int = 1, tempo: float = 120.0) -> Played:
    """Hits as (sixteenth, lane, offset in ms, velocity)."""
    cell, lane, offset, velocity = (np.array(column) for column in zip(*sorted(hits), strict=True))
    return Played(Metre(4, 4), bars, tempo, cell, lane, offset.astype(float), velocity.astype(float))


ROCK = played(
    (0, KICK, 2, 100), (0, HAT, -4, 80), (4, SNARE, 6, 120), (8, KICK, 4, 90), (12, SNARE, 10, 110), (14, SNARE, 8, 30),
    (16, KICK, 0, 127), (20, SNARE, 0, 127), bars=2,
)  # fmt: skip


def test_descriptors_of_a_take() -> None:
    found = describe(ROCK)
    assert (found["hits"], found["kick hits"], found["snare hits"], found["toms hits"]) == (4, 1.5, 2, 0)
    assert found["kick velocity"] == pytest.approx((100 + 90 + 127) / 3)
    assert found["snare offset"] == pytest.approx(6)
    assert found["closed_hat offset"] == -4
    assert found["ghosts"] == pytest.approx(1 / 4)
    assert found["full velocity"] == pytest.approx(2 / 8)
    assert (found["on beats"], found["on upbeats"], found["on sixteenths"]) == (7 / 8, 1 / 8, 0)
    assert (found["kick in beat 1"], found["snare in beat 2"]) == (pytest.approx(2 / 3), pytest.approx(2 / 4))
    assert found["bar distance"] == 4  # the hat, a kick and two snares are not played again
    assert found["together"] == pytest.approx(8 / 7)
    assert set(COMPARED) <= set(found)
    assert len(found) > 90


def test_windows_are_spread_over_the_take() -> None:
    take = played(*((step, HAT, 0, 80) for step in range(0, 40 * 16, 4)), bars=40)
    cut = windows(take, 4, 5)
    assert [len(w.cell) for w in cut] == [16] * 5
    assert all(w.cell.min() == 0 and w.bars == 4 for w in cut)
    assert len(windows(take, 4, 100)) == 10


def test_overlap_is_one_for_like_sets_and_nought_for_far_ones() -> None:
    rng = np.random.default_rng(1)
    one, like, wide = rng.normal(0, 1, 150), rng.normal(0, 1, 150), rng.normal(0, 4, 150)
    assert overlap(one, like) > 0.9
    assert overlap(one, like) > overlap(one, wide) > overlap(one, like + 20)
    assert overlap(one, like + 20) < 0.05
    assert overlap(np.ones(5), np.ones(5)) == 1
    assert overlap(np.ones(5), np.full(5, 3.0)) == 0


def test_members_that_weigh_nothing_do_not_count() -> None:
    rng = np.random.default_rng(1)
    one, like = rng.normal(0, 1, 150), rng.normal(0, 1, 150)
    both, weights = np.concatenate([like, like + 20]), np.repeat([2.0, 0.0], 150)
    assert overlap(one, both, weights) == pytest.approx(overlap(one, like), abs=0.02)
    assert overlap(one, both) < 0.6


def test_form_and_copies() -> None:
    again = played((0, KICK, 0, 90), (16, KICK, 0, 90), bars=2)
    assert structure.bar_distance(again) == 0
    assert structure.bar_distance(ROCK) == 4
    assert structure.random_bar_distance(ROCK, np.random.default_rng(0)) > 4
    sources = structure.bars_of([ROCK])
    assert structure.copied([ROCK, again], sources) == 0.5
    assert structure.nearest([again], [ROCK, again]).tolist() == [0]
    assert structure.nearest([again], [ROCK]).tolist() == [3]


def test_styles_of_either_spelling_are_one() -> None:
    assert main_style("neworleans/secondline") == main_style("new orleans") == "neworleans"
    assert main_style("hip-hop") == main_style("hiphop")
