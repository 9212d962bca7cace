"""From the bars of a song to what stands for it: grooves by how often they are played, and what is none."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mdg_core.gridfile import parse_gridfile
from mdg_core.groove import describe
from mdg_core.kit import TOMS, Voice
from mdg_core.maps import GM
from mdg_core.midi import ClipNote, read_midi, write_midi
from mdg_core.pattern import Hit, Metre, Pattern, join
from mdg_core.profile import PatternTemplate
from mdg_core.song.layers import apart
from mdg_core.song.segments import TakeSegment, cuttings_of
from mdg_core.stepgrid import parse_grid
from mdg_pipeline.analyse.midi import take_rows_of
from mdg_pipeline.analyse.takes import TakeRow, from_row, to_row
from mdg_pipeline.build.patterns import templates, weighted_segments
from mdg_pipeline.documents import Document

V = Voice
FOUR = Metre(4, 4)
HATS = "6.5.6.5.6.5.6.5."
BACKBEAT = "....9.......9..."


def bar(**lanes: str) -> Pattern:
    return parse_grid({V(name): lane for name, lane in lanes.items()}, FOUR, 4)


A = bar(kick="9.......9.......", snare=BACKBEAT, closed_hat=HATS)
B = bar(kick="9..9....9.9...9.", snare="....9..2.2..9..4", closed_hat=HATS)
CHORUS_A = bar(kick="9...9...9...9...", snare=BACKBEAT, ride="7...7...7...7...")
CHORUS_B = bar(kick="9.9.9.9.9.9.9.9.", snare=BACKBEAT, ride="7.7.7.7.7.7.7.7.")
INTRO = bar(closed_hat=HATS)
STOP = bar(kick="9...............", crash="9...............")
NO_FEET = bar(snare=BACKBEAT, closed_hat=HATS)
LANDING = bar(kick="9.......9.......", snare=BACKBEAT, closed_hat="..5.6.5.6.5.6.5.", crash="9...............")


def solo_bars(count: int, seed: int = 1, voices: Sequence[Voice] = (V.SNARE, *TOMS)) -> list[Pattern]:
    drawn = random.Random(seed)
    return [
        Pattern(FOUR, 1, 4, tuple(Hit(step, drawn.choice(voices), 90) for step in sorted(drawn.sample(range(16), 10))))
        for _ in range(count)
    ]


def cut(*bars: Pattern, fills: Sequence[int] = (), titled_solo: bool = False) -> list[TakeSegment]:
    return cuttings_of(join(list(bars)), fills, titled_solo=titled_solo)[0]


def grooves(found: Sequence[TakeSegment]) -> dict[int, int]:
    """First bar -> how often."""
    return {part.first_bar: part.count for part in found if part.role == "groove"}


def of_role(found: Sequence[TakeSegment], role: str) -> list[tuple[int, int]]:
    return [(part.first_bar, part.bars) for part in found if part.role == role]


def test_what_is_played_most_counts_most() -> None:
    found = cut(*[A, B] * 6, *[CHORUS_A, CHORUS_B] * 2)
    assert grooves(found) == {0: 6, 12: 2}


def test_near_equal_bars_are_repeats_and_the_most_typical_stands_for_them() -> None:
    softer = bar(kick="8.......8.......", snare="....8.......8...", closed_hat="5.5.5.5.5.5.5.5.")
    found = cut(softer, B, *[A, B] * 5)
    assert grooves(found) == {2: 6}


@pytest.mark.parametrize("intro", [0, 1, 2, 3, 5])
def test_pairs_begin_where_the_song_does(intro: int) -> None:
    found = cut(*[INTRO] * intro, *[A, B] * 8)
    assert grooves(found) == {intro: 8}


def test_pairs_begin_anew_behind_a_stop() -> None:
    found = cut(*[A, B] * 4, A, STOP, *[A, B] * 4)
    assert grooves(found) == {0: 8}


def test_pairs_begin_anew_behind_a_fill() -> None:
    fill = bar(snare="9.9.9.9.........", high_tom="........9.9.....", floor_tom="............9.9.")
    found = cut(A, B, A, fill, A, B, A, B, A, fill, A, B, fills=[3, 9])
    assert grooves(found) == {0: 4}
    assert of_role(found, "fill") == [(3, 1)]


def test_a_section_of_odd_length_moves_the_pairs() -> None:
    """Seven bars of verse, then the chorus: its pairs begin with the chorus."""
    found = cut(*[A, B] * 3, A, *[CHORUS_A, CHORUS_B] * 4, *[A, B] * 4)
    assert grooves(found) == {0: 7, 7: 4}


def test_a_crash_tells_where_the_phrase_begins() -> None:
    """The file begins in the middle of a phrase."""
    found = cut(B, *[LANDING, B, A, B] * 6)
    assert all(first % 2 == 1 for first in grooves(found))


def test_bars_that_lack_what_the_song_plays_are_intro_outro_and_break() -> None:
    found = cut(*[INTRO] * 4, *[A, B] * 4, NO_FEET, NO_FEET, *[A, B] * 4, INTRO, INTRO, STOP)
    assert grooves(found) == {4: 8}
    assert of_role(found, "intro") == [(2, 2)]
    assert of_role(found, "outro") == [(22, 2)]
    assert {part.role for part in found} == {"groove", "intro", "outro"}  # a break is nothing to draw from


def test_a_single_bar_without_the_kick_is_a_break_where_the_kick_never_fails() -> None:
    found = cut(*[A, B] * 4, NO_FEET, *[A, B] * 4)
    assert grooves(found) == {0: 8}


def test_a_song_that_never_plays_a_kick_keeps_its_grooves() -> None:
    brushes = bar(snare="5.3.7.3.5.3.7.3.", pedal_hat="....6.......6...")
    assert grooves(cut(*[NO_FEET] * 8)) == {0: 4}
    assert grooves(cut(*[brushes] * 8)) == {0: 4}


def test_a_sparse_kick_is_not_missed() -> None:
    """Every second bar of the groove has one: that is how it goes."""
    assert grooves(cut(*[A, NO_FEET] * 8)) == {0: 8}


def test_near_empty_bars_are_no_groove() -> None:
    found = cut(*[A, B] * 4, STOP, STOP, *[A, B] * 4)
    assert grooves(found) == {0: 8}


def test_a_groove_on_a_tom_is_a_groove() -> None:
    tom = bar(kick="9.......9.......", snare=BACKBEAT, floor_tom="7.7.7.7.7.7.7.7.")
    assert grooves(cut(*[A, B] * 4, *[tom] * 4)) == {0: 4, 8: 2}


def test_a_solo_is_neither_groove_nor_fill() -> None:
    found = cut(*[A, B] * 8, *solo_bars(6), *[A, B] * 2, fills=[16, 18])
    assert grooves(found) == {0: 10}
    assert of_role(found, "fill") == []


def test_a_take_that_is_a_solo_gives_nothing() -> None:
    assert cut(*solo_bars(12)) == []
    assert cut(A, B, A, B, A, B, *solo_bars(4)) != []
    assert cut(A, B, A, B, A, B, *solo_bars(4), titled_solo=True) == []


def test_a_march_on_the_snare_is_no_solo() -> None:
    assert len(grooves(cut(*solo_bars(8, voices=(V.SNARE,))))) > 0


def test_one_bar_alone_stands_for_a_song_without_pairs() -> None:
    fill = bar(snare="9.9.9.9.........", high_tom="........9.9.....", floor_tom="............9.9.")
    found = cut(A, fill, A, fill, A, fill, fills=[1, 3, 5])
    assert [(part.bars, part.count) for part in found if part.role == "groove"] == [(1, 3)]


def row(document: str, segments: Sequence[TakeSegment], bars: int) -> TakeRow:
    return TakeRow(
        document=document, item=0, title=document, style="rock", tempo=100.0, bars=bars, segments=[*segments]
    )


def test_the_weight_is_the_share_of_the_evidence_and_a_song_counts_once() -> None:
    long = row("long", cut(*[A, B] * 12, *[CHORUS_A, CHORUS_B] * 4), 32)
    short = row("short", cut(*[CHORUS_A, CHORUS_B] * 2), 4)
    found = templates(weighted_segments([long, short], {"long": 1.0, "short": 1.0}))
    assert [template.weight for template in found] == pytest.approx([0.625, 0.375])  # (1/4 + 1) / 2 and 3/4 / 2
    assert [set(template.documents) for template in found] == [{"long", "short"}, {"long"}]


def test_stored_rows_keep_counts_and_layers() -> None:
    shaken = bar(kick="9.......9.......", snare=BACKBEAT, closed_hat=HATS, shaker="7575757575757575")
    take = row("a", cut(*[shaken] * 8), 8)
    assert from_row(to_row(take)) == take
    (template,) = templates(weighted_segments([take], {"a": 1.0}))
    assert template.layers == {"percussion": {V.SHAKER: "7575757575757575|7575757575757575"}}
    assert V.SHAKER not in template.lanes


def test_a_stored_template_without_layers_is_read() -> None:
    (template,) = templates(weighted_segments([row("a", cut(*[A, B] * 4), 8)], {"a": 1.0}))
    stored = template.model_dump(mode="json", exclude={"layers"})
    assert PatternTemplate.model_validate(stored) == template


# -- layers -------------------------------------------------------------------------------------------------------


def names(*bars: Pattern) -> dict[str, set[Voice]]:
    return {name: {hit.voice for hit in layer.hits} for name, layer in apart(join(list(bars)))[1].items()}


@pytest.mark.parametrize(
    "percussion",
    [
        {"shaker": "7575757575757575"},
        {"tambourine": "7.7.7.7.7.7.7.7."},
        {"cowbell": "7...7...7...7..."},
        {"mute_conga": "7.......7.......", "high_conga": "....7.......7...", "low_conga": "......77......77"},
        {"claves": "7.....7.....7...", "triangle": "7.7.7.7.7.7.7.7."},
    ],
)
def test_percussion_over_a_full_kit_is_a_further_player(percussion: dict[str, str]) -> None:
    whole = bar(kick="9.......9.......", snare=BACKBEAT, closed_hat=HATS, **percussion)
    kit, layers = apart(join([whole] * 4))
    assert {hit.voice for hit in kit.hits} == {V.KICK, V.SNARE, V.CLOSED_HAT}
    assert sorted([*kit.hits, *layers["percussion"].hits]) == sorted(join([whole] * 4).hits)


@pytest.mark.parametrize("voice", ["cowbell", "tambourine", "shaker", "high_wood_block"])
def test_a_drummer_has_a_hand_for_what_takes_the_hats_place(voice: str) -> None:
    assert names(*[bar(kick="9.......9.......", snare=BACKBEAT, **{voice: HATS})] * 4) == {}
    # the hat in the verse, the bell in the chorus
    chorus = bar(kick="9...9...9...9...", snare=BACKBEAT, cowbell="7...7...7...7...")
    assert names(*[A] * 8, *[chorus] * 8) == {}


def test_a_clap_on_the_snare_is_a_layer_and_one_in_its_place_is_none() -> None:
    both = bar(kick="9.......9.......", snare=BACKBEAT, clap=BACKBEAT, closed_hat="6565656565656565")
    assert names(*[both] * 4) == {"clap": {V.CLAP}}
    assert names(*[bar(kick="9...9...9...9...", clap=BACKBEAT, closed_hat="..7...7...7...7.")] * 4) == {}


def test_an_echo_that_dies_away_is_a_layer() -> None:
    echoing = bar(kick="9.......9.......", snare="....9..5..3.9..5", closed_hat=HATS)
    rest = bar(kick="9.......9.......", snare="..3.9..5..3.9..5", closed_hat=HATS)
    kit, layers = apart(join([echoing, *[rest] * 5]))
    assert set(layers) == {"echo"}
    assert {hit.step % 16 for hit in kit.hits if hit.voice is V.SNARE} == {4, 12}


def test_an_echo_follows_strokes_of_any_loudness() -> None:
    drawn = random.Random(2)
    hits: list[Hit] = []
    for number in range(8):
        for step in (4, 12):
            loud = drawn.randint(70, 120)
            at = number * 16 + step
            hits += [Hit(number * 16, V.KICK, 100)] if step == 4 else []
            hits += [Hit(at, V.SNARE, loud), Hit(at + 3, V.SNARE, round(loud * 0.5))]
    assert names(Pattern(FOUR, 8, 4, tuple(hits))) == {"echo": {V.SNARE}}


@pytest.mark.parametrize("lag", [3.0, 3.31, 5.6])
@pytest.mark.parametrize("varied", [False, True])
def test_an_echo_of_some_strokes_is_a_layer(lag: float, varied: bool) -> None:
    """A delay that falls away is thrown on the last backbeat of every second bar, on the grid and off it."""
    drawn = random.Random(5)
    plain = bar(kick="9.......9.......", snare="....9.......9.2.", closed_hat=HATS)
    hits = list(join([plain] * 16).hits)
    for number in range(1, 15, 2):
        loud = drawn.randint(90, 120) if varied else 112
        at = number * 16 + 12
        hits = [hit for hit in hits if (hit.voice, hit.step) not in ((V.SNARE, at), (V.SNARE, at + 2))]
        hits.append(Hit(at, V.SNARE, loud))
        taken = {hit.step for hit in hits if hit.voice is V.SNARE}
        for turn in (1, 2, 3):
            step = round(at + turn * lag)
            if step not in taken:
                hits.append(Hit(step, V.SNARE, round(loud * 0.6**turn), at + turn * lag - step))
    kit, layers = apart(Pattern(FOUR, 16, 4, tuple(sorted(hits))))
    assert set(layers) == {"echo"}
    own = {hit.step % 16 for hit in kit.hits if hit.voice is V.SNARE}
    assert own == {4, 12, 14}


@pytest.mark.parametrize("seed", range(6))
def test_a_persons_ghosts_ruffs_and_rolls_are_no_echo(seed: int) -> None:
    """Ghosts behind some backbeats, rolls that die away in sixteenths, as hands give them."""
    drawn = random.Random(seed)
    hits = []
    for number in range(32):
        at = 16 * number
        hits += [Hit(at, V.KICK, 100), Hit(at + 4, V.SNARE, drawn.randint(95, 118)), Hit(at + 12, V.SNARE, 108)]
        if number % 2:
            hits += [Hit(at + step, V.SNARE, drawn.randint(25, 60), drawn.gauss(0, 0.05)) for step in (7, 10, 15)]
        if number % 4 == 3:
            hits += [Hit(at + step, V.SNARE, 118 - 9 * (step - 5)) for step in (5, 6, 8, 9, 11)]
    once = {(hit.voice, hit.step): hit for hit in hits}
    assert "echo" not in names(Pattern(FOUR, 32, 4, tuple(sorted(once.values()))))


@pytest.mark.parametrize(
    "lanes",
    [
        {"snare": "....9..2.2..9..2"},  # ghost notes
        {"snare": "....9.......7..."},  # a softer second backbeat
        {"kick": "9..6....9..6...."},
        {"closed_hat": "9.6.4...9.6.4..."},
        {"snare": "9543954395439543"},
    ],
)
def test_accents_and_ghost_notes_are_no_echo(lanes: dict[str, str]) -> None:
    assert names(*[bar(**({"kick": "9.......9......."} | lanes))] * 8) == {}


def test_written_grooves_are_one_drummers() -> None:
    data = Path(__file__).parent.parent.parent / "data"
    paths = [*data.glob("reference/grooves/*.grid"), *data.glob("library/*/*.grid")]
    written = [groove for path in paths for groove in parse_gridfile(path.read_text(encoding="utf-8"))]
    assert len(written) > 100
    for groove in written:
        layers = names(*[groove.pattern] * max(1, 8 // groove.pattern.bars))
        assert not set(layers) - {"clap"}, groove.title


# -- from files ---------------------------------------------------------------------------------------------------


def take_of(pattern: Pattern, title: str = "song") -> TakeRow:
    notes = [
        ClipNote(GM.writing[hit.voice], (hit.step + hit.offset) / pattern.steps_per_quarter, 0.1, hit.velocity)
        for hit in pattern.hits
    ]
    data = write_midi(notes, tempo=120.0, metre=pattern.metre, name="x", quarters=pattern.quarters)
    made = Document("d", "library", "midi", f"{title}.mid", title, "audio/midi", len(data), 1.0, "", datetime.now(UTC))
    return take_rows_of(made, data)[0]


def test_a_song_in_a_file() -> None:
    take = take_of(join([*[INTRO] * 3, *[A, B] * 8, *[CHORUS_A, CHORUS_B] * 4, STOP]))
    assert grooves(take.segments) == {3: 8, 19: 4}
    assert of_role(take.segments, "intro") == [(1, 2)]


def test_titles_name_the_role_of_short_takes_only() -> None:
    assert {part.role for part in take_of(join([A, B]), "fill 2").segments} == {"fill"}
    assert {part.role for part in take_of(join([A, B]), "Fill My Cup").segments} == {"groove"}
    assert {part.role for part in take_of(join([A, B] * 8), "Fill Me In").segments} == {"groove"}
    assert take_of(join(solo_bars(8)), "Drum solo").segments == []
    assert grooves(take_of(join([A, B] * 8), "Solo").segments) == {0: 8}


@pytest.mark.parametrize("gap_ms", [0.0, 4.0, 10.0])
def test_two_samples_on_one_stroke_are_no_flam(gap_ms: float) -> None:
    song = join([A, B] * 4)
    notes = [ClipNote(GM.writing[hit.voice], hit.step / 4, 0.1, hit.velocity) for hit in song.hits]
    notes += [
        ClipNote(40, n.start_quarters + gap_ms * 120 / 60_000, 0.1, n.velocity - 5) for n in notes if n.pitch == 38
    ]
    data = write_midi(notes, tempo=120.0, metre=FOUR, name="x", quarters=song.quarters)
    assert all(double.share == 0 for double in describe(read_midi(data)).doubles)
