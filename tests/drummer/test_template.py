"""Clips from hand-made profiles: what must hold for every seed, and what each option does."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from uuid import UUID

import mido
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdg_core.errors import UsageError
from mdg_core.kit import Voice
from mdg_core.maps import MAPS
from mdg_core.pattern import Hit, Metre, Pattern
from mdg_core.profile import DoubledStrokes, Feel, FeelCell, Parameter, StyleProfile
from mdg_core.stepgrid import level_of
from mdg_drummer.arrange import _fill_places, _landed, arrange
from mdg_drummer.bars import CYMBALS, FEET, GHOST_VELOCITY, Grid
from mdg_drummer.blend import blended, together
from mdg_drummer.exchange import MOST_EQUAL
from mdg_drummer.feels import KnownFeel
from mdg_drummer.lock import locked_of
from mdg_drummer.microtiming import timings
from mdg_drummer.naming import file_name
from mdg_drummer.novelty import mean_bar_distance, novelty
from mdg_drummer.plan import NothingToPlay, around, make_plan
from mdg_drummer.playable import playable_bars
from mdg_drummer.request import GenerationRequest, Lock
from mdg_drummer.result import build_result, notes_of
from mdg_drummer.template import LEAST_DISTANCE, Clips, generate
from tests.drummer.people import PRIOR, library_of
from tests.drummer.profiles import ALL, compound, jazz, profile, rock, sparse, template

V = Voice
ID = UUID(int=7)


def ask(**options: object) -> GenerationRequest:
    return GenerationRequest.model_validate({"artist": "Anybody", **options})


def clips_of(known: StyleProfile, seed: int = 7, **options: object) -> Clips:
    """On the grid unless asked otherwise: what is tested with it is what is hit."""
    return generate(library_of(known), ask(**{"humanize": False, **options}), seed)


def build(known: StyleProfile, seed: int = 7, **options: object) -> tuple[dict, list[bytes]]:  # type: ignore[type-arg]
    request = ask(**options)
    return build_result(ID, known, generate(library_of(known), request, seed), request, seed)


def test_what_moves_off_the_beat_stays_in_its_bar() -> None:
    """Here a kick on the second of six steps was to come before the bar."""
    options = {"bars": 6, "time_signature": "6/8", "section": "outro", "density": 1, "tempo": 200, "feel": "triplet"}
    result, _ = build(compound(), 231404, variations=1, syncopation=1, **options)
    assert result["variations"][0]["notes"][0]["start"] >= 0


@settings(max_examples=50, deadline=None)
@given(
    make=st.sampled_from(ALL),
    seed=st.integers(0, 2**53 - 1),
    bars=st.integers(1, 16),
    metre=st.sampled_from([None, "4/4", "3/4", "5/4", "7/8", "6/8", "12/8", "7/4", "2/2", "13/16"]),
    section=st.sampled_from(["groove", "fill", "intro", "outro"]),
    density=st.sampled_from([None, -1.0, 0.4, 1.0]),
    swing=st.sampled_from([None, 50.0, 75.0]),
    tempo=st.sampled_from([None, 20.0, 97.3, 999.0]),
    feel=st.sampled_from([None, None, "straight", "swung", "triplet"]),
    syncopation=st.sampled_from([None, None, -1.0, 1.0]),
    drum_map=st.sampled_from(sorted(MAPS)),
)
def test_every_export_keeps_the_rules(
    make: Callable[[], StyleProfile], seed: int, bars: int, metre: str | None, drum_map: str, **options: object
) -> None:
    result, midi = build(make(), seed, bars=bars, time_signature=metre, variations=1, drum_map=drum_map, **options)
    file = mido.MidiFile(file=BytesIO(midi[0]))
    length = Metre.parse(result["time_signature"]).bar_quarters * bars
    assert (file.type, file.ticks_per_beat) == (1, 480)
    assert metre is None or result["time_signature"] == metre
    sounding: dict[int, int] = {}
    hands: dict[int, int] = {}
    for track in file.tracks:
        tick = 0
        for message in track:
            tick += message.time
            assert tick <= length * 480
            if message.type in ("note_on", "note_off"):
                assert message.channel == 9
                if message.type == "note_on" and message.velocity:
                    assert message.note not in sounding
                    sounding[message.note] = tick
                else:
                    assert tick > sounding.pop(message.note)
        assert tick == length * 480
    assert not sounding
    for note in result["variations"][0]["notes"]:
        assert 0 <= note["start"] < length
        assert note["duration"] > 0
        hands[note["step"]] = hands.get(note["step"], 0) + (note["voice"] not in FEET)
    assert all(count <= 2 for count in hands.values())


@pytest.mark.parametrize("make", ALL)
def test_the_same_seed_gives_the_same_bytes(make: Callable[[], StyleProfile]) -> None:
    assert build(make(), 11, variations=3)[1] == build(make(), 11, variations=3)[1]
    assert build(make(), 11)[1] != build(make(), 12)[1]


def test_the_same_bytes_in_another_process() -> None:
    """Sets of texts come in another order in each process: nothing may hang on it."""
    code = (
        "import sys, hashlib; from tests.drummer.test_template import build, rock;"
        "print(hashlib.sha256(b''.join(build(rock(), 5, bars=8)[1])).hexdigest())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": str(seed)}
        ).stdout
        for seed in (1, 2)
    ]
    assert runs[0] == runs[1]


def test_more_variations_leave_the_first_as_they_are() -> None:
    few, many = build(rock(), 3, variations=2)[1], build(rock(), 3, variations=6)[1]
    assert many[:2] == few


@pytest.mark.parametrize("make", ALL)
def test_variations_differ_and_belong_together(make: Callable[[], StyleProfile]) -> None:
    for seed in range(5):
        clips = clips_of(make(), seed, variations=4)
        patterns = [v.pattern for v in clips.variations]
        assert len({(p.metre, p.steps_per_quarter) for p in patterns}) == 1
        for index, variation in enumerate(clips.variations):
            earlier = [mean_bar_distance(variation.pattern, other) for other in patterns[:index]]
            assert variation.distance == (pytest.approx(min(earlier)) if earlier else None)
            # a machine with one bar to its name has less to offer
            assert not earlier or min(earlier) >= (LEAST_DISTANCE if make is not sparse else 0.25)


@pytest.mark.parametrize("make", ALL)
def test_no_clip_is_a_copy(make: Callable[[], StyleProfile]) -> None:
    sources = library_of(make()).sources
    clips = [v for seed in range(10) for v in clips_of(make(), seed, bars=4).variations]
    assert all(clip.novelty > 0 for clip in clips)
    assert all((novelty(clip.pattern, sources) == 0).mean() <= MOST_EQUAL for clip in clips)


def test_the_groove_survives_its_variation() -> None:
    """Backbeats and the kick on one are the groove itself: they stay in every bar that is not a fill."""
    for seed in range(20):
        plan = make_plan(library_of(rock()), ask(), random.Random(seed))
        for lead in plan.grooves:
            made = arrange(plan, lead, bars=2, section="groove", density=0, changes=3, rng=random.Random(seed))
            first = made.bars[0]
            assert first[0, V.KICK] > 80
            assert all(first[step, V.SNARE] > 100 for step in (4, 12))


def test_only_voices_that_the_artist_plays() -> None:
    for make in ALL:
        known = make()
        played = {voice for t in known.patterns for voice in t.lanes} | set(CYMBALS)
        if make is compound:
            played.add(V.SNARE)
        for seed in range(5):
            for variation in clips_of(known, seed, bars=8).variations:
                assert {hit.voice for hit in variation.pattern.hits} <= played


def test_a_crash_only_where_the_artist_has_one_and_after_a_fill() -> None:
    crashes = [
        hit.step
        for seed in range(40)
        for v in clips_of(rock(), seed, bars=8, variations=2).variations
        for hit in v.pattern.hits
        if hit.voice is V.CRASH
    ]
    assert set(crashes) == {0, 4 * 16}  # on the first beat where the loop ends in a fill
    for seed in range(12):
        for v in clips_of(sparse(), seed, bars=8, variations=2).variations:
            assert not any(hit.voice in CYMBALS for hit in v.pattern.hits)


def test_fills_stand_at_the_ends_of_phrases() -> None:
    toms = (V.HIGH_TOM, V.FLOOR_TOM)
    bars = {
        hit.step // 16
        for seed in range(20)
        for v in clips_of(rock(), seed, bars=8, variations=2).variations
        for hit in v.pattern.hits
        if hit.voice in toms
    }
    assert bars == {3, 7}


def test_without_fills_of_the_artist_a_plain_one_is_played_and_said() -> None:
    clips = [clips_of(compound(), seed, bars=8) for seed in range(4)]
    assert any("no fill of this artist is known" in note for c in clips for note in c.notes)


def test_one_foot_is_no_faster_across_a_bar_line_than_within_a_bar() -> None:
    """A kick on the last sixteenth and on the next downbeat: 150 ms apart at 100 bpm, 75 ms at 200."""
    grid = Grid(Metre(), 4)
    bars = [
        {(0, V.KICK): 100, (15, V.KICK): 90},
        {(0, V.KICK): 100, (2, V.PEDAL_HAT): 60},
        {(13, V.PEDAL_HAT): 60, (15, V.KICK): 90},
    ]

    def places(tempo: float, kept: tuple[Voice, ...] = ()) -> list[list[int]]:
        return [[s for s, voice in bar if voice is V.KICK] for bar in playable_bars(bars, grid, tempo, kept)]

    assert places(100) == [[0, 15], [0], [15]]
    assert places(200) == [[0], [0], []]  # the loop goes back from the last bar to the first
    assert places(200, (V.KICK,)) == places(100)


def test_density_thins_out_and_fills_up() -> None:
    def strokes(density: float) -> int:
        plan = make_plan(library_of(rock()), ask(), random.Random(1))
        made = arrange(
            plan, plan.grooves[0], bars=2, section="groove", density=density, changes=1, rng=random.Random(1)
        )
        return sum(len(bar) for bar in made.bars)

    counts = [strokes(density) for density in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    assert counts == sorted(counts)
    assert counts[0] < counts[2] < counts[4]


def test_the_thinnest_groove_keeps_its_frame() -> None:
    for variation in clips_of(rock(), bars=1, density=-1.0).variations:
        hits = {(hit.step, hit.voice) for hit in variation.pattern.hits}
        assert {(0, V.KICK), (4, V.SNARE), (12, V.SNARE)} <= hits
        assert not any(h.voice is V.SNARE and h.velocity < GHOST_VELOCITY - 20 for h in variation.pattern.hits)


def test_sections() -> None:
    intro = clips_of(rock(), bars=4, section="intro").variations[0].pattern
    assert [hit.step for hit in intro.bar(0).hits if hit.voice is V.OPEN_HAT] == [0, 4, 8, 12]
    outro = clips_of(rock(), bars=4, section="outro").variations[0].pattern
    assert {hit.voice for hit in outro.bar(3).hits} == {V.CRASH, V.KICK}
    for seed in range(8):
        for variation in clips_of(rock(), seed, bars=4, section="fill").variations:
            bars = [{(h.step, h.voice): h.velocity for h in variation.pattern.bar(i).hits} for i in range(4)]
            drums = (V.SNARE, V.HIGH_TOM, V.FLOOR_TOM)
            assert sum(voice in drums for _, voice in bars[3]) >= 4
            assert not any(voice in drums[1:] for bar in bars[:3] for _, voice in bar)  # till then the groove
            assert all((step, V.SNARE) in bar for bar in bars[:3] for step in (4, 12))
            loudest = max(velocity for bar in bars for velocity in bar.values())
            assert bars[0][0, V.CRASH] >= loudest - 1  # where it lands, as loud as the clip gets
            assert bars[0][0, V.KICK] > 80


def test_an_intro_of_an_artist_without_one_begins_with_the_hand_that_keeps_time() -> None:
    clips = clips_of(jazz(), bars=4, section="intro")
    bars = [clips.variations[0].pattern.bar(index) for index in range(4)]
    assert {hit.voice for hit in bars[0].hits} == {V.RIDE, V.PEDAL_HAT}
    assert {hit.voice for hit in bars[1].hits} <= {V.RIDE, V.PEDAL_HAT, V.KICK}
    toms = profile("Toms", [template("Toms", {V.FLOOR_TOM: "8.8.8.8.8.8.8.8.", V.KICK: "9...9...9...9..."})])
    first = clips_of(toms, bars=4, section="intro").variations[0].pattern.bar(0)
    assert {hit.voice for hit in first.hits} == {V.FLOOR_TOM}


def test_an_outro_of_an_artist_without_one_ends_on_a_stroke() -> None:
    clips = clips_of(jazz(), bars=4, section="outro")
    last = clips.variations[0].pattern.bar(3)
    assert {hit.step for hit in last.hits} == {0}
    assert any("no outro" in note for note in clips.notes)


def test_tempo_comes_from_the_profile_or_is_noted_when_far_out() -> None:
    """It is that of one of the grooves; of an artist whose tempo is known from words alone, that one."""
    borrowed = [t.model_copy(update={"documents": ["reference:rock"]}) for t in rock().patterns]
    assert {clips_of(rock(), seed).tempo for seed in range(12)} == {112, 120, 128}
    assert clips_of(sparse()).tempo == 100
    params = profile("Slow", [], tempos=(60, 66, 72)).quantitative_params
    ballads = rock().model_copy(update={"quantitative_params": params, "patterns": borrowed})
    assert clips_of(ballads).tempo == 66
    inside, outside = clips_of(rock(), tempo=100.0), clips_of(rock(), tempo=180.0)
    assert not any("bpm" in note for note in inside.notes)
    assert outside.tempo == 180
    assert "180 bpm is outside the tempos known of this artist (90-140 bpm)" in outside.notes


def test_the_nearest_groove_in_tempo_leads_most_often() -> None:
    fast = template("Fast", rock().patterns[0].lanes, style="punk", tempo=200.0)
    slow = template("Slow", rock().patterns[1].lanes, style="doom", tempo=60.0)
    known = profile("Two tempos", [fast, slow], tempos=(60, 120, 200))
    styles = [clips_of(known, seed, tempo=190.0, variations=1).style for seed in range(30)]
    assert styles.count("punk") > 25


def test_another_metre_is_an_adaptation_and_says_so() -> None:
    clips = clips_of(rock(), time_signature="7/8")
    assert str(clips.variations[0].pattern.metre) == "7/8"
    assert clips.notes[0].startswith("no groove in 7/8 is known of this artist: grooves in 4/4")


def test_the_metre_of_most_takes_is_the_default() -> None:
    assert str(clips_of(compound()).variations[0].pattern.metre) == "6/8"
    one_take = [p.model_copy(update={"weight": 0.4, "documents": ["one"]}) for p in compound().patterns]
    takes = [p.model_copy(update={"weight": 0.3, "documents": [p.name, "more"]}) for p in rock().patterns]
    assert str(clips_of(profile("Both", [*one_take, *takes])).variations[0].pattern.metre) == "4/4"


def test_crashes_are_no_part_of_what_repeats() -> None:
    """Two bars of which the first has a crash come round four times; the crash comes where phrases begin."""
    known = profile(
        "Accents",
        [
            template(
                "Beat", {V.CRASH: "8.......|........", V.RIDE: "..6.6.6.|6.6.6.6.", V.KICK: "9...9...|9...9..."}, grid=2
            )
        ],
    )
    clips = [clips_of(known, seed, bars=8, variations=1).variations[0].pattern for seed in range(120)]
    crashes = [[hit.step // 8 for hit in clip.hits if hit.voice is V.CRASH] for clip in clips]
    assert {bar for bars in crashes for bar in bars} == {0, 4}
    assert 0 < sum(4 in bars for bars in crashes) <= len(clips)
    first = [[hit for hit in clip.hits if hit.step == 32] for clip in clips]
    assert all(any(hit.voice in (V.CRASH, V.RIDE) for hit in hits) for hits in first)  # the hand is never idle


def test_a_cymbal_that_is_ridden_goes_on() -> None:
    ridden = profile("Rider", [template("Ride", {V.CRASH: "8.8.8.8.|8.8.8.8.", V.KICK: "9...9...|9...9..."}, grid=2)])
    clip = clips_of(ridden, bars=4, variations=1).variations[0].pattern
    assert all(sum(hit.voice is V.CRASH for hit in clip.bar(bar).hits) >= 3 for bar in range(3))


def test_many_takes_of_little_weight_do_not_make_the_metre() -> None:
    one_take = [p.model_copy(update={"weight": 0.9, "documents": ["one"]}) for p in compound().patterns]
    takes = [p.model_copy(update={"weight": 0.1, "documents": [p.name, "more"]}) for p in rock().patterns]
    assert str(clips_of(profile("Both", [*one_take, *takes])).variations[0].pattern.metre) == "6/8"


def test_a_little_of_another_artist_does_not_change_the_metre() -> None:
    many = [p.model_copy(update={"documents": [p.name, "more", "and more"]}) for p in rock().patterns]
    both = blended(library_of(compound()), library_of(profile("Other", many)), 0.3)
    clips = generate(both, ask(humanize=False), 7)
    assert str(clips.variations[0].pattern.metre) == "6/8"


def test_fills_are_as_busy_and_as_loud_as_the_groove() -> None:
    beat = {V.SNARE: "....9.......9...", V.KICK: "9.....7.9.......", V.CLOSED_HAT: "7.7.7.7.7.7.7.7."}
    soft = {V.SNARE: "....3.......3...", V.KICK: "2.....2.3.......", V.CLOSED_HAT: "2.1.2.1.2.1.2.1."}
    loud_fill = template("Loud", {V.FLOOR_TOM: "9.8.9.8.9.8.9.8.", V.KICK: "9.....7.9......."}, role="fill")
    soft_fill = template("Soft", {V.HIGH_TOM: "2.3.2.3.2.3.3.3.", V.KICK: "2.....2.3......."}, role="fill")

    def likelier(groove: dict[V, str]) -> str:
        library = library_of(profile("Either", [template("Groove", groove), loud_fill, soft_fill]))
        plan = around(make_plan(library, ask(), random.Random(1)), library.of("groove")[0])
        first, second = sorted(plan.fills, key=lambda fill: -fill.weight)
        assert first.weight > 10 * second.weight
        return first.name

    assert likelier(beat) == "Loud"
    assert likelier(soft) == "Soft"


def test_a_profile_without_grooves_says_what_to_do() -> None:
    empty = profile("Empty", [t for t in rock().patterns if t.role == "fill"])
    with pytest.raises(NothingToPlay, match="mdg augment empty"):
        clips_of(empty)


def upbeat_offsets(known: StyleProfile, **options: object) -> set[float]:
    grid = clips_of(known, variations=1, **options).variations[0].pattern
    return {round(hit.offset, 3) for hit in grid.hits if hit.step % 4 == 2}


def test_swing_moves_the_upbeats() -> None:
    assert upbeat_offsets(rock()) == {0.0}
    eighths = rock().model_copy(update={"feel": [Feel(metre="4/4", steps_per_quarter=4, swing_eighths=60.0)]})
    assert upbeat_offsets(eighths) == {0.4}  # 10 % of a quarter of four steps
    assert upbeat_offsets(eighths, swing=70.0) == {0.8}


def test_swing_of_a_straight_player_goes_to_the_sixteenths() -> None:
    pattern = clips_of(rock(), variations=1, swing=60.0).variations[0].pattern
    assert {round(hit.offset, 3) for hit in pattern.hits if hit.step % 2} == {0.2}
    assert {hit.offset for hit in pattern.hits if hit.step % 2 == 0} == {0.0}


def test_triplets_keep_their_swing() -> None:
    clips = clips_of(jazz(), swing=60.0)
    assert all(hit.offset == 0 for v in clips.variations for hit in v.pattern.hits)
    assert any("the swing was left" in note for note in clips.notes)


def test_amounts_of_nothing_leave_the_grid() -> None:
    straight = clips_of(rock()).variations[0].pattern
    none = clips_of(rock(), humanize=True, timing_amount=0.0, velocity_amount=0.0).variations[0].pattern
    played = clips_of(rock(), humanize=True).variations[0].pattern
    assert none == straight
    assert [(h.step, h.voice) for h in played.hits] == [(h.step, h.voice) for h in straight.hits]
    assert sum(h.offset != 0 for h in played.hits) > len(played.hits) / 2


def test_dynamics_stay_those_of_the_groove() -> None:
    """Ghost notes stay below backbeats wherever they are: strokes stay within their level of the step grid."""
    straight = clips_of(rock(), bars=8).variations[0].pattern
    played = clips_of(rock(), bars=8, humanize=True).variations[0].pattern
    strayed = [p.velocity - s.velocity for p, s in zip(played.hits, straight.hits, strict=True)]
    assert [level_of(p.velocity) for p in played.hits] == [level_of(s.velocity) for s in straight.hits]
    assert len(set(strayed)) > 5


def test_a_clip_is_as_loose_or_tight_as_some_take() -> None:
    """Where every place of the bar spreads by 6 ms, all clips together do, each with a spread of its own."""
    steps = range(0, 16, 4)
    cells = [
        FeelCell(voice=V.SNARE, step=step, offset_ms=0, offset_spread_ms=6, velocity=99, velocity_spread=1, count=9999)
        for step in steps
    ]
    known = KnownFeel.of(Feel(metre="4/4", steps_per_quarter=4, cells=cells))
    hits = tuple(Hit(16 * bar + step, V.SNARE, 99) for bar in range(16) for step in steps)
    rngs = [np.random.default_rng(seed) for seed in range(200)]
    played = timings([Pattern(Metre(), 16, 4, hits)] * 200, [known] * 200, PRIOR, tempo=120, rngs=rngs)
    spreads = np.array([late.std() for late in played])
    assert np.concatenate(played).std() == pytest.approx(6, rel=0.1)
    assert np.log(spreads).std() == pytest.approx(0.22, abs=0.05)  # 0.2, and what 64 strokes differ by
    nobody = KnownFeel.of(Feel(metre="4/4", steps_per_quarter=4))
    rngs = [np.random.default_rng(seed) for seed in range(200)]
    of_people = timings([Pattern(Metre(), 16, 4, hits)] * 200, [nobody] * 200, PRIOR, tempo=120, rngs=rngs)
    assert np.log([late.std() for late in of_people]).std() > 0.17


def test_timing_and_touch_are_the_feels() -> None:
    """Where a place of the bar is well known, strokes there have its mean and spread."""
    cell = FeelCell(
        voice=V.SNARE, step=4, offset_ms=25, offset_spread_ms=6, velocity=125, velocity_spread=3, count=2000
    )
    known = rock().model_copy(update={"feel": [Feel(metre="4/4", steps_per_quarter=4, cells=[cell])]})
    ms = [
        hit.offset * 60000 / clips.tempo / 4
        for seed in range(40)
        for clips in [clips_of(known, seed, humanize=True)]
        for variation in clips.variations
        for hit in variation.pattern.hits
        if hit.voice is V.SNARE and hit.step % 16 == 4
    ]
    assert np.mean(ms) == pytest.approx(25, abs=1.5)
    assert np.std(ms) == pytest.approx(6, abs=1)


def test_a_style_on_request() -> None:
    both = profile("Both", [*rock().patterns, *jazz().patterns])
    assert {clips_of(both, seed, style="Swing").style for seed in range(8)} == {"swing"}
    assert {clips_of(both, seed).style for seed in range(8)} == {"rock", "swing"}
    with pytest.raises(UsageError, match=r"Both is not known to play polka; known are rock, swing|swing, rock"):
        clips_of(both, style="polka")


def test_a_groove_faster_than_the_artist_is_known_to_play_comes_as_fast_as_that() -> None:
    breakneck = template("Breakneck", rock().patterns[0].lanes, tempo=290.0)
    crawl = template("Crawl", rock().patterns[1].lanes, tempo=40.0)
    assert clips_of(profile("Fast", [breakneck], tempos=(90, 110, 220))).tempo == 220
    assert clips_of(profile("Slow", [crawl], tempos=(90, 110, 220))).tempo == 90


def test_styles_and_tempos_come_in_the_artists_shares() -> None:
    rare = template("Rare", rock().patterns[0].lanes, style="punk", tempo=200.0, weight=0.1)
    usual = template("Usual", rock().patterns[1].lanes, style="doom", tempo=60.0, weight=0.9)
    known = profile("Two", [rare, usual], tempos=(60, 60, 200))
    clips = [clips_of(known, seed, variations=1) for seed in range(200)]
    assert 8 <= sum(c.style == "punk" for c in clips) <= 36
    assert {(c.style, c.tempo) for c in clips} == {("punk", 200), ("doom", 60)}


def test_a_division_on_request() -> None:
    assert clips_of(rock(), feel="triplet").variations[0].pattern.steps_per_quarter == 3
    assert clips_of(jazz(), feel="straight").variations[0].pattern.steps_per_quarter == 4
    straight = clips_of(jazz(), feel="straight").variations[0].pattern
    assert all(hit.offset == 0 for hit in straight.hits)
    assert upbeat_offsets(rock(), feel="swung", seed=3) | {0.0} >= {0.0}
    moved = {round(h.offset, 3) for v in clips_of(rock(), feel="swung").variations for h in v.pattern.hits}
    assert moved >= {0.0, 0.24}  # 12 % of the two steps of an eighth, on its sixteenth
    assert any("divided in three" in note for note in clips_of(compound(), feel="swung").notes)


def test_syncopation_changes_clips_in_its_direction() -> None:
    def off_beat_kicks(amount: float) -> int:
        return sum(
            hit.voice is V.KICK and hit.step % 4 != 0
            for seed in range(8)
            for v in clips_of(rock(), seed, bars=2, syncopation=amount).variations
            for hit in v.pattern.hits
        )

    assert off_beat_kicks(-1.0) < off_beat_kicks(0.0) < off_beat_kicks(1.0)


def test_a_blend_draws_from_both_in_proportion() -> None:
    lanes = {V.COWBELL: "7.7.7.7.7.7.7.7.", V.SNARE: "8...8...8...8...", V.KICK: "9.....9...9....."}
    one, other = rock(), profile(
        "Soul Drummer",
        [template("Four on the snare", lanes, style="soul")],
        tempos=(100, 120, 160),
        feel=[Feel(metre="4/4", steps_per_quarter=4, swing_sixteenths=60.0)],
    )  # fmt: skip
    both = blended(library_of(one), library_of(other), 0.25)
    leads = [
        v.lead.split(":")[0]
        for seed in range(40)
        for v in generate(both, ask(variations=4, bars=2, humanize=False), seed).variations
    ]
    assert leads.count("Soul Drummer") == 40
    clips = generate(both, ask(variations=4, bars=2, blend={"artist": "Soul Drummer", "amount": 0.25}), 3)
    assert clips.artists == ("Rock Drummer", "Soul Drummer")
    result, _ = build_result(ID, both.profile, clips, ask(blend={"artist": "Soul Drummer", "amount": 0.25}), 3)
    assert result["blend"] == {"artist": "Soul Drummer", "amount": 0.25}
    assert result["variations"][0]["name"] == "Rock Drummer and Soul Drummer - groove 1"
    feel = both.feel(Grid(Metre(4, 4), 4), "rock")
    assert feel.swing_sixteenths == pytest.approx(52.5)
    assert both.profile.quantitative_params["tempo_max"].value == 160
    assert both.profile.quantitative_params["tempo_min"].value == 90


@pytest.mark.parametrize(("amount", "count", "others"), [(0.25, 8, 2), (0.4, 5, 2), (0.5, 4, 2), (0.1, 4, 0)])
@pytest.mark.parametrize("pair", [(rock, jazz), (jazz, rock), (compound, rock), (sparse, rock)])
def test_a_blend_shares_its_variations_exactly(
    pair: tuple[Callable[[], StyleProfile], Callable[[], StyleProfile]], amount: float, count: int, others: int
) -> None:
    """Whatever grids, metres and styles the two are written in."""
    one, other = (library_of(make()) for make in pair)
    both = blended(one, other, amount)
    clips = generate(both, ask(variations=count, humanize=False), 11)
    assert sum(v.lead.startswith(other.profile.artist.name) for v in clips.variations) == others
    fewer = generate(both, ask(variations=1, humanize=False), 11)
    assert fewer.variations[0].pattern == clips.variations[0].pattern


def test_a_blend_mixes_hands_and_feet_within_a_clip_and_plays_between_the_tempos() -> None:
    lanes = {V.COWBELL: "7.7.7.7.7.7.7.7.", V.SNARE: "....8.......8...", V.KICK: "9.9.9.9.9.9.9.9."}
    other = profile("Soul Drummer", [template("Eight kicks", lanes, style="soul")], tempos=(60, 80, 100))
    bars = {}
    for amount in (0.25, 0.75):
        grooves, request = together(blended(library_of(rock()), library_of(other), amount), ask())
        assert request.tempo == {0.25: 110.0, 0.75: 90.0}[amount]
        groove = next(g for g in grooves.of("groove") if g.name == "Rock Drummer: Pushed third beat")
        kicks = [{step for step, voice in bar if voice is V.KICK} for bar in groove.bars]
        bars[amount] = kicks.count(set(range(0, 16, 2)))
        assert all({voice for _, voice in bar} == {V.CLOSED_HAT, V.SNARE, V.KICK} for bar in groove.bars)
    assert bars == {0.25: 1, 0.75: 3}


def rock_with(name: str, value: float) -> StyleProfile:
    params = rock().quantitative_params | {name: Parameter(value=value, unit="", confidence=1)}
    return rock().model_copy(update={"quantitative_params": params})


def test_as_many_phrases_with_a_fill_as_the_artist_plays() -> None:
    def fills(share: float) -> float:
        plan = make_plan(library_of(rock_with("fill_share", share)), ask(), random.Random(1))
        places = [_fill_places(plan, 8, random.Random(seed)) for seed in range(400)]
        assert {bar for found in places for bar in found} <= {3, 7}
        return sum(map(len, places)) / 400 / 2

    assert fills(0.05) == pytest.approx(1 - 0.95**4, abs=0.04)
    assert fills(0.15) == pytest.approx(1 - 0.85**4, abs=0.06)
    assert fills(0.0) == pytest.approx(
        fills(0.13), abs=0.01
    )  # fills are known, cut out of the grooves: the usual share


def test_fills_land_on_a_crash_as_often_as_the_artists_do() -> None:
    def crashes(share: float) -> int:
        library = library_of(rock_with("crash_after_fill", share))
        clips = [generate(library, ask(bars=4, variations=1, humanize=False), seed) for seed in range(60)]
        patterns = [variation.pattern for found in clips for variation in found.variations]
        return sum(hit.voice is V.CRASH and hit.step == 0 for pattern in patterns for hit in pattern.hits)

    always = crashes(1.0)
    assert always > 10
    assert crashes(0.0) == 0
    assert crashes(0.4) == pytest.approx(0.4 * always, abs=0.25 * always)
    assert crashes(13.0) == always  # pinned as percent by mistake


def test_a_crash_that_the_groove_plays_anyway_counts() -> None:
    """Every other bar begins with a crash; of the others every other one that follows a fill gets one."""
    bars = [
        template("Crashes", {V.CRASH: "8...............|................", V.KICK: "8.......8.......|8.......8......."})
    ]
    known = profile("Crasher", [*bars, *(t for t in rock().patterns if t.role == "fill")])
    params = {"fill_share": 1.0, "crash_after_fill": 0.75}
    shares = {name: Parameter(value=value, unit="", confidence=1) for name, value in params.items()}
    known = known.model_copy(update={"quantitative_params": known.quantitative_params | shares})
    library = library_of(known)
    after = []
    for seed in range(60):
        plan = make_plan(library, ask(), random.Random(seed))
        body = [dict(bar) for bar in plan.grooves[0].bars]
        landed = _landed(plan, body, [0, 1], random.Random(seed), loops=True)
        after += [(0, V.CRASH) in bar for bar in landed]
    assert sum(after) / len(after) == pytest.approx(0.75, abs=0.1)


def _softly(lane: str) -> str:
    return lane.translate(str.maketrans("98765", "32222"))


def test_what_is_added_is_as_loud_as_the_artist() -> None:
    """A soft player's landings and added strokes are soft."""
    soft = [t.model_copy(update={"lanes": {v: _softly(lane) for v, lane in t.lanes.items()}}) for t in rock().patterns]
    known = rock().model_copy(update={"patterns": soft})
    loudest = max(
        hit.velocity
        for seed in range(10)
        for v in clips_of(known, seed, bars=8).variations
        for hit in v.pattern.hits
        if hit.voice in (V.KICK, V.CRASH)
    )
    assert loudest <= 50


def test_a_locked_voice_is_kept_to_the_tick() -> None:
    drag = DoubledStrokes(
        voice=V.SNARE,
        soft=False,
        share=0.5,
        further=0.8,
        gap_ms=40,
        gap_spread_ms=5,
        grace_share=0.5,
        velocity_ratio=0.6,
        count=99,
    )
    known = rock().model_copy(update={"feel": [Feel(metre="4/4", steps_per_quarter=4, doubles=[drag])]})
    first, _ = build(known, 1, bars=4, variations=2)
    lock = Lock(generation_id=ID, index=2, voices=[V.KICK, V.SNARE])
    request = ask(bars=8, variations=3, lock=lock)
    clips = generate(library_of(rock()), request, 99, locked_of(first, lock, bars=8))
    second, _ = build_result(ID, rock(), clips, request, 99)

    def kept(variation: dict, bars: range) -> list[tuple[int, float, int]]:  # type: ignore[type-arg]
        start = bars.start * 4
        return [
            (note["pitch"], round(note["start"] - start, 6), note["velocity"])
            for note in variation["notes"]
            if note["voice"] in ("kick", "snare") and note["step"] // 16 in bars
        ]

    wanted = kept(first["variations"][1], range(4))
    assert len(wanted) > len({(start, pitch) for pitch, start, _ in wanted if start % 1 == 0})
    for variation in second["variations"]:
        assert kept(variation, range(4)) == wanted
        assert kept(variation, range(4, 8)) == wanted
    others = [[n for n in v["notes"] if n["voice"] not in ("kick", "snare")] for v in second["variations"]]
    assert others[0] != others[1]


def test_a_lock_that_cannot_be_kept() -> None:
    first, _ = build(rock(), 1, variations=1)
    with pytest.raises(UsageError, match="no variation 5"):
        locked_of(first, Lock(generation_id=ID, index=5, voices=[V.KICK]), bars=4)
    with pytest.raises(UsageError, match="does not play cowbell"):
        locked_of(first, Lock(generation_id=ID, index=1, voices=[V.COWBELL]), bars=4)


def test_two_voices_on_one_pitch_become_one_note() -> None:
    grid = template("Bell", {V.RIDE: "6.......", V.RIDE_BELL: "9......."}, metre="2/4").pattern()
    notes = notes_of(grid, MAPS["ableton"])
    assert [(played.note.pitch, played.note.velocity) for played in notes] == [(51, 127)]


def test_a_drum_map_changes_pitches_alone() -> None:
    gm, roland = build(rock(), 4, bars=4, variations=1)[0], build(rock(), 4, variations=1, drum_map="roland_td")[0]
    pairs = list(zip(gm["variations"][0]["notes"], roland["variations"][0]["notes"], strict=True))
    assert all(a["voice"] == b["voice"] and a["start"] == b["start"] for a, b in pairs)
    assert all(b["pitch"] == MAPS["roland_td"].writing[Voice(b["voice"])] for _, b in pairs)


def test_names_claim_no_endorsement() -> None:
    result, midi = build(rock(), 1, variations=1)
    assert result["variations"][0]["name"] == "Rock Drummer - groove 1"
    file = mido.MidiFile(file=BytesIO(midi[0]))
    assert file.tracks[1].name == "Rock Drummer - groove 1"
    said = [message.text for message in file.tracks[0] if message.type == "text"]
    assert said == ["inspired by Rock Drummer, played by MidiDrumiGen"]


def test_file_names_are_plain() -> None:
    assert file_name('椎名/../林檎"\r\n', 7, 1, b"").isascii()
    assert not set('/\\"\r\n ') & set(file_name('a/../b"\r\n', 7, 1, b""))


def test_file_names_tell_clips_apart() -> None:
    assert re.fullmatch(r"x-7-1-[0-9a-f]{6}\.mid", file_name("X", 7, 1, b"one"))
    assert file_name("X", 7, 1, b"one") != file_name("X", 7, 1, b"another")
