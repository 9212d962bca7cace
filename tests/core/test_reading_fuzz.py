"""Kits in disguise come back with the planted voices; the whole of it is `python -m benchmarks.reading`."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from benchmarks.planted import KINDS, grooves, without_drums
from benchmarks.reading import SURE, fitted, verdict
from mdg_core import mapchoice
from mdg_core.kit import Voice
from mdg_core.maps import GM, MAPS
from mdg_core.midi import read_midi
from tests.core.takes import meta, off, on, smf, track

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


HANDS = [(63, 64), (60, 61), (60, 62, 63, 64), (65, 66), (67, 68), (70, 75), (73, 63), (86, 87), (62, 78)]


@pytest.mark.parametrize("hands", HANDS)
@pytest.mark.parametrize("hat", [42, 51])
def test_hand_percussion_beside_a_kit_is_general_midi(hands, hat):
    rng = np.random.default_rng(hands[0])
    strokes = [(240 * i, on(hat)) for i in range(64)]
    strokes += [(480 * i, on(36 if i % 2 == 0 else 38)) for i in range(32)]
    strokes += [(120 * i, on(pitch)) for pitch in hands for i in np.flatnonzero(rng.random(128) < 0.4).tolist()]
    take = read_midi(smf(track(strokes)))
    assert {take.note_map.reading[pitch] for pitch in hands} == {GM.reading[pitch] for pitch in hands}
    assert {Voice.KICK, Voice.SNARE, GM.reading[hat]} <= set(take.voice)


@pytest.mark.parametrize("hands", [(63, 64, 70, 75), (73, 64, 63), (70, 86, 87, 38), (60, 61, 70), (54, 56)])
def test_hand_percussion_alone_is_general_midi(hands):
    strokes = [(240 * i, on(hands[0])) for i in range(64)]
    strokes += [(480 * i + 240 * (n % 2), on(pitch)) for n, pitch in enumerate(hands[1:]) for i in range(n, 32, n + 1)]
    assert set(read_midi(smf(track(strokes))).voice) == {GM.reading[pitch] for pitch in hands}


def kit(hat=42, kick=36, snare=38, extra=()):
    strokes = [(240 * i, on(hat)) for i in range(64)] + [
        (480 * i, on(kick if i % 2 == 0 else snare)) for i in range(32)
    ]
    return smf(track(strokes + [(960 * i + 720, on(pitch)) for pitch in extra for i in range(16)]))


def test_the_open_edge_alone_is_no_roland():
    take = read_midi(kit(extra=(26,)))
    assert take.certainty <= SURE
    assert Voice.OPEN_HAT not in take.voice
    assert read_midi(kit(extra=(26, 58))).note_map is MAPS["roland_td"]


def test_an_octave_down_with_tom_and_crash():
    take = read_midi(kit(hat=30, kick=24, snare=26, extra=(33, 37)))
    assert set(take.voice) == {Voice.CLOSED_HAT, Voice.KICK, Voice.SNARE, Voice.MID_TOM, Voice.CRASH}


@pytest.mark.parametrize("tom", [45, 48])
def test_a_tom_that_keeps_time_is_no_hat_of_a_sampler(tom):
    take = read_midi(kit(hat=tom))
    assert GM.reading[tom] in take.voice
    assert take.certainty <= SURE


@pytest.mark.parametrize("name", [b"", b"PART DRUMS", b"PART DRUMS_2X", b"Drums"])
@pytest.mark.parametrize("channel", [0, 9])
def test_a_chart_with_all_its_levels(name, channel):
    lanes = [(240 * i, 98) for i in range(64)] + [(480 * i, 96 if i % 2 == 0 else 97) for i in range(32)]
    events = [(tick, on(lane - below, 100, channel)) for tick, lane in lanes for below in (0, 12, 24, 36)]
    events += [(tick + 60, off(lane - below, channel)) for tick, lane in lanes for below in (0, 12, 24, 36)]
    take = read_midi(smf(track([(0, meta(3, name)), *events])))
    assert Counter(take.voice) == {Voice.CLOSED_HAT: 64, Voice.KICK: 16, Voice.SNARE: 16}


@pytest.mark.parametrize(
    ("hat", "extra"),
    [(49, ()), (55, ()), (49, (57,)), (42, (72,)), (51, (73, 79)), (42, (58, 71))],
)
def test_a_map_that_is_strained_is_not_sure(hat, extra):
    """Crashes that keep time, whistles and guiros in every bar: samplers have other drums there."""
    take = read_midi(kit(hat=hat, extra=extra))
    assert take.certainty <= SURE
    assert take.warnings


def test_limbs_that_never_coincide_are_a_kit_wherever_they_stand():
    steps = [(480 * i, 36 if i % 2 == 0 else 38) for i in range(32)] + [(480 * i + 240, 42) for i in range(32)]
    events = [e for tick, pitch in sorted(steps) for e in ((tick, on(pitch, 90, 3)), (tick + 60, off(pitch, 3)))]
    take = read_midi(smf(track(events)))
    assert set(take.voice) == {Voice.KICK, Voice.SNARE, Voice.CLOSED_HAT}
