"""How loud a single stroke is: drawn from the artist's own, by loudness, class, place and take."""

from __future__ import annotations

import numpy as np
import pytest

from mdg_drummer.strokes import Touches

# two takes of two steps each; of the one voice, soft strokes at place 0 and loud ones at place 6, another take's louder
TAKE, PLACE, METRIC = np.array([0, 0, 1, 1]), np.array([0, 6, 0, 6]), np.array([0, 1, 0, 1])
VELOCITY = np.array([[40], [100], [50], [110]], np.float32)
TOUCHES = Touches.of(np.ones((4, 1), np.float32), VELOCITY, TAKE, METRIC, PLACE, classes=2)
DRAWS = 20_000


def shares(level: float, metric: int, place: int, takes: list[int]) -> dict[int, float]:
    """Of each velocity how often it is drawn."""
    each = (np.full(DRAWS, value) for value in (0, level, metric, place))
    column, levels, classes, places = each
    drawn = TOUCHES.drawn(
        column.astype(int),
        levels.astype(np.float32),
        classes.astype(int),
        places.astype(int),
        np.array(takes),
        np.random.default_rng(1),
    )
    return {int(velocity): count / DRAWS for velocity, count in zip(*np.unique(drawn, return_counts=True), strict=True)}


def expected(level: float, metric: int, place: int, takes: list[int]) -> dict[int, float]:
    """By the least cost with noise, as the module's text has it."""
    cost = abs(VELOCITY[:, 0] - level) / 10 + 1.2 * (metric != METRIC) + 0.4 * (place != PLACE)
    likely = np.exp(-(cost + 1.0 * ~np.isin(TAKE, takes)) / 0.3)
    return dict(zip(VELOCITY[:, 0].astype(int).tolist(), (likely / likely.sum()).tolist(), strict=True))


@pytest.mark.parametrize(
    ("level", "metric", "place", "takes"),
    [
        (45, 0, 0, [0]),  # the take decides
        (45, 0, 0, [0, 1]),
        (75, 1, 6, [1]),  # class and place decide
        (47, 1, 9, [0, 1]),  # a place that nobody plays at
    ],
)
def test_a_stroke_is_as_likely_as_it_is_near(level: float, metric: int, place: int, takes: list[int]) -> None:
    found, wanted = shares(level, metric, place, takes), expected(level, metric, place, takes)
    for velocity, share in wanted.items():
        assert found.get(velocity, 0.0) == pytest.approx(share, abs=0.015)
