"""Kits in disguise come back with the planted voices; the whole of it is `python -m benchmarks.reading`."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.planted import KINDS, grooves, without_drums
from benchmarks.reading import SURE, verdict

FILES = 12  # of each kind
GROOVES = grooves()


@pytest.mark.parametrize("kind", KINDS)
def test_disguised_kits_come_back(kind):
    rng = np.random.default_rng(7)
    verdicts = [verdict(KINDS[kind](rng, GROOVES[rng.integers(len(GROOVES))])) for _ in range(FILES)]
    right = sum(came_back for came_back, _ in verdicts)
    assert not [certainty for came_back, certainty in verdicts if not came_back and certainty > SURE]
    assert right >= FILES - (3 if kind == "unnamed_sampler" else 1)


def test_files_without_drums_are_refused():
    rng = np.random.default_rng(7)
    assert all(verdict(without_drums(rng))[0] for _ in range(4 * FILES))
