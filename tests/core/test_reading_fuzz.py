"""Kits in disguise come back with the planted voices; the whole of it is `python -m benchmarks.reading`."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.planted import KINDS, grooves, without_drums
from benchmarks.reading import SURE, fitted, verdict
from mdg_core import mapchoice
from mdg_core.midi import read_midi
from tests.core.takes import on, smf, track

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


def test_plain_general_midi_is_sure():
    rng = np.random.default_rng(7)
    sure = [read_midi(KINDS["clean"](rng, strokes).data).certainty for strokes in GROOVES]
    assert np.mean([certainty == 1 for certainty in sure]) >= 0.9
    assert np.median(sure) == 1


@pytest.mark.parametrize(
    "pitches",
    [
        {36: 32, 38: 20, 54: 60},  # a tambourine, or the open hat of Addictive Drums
        {36: 32, 38: 32, 44: 16, 50: 64},  # a high tom, or its closed hat
        {36: 44, 38: 20, 51: 60, 55: 6},  # a splash, or Superior Drummer's crash
        {36: 32, 40: 40, 44: 16, 53: 80, 82: 6},  # a shaker, or its high tom
        {36: 140, 38: 100, 44: 80, 46: 90, 49: 57, 59: 83, 68: 7, 72: 11, 22: 4},
    ],
)
def test_what_two_maps_explain_is_not_sure(pitches):
    strokes = [(480 * i // 2, on(pitch)) for pitch, count in pitches.items() for i in range(count)]
    assert read_midi(smf(track(strokes))).certainty <= SURE


def test_the_shares_of_the_voices_are_what_the_benchmark_fits(groove_corpus):
    shares = fitted(groove_corpus)
    assert list(shares) == list(mapchoice._GROUPS)
    for name, (_, ours) in mapchoice._GROUPS.items():
        assert shares[name] == pytest.approx(list(ours), abs=0.002), name
