"""Velocities where no takes decide: as people play the levels of the grid, moved to what is known of the artist."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from mdg_core.kit import Voice
from mdg_core.pattern import Hit, Metre, Pattern
from mdg_core.profile import Feel, FeelCell
from mdg_core.stepgrid import level_of
from mdg_drummer.feel_prior import LEVELS, level_at, packaged_prior, value_at
from mdg_drummer.feels import KnownFeel
from mdg_drummer.known import share_known
from mdg_drummer.touch import velocities

V = Voice


def feel(*cells: FeelCell) -> KnownFeel:
    return KnownFeel.of(Feel(metre="4/4", steps_per_quarter=4, cells=list(cells)))


def drawn(pattern: Pattern, known: KnownFeel, times: int = 60) -> NDArray[np.float64]:
    rngs = [np.random.default_rng(seed) for seed in range(times)]
    return np.array(velocities([pattern] * times, [known] * times, packaged_prior(), tempo=110, rngs=rngs))


def hats(velocity: int) -> Pattern:
    return Pattern(Metre(), 2, 4, tuple(Hit(step, V.CLOSED_HAT, velocity) for step in range(32)))


def hat_cells(count: int, velocity: float, spread: float) -> list[FeelCell]:
    numbers = {"offset_ms": 0.0, "offset_spread_ms": 5.0, "velocity": velocity, "velocity_spread": spread}
    return [FeelCell(voice=V.CLOSED_HAT, step=step, count=count, **numbers) for step in range(16)]


@pytest.mark.parametrize("velocity", [14, 42, 85, 127])
def test_strokes_stay_in_their_level_and_none_is_a_constant(velocity: int) -> None:
    found = np.rint(drawn(hats(velocity), feel()))
    assert {level_of(int(value)) for value in found.ravel()} == {level_of(velocity)}
    assert len(np.unique(found)) >= 6
    assert (found == 127).mean() < 0.35  # the pile of the corpus's pads stays out


def test_people_lean_on_the_beats() -> None:
    """At one level of the grid the prior's accents show: hats are louder on the beat than on the sixteenth after it."""
    found = drawn(hats(71), feel())
    assert found[:, ::4].mean() > found[:, 1::4].mean()


def test_the_artists_own_decides_the_more_the_more_is_known() -> None:
    """Hats known to be at 66, at the bottom of their level: thin evidence hardly moves them, much does."""
    few, many = (drawn(hats(71), feel(*hat_cells(count, 66.0, 1.0))) for count in (1, 5000))
    assert many.mean() == pytest.approx(66, abs=1)
    assert many.std() < 1.5 < few.std()
    assert share_known(1) < 0.1
    assert share_known(1000) > 0.95


def test_a_share_is_the_inverse_of_a_value() -> None:
    quantiles = np.sort(np.random.default_rng(0).normal(60, 20, (50, len(LEVELS))), axis=1)
    level = np.random.default_rng(1).uniform(0.005, 0.995, 50)
    assert level_at(quantiles, value_at(quantiles, level, (-1e9, 1e9))) == pytest.approx(level, abs=1e-6)
