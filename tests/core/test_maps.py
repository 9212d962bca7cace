from __future__ import annotations

import pytest

from mdg_core.kit import Voice
from mdg_core.maps import GM, MAPS, MapError, named_map, parse_map
from mdg_core.midi import read_midi
from tests.core.takes import meta, off, on, smf, track


def test_every_shipped_map_names_its_source():
    assert all(note_map.source and note_map.title for note_map in MAPS.values())
    assert {"gm", "gs", "xg", "roland_td", "ableton", "addictive_drums_2", "rhythm_game"} <= set(MAPS)


def test_a_map_of_ones_own():
    own = parse_map("title: Mine\nwords: my kit\n36 kick # the big one\n40-42 snare\n50 -\nwrite snare 41\n")
    assert own.reading == {36: Voice.KICK, 40: Voice.SNARE, 41: Voice.SNARE, 42: Voice.SNARE}
    assert (own.writing[Voice.SNARE], own.writing[Voice.SIDE_STICK]) == (41, 41)
    assert own.silent == {50}
    assert set(own.writing) == set(Voice)


def test_a_map_based_on_another_changes_only_what_it_names():
    own = parse_map("based on: gm\n43 mid_tom\n")
    assert own.reading[43] is Voice.MID_TOM
    assert own.reading[36] is Voice.KICK


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("36 kick\nbla", 2, "36 kick"),
        ("36 kick\n36 snare", 2, "twice"),
        ("128 kick", 1, "0 and 127"),
        ("36 kik", 1, "no voice"),
        ("40-36 kick", 1, "lower"),
        ("based on: nothing", 1, "no map"),
        ("title: x", 1, "no pitch"),
        ("title:\n36 kick", 1, "value"),
        ("title: a\ntitle: b\n36 kick", 2, "twice"),
        ("x" * 100_001, 1, "longer"),
    ],
)
def test_a_broken_map_names_the_line(text, line, words):
    with pytest.raises(MapError, match=words) as caught:
        parse_map(text)
    assert caught.value.line == line


def test_named_maps_and_files(tmp_path):
    assert named_map("GM") is GM
    (tmp_path / "mine.map").write_text("90 kick\n91 snare\n")
    own = named_map(tmp_path / "mine.map")
    assert own.name == "mine"
    events = [e for i in range(16) for e in ((i * 240, on(90 + i % 2)), (i * 240 + 60, off(90 + i % 2)))]
    assert set(read_midi(smf(track(events)), note_map=own).voice) == {Voice.KICK, Voice.SNARE}
    (tmp_path / "bad.map").write_text("90 kick\nbla\n")
    with pytest.raises(MapError, match=r"bad\.map: line 2"):
        named_map(tmp_path / "bad.map")
    (tmp_path / "bytes.map").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(MapError, match="UTF-8"):
        named_map(tmp_path / "bytes.map")
    with pytest.raises(MapError, match="no note map and no file"):
        named_map("nothing")


def test_a_map_that_a_person_gives_goes_before_the_names_of_tracks():
    def lanes(kick: int, snare: int) -> bytes:
        played = [(b"Kick", kick, 0), (b"Snare", snare, 480)]
        return smf(*(
            track([(0, meta(3, name)), *((at + 960 * i, on(pitch)) for i in range(16)),
                   *((at + 960 * i + 60, off(pitch)) for i in range(16))])
            for name, pitch, at in played
        ))  # fmt: skip

    own = parse_map("36 side_stick\n")
    assert set(read_midi(lanes(36, 38), note_map=own).voice) == {Voice.SIDE_STICK, Voice.SNARE}
    assert set(read_midi(lanes(36, 38)).voice) == {Voice.KICK, Voice.SNARE}
    assert set(read_midi(lanes(60, 60), note_map=GM).voice) == {Voice.KICK, Voice.SNARE}, "one pitch tells nothing"
