"""Which parts are drums: lines on channel 10, tracks of a drum each, drums of a synthesiser."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from mdg_core.countin import count_in_strokes
from mdg_core.kit import Voice
from mdg_core.midi import MidiError, read_midi
from tests.core.takes import meta, off, on, rock_beat, smf, track

TRACKS = ("kick", "snare", "hat")


def named(name: str) -> list[tuple[int, bytes]]:
    return [(0, meta(3, name.encode()))]


def program(number: int, channel: int = 9) -> list[tuple[int, bytes]]:
    return [(0, bytes((0xC0 | channel, number)))]


def bass(seed: int = 0, length: int = 220) -> list[tuple[int, bytes]]:
    """A riff of two bars on channel 10, moved with the harmony."""
    rng = np.random.default_rng(seed)
    riff = rng.choice([0, 2, 3, 5, 7, 8, 10, 12], size=16, p=[0.4, 0.05, 0.1, 0.12, 0.15, 0.03, 0.1, 0.05])
    events = []
    for i in range(128):
        pitch = int(rng.integers(28, 41) if i == 0 else 0) or 33 + int(riff[i % 16]) + (0, 0, 5, 3)[i // 16 % 4]
        events += [(240 * i, on(pitch)), (240 * i + length, off(pitch))]
    return events


def voices(*tracks: list[tuple[int, bytes]]) -> Counter[Voice]:
    return Counter(read_midi(smf(*(track(events) for events in tracks))).voice)


def lanes(*names: str, pitch: int = 60) -> Counter[Voice]:
    """A beat with a track of one pitch for each drum."""
    steps = (range(0, 64, 4), range(2, 64, 4), range(64))
    return voices(
        *(
            named(name) + [event for i in at for event in ((240 * i, on(pitch, 90, 0)), (240 * i + 60, off(pitch, 0)))]
            for name, at in zip(names, steps, strict=True)
        )
    )


@pytest.mark.parametrize(
    "before",
    [named("Bajo"), named("Гитара"), named("ベース"), named("Lead Vox"), program(33), program(33) + named("Song")],
)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("length", [60, 220])
def test_a_line_of_another_instrument_on_channel_10(before, seed, length):
    with pytest.raises(MidiError, match="no drums"):
        read_midi(smf(track(before + bass(seed, length))))
    assert voices(before + bass(seed, length), named("Drums") + rock_beat(4, 3))[Voice.CLOSED_HAT] == 32


@pytest.mark.parametrize("seed", range(4))
def test_a_held_line_on_channel_10_that_nothing_names(seed):
    with pytest.raises(MidiError, match="no drums"):
        read_midi(smf(track(bass(seed))))


def test_held_chords_of_strings_on_channel_10():
    chords = [
        e for i in range(16) for p in (36, 43, 48) for e in ((i * 960, on(p + i % 3)), (i * 960 + 900, off(p + i % 3)))
    ]
    with pytest.raises(MidiError, match="no drums"):
        read_midi(smf(track(named("Streicher") + chords)))


@pytest.mark.parametrize("name", ["Piano", "Bass", "Guitar Man", ""])
def test_a_kit_on_channel_10_under_any_name(name):
    assert voices(named(name) + rock_beat(4)) == voices(named("Drums") + rock_beat(4))


@pytest.mark.parametrize(
    ("name", "voice"),
    [("Shaker", Voice.SHAKER), ("Tamb", Voice.TAMBOURINE), ("Claves", Voice.CLAVES), ("Conga", Voice.HIGH_CONGA),
     ("Triangle", Voice.TRIANGLE), ("Pandeiro", Voice.TAMBOURINE), ("Agogo", Voice.HIGH_AGOGO),
     ("Bongos", Voice.HIGH_BONGO), ("Cowbell", Voice.COWBELL), ("Woodblock", Voice.HIGH_WOOD_BLOCK)],
)  # fmt: skip
@pytest.mark.parametrize("pitch", [60, 70])
def test_hand_percussion_by_the_name_of_its_track(name, voice, pitch):
    assert lanes("Kick", "Snare", name, pitch=pitch) == {Voice.KICK: 16, Voice.SNARE: 16, voice: 64}


@pytest.mark.parametrize(
    "names",
    [("Drums - Kick", "Drums - Snare", "Drums - Hats"), ("Drum Kick", "Drum Snare", "Drum HH"),
     ("Kit: Kick", "Kit: Snare", "Kit: Hat"), ("Kick (Woolly)", "Snare (Ringing)", "Hat (Sizzling)"),
     ("kick.wav", "snare_01.wav", "hihat_closed.wav"), ("Deep Kick", "Fat Snare", "Crisp Hat"),
     ("Große Trommel", "Kleine Trommel", "Hi-Hat geschl."), ("Бочка", "Малый", "Хай-хэт"),
     ("Stomp", "Snare", "Hat"), ("Schlagzeug Kick", "Schlagzeug Snare", "Schlagzeug HiHat")],
)  # fmt: skip
@pytest.mark.parametrize("pitch", [60, 72])
def test_tracks_of_one_drum_whose_names_say_more(names, pitch):
    assert lanes(*names, pitch=pitch) == {Voice.KICK: 16, Voice.SNARE: 16, Voice.CLOSED_HAT: 64}


def test_congas_of_their_own_beside_drums():
    congas = [(480 * i + 240, on(63 + i % 2)) for i in range(32)]
    heard = voices(named("Drums") + rock_beat(8), named("Congas") + congas)
    assert (heard[Voice.HIGH_CONGA], heard[Voice.LOW_CONGA]) == (16, 16)
    assert heard[Voice.CLOSED_HAT] == 64


def test_a_sampler_named_with_its_kit():
    beat = [(tick, bytes((event[0], 50 if event[1] == 42 else event[1], event[2]))) for tick, event in rock_beat(4, 0)]
    assert voices(named("XLN AD2 Fairfax") + beat) == voices(rock_beat(4))


def test_a_synth_drum_that_plays_a_kit():
    assert voices(named("Synth Drum") + program(118, 0) + rock_beat(4, 0)) == voices(rock_beat(4))


@pytest.mark.parametrize(
    ("message", "name"),
    [("41 10 42 12 40 11 15 01 00 f7", "gs"), ("43 10 4c 08 00 07 01 f7", "xg")],
)
def test_a_declared_part_of_hand_percussion(message, name):
    payload = bytes.fromhex(message)
    declared = [(0, b"\xf0" + bytes((len(payload),)) + payload)]
    hands = [(240 * i, on(pitch, 90, 0)) for i in range(32) for pitch in (63, 64, 70)[: 1 + i % 3]]
    take = read_midi(smf(track(declared + hands)))
    assert take.note_map.name == name
    assert set(take.voice) == {Voice.HIGH_CONGA, Voice.LOW_CONGA, Voice.SHAKER}


BEAT = [(1920 + tick, event) for tick, event in rock_beat(8)]


@pytest.mark.parametrize("pitches", [(31,), (33,), (34, 33, 33, 33), (75,), (37,)])
@pytest.mark.parametrize("gs", [False, True])
def test_clicks_before_the_drums_count_in(pitches, gs):
    reset = [(0, b"\xf0\x0a\x41\x10\x42\x12\x40\x00\x7f\x00\x41\xf7")] if gs else []
    take = read_midi(smf(track([*reset, *((480 * i, on(pitches[i % len(pitches)])) for i in range(4)), *BEAT])))
    assert count_in_strokes(take) == 4
    assert Counter(take.voice)[Voice.SNARE] == 16


def test_a_metronome_through_the_part_is_no_drum():
    clicks = [(480 * i, on(34 if i % 4 == 0 else 33)) for i in range(32)]
    assert voices(clicks + rock_beat(8)) == voices(rock_beat(8))


def test_a_soft_kick_is_no_click():
    soft = [(tick, bytes((event[0], 33 if event[1] == 36 else event[1], event[2]))) for tick, event in rock_beat(8)]
    assert voices(soft) == voices(rock_beat(8))


SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10), "pentatonic": (0, 3, 5, 7, 10)}


def line(pitches: list[int], every: int, length: int, channel: int = 9) -> list[tuple[int, bytes]]:
    return [
        event
        for i, pitch in enumerate(pitches)
        for event in ((every * i, on(pitch, 90, channel)), (every * i + length, off(pitch, channel)))
    ]


def roots_and_fifths(scale: tuple[int, ...], root: int) -> list[int]:
    """Eighths on the root, a fifth in between, and another root for each bar."""
    roots = [root + scale[degree % len(scale)] for degree in (0, 3, 4, 2) * 4]
    return [pitch + (7 if eighth % 4 == 3 else 0) for pitch in roots for eighth in range(8)]


def walking(scale: tuple[int, ...], root: int, seed: int) -> list[int]:
    rng = np.random.default_rng(seed)
    scale = (*scale, *(12 + step for step in scale))
    place, out = 0, []
    for _ in range(64):
        place = int(np.clip(place + rng.choice([-2, -1, 1, 2]), 0, len(scale) - 1))
        out.append(root + scale[place])
    return out


@pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES)
@pytest.mark.parametrize("root", [28, 31, 34, 37])
def test_a_bass_on_channel_10_that_nothing_names(scale, root):
    for pitches, every, length in (
        (roots_and_fifths(scale, root), 240, 200),
        (walking(scale, root, root), 480, 430),
    ):
        with pytest.raises(MidiError, match="no drums"):
            read_midi(smf(track(line(pitches, every, length))))


@pytest.mark.parametrize("root", [28, 30, 32, 34, 37, 39])
@pytest.mark.parametrize("length", [40, 110])
def test_a_short_bass_on_channel_10_is_refused_or_doubted(root, length):
    for pitches, every in ((roots_and_fifths(SCALES["minor"], root), 240), (walking(SCALES["major"], root, 1), 480)):
        try:
            take = read_midi(smf(track(line(pitches, every, length))))
        except MidiError:
            continue
        assert take.certainty <= 0.5
        assert any("one note at a time" in warning for warning in take.warnings)


@pytest.mark.parametrize(
    "pitches",
    [
        [36, 42, 38, 42, 36, 36, 38, 42] * 8,  # one limb at a time
        [36, 38, 42, 48, 36, 42, 38, 45] * 8,
        [38, 38, 48, 48, 45, 45, 43, 43, 38, 50, 47, 43, 38, 38, 38, 41] * 4,  # a solo on the toms
        [36, 43, 43, 45, 36, 43, 48, 45] * 8,
        [51, 51, 53, 51, 51, 57, 51, 55] * 8,  # cymbals on a track of their own
        [63, 62, 64, 63, 60, 61, 63, 64] * 8,  # one conga player
        [36, 42, 38, 44, 36, 46, 38, 42, 49, 42, 38, 42] * 6,
    ],
)
@pytest.mark.parametrize("length", [1, 60, 120])
def test_drums_that_come_one_at_a_time(pitches, length):
    assert len(read_midi(smf(track(line(pitches, 120, length))))) == len(pitches)


@pytest.mark.parametrize("cymbals", ["Platillos", "Becken", "Тарелки", "Talerze", "Cymbals"])
def test_a_track_of_cymbals_that_keeps_time_is_no_crash_and_not_sure(cymbals):
    steps = (range(0, 64, 4), range(2, 64, 4), range(64))
    tracks = [
        named(name) + [event for i in at for event in ((240 * i, on(60, 90, 0)), (240 * i + 60, off(60, 0)))]
        for name, at in zip(("BD", "SD", cymbals), steps, strict=True)
    ]
    take = read_midi(smf(*(track(events) for events in tracks)))
    assert Counter(take.voice) == {Voice.KICK: 16, Voice.SNARE: 16, Voice.CLOSED_HAT: 64}
    assert take.certainty <= 0.5
    assert any("named for cymbals" in warning for warning in take.warnings)


def test_a_track_without_a_name_on_the_pitch_of_named_ones_is_not_sure():
    steps = (range(0, 64, 4), range(2, 64, 4), range(64))
    tracks = [
        named(name) + [event for i in at for event in ((240 * i, on(60, 90, 0)), (240 * i + 60, off(60, 0)))]
        for name, at in zip(("Qwzx", "SD", "HH"), steps, strict=True)
    ]
    take = read_midi(smf(*(track(events) for events in tracks)))
    assert take.certainty <= 0.5
    assert any("pitch of tracks named for other drums" in warning for warning in take.warnings)


@pytest.mark.parametrize(
    "names", [("BDs", "SDs", "HHs"), ("Bastromme", "Lilletromme", "Hi-hats"), ("KDs", "SNs", "Hats")]
)
def test_plural_and_short_names_of_a_track_for_each_drum(names):
    assert lanes(*names) == {Voice.KICK: 16, Voice.SNARE: 16, Voice.CLOSED_HAT: 64}


def test_the_refusal_of_channel_10_says_why_and_what_helps():
    with pytest.raises(MidiError, match=r"channel 10 of track 1 reads as a line.*name the track 'Drums'"):
        read_midi(smf(track(line(roots_and_fifths(SCALES["minor"], 30), 240, 200))))


def test_three_held_notes_above_the_kit_are_not_sure_to_be_congas():
    assert read_midi(smf(track(line([64, 60, 60, 62] * 12, 240, 230)))).certainty <= 0.5
    assert read_midi(smf(track(line([64, 60, 60, 62] * 12, 240, 60)))).certainty == 1.0
