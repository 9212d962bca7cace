from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from mdg_core import smf as smf_module
from mdg_core.kit import Voice
from mdg_core.maps import GM, ROLAND_TD
from mdg_core.midi import ClipNote, MidiError, read_midi, write_midi
from mdg_core.pattern import Metre
from mdg_core.retime import retime_midi
from tests.core.takes import meta, metre, off, on, rock_beat, smf, tempo, track

mido = pytest.importorskip("mido")

HITS = 24  # of two bars of rock_beat


def rock(*extra: tuple[int, bytes], **keywords) -> bytes:
    return smf(track([(0, tempo(100)), (0, metre(4, 2)), *extra, *rock_beat()]), **keywords)


def warned(take, *words: str) -> bool:
    return any(all(word in warning for word in words) for warning in take.warnings)


# what a take holds


def test_a_take_has_its_notes_in_every_unit():
    take = read_midi(rock())
    assert len(take) == HITS
    assert take.warnings == ()
    assert take.note_map is GM
    assert take.ticks_per_quarter == 480
    assert take.onset_ticks[:5].tolist() == [0, 0, 240, 480, 480]
    assert take.onset_quarters[:5].tolist() == [0, 0, 0.5, 1, 1]
    np.testing.assert_allclose(take.onset_seconds, take.onset_quarters * 0.6)
    assert take.voice[:5] == (Voice.KICK, Voice.CLOSED_HAT, Voice.CLOSED_HAT, Voice.SNARE, Voice.CLOSED_HAT)
    assert take.tempos == ((0.0, 100.0),)
    assert take.metres == ((0.0, Metre(4, 4)),)


def test_seconds_follow_the_tempo_map():
    take = read_midi(rock((1920, tempo(200))))
    second_bar = take.onset_quarters >= 4
    np.testing.assert_allclose(take.onset_seconds[~second_bar], take.onset_quarters[~second_bar] * 0.6)
    np.testing.assert_allclose(take.onset_seconds[second_bar], 2.4 + (take.onset_quarters[second_bar] - 4) * 0.3)
    assert [change.quarters for change in take.tempos] == [0, 4]


def test_metre_map():
    take = read_midi(rock((1920, metre(7, 3)), (2000, metre(7, 3))))
    assert take.metres == ((0.0, Metre(4, 4)), (4.0, Metre(7, 8)))


def test_what_the_map_does_not_name_is_counted():
    take = read_midi(rock((0, on(100)), (10, on(100)), (0, on(5))))
    assert take.unknown_pitches == {5: 1, 100: 2}
    assert len(take) == HITS
    assert warned(take, "3 notes")


def test_a_given_map_wins():
    data = rock((0, on(55)))
    assert Voice.SPLASH in read_midi(data).voice
    assert Voice.CRASH in read_midi(data, note_map=ROLAND_TD).voice


def test_pedal_positions_make_it_a_roland_kit():
    def pedal(channel: int, *positions: int) -> list[tuple[int, bytes]]:
        return [(i, bytes((0xB0 | channel, 4, position))) for i, position in enumerate(positions)]

    assert read_midi(rock(*pedal(9, 90, 60, 30, 0))).note_map is ROLAND_TD
    assert read_midi(rock(*pedal(9, 90))).note_map is GM  # one event is a preset, no pedal
    assert read_midi(rock(*pedal(0, 90, 60, 30, 0))).note_map is GM


# where the drums are


@pytest.mark.parametrize("name", [b"My Drums 2", b"DRUMS1", b"drum_kit", b"Perc.", b"Schlagzeug", b"kick/snare"])
def test_drums_on_another_channel_by_the_name_of_the_track(name):
    bass = [(tick * 480, on(40 + tick % 7, 100, 1)) for tick in range(8)]
    drums = [(0, meta(3, name)), *rock_beat(channel=3)]
    take = read_midi(smf(track(bass), track(drums)))
    assert len(take) == HITS
    assert warned(take, "channel 4", "name")


@pytest.mark.parametrize("name", [b"Steel Drums", b"Bass", b"Drummer boy", b"Offbeat keys"])
def test_a_name_that_says_nothing_of_drums(name):
    chords = [(0, meta(3, name))] + [
        (tick * 480, event) for tick in range(16) for event in (on(60 + tick % 12, 90, 2), on(64 + tick % 12, 90, 2))
    ]
    take = read_midi(smf(track(chords), track(rock_beat())))
    assert len(take) == HITS


def test_drums_by_their_pitches_where_nothing_else_says_so():
    take = read_midi(smf(track(rock_beat(channel=0)), file_format=0))
    assert len(take) == HITS
    assert warned(take, "channel 1", "pitches")


def _melody(channel: int) -> list[tuple[int, bytes]]:
    notes = [60, 62, 64, 65, 67, 69, 71, 72] * 4
    return [
        event
        for i, pitch in enumerate(notes)
        for event in ((i * 480, on(pitch, 90, channel)), (i * 480 + 470, off(pitch, channel)))
    ]


def test_a_melody_on_channel_10_is_no_drums():
    with pytest.raises(MidiError, match=r"no drums among the 32 notes.*channel 10"):
        read_midi(smf(track(_melody(9))))


def test_a_bass_line_on_channel_10_is_left_out():
    line = [28, 31, 33, 34, 36, 40, 43, 45] * 4
    events = [e for i, p in enumerate(line) for e in ((i * 240, on(p)), (i * 240 + 235, off(p)))]
    take = read_midi(smf(track(events), track([(0, meta(3, b"drums")), *rock_beat(channel=4)])))
    assert len(take) == HITS
    assert warned(take, "channel 10", "melody")


def test_congas_on_channel_10_are_drums():
    strokes = [62, 63, 64, 63, 62, 64, 60, 61] * 6
    events = [e for i, p in enumerate(strokes) for e in ((i * 240, on(p)), (i * 240 + 30, off(p)))]
    assert len(read_midi(smf(track(events)))) == 48


def test_fast_toms_are_drums():
    strokes = [50, 50, 48, 48, 47, 45, 43, 41] * 6
    events = [e for i, p in enumerate(strokes) for e in ((i * 60, on(p)), (i * 60 + 60, off(p)))]
    assert len(read_midi(smf(track(events)))) == 48


def test_several_drum_tracks_are_merged_and_what_stands_twice_counts_once():
    again = [(0, on(36, 50)), (0, on(49, 90))]
    take = read_midi(smf(track(rock_beat()), track(again)))
    assert len(take) == HITS + 1
    assert take.velocity[take.pitch == 36][0] == 100
    assert warned(take, "2 drum parts")
    assert warned(take, "1 notes stood twice")


# formats and times


def test_the_tracks_of_format_2_follow_each_other():
    take = read_midi(smf(track(rock_beat(1)), track(rock_beat(1)), file_format=2))
    # a track ends with its last event, the last hat's note-off
    assert take.onset_ticks[-12] == 7 * 240 + 60
    assert warned(take, "format 2")


@pytest.mark.parametrize("ticks", [24, 96, 120, 480, 960, 1920])
def test_any_resolution(ticks):
    take = read_midi(smf(track(rock_beat(ticks=ticks)), division=ticks))
    assert take.onset_quarters.max() == 7.5


@pytest.mark.parametrize(("frames", "rate"), [(24, 24), (25, 25), (29, 30_000 / 1001), (30, 30)])
def test_smpte_division_counts_seconds(frames, rate):
    division = (256 - frames) << 8 | 40
    take = read_midi(smf(track([(0, tempo(90)), (0, on(36)), (round(40 * rate), on(38))]), division=division))
    assert take.onset_seconds[1] == pytest.approx(1, abs=1e-3)
    assert take.onset_quarters[1] == pytest.approx(1.5, abs=2e-3)
    assert warned(take, "SMPTE")


def test_no_tempo_and_no_metre():
    take = read_midi(smf(track(rock_beat())))
    assert take.tempos == ((0.0, 120.0),)
    assert take.metres == ((0.0, Metre(4, 4)),)
    assert warned(take, "no tempo")
    assert warned(take, "no time signature")


@pytest.mark.parametrize("bpm", [10, 755])
def test_wild_tempi_are_kept_and_told(bpm):
    take = read_midi(smf(track([(0, tempo(bpm)), *rock_beat()])))
    assert take.tempos[0].bpm == pytest.approx(bpm, rel=1e-4)
    assert warned(take, "unlikely tempo")


@pytest.mark.parametrize("payload", [b"\0\0\0", b"\0\0\1", b"\7"])
def test_impossible_tempi_are_ignored(payload):
    take = read_midi(rock((960, meta(0x51, payload))))
    assert take.tempos == ((0.0, 100.0),)
    assert warned(take, "impossible temp")


@pytest.mark.parametrize("payload", [b"\0\2\x18\x08", b"\4\x40\x18\x08", b"\4", b"\x60\2\x18\x08"])
def test_impossible_metres_are_ignored(payload):
    take = read_midi(rock((1920, meta(0x58, payload))))
    assert take.metres == ((0.0, Metre(4, 4)),)
    assert warned(take, "impossible time signature")


def test_an_invalid_key_signature_does_not_matter():
    assert read_midi(rock((0, meta(0x59, b"\x63\x09")))).onset_ticks.size == HITS


def test_sysex_running_status_and_notes_without_end():
    body = b"\0\xf0\x03\x01\x02\xf7" + b"\0\x99\x24\x64" + b"\x60\x26\x64" + b"\x60\x24\x64" + b"\0\xff\x2f\0"
    chunk = b"MTrk" + len(body).to_bytes(4, "big") + body
    take = read_midi(smf(chunk, file_format=0, division=96))
    assert list(zip(take.onset_quarters.tolist(), take.pitch.tolist(), strict=True)) == [(0, 36), (1, 38), (2, 36)]


def test_zero_length_notes_are_strokes():
    events = [e for i in range(8) for e in ((i * 240, on(36 + 2 * (i % 2))), (i * 240, off(36 + 2 * (i % 2))))]
    assert len(read_midi(smf(track(events)))) == 8


def test_note_on_without_velocity_is_an_end():
    assert len(read_midi(rock((100, on(42, 0))))) == HITS


# damage


def test_riff_wrapper():
    data = rock()
    riff = b"RIFF" + (len(data) + 12).to_bytes(4, "little") + b"RMID" + b"data" + len(data).to_bytes(4, "little") + data
    take = read_midi(riff)
    assert len(take) == HITS
    assert warned(take, "RIFF")


def test_bytes_before_the_header_are_skipped():
    take = read_midi(b"\0" * 128 + rock())
    assert len(take) == HITS
    assert warned(take, "128 bytes")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\0" * 40, "empty"),
        (b"error with file", "text, not MIDI: 'error with file'"),
        (b"<!DOCTYPE html><html>", "text"),
        (b"PK\x03\x04rest\0", "ZIP"),
        (b"Rar!\x1a\x07\0", "RAR"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"\x89PNG\r\n\x1a\n\0\0", "no MThd"),
        (b"MThd\0\0\0\6\0\1", "ends inside its header"),
        (smf(), "no track"),
        (smf(track([]), division=0), "division"),
        (smf(track([])), "no notes"),
        (smf(track([(0, on(100))] * 3)), "no drums|pitch of a kit"),
        (smf(track([(480 * 30_000, on(36))])), "20,000"),
        (b"MThd" + bytes(smf_module.MAX_BYTES), "limit"),
    ],
)  # fmt: skip
def test_what_is_no_drum_file_says_why(data, reason):
    with pytest.raises(MidiError, match=reason):
        read_midi(data)


def test_a_truncated_track_keeps_what_stands_before_the_cut():
    whole = read_midi(rock())
    data = rock()
    take = read_midi(data[: len(data) // 2])
    assert 0 < len(take) < len(whole)
    assert take.onset_ticks.tolist() == whole.onset_ticks[: len(take)].tolist()
    assert warned(take, "cut off")


def test_wrong_track_lengths():
    first, second = track(rock_beat()), track([(0, on(49))])
    for length in (0, 7, 10**9):
        broken = first[:4] + length.to_bytes(4, "big") + first[8:]
        take = read_midi(smf(broken, second))
        assert len(take) == HITS + 1
        assert warned(take, "track 1")


def test_foreign_chunks_and_stray_bytes():
    data = smf(b"\0\xff\0junk", track(rock_beat()), b"XFIH\0\0\0\2ab", track([(0, on(49))]))
    take = read_midi(data)
    assert len(take) == HITS + 1
    assert warned(take, "belong to no track")
    assert warned(take, "4 tracks announced, 2 found")


def test_data_bytes_above_127_are_cut():
    take = read_midi(rock((0, b"\x99\x31\xc8")))
    assert take.velocity[take.pitch == 49].tolist() == [127]
    assert warned(take, "above 127")


def test_data_without_a_status():
    broken = b"MTrk\0\0\0\4\0\x24\x64\0"
    take = read_midi(smf(broken, track(rock_beat())))
    assert len(take) == HITS
    assert warned(take, "without a status")


def test_caps():
    notes = b"".join(b"\0\x99\x24\x01" for _ in range(200_001))
    with pytest.raises(MidiError, match="200,000 notes"):
        read_midi(smf(b"MTrk" + len(notes).to_bytes(4, "big") + notes))
    events = b"\0\xc0\1" + b"\0\1" * smf_module.MAX_EVENTS
    with pytest.raises(MidiError, match="1,000,000 events"):
        read_midi(smf(b"MTrk" + len(events).to_bytes(4, "big") + events))
    texts = b"\0\xff\1\0" * (smf_module.MAX_LONG_EVENTS + 1)
    with pytest.raises(MidiError, match="100,000 meta events"):
        read_midi(smf(b"MTrk" + len(texts).to_bytes(4, "big") + texts))
    metres = [(i, metre(3 + i % 2, 2)) for i in range(2001)]
    with pytest.raises(MidiError, match="changes more than 2,000"):
        read_midi(smf(track([*metres, *rock_beat()])))
    with pytest.raises(MidiError, match="1,000 tracks"):
        read_midi(smf(*[track([])] * 1001))


# writing


def _clip(*notes: ClipNote, **changes) -> bytes:
    return write_midi(notes, **{"tempo": 93.5, "metre": Metre(7, 8), "name": "Clip – é", "quarters": 7} | changes)


def _messages(data: bytes, index: int = 1) -> list[tuple[int, str, int, int]]:
    now, out = 0, []
    for message in mido.MidiFile(file=io.BytesIO(data)).tracks[index]:
        now += message.time
        if message.type.startswith("note"):
            out.append((now, message.type, message.note, message.velocity))
    return out


def test_a_clip_as_others_read_it():
    data = _clip(ClipNote(36, 0, 0.25, 100), ClipNote(38, 1.5, 1, 1))
    file = mido.MidiFile(file=io.BytesIO(data), charset="utf-8")
    assert (file.type, file.ticks_per_beat, len(file.tracks)) == (1, 480, 2)
    conductor = {message.type: message for message in file.tracks[0]}
    assert conductor["set_tempo"].tempo == round(60e6 / 93.5)
    assert (conductor["time_signature"].numerator, conductor["time_signature"].denominator) == (7, 8)
    assert [t.name for t in file.tracks] == ["Clip – é"] * 2
    assert [sum(m.time for m in t) for t in file.tracks] == [7 * 480] * 2
    assert all(m.channel == 9 for m in file.tracks[1] if m.type.startswith("note"))
    assert _messages(data) == [
        (0, "note_on", 36, 100), (120, "note_off", 36, 0), (720, "note_on", 38, 1), (1200, "note_off", 38, 0),
    ]  # fmt: skip


def test_a_clip_read_back():
    notes = [ClipNote(GM.writing[voice], i / 4, 0.1, 20 + 3 * i) for i, voice in enumerate(list(Voice)[:28])]
    take = read_midi(_clip(*notes))
    assert take.voice == tuple(Voice)[:28]
    assert take.velocity.tolist() == [note.velocity for note in notes]
    np.testing.assert_allclose(take.onset_quarters, [note.start_quarters for note in notes], atol=0.5 / 480)
    assert take.metres[0].metre == Metre(7, 8)
    assert take.warnings == ()
    assert take.name == "Clip – é"


def test_the_same_clip_gives_the_same_bytes_in_any_order():
    notes = [ClipNote(36, 0, 1, 100), ClipNote(38, 0, 1, 90), ClipNote(36, 0.5, 1, 80)]
    assert _clip(*notes) == _clip(*reversed(notes)) == _clip(*notes)


def test_no_note_reaches_into_the_next_of_its_pitch_or_beyond_the_clip():
    data = _clip(ClipNote(36, 0, 5, 100), ClipNote(36, 1, 99, 80), ClipNote(42, 6.9, 1, 70), ClipNote(38, 1, 0, 50))
    assert _messages(data) == [
        (0, "note_on", 36, 100), (480, "note_off", 36, 0), (480, "note_on", 36, 80), (480, "note_on", 38, 50),
        (481, "note_off", 38, 0), (3312, "note_on", 42, 70), (3360, "note_off", 36, 0), (3360, "note_off", 42, 0),
    ]  # fmt: skip


def test_of_two_strokes_on_one_tick_the_louder_stays():
    data = _clip(ClipNote(36, 1, 0.1, 60), ClipNote(36, 1.0001, 0.1, 90))
    assert _messages(data) == [(480, "note_on", 36, 90), (528, "note_off", 36, 0)]


@pytest.mark.parametrize(
    ("note", "changes", "message"),
    [
        (ClipNote(36, -0.01, 1, 100), {}, "outside"),
        (ClipNote(36, 7, 1, 100), {}, "outside"),
        (ClipNote(128, 0, 1, 100), {}, "MIDI note"),
        (ClipNote(36, 0, 1, 0), {}, "MIDI note"),
        (ClipNote(36, 0, 1, 128), {}, "MIDI note"),
        (ClipNote(36, 0, -1, 100), {}, "MIDI note"),
        (ClipNote(36, 0, 1, 100), {"tempo": 3}, "tempo"),
        (ClipNote(36, 0, 1, 100), {"tempo": float("nan")}, "tempo"),
        (ClipNote(36, 0, 1, 100), {"quarters": 0}, "clip of 0.0 quarter notes"),
        (ClipNote(36, 0, 1, 100), {"quarters": float("inf")}, "clip of inf quarter notes"),
        (ClipNote(36, 0, 1, 100), {"quarters": float("nan")}, "clip of nan quarter notes"),
    ],
)
def test_clips_that_cannot_be_written(note, changes, message):
    with pytest.raises(ValueError, match=message):
        _clip(note, **changes)


# re-timing


def _song() -> bytes:
    other = [(0, meta(3, b"Keys")), (5, bytes((0xC0, 4))), (10, on(60, 80, 0)), (950, off(60, 0)), (7, b"\xf0\2\1\xf7")]
    drums = [(0, meta(3, b"Drums")), (3, bytes((0xB9, 7, 90))), *rock_beat()]
    return smf(track([(0, tempo(100)), *other]), track(drums))


def _all(data: bytes) -> list[list[tuple[int, str]]]:
    out = []
    for messages in mido.MidiFile(file=io.BytesIO(data)).tracks:
        now, rows = 0, []
        for message in messages:
            now += message.time
            rows.append((now, str(message.copy(time=0))))
        out.append(rows)
    return out


def test_retiming_to_the_same_changes_nothing():
    data = _song()
    take = read_midi(data)
    assert _all(retime_midi(data, take.onset_ticks, take.velocity)) == _all(data)


def test_retiming_moves_the_drums_and_nothing_else():
    data = _song()
    take = read_midi(data)
    rng = np.random.default_rng(1)
    ticks = np.maximum(take.onset_ticks + rng.integers(-20, 21, len(take)), 0)
    ticks[-2:] = take.onset_ticks[-2:]  # whose note-offs end the track
    velocity = rng.integers(1, 128, len(take))
    out = retime_midi(data, ticks, velocity)
    again = read_midi(out)
    assert sorted(
        zip(again.onset_ticks.tolist(), again.pitch.tolist(), again.velocity.tolist(), strict=True)
    ) == sorted(zip(ticks.tolist(), take.pitch.tolist(), velocity.tolist(), strict=True))
    before, after = _all(data), _all(out)
    assert after[0] == before[0]
    others = [[row for row in rows if "note_o" not in row[1]] for rows in (before[1], after[1])]
    assert others[0] == others[1]
    assert len(others[0]) == 3
    lengths = [_lengths(rows) for rows in (before[1], after[1])]
    assert lengths[0] == lengths[1]


def _lengths(rows: list[tuple[int, str]]) -> list[int]:
    sounding, lengths = {}, []
    for tick, text in rows:
        pitch = text.split("note=")[-1].split()[0]
        if text.startswith("note_on"):
            assert pitch not in sounding
            sounding[pitch] = tick
        elif text.startswith("note_off"):
            lengths.append(tick - sounding.pop(pitch))
    assert not sounding
    return sorted(lengths)


def test_a_note_off_never_ends_the_next_note():
    data = smf(track([(0, on(36)), (240, off(36)), (240, on(36)), (480, off(36)), (480, on(38)), (500, off(38))]))
    out = retime_midi(data, [0, 100, 480], [100, 90, 80])
    assert _messages(out, 0)[:4] == [
        (0, "note_on", 36, 100), (100, "note_off", 36, 0), (100, "note_on", 36, 90), (340, "note_off", 36, 0),
    ]  # fmt: skip


def test_the_length_of_a_track_is_kept():
    """Notes behind the end start on its last tick, their note-offs stand at the end."""
    data = smf(track([(0, on(36)), (240, off(36)), (480, on(38)), (600, off(38)), (960, meta(0x2F, b""))]))
    for ticks in ([0, 470], [0, 900], [0, 959], [0, 960], [0, 5000], [3000, 5000]):
        rows = _all(retime_midi(data, ticks, [100, 90]))[0]
        assert rows[-1][0] == 960
        assert "end_of_track" in rows[-1][1]
        assert [tick for tick, text in rows if text.startswith("note_on")] == [min(tick, 959) for tick in ticks]
        assert len(rows) == 5


def test_a_remark_is_a_text_of_the_first_track():
    data = _song()
    take = read_midi(data)
    first, *others = _all(retime_midi(data, take.onset_ticks, take.velocity, remark="played"))
    assert first[0] == (0, "MetaMessage('text', text='played', time=0)")
    assert [first[1:], *others] == _all(data)


@pytest.mark.parametrize(
    ("ticks", "velocity"), [([0] * 3, [1] * 3), ([-1] * HITS, [1] * HITS), ([0] * HITS, [0] * HITS), ([0] * HITS, [1])]
)
def test_retiming_refuses_what_does_not_fit(ticks, velocity):
    with pytest.raises(ValueError, match=r"hits|negative"):
        retime_midi(rock(), ticks, velocity)


def test_real_takes_agree_with_mido(groove_corpus):
    for path in sorted(groove_corpus.glob("*/*/*.mid"))[::60]:
        data = path.read_bytes()
        take = read_midi(data)
        loudest: dict[tuple[int, int], int] = {}
        now = 0
        for message in mido.MidiFile(file=io.BytesIO(data), clip=True).tracks[0]:
            now += message.time
            if message.type == "note_on" and message.velocity:
                key = (now, message.note)
                loudest[key] = max(message.velocity, loudest.get(key, 0))
        assert [(t, p) for t, p in sorted(loudest)] == list(
            zip(take.onset_ticks.tolist(), take.pitch.tolist(), strict=True)
        )
        assert [loudest[key] for key in sorted(loudest)] == take.velocity.tolist()
        assert _all(retime_midi(data, take.onset_ticks, take.velocity)) == _all(data)


# parts and maps


@pytest.fixture(scope="module")
def trials() -> Path:
    folder = Path(__file__).resolve().parents[3] / "shared" / "trials" / "midi"
    if not folder.is_dir():
        pytest.skip("no ../shared/trials beside the checkout")
    return folder


BEAT = {Voice.KICK, Voice.SNARE, Voice.CLOSED_HAT}
RIDE_GROOVE = {Voice.KICK, Voice.RIDE, Voice.CRASH}


@pytest.mark.parametrize(
    ("name", "voices"),
    [
        *((name, BEAT) for name in (
            "a3_highbytes", "a5_octave_up_ch1", "a5b_octave_up_ch10", "a5d_two_up_ch1_named", "a5e_ch1_gm_unnamed",
            "a6_part_drums", "a6b_part_drums_ch10", "a8_pieces_ch10", "a8b_pieces_ch1", "a8d_pieces_noname",
            "a8e_lanes_all60", "a11_full", "b1_ad_map_ch10", "b2_sd_map_ch10", "b6_ch16_unnamed", "b8_live_clip",
            "b16_flat127", "xg_kick33_snare31_dropped",
        )),
        *((f"a13_{name}", RIDE_GROOVE) for name in (
            "bateria", "batteria", "bubny", "cp1251", "davul", "perkusja", "sjis", "slagverk", "trommeln", "utf8ja",
            "utf8ru",
        )),
        ("b5_ch16", BEAT | {Voice.TAMBOURINE}),
        ("shaker82_kit_refused_as_melody", {
            Voice.KICK, Voice.SNARE, Voice.SHAKER, Voice.CLAP, Voice.OPEN_HAT, Voice.CRASH,
        }),
        ("cymbales_track_refused_as_melody", {
            Voice.RIDE, Voice.RIDE_BELL, Voice.CRASH, Voice.OPEN_HAT, Voice.CLOSED_HAT, Voice.SNARE,
        }),
    ],
)  # fmt: skip
def test_trials_read_as_they_were_made(trials, name, voices):
    take = read_midi((trials / f"{name}.mid").read_bytes())
    assert set(take.voice) == voices
    assert not take.unknown_pitches


def test_a_bass_is_no_drum(trials):
    with pytest.raises(MidiError, match="no drums"):
        read_midi((trials / "bass_read_as_drums.mid").read_bytes())


def test_an_octave_off_is_told_and_doubted(trials):
    take = read_midi((trials / "a5b_octave_up_ch10.mid").read_bytes())
    assert warned(take, "an octave up")
    assert take.certainty <= 0.6


def test_a_kit_played_by_a_person_is_found_by_its_pitches():
    rng = np.random.default_rng(3)
    strokes = [(tick, event[1]) for tick, event in rock_beat(8) if event[0] >> 4 == 9]
    events = [(max(0, tick + int(rng.integers(-8, 9))), on(pitch, 100, 0)) for tick, pitch in strokes]
    take = read_midi(smf(track(events)))
    assert set(take.voice) == BEAT
    assert take.certainty <= 0.6


@pytest.mark.parametrize("program", [33, 48, 4])
def test_a_pitched_program_is_never_drums(program):
    events = [(0, meta(3, b"Drums")), (0, bytes((0xC1, program))), *rock_beat(channel=1)]
    with pytest.raises(MidiError, match="no drums"):
        read_midi(smf(track(events)))


def test_unknown_notes_lower_the_certainty():
    clean, noisy = read_midi(rock()), read_midi(rock(*((i * 480, on(95)) for i in range(8))))
    assert noisy.certainty < clean.certainty == 1.0
    assert warned(noisy, "25 % of the notes", "95", "gm")


def test_lanes_on_one_pitch_keep_their_voices_when_retimed(trials):
    data = (trials / "a8e_lanes_all60.mid").read_bytes()
    take = read_midi(data)
    again = read_midi(retime_midi(data, take.onset_ticks, take.velocity))
    assert again.voice == take.voice
