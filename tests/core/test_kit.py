from __future__ import annotations

import pytest

from mdg_core.kit import VOICES, Voice
from mdg_core.maps import ABLETON, GM, MAPS, ROLAND_TD


@pytest.mark.parametrize("note_map", MAPS.values(), ids=lambda m: m.name)
def test_every_voice_can_be_written(note_map):
    assert set(note_map.writing) == set(Voice)
    assert all(0 <= pitch <= 127 for pitch in note_map.writing.values())


def test_general_midi_percussion_is_read_whole():
    assert set(range(35, 82)) <= set(GM.reading)
    assert set(GM.reading.values()) == set(Voice)


def test_what_gm_writes_it_reads_back():
    assert {voice: GM.reading[pitch] for voice, pitch in GM.writing.items()} == {voice: voice for voice in Voice}


@pytest.mark.parametrize("voice", VOICES[:15])
def test_the_roland_kit_reads_back_what_it_has(voice):
    # china and splash have no pad there and sound as crashes; hand percussion is not on the kit
    expected = Voice.CRASH if voice in (Voice.CHINA, Voice.SPLASH) else voice
    assert ROLAND_TD.reading[ROLAND_TD.writing[voice]] is expected


def test_ableton_rack_stays_on_its_sixteen_pads():
    assert set(ABLETON.writing.values()) <= set(range(36, 52))
    kit = [Voice.KICK, Voice.SNARE, Voice.CLOSED_HAT, Voice.OPEN_HAT, Voice.FLOOR_TOM, Voice.MID_TOM, Voice.HIGH_TOM]
    assert len({ABLETON.writing[voice] for voice in kit}) == len(kit)
    assert all(ABLETON.reading[ABLETON.writing[voice]] is voice for voice in kit)


@pytest.mark.parametrize(
    ("pitch", "voice"),
    [(22, Voice.CLOSED_HAT), (26, Voice.OPEN_HAT), (40, Voice.SNARE), (58, Voice.FLOOR_TOM), (52, Voice.CRASH),
     (55, Voice.CRASH), (53, Voice.RIDE_BELL), (43, Voice.FLOOR_TOM), (47, Voice.MID_TOM), (50, Voice.HIGH_TOM)],
)  # fmt: skip
def test_roland_pads(pitch, voice):
    assert ROLAND_TD.reading[pitch] is voice
