"""The swing of planted takes comes back, as near as to one who knows what each stroke is meant to be."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from benchmarks.swing import KINDS, answer


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("ratio", [1.2, 1.8])
def test_every_kind_is_heard_without_a_lean_to_one_side(kind, ratio):
    cases = enumerate(product(kind.tempi, (5.0, 10.0)))
    answers = [answer(kind, ratio, bpm, noise, seed) for seed, (bpm, noise) in cases]
    heard = np.array([each.heard for each in answers if each.heard is not None])
    assert len(heard) == len(answers)
    assert abs(np.median(heard)) <= 0.05
    assert np.sqrt(np.mean(heard**2)) <= 1.5 * np.sqrt(np.mean([each.knowing**2 for each in answers])) + 0.01
    assert np.mean(np.abs(heard) <= 0.1) >= 0.9
