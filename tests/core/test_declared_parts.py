"""Drums that only messages or their neighbours declare: rhythm parts of GS and XG, banks, siblings on one channel."""

from __future__ import annotations

from collections import Counter

import pytest

from mdg_core.kit import Voice
from mdg_core.midi import MidiError, read_midi
from tests.core.takes import on, rock_beat, smf, track

GS_USE_FOR_RHYTHM = "41 10 42 12 40 {block} 15 {drums} 00 f7"
XG_PART_MODE = "43 10 4c 08 {part} 07 {mode} f7"
BASS = [(i * 240, on(36 + (i * 5) % 12, channel=2)) for i in range(64)]


def sysex(text: str) -> tuple[int, bytes]:
    payload = bytes.fromhex(text)
    return (0, b"\xf0" + bytes((len(payload),)) + payload)


def heard(*tracks: list[tuple[int, bytes]]) -> Counter[Voice]:
    return Counter(read_midi(smf(*(track(events) for events in tracks))).voice)


def beat(channel: int) -> list[tuple[int, bytes]]:
    return [*rock_beat(4, channel), (60, on(37, channel=channel))]


@pytest.mark.parametrize(
    ("channel", "block"), [(0, "11"), (4, "15"), (10, "1a"), (15, "1f")]
)  # GS counts channel 10 first, as block 0
def test_a_gs_rhythm_part(channel, block):
    declared = sysex(GS_USE_FOR_RHYTHM.format(block=block, drums="01"))
    assert heard([declared, *beat(channel)], BASS) == heard(beat(9))


@pytest.mark.parametrize("channel", [0, 4, 15])
def test_an_xg_drum_part(channel):
    declared = sysex(XG_PART_MODE.format(part=f"{channel:02x}", mode="01"))
    assert heard([declared, *beat(channel)], BASS) == heard(beat(9))


@pytest.mark.parametrize("bank", [120, 127])
def test_a_bank_of_drum_kits(bank):
    select = [(0, bytes((0xB3, 0, bank))), (0, bytes((0xC3, 8)))]
    assert heard([*select, *beat(3)], BASS) == heard(beat(9))


def test_a_bank_of_melodies_declares_nothing():
    line = [(i * 240, on(60 + (i * 7) % 13, channel=3)) for i in range(64)]
    with pytest.raises(MidiError, match="no drums"):
        read_midi(smf(track([(0, bytes((0xB3, 0, 0))), (0, bytes((0xC3, 33))), *line])))


def test_siblings_on_the_channel_of_a_drum_track():
    """A track of one kit pitch that nothing names, on the channel of a track that is named for drums."""
    name = (0, b"\xff\x03\x05Drums")
    ride = [(i * 480, on(51, channel=4)) for i in range(16)]
    ride += [(i * 480 + 60, bytes((0x84, 51, 0))) for i in range(16)]
    voices = heard([name, *rock_beat(4, 4)], ride)
    assert voices[Voice.RIDE] == 16
    assert voices[Voice.KICK] == 8
