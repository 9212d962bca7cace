from __future__ import annotations

import numpy as np
import pytest

from mdg_drummer.order import from_the_start, in_order


def test_the_first_step_moves_as_one_and_the_rest_stays() -> None:
    given, wanted = np.array([0.0, 0.0, 1.0, 2.0]), np.array([-0.1, -0.02, 0.9, 2.1])
    assert from_the_start(given, wanted, together=0.1) == pytest.approx([0.0, 0.08, 0.9, 2.1])


def test_a_late_start_and_an_upbeat_stay() -> None:
    assert from_the_start(np.array([0.0, 1.0]), np.array([0.1, 0.8]), together=0.1).tolist() == [0.1, 0.8]
    assert from_the_start(np.array([2.0, 3.0]), np.array([1.9, 3.0]), together=0.1).tolist() == [1.9, 3.0]


def test_what_was_given_before_the_start_may_stay_there() -> None:
    assert from_the_start(np.array([-0.1, 1.0]), np.array([-0.1, 1.0]), together=0.1)[0] <= 0.0


def test_voices_keep_their_order_and_a_gap() -> None:
    given, voice = np.array([0.0, 0.5, 0.5, 1.0]), np.array([1, 1, 2, 1])
    out = in_order(given, np.array([0.6, 0.4, 0.1, 0.61]), voice, gap=0.05)
    assert out == pytest.approx([0.6, 0.65, 0.1, 0.7])


def test_nearer_than_the_gap_stays_as_near() -> None:
    given = np.array([0.0, 0.02, 0.02])
    assert in_order(given, given, np.array([1, 1, 1]), gap=0.05) == pytest.approx(given)


def test_the_order_of_the_arrays_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    given, voice = rng.uniform(0, 8, 50), rng.integers(0, 3, 50)
    wanted = given + rng.normal(0, 0.3, 50)
    mixed = rng.permutation(50)
    one, two = in_order(given, wanted, voice, gap=0.03), in_order(given[mixed], wanted[mixed], voice[mixed], gap=0.03)
    assert one[mixed] == pytest.approx(two)
    for code in range(3):
        ordered = one[voice == code][np.argsort(given[voice == code])]
        assert (np.diff(ordered) > 0).all()
