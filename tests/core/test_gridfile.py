from __future__ import annotations

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdg_core import gridfile
from mdg_core.gridfile import (
    ABBREVIATIONS,
    MAX_CHARACTERS,
    GridFileError,
    GridGroove,
    LaneTiming,
    format_gridfile,
    parse_gridfile,
    read_gridfile,
)
from mdg_core.kit import Voice
from mdg_core.pattern import Hit, Metre, Pattern
from mdg_core.profile import Role
from mdg_core.stepgrid import draw, velocity_of


def groove(body: str) -> GridGroove:
    (only,) = parse_gridfile(f"[g]\n{body}")
    return only


def test_header_holds_for_all_and_a_groove_overrides_it() -> None:
    first, second = parse_gridfile(
        """# two grooves
style: funk
tempo: 104
swing: 56 sixteenths
tags: dry, tight
source: a friend

[ Two   bar pocket ]
    1    2    3    4    | 1    2    3    4
  CH  6.6. 6.6. 6.6. 6.6. | 6.6. 6.6. 6.6. 6.6.   # the right hand
kd  9... .... 9... .... | 9... .... 9... ....

[Fill: #2 in seven]
role: Fill
style: prog
TEMPO: 92.5 BPM
metre: 7/8
grid: 2
swing: 60 eighths, 54.5% sixteenths
tags: odd,
snare  o.x.X.9
"""
    )
    assert (first.title, first.role, first.style, first.tempo) == ("Two bar pocket", "groove", "funk", 104.0)
    assert (first.swing_eighths, first.swing_sixteenths) == (None, 56.0)
    assert (first.tags, first.source) == (("dry", "tight"), "a friend")
    assert (first.pattern.metre, first.pattern.steps_per_quarter, first.pattern.bars) == (Metre(4, 4), 4, 2)
    kicks = [hit for hit in first.pattern.hits if hit.voice is Voice.KICK]
    assert kicks == [Hit(step, Voice.KICK, 127) for step in (0, 8, 16, 24)]
    assert (second.title, second.role, second.style, second.tempo) == ("Fill: #2 in seven", "fill", "prog", 92.5)
    assert (second.swing_eighths, second.swing_sixteenths) == (60.0, 54.5)
    assert (second.tags, second.source) == (("odd",), "a friend")
    assert second.pattern.hits == tuple(
        Hit(step, Voice.SNARE, velocity_of(level)) for step, level in ((0, 3), (2, 6), (4, 9), (6, 9))
    )


def test_nothing_given_means_nothing_known() -> None:
    plain = groove("SN x...x...x...x...")
    assert (plain.role, plain.style, plain.tempo, plain.tags, plain.source) == ("groove", "", None, (), "")
    assert (plain.swing_eighths, plain.swing_sixteenths) == (None, None)


SNARE_AND_KICK = "SN ....x.......x...\nBD x...............\n"


def test_lag_and_swing_of_lanes_stand_beside_those_of_the_groove() -> None:
    found = groove(
        "swing: 52 sixteenths, bd 60 sixteenths, kick 55% eighths\nlag: SN 14 ms, BD -8.5ms\n"
        f"{SNARE_AND_KICK}CH x.x.x.x.x.x.x.x."
    )
    assert (found.swing_eighths, found.swing_sixteenths, found.lag_ms) == (None, 52.0, None)
    assert found.lanes == {
        Voice.SNARE: LaneTiming(lag_ms=14.0),
        Voice.KICK: LaneTiming(lag_ms=-8.5, swing_eighths=55.0, swing_sixteenths=60.0),
    }
    assert found.lags == {Voice.SNARE: 14.0, Voice.KICK: -8.5, Voice.CLOSED_HAT: 0.0}


def test_a_lag_without_a_drum_is_that_of_all_that_are_not_named() -> None:
    assert groove(f"lag: +5 ms, BD -8 ms\n{SNARE_AND_KICK}").lags == {Voice.SNARE: 5.0, Voice.KICK: -8.0}
    assert groove(f"lag: 5 ms\n{SNARE_AND_KICK}").lags == {Voice.SNARE: 5.0, Voice.KICK: 5.0}
    assert groove(SNARE_AND_KICK).lags == {}


def test_timing_in_the_header_is_left_out_where_the_drum_does_not_play() -> None:
    first, second, third = parse_gridfile(
        f"lag: SN 14 ms\nswing: BD 60 sixteenths\n[a]\n{SNARE_AND_KICK}[b]\nBD x...............\n"
        "[c]\nlag: BD 3 ms\nBD x...............\n"
    )
    assert first.lags == {Voice.SNARE: 14.0, Voice.KICK: 0.0}
    assert (second.lags, second.lanes) == ({}, {Voice.KICK: LaneTiming(swing_sixteenths=60.0)})
    assert third.lags == {Voice.KICK: 3.0}


def test_every_voice_has_abbreviations_of_its_own_and_its_name() -> None:
    assert set(ABBREVIATIONS) == set(Voice)
    shorts = [short for all_shorts in ABBREVIATIONS.values() for short in all_shorts]
    assert len(set(shorts)) == len(shorts)
    for voice, names in ABBREVIATIONS.items():
        for name in (*names, names[0].lower(), voice.value):
            assert groove(f"{name} |x...............|").pattern.hits[0].voice is voice
    assert groove("SN|x...............|").pattern.hits[0].voice is Voice.SNARE


def test_the_docstring_documents_every_abbreviation() -> None:
    words = set(re.findall(r"\w+", gridfile.__doc__ or ""))
    assert {name for voice, shorts in ABBREVIATIONS.items() for name in (*shorts, voice.value)} <= words


def test_a_drawn_grid_can_be_pasted() -> None:
    pattern = groove("CH x.x.x.x.x.x.x.x.\nBD 9.......9.....3.").pattern
    assert groove(draw(pattern)).pattern == pattern


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("", 1, "no groove in the file"),
        ("tempo: 100\n", 1, "no groove in the file"),
        ("[]\nSN x...\n", 1, "needs a title"),
        ("\n[g]\ntempo: 100\n", 2, "has no lanes"),
        ("SN x...\n", 1, "before the first"),
        ("[g]\nXX x...............", 2, "is no voice; use one of BD SN SS"),
        ("[g]\nSN x...............\nSD x...............", 3, "has a lane already"),
        ("[g]\nSN x...............\nBD x...", 3, "has 4 steps; a bar of 4/4 has 16"),
        ("[g]\nSN x...............\nBD " + "x..............." * 2, 1, "of one length"),
        ("[g]\nSN x...q...........", 2, "'q' is no step"),
        ("[g]\nx...x...", 2, "is no .title., no key"),
        ("[g]\n5...5...5...5...\n", 2, "is no .title., no key"),
        ("speed: 100\n[g]", 1, "is no key; use one of role"),
        ("tempo: 100\ntempo: 100\n[g]", 2, "given twice"),
        ("tempo:\n[g]", 1, "needs a value"),
        ("tempo: nan\n[g]\nSN x...............", 1, "tempo is quarter notes a minute, 20-999"),
        ("tempo: 19.9\n[g]\nSN x...............", 1, "20-999"),
        ("tempo: 1000\n[g]\nSN x...............", 1, "20-999"),
        ("swing: 58\n[g]\nSN x...............", 1, "like '58 sixteenths'"),
        ("swing: 81 eighths\n[g]\nSN x...............", 1, "50-80"),
        ("swing: 49 eighths\n[g]\nSN x...............", 1, "50-80"),
        ("swing: 58 eighths, 60 eighths\n[g]\nSN x...............", 1, "swing is a percent"),
        ("swing: QQ 58 eighths\n[g]\nSN x...............", 1, "'qq' is no voice"),
        ("[g]\nswing: BD 58 eighths\nSN x...............", 2, "swing names BD, which this groove does not play"),
        ("[g]\nswing: SN 58 eighths, SD 60 eighths\nSN x...............", 2, "each once"),
        ("[g]\nlag: SN 12\nSN x...............", 2, "like 'SN 12 ms, BD -8 ms'"),
        ("[g]\nlag: SN 61 ms\nSN x...............", 2, "-60 to 60"),
        ("[g]\nlag: SN -60.5 ms\nSN x...............", 2, "-60 to 60"),
        ("[g]\nlag: SN late\nSN x...............", 2, "lag is milliseconds"),
        ("[g]\nlag: SN 5 ms,\nSN x...............", 2, "lag is milliseconds"),
        ("[g]\nlag: 5 ms, 6 ms\nSN x...............", 2, "each drum once"),
        ("[g]\nlag: BD 5 ms\nBD ................\nSN x...............", 2, "lag names BD"),
        ("lag: XX 5 ms\n[g]\nSN x...............", 1, "is no voice"),
        ("role: solo\n[g]\nSN x...............", 1, "one of groove, fill, intro, outro"),
        ("metre: four\n[g]\nSN x...............", 1, "is no metre; write the metre like 4/4"),
        ("metre: 4/" + "4" * 5000 + "\n[g]\nSN x...............", 1, "write the metre like 4/4"),
        ("grid: 13\n[g]\nSN x...............", 1, "1-12"),
        ("metre: 7/8\ngrid: 3\n[g]\nSN x...............", 2, "does not divide a bar of 7/8"),
        ("[g]\nSN " + "x..............." * 65, 2, "more than 64 bars"),
        ("[g]\nSN x...\x00...........", 2, "control character"),
        ("[g\udcff]\nSN x...............", 1, "control character"),
        ("[g]\nSN x...............\n" * 501, 1001, "more than 500 grooves"),
        ("#" * (MAX_CHARACTERS + 1), 1, "longer than 1,000,000"),
    ],
)
def test_an_error_names_the_line_and_what_to_write(text: str, line: int, complaint: str) -> None:
    with pytest.raises(GridFileError, match=complaint) as error:
        parse_gridfile(text)
    assert error.value.line == line
    assert str(error.value).startswith(f"line {line}: ")
    assert len(str(error.value)) < 400


def test_a_bad_groove_costs_only_itself() -> None:
    good = "SN x..............."
    bad = ["SN x...q...........", "XX x...............", "tempo: fast\n" + good, "what is this\n" + good, ""]
    text = (
        f"[one]\n{good}\n"
        + "".join(f"[bad {n}]\n{body}\n" for n, body in enumerate(bad))
        + f"[]\n{good}\n[two]\n{good}"
    )
    grooves, errors = read_gridfile(text)
    assert [each.title for each in grooves] == ["one", "two"]
    assert [error.line for error in errors] == [4, 6, 8, 11, 13, 15]
    with pytest.raises(GridFileError, match="line 4: "):
        parse_gridfile(text)


def test_what_is_wrong_above_the_first_groove_bears_on_all() -> None:
    grooves, errors = read_gridfile("tempo: fast\n[a]\nSN x...............\n[b]\nSN x...............")
    assert (grooves, [error.line for error in errors]) == ([], [1, 1])
    with pytest.raises(GridFileError, match="line 1: "):
        read_gridfile("speed: 100\n[a]\nSN x...............")


def test_the_caps_themselves_are_allowed() -> None:
    assert groove("SN " + "x..............." * 64).pattern.bars == 64
    assert len(parse_gridfile("[g]\nSN x...............\n" * 500)) == 500


WORDS = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters=","), min_size=1, max_size=12)
PHRASES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
LAGS = st.none() | st.floats(-60, 60).map(lambda value: round(value, 2))
SWINGS = st.none() | st.floats(50, 80).map(lambda value: round(value, 2))


@st.composite
def grid_grooves(data: st.DrawFn) -> GridGroove:
    metre, per_quarter = data(
        st.sampled_from([(Metre(4, 4), 4), (Metre(4, 4), 3), (Metre(6, 8), 2), (Metre(7, 8), 4), (Metre(3, 4), 6)])
    )
    bars = data(st.integers(1, 3))
    steps = int(metre.bar_quarters * per_quarter) * bars
    cells = data(st.dictionaries(st.tuples(st.integers(0, steps - 1), st.sampled_from(Voice)), st.integers(1, 9)))
    hits = tuple(Hit(step, voice, velocity_of(level)) for (step, voice), level in cells.items())
    played = [voice for voice in Voice if any(hit.voice is voice for hit in hits)]
    lane = st.builds(LaneTiming, LAGS, SWINGS, SWINGS).filter(lambda timing: timing != LaneTiming())
    return GridGroove(
        title=data(PHRASES),
        pattern=Pattern(metre, bars, per_quarter, hits),
        role=data(st.sampled_from(get_args(Role))),
        style=data(st.just("") | PHRASES),
        tempo=data(st.none() | st.floats(20, 999).map(lambda value: round(value, 3))),
        swing_eighths=data(SWINGS),
        swing_sixteenths=data(SWINGS),
        tags=tuple(data(st.lists(PHRASES, max_size=3))),
        source=data(st.just("") | PHRASES),
        lag_ms=data(LAGS),
        lanes=data(st.dictionaries(st.sampled_from(played), lane, max_size=3)) if played else {},
    )


@given(st.lists(grid_grooves(), min_size=1, max_size=3))
def test_what_is_written_reads_back_the_same(grooves: list[GridGroove]) -> None:
    assert parse_gridfile(format_gridfile(grooves)) == grooves


LINES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["[g]", "[[", "]", "SN x...............", "CH 6.6.|", "# c", "1 e + a", "\ufeff", "OH\t9"]),
    st.builds(
        "{}: {}".format,
        st.sampled_from(["tempo", "metre", "grid", "swing", "lag", "role", "tags"]),
        st.text(max_size=8),
    ),
    st.builds("metre: {}/{}".format, st.integers(0, 40), st.integers(0, 40)),
    st.builds("grid: {}".format, st.integers(-1, 14)),
    st.builds("lag: {} {} ms".format, st.sampled_from(["SN", "bd", ""]), st.integers(-70, 70)),
    st.builds("{} {}".format, st.sampled_from(["SN", "bd", "kick"]), st.text("x.-9|o 0#", max_size=40)),
)


@given(st.lists(LINES, max_size=8).map("\n".join))
def test_any_text_gives_grooves_or_a_grid_file_error(text: str) -> None:
    line: int | None = None
    grooves: list[GridGroove] = []
    try:
        grooves = parse_gridfile(text)
    except GridFileError as error:
        line = error.line
    if line is None:
        assert grooves
        assert parse_gridfile(format_gridfile(grooves)) == grooves
    else:
        assert 1 <= line <= max(1, len(text.splitlines()))
