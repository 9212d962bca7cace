"""Shift, count-in, bar lines, metres, felt tempo: what is taken off or settled before a take is measured."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.disguised_time import KINDS as DISGUISES
from benchmarks.disguised_time import verdict
from mdg_core.alignment import AUDIBLE_MS, aligned
from mdg_core.descriptors import values_of
from mdg_core.downbeat import METRE_UNKNOWN
from mdg_core.groove import certainty_of, describe, describe_stretches
from mdg_core.kit import Voice
from mdg_core.midi import Take, read_midi
from mdg_core.pattern import Metre
from mdg_core.stretches import runs_of
from mdg_core.swing import sixteenth_swing
from tests.core.takes import Planted, metre, on, smf, tempo, track

K, S, H, STICK = 36, 38, 42, 37


def beat(bars: int = 8, *, start: float = 0.0, unit: float = 1.0, hats: int = 2) -> list[tuple[float, int, int]]:
    """(quarter, pitch, velocity): kick on 1 and 3, snare on 2 and 4 of a beat `unit` quarters long."""
    out = []
    for i in range(4 * bars):
        out.append((start + i * unit, (K, S)[i % 2], 110 - i % 3))
        out += [(start + (i + j / hats) * unit, H, (90, 65)[j % 2] + i % 4) for j in range(hats)]
    return out


def take_of(
    strokes: list[tuple[float, int, int]],
    *,
    bpm: float = 100,
    metres: tuple[tuple[float, int, int], ...] = ((0, 4, 2),),
    tempos: tuple[tuple[float, float], ...] = (),
) -> Take:
    events = [(0, tempo(bpm)), *((round(at * 480), tempo(later)) for at, later in tempos)]
    events += [*((round(at * 480), metre(n, d)) for at, n, d in metres)]
    events += [(round(at * 480), on(pitch, velocity)) for at, pitch, velocity in strokes]
    return read_midi(smf(track(events)))


@pytest.mark.parametrize("bpm", [60, 85, 140, 200])
@pytest.mark.parametrize("quarters", [0.06, 0.1125, 0.2])
def test_a_take_that_lies_late_as_a_whole_is_put_back(bpm, quarters):
    found = describe(take_of([(at + quarters, p, v) for at, p, v in beat()], bpm=bpm))
    assert found.shift_ms == pytest.approx(quarters * 60_000 / bpm, abs=1.5)
    assert all(abs(cell.offset_ms) < 1.5 for cell in found.cells)
    assert not found.shows_timing
    assert found.grid_fit == pytest.approx(1, abs=0.01)
    assert any("late" in note for note in found.notes) == (found.shift_ms >= AUDIBLE_MS)


def test_an_early_take_is_put_back():
    found = describe(take_of([(at - 0.1, p, v) for at, p, v in beat(start=4)]))
    assert found.shift_ms == pytest.approx(-60, abs=1)


def test_one_voice_that_is_late_is_no_shift():
    late = [(at + 0.05 * (p == S), p, v) for at, p, v in beat()]
    assert aligned(take_of(late))[1] == 0
    assert describe(take_of(late)).voices["snare"].push_ms == pytest.approx(30, abs=1)


@pytest.mark.parametrize("factor", [0.83, 1.13])
def test_a_take_at_another_tempo_than_its_file_does_not_follow(factor):
    rng = np.random.default_rng(0)
    loose = [(max(0.0, at + rng.normal(0, 0.05)), p, v) for at, p, v in beat(16)]
    assert describe(take_of(loose)).follows_grid
    found = describe(take_of([(at * factor, p, v) for at, p, v in loose]))
    assert not found.follows_grid
    assert found.doubts
    assert set(values_of(found)) <= {"velocity_mean", "velocity_std"}


def test_few_strokes_follow_only_where_chance_does_not_bring_them():
    rng = np.random.default_rng(1)
    thrown = [describe(take_of([(at, S, 90) for at in rng.uniform(0, 8, 16)])) for _ in range(20)]
    assert sum(found.follows_grid for found in thrown) <= 2
    assert all("too few" in found.doubts[-1] for found in thrown if not found.follows_grid)
    loose = [(max(0.0, at + rng.normal(0, 0.05)), p, v) for at, p, v in beat(2)]
    assert describe(take_of(loose)).follows_grid


@pytest.mark.parametrize("bars", [1, 8])
def test_programmed_triplets_without_a_beat_follow(bars):
    found = describe(take_of([(third / 3, S, 100) for third in range(12 * bars)]))
    assert (found.grid_fit, found.follows_grid, found.doubts) == (1, True, ())


def test_clicks_before_the_beat_are_left_out():
    clicks = [(float(i), STICK, 100) for i in range(4)]
    found = describe(take_of([*clicks, *beat(start=4)]))
    assert "side_stick" not in found.voices
    assert found.hits == len(beat())
    assert any("count in" in note for note in found.notes)
    halves = [(0.0, STICK, 90), (2.0, STICK, 90), *((4.0 + i, STICK, 90) for i in range(4))]
    assert "side_stick" not in describe(take_of([*halves, *beat(start=8)])).voices


def test_sticks_count_in_a_song_that_hats_open():
    clicks = [(float(i), STICK, 100) for i in range(4)]
    intro = [(4.0 + i / 2, H, 80) for i in range(16)]
    found = describe(take_of([*clicks, *intro, *beat(start=12)]))
    assert "side_stick" not in found.voices
    assert found.voices["closed_hat"].hits == 16 + 64


def test_a_beat_of_side_sticks_is_no_count_in():
    strokes = [(at, STICK if p == S else p, v) for at, p, v in beat()]
    assert describe(take_of(strokes)).voices["side_stick"].hits == 16


def test_the_bar_line_is_moved_where_the_backbeat_is_a_beat_off():
    found = describe(take_of([*beat(start=3), (3.0, 49, 110)]))
    cells = {(cell.voice, cell.step) for cell in found.cells}
    assert {("kick", 0), ("snare", 4)} <= cells
    assert ("snare", 0) not in cells
    assert found.doubts


def test_a_half_time_feel_keeps_its_bar_line():
    strokes = [s for bar in range(8) for s in [(4.0 * bar, K, 110), (4.0 * bar + 2, S, 100 + bar)]]
    strokes += [(i / 2, H, 80 + i % 3) for i in range(64)]
    assert {c.step for c in describe(take_of(strokes)).cells if c.voice == "snare"} == {8}


def waltz(bars: int = 12) -> list[tuple[float, int, int]]:
    return [s for i in range(3 * bars) for s in [(float(i), S if i % 3 else K, 90), (float(i), H, 80)]]


def test_a_waltz_without_a_metre_is_heard_in_three():
    assert describe(take_of(waltz(), metres=())).metre == "3/4"
    assert describe(take_of(beat(), metres=())).metre == "4/4"
    assert describe(take_of(waltz())).metre == "4/4"  # what the file states is believed


def ride_waltz(bars: int) -> list[tuple[float, int, int]]:
    """Hardly a kick or snare."""
    ride = [(3.0 * bar + at, 51, 80) for bar in range(bars) for at in (0, 1, 1.5, 2)]
    feet = [(3.0 * bar + at, 44, 70) for bar in range(bars) for at in (1, 2)]
    return [*ride, *feet, *((6.0 * i, K, 70) for i in range(bars // 2))]


@pytest.mark.parametrize("bars", [5, 12])
def test_a_waltz_on_the_ride_without_a_metre_is_heard_in_three(bars):
    take = take_of(ride_waltz(bars), metres=())
    assert describe(take).metre == "3/4"
    assert not describe(take).doubts


def test_a_ride_in_four_without_a_metre_stays_in_four():
    ride = [(4.0 * bar + at, 51, 80) for bar in range(8) for at in (0, 1, 1.5, 2, 3, 3.5)]
    feet = [(4.0 * bar + at, 44, 70) for bar in range(8) for at in (1, 3)]
    take = take_of([*ride, *feet], metres=())
    assert describe(take).metre == "4/4"
    assert not describe(take).doubts


@pytest.mark.parametrize(
    "strokes",
    [
        [(i / 2, pitch, 90) for i in range(48) for pitch in (K, 51)],  # the same on every eighth
        [(i / 2, H, 80) for i in range(72)] + [(1.5 * i, (K, S)[i % 2], 100) for i in range(24)],  # 6/8 or three
        [(float(i), S if i % 3 else K, 90) for i in range(6)],  # two bars of three, or one and a half of four
    ],
)
def test_a_metre_that_nothing_tells_is_never_sure(strokes):
    take = take_of(strokes, metres=())
    assert certainty_of(take, describe(take)) < 0.6 * take.certainty
    assert METRE_UNKNOWN in describe(take).doubts
    stated = take_of(strokes)
    assert METRE_UNKNOWN not in describe(stated).doubts


def test_each_metre_is_described_by_itself():
    three = [(32 + at, p, v) for at, p, v in waltz(8)]
    parts = describe_stretches(take_of([*beat(), *three], metres=((0, 4, 2), (32, 3, 2))))
    assert [(part.features.metre, part.bars) for part in parts] == [
        ("4/4", tuple(range(8))),
        ("3/4", tuple(range(8, 16))),
    ]
    assert [part.pattern.metre for part in parts] == [Metre(4, 4), Metre(3, 4)]
    assert parts[1].pattern.bars == 8
    assert [part.features.tempo for part in parts] == pytest.approx([100, 100], rel=1e-3)


def test_a_single_bar_of_another_metre_is_none_of_the_artist():
    later = beat(8, start=34)
    strokes = [*beat(8), (32.0, K, 100), (33.0, S, 100), *later]
    parts = describe_stretches(take_of(strokes, metres=((0, 4, 2), (32, 2, 2), (34, 4, 2))))
    assert [(part.features.metre, len(part.bars or ())) for part in parts] == [("4/4", 16)]
    assert parts[0].features.fill_bars in ([], None)


@pytest.mark.parametrize(("stated", "quarters"), [((1, 2), 1.0), ((8, 2), 8.0), ((2, 2), 2.0)])
def test_bars_too_few_to_be_a_metre_are_told(stated, quarters):
    metres = ((0, 4, 2), (32, *stated), (32 + quarters, 4, 2))
    found = describe(take_of([*beat(8), *beat(8, start=32 + quarters)], metres=metres))
    assert f"1 bar of {stated[0]}/4 is left out: too little to be a metre of the piece" in found.notes


def test_nothing_is_told_of_a_metre_that_comes_only_after_the_last_stroke():
    assert not any("left out" in note for note in describe(take_of(beat(8), metres=((0, 4, 2), (64, 1, 2)))).notes)


@pytest.mark.parametrize(
    ("unit", "bpm", "felt"),
    [(0.5, 60, 120), (0.5, 80, 160), (1.0, 60, 60), (2.0, 240, 120), (2.0, 140, 140), (0.5, 170, 170)],
)
def test_a_song_in_half_or_double_note_values(unit, bpm, felt):
    found = describe(take_of(beat(16, unit=unit), bpm=bpm))
    assert found.beats_per_minute == pytest.approx(felt, rel=1e-3)
    assert found.tempo == pytest.approx(felt, rel=1e-3), "it is rewritten in the note values that are felt"
    if unit * felt / bpm == 1:
        assert found.hits_per_bar == pytest.approx(12, rel=0.01), "a bar is one of the felt beat"
    assert bool(found.notes) == (felt != bpm)


@pytest.mark.parametrize(("bpm", "open_question"), [(195, True), (240, False)])
def test_a_tempo_at_which_people_play_half_time_is_not_sure(bpm, open_question):
    take = take_of(beat(16, unit=2.0), bpm=bpm)
    found = describe(take)
    assert found.beats_per_minute == pytest.approx(bpm / 2, rel=1e-3)
    assert (certainty_of(take, found) < 0.6 * take.certainty) == open_question


def test_a_slow_ballad_in_sixteenths_is_not_doubled():
    assert describe(take_of(beat(8, hats=4), bpm=60)).beats_per_minute == pytest.approx(60, rel=1e-3)


def test_the_tempo_of_twelve_eight_is_that_of_the_dotted_beat():
    strokes = [
        s for i in range(32) for s in [(i * 1.5, (K, S)[i % 2], 100), *((i * 1.5 + j / 2, H, 80) for j in range(3))]
    ]
    found = describe(take_of(strokes, bpm=174, metres=((0, 12, 3),)))
    assert (found.beats_per_minute, found.tempo) == pytest.approx((116, 174), rel=1e-3)


FIGURES = {  # quarters of a bar: hat, kick
    "dotted": ([0, 0.75, 1, 1.75, 2, 2.75, 3, 3.75], [0, 1.25, 2.25, 2.5]),
    "boom bap": ([i / 2 for i in range(8)], [0, 0.75, 1.75, 2.25]),
    "gallop": ([x for b in range(4) for x in (b, b + 0.5, b + 0.75)], [0, 2]),
    "tresillo": ([0, 0.75, 1.5, 2, 2.75, 3.5], [0, 0.75, 1.5]),
}


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("noise", [0, 0.01])
def test_figures_of_sixteenths_are_straight_sixteenths(figure, noise):
    rng = np.random.default_rng(1)
    hats, kicks = FIGURES[figure]
    strokes = [(4 * bar + at, H, 80) for bar in range(12) for at in hats]
    strokes += [(4 * bar + at, K, 100) for bar in range(12) for at in kicks]
    strokes += [(4 * bar + at, S, 110) for bar in range(12) for at in (1, 3)]
    found = describe(take_of([(max(0.0, at + rng.normal(0, noise)), p, v) for at, p, v in strokes]))
    assert found.steps_per_quarter == 4
    assert found.swing_eighths is None or found.swing_eighths.percent < 55


def test_sixteenths_of_kick_and_ghosts_swing_under_hats_in_eighths():
    planted = Planted(bpm=100, sixteenth_ratio=1.6, noise_ms=8)
    for bar in range(16):
        for eighth in range(8):
            planted.add(4 * bar + eighth / 2, Voice.CLOSED_HAT, 80)
        for at, voice in ((0, Voice.KICK), (1, Voice.SNARE), (1.75, Voice.SNARE), (2.25, Voice.KICK), (3, Voice.SNARE)):
            planted.add(4 * bar + at, voice, 100)
    swing = describe(read_midi(planted.midi())).swing_sixteenths
    assert swing is not None
    assert swing.ratio == pytest.approx(1.6, abs=0.1)


@pytest.mark.parametrize("ghosts", [(30, 45), (100, 101)])  # soft ones, and a flat file's
@pytest.mark.parametrize("ratio", [1.0, 1.3, 1.6, 2.0])
def test_a_half_time_shuffle_full_of_ghosts_stays_on_its_beats(ratio, ghosts):
    planted = Planted(bpm=90, sixteenth_ratio=ratio, noise_ms=6)
    rng = np.random.default_rng(0)
    for bar in range(12):
        for i in range(16):
            planted.add(4 * bar + i / 4, Voice.CLOSED_HAT, 80)
        for i in range(8):
            planted.add(4 * bar + i / 2 + 0.25, Voice.SNARE, int(rng.integers(*ghosts)))
        for at, voice in ((0, Voice.KICK), (2, Voice.SNARE), (1.25, Voice.KICK), (2.75, Voice.KICK)):
            planted.add(4 * bar + at, voice, 100)
    found = describe(read_midi(planted.midi()))
    assert abs(found.shift_ms) < 5
    assert found.swing_sixteenths is not None
    assert found.swing_sixteenths.ratio == pytest.approx(ratio, abs=0.1)


@pytest.mark.parametrize("bpm", [80, 120, 160])
@pytest.mark.parametrize("seed", range(3))
def test_very_loose_eighths_are_eighths(bpm, seed):
    rng = np.random.default_rng(seed)
    loose = [(max(0.0, at + rng.normal(0, 0.04) * bpm / 60), p, v) for at, p, v in beat(16, start=4)]
    assert describe(take_of(loose, bpm=bpm)).steps_per_quarter == 4


@pytest.mark.parametrize("seed", range(3))
def test_a_loose_shuffle_is_a_shuffle(seed):
    rng = np.random.default_rng(seed)
    swung = [(at + (at % 1) / 3, p, v) for at, p, v in beat(16, start=4)]
    loose = [(at + rng.normal(0, 0.02) * 2, p, v) for at, p, v in swung]
    assert describe(take_of(loose, bpm=120)).steps_per_quarter == 3


def test_sixteenths_anywhere_have_no_swing():
    onset = np.sort(np.random.default_rng(0).uniform(0, 400, 900))
    assert sixteenth_swing(onset, np.zeros(len(onset), dtype=np.int64)) is None


def test_few_velocities_say_nothing_of_dynamics():
    flat = describe(take_of([(at, p, 100) for at, p, _ in beat()]))
    assert not flat.shows_dynamics
    assert flat.ghost_share is None
    assert describe(take_of(beat())).shows_dynamics


def test_runs_hold_every_hit_from_their_own_first_bar_line() -> None:
    """Three bars of 4/4, two of 7/8, one of 4/4; an anticipation belongs to the run that it leads into."""
    strokes = [(at / 2, H, 80) for at in range(46)] + [(11.9, K, 110)]
    take = take_of(strokes, metres=((0, 4, 2), (12, 7, 3), (19, 4, 2)))
    runs = runs_of(take)
    assert [str(run.take.metres[0].metre) for run in runs] == ["4/4", "7/8", "4/4"]
    assert sorted(np.concatenate([run.index for run in runs]).tolist()) == list(range(len(take)))
    assert [len(run.take) for run in runs] == [24, 15, 8]
    assert [round(float(run.take.onset_quarters[0]), 2) for run in runs] == [0, -0.1, 0]
    assert (runs[1].take.onset_ticks == take.onset_ticks[runs[1].index]).all()


def test_a_take_of_one_metre_is_one_run() -> None:
    take = take_of(beat(4))
    (run,) = runs_of(take)
    assert run.take is take
    assert run.index.tolist() == list(range(len(take)))


def test_four_hats_count_in():
    found = describe(take_of([*((float(i), H, 90) for i in range(4)), *beat(start=4)]))
    assert any("first 4 strokes count in" in note for note in found.notes)
    assert found.bars == pytest.approx(8, abs=0.1)


@pytest.mark.parametrize("written", [(1, 2), (8, 2), (16, 2)])
def test_metres_that_sequencers_write_are_four_four(written):
    found = describe(take_of(beat(), metres=((0, *written),)))
    assert found.metre == "4/4"
    assert any("read as 4/4" in note for note in found.notes)


@pytest.mark.parametrize("log2_denominator", [4, 5])
def test_a_bar_shorter_than_an_eighth_is_read_as_written(log2_denominator):
    assert describe(take_of(beat(), metres=((0, 1, log2_denominator),))).metre == f"1/{2**log2_denominator}"


def swung(share: float, *, hats: bool = True) -> list[tuple[float, int, int]]:
    strokes = []
    for i in range(48):
        strokes += [(float(i), (K, S)[i % 2], 110), (i + share, K, 80)]
        strokes += [(float(i), H, 90), (i + share, H, 70)] if hats else []
    return strokes


@pytest.mark.parametrize("hats", [True, False])
@pytest.mark.parametrize("share", [0.6, 2 / 3])
def test_quintuplet_swing_and_shuffles_with_and_without_hats(share, hats):
    found = describe(take_of(swung(share, hats=hats)))
    assert found.swing_eighths
    assert found.swing_eighths.ratio == pytest.approx(share / (1 - share), abs=0.1)
    assert found.swing_sixteenths is None
    assert found.grid_fit > 0.95


def test_what_lies_just_before_the_eighth_is_no_swung_sixteenth():
    early = [(i + 0.5 - 0.1, K, 90) for i in range(0, 32, 2)]
    assert describe(take_of([*beat(), *early])).swing_sixteenths is None


def test_a_shift_is_found_across_changes_of_tempo():
    strokes = [(at + 0.1, pitch, velocity) for at, pitch, velocity in beat(16)]
    events = [(0, metre(4, 2)), *((bar * 4 * 480, tempo(100 + 2 * bar)) for bar in range(16))]
    events += [(round(at * 480), on(pitch, velocity)) for at, pitch, velocity in strokes]
    found = describe(read_midi(smf(track(events))))
    assert found.shift_ms == pytest.approx(0.1 * 60_000 / found.tempo, rel=0.03)
    assert found.grid_fit == pytest.approx(1, abs=0.01)
    assert not found.shows_timing
    assert found.tempo == pytest.approx(114.2, abs=1)


@pytest.mark.parametrize("late", [1 / 480, 1 / 8])
def test_a_metre_stated_just_after_the_start_holds_from_the_start(late):
    found = describe(take_of([(3 + at, p, v) for at, p, v in waltz()], metres=((late, 3, 2),)))
    assert found.metre == "3/4"
    assert found.shift_ms == 0


@pytest.mark.parametrize(("unit", "bpm", "felt"), [(0.5, 62, 124), (2.0, 240, 120)])
def test_busy_kicks_do_not_hide_half_or_double_note_values(unit, bpm, felt):
    busy = [(unit * (4 * bar + at), K, 100) for bar in range(8) for at in (1.5, 3.5)]
    found = describe(take_of([*beat(unit=unit), *busy], bpm=bpm))
    assert found.beats_per_minute == pytest.approx(felt)


@pytest.mark.parametrize("kind", DISGUISES)
def test_disguised_time_comes_back(kind):
    rng = np.random.default_rng(7)
    verdicts = [verdict(DISGUISES[kind](rng)) for _ in range(6)]
    assert [wrong for wrong, _ in verdicts if wrong] == []


@pytest.mark.parametrize(("bpm", "spread_ms"), [(120, 25), (140, 28), (160, 18), (200, 20)])
def test_eighths_that_are_played_loosely_are_no_swing_of_sixteenths(bpm, spread_ms):
    for seed in range(3):
        rng = np.random.default_rng(seed)
        spread = spread_ms * bpm / 60_000
        loose = [(max(0.0, at + rng.normal(0, spread)), p, v) for at, p, v in beat(16, start=4)]
        assert describe(take_of(loose, bpm=bpm)).swing_sixteenths is None


@pytest.mark.parametrize("percent", [56, 62, 70])
def test_sixteenths_that_are_played_loosely_still_swing(percent):
    rng = np.random.default_rng(1)
    later = (percent - 50) / 200  # quarters
    swung = [(at + later * (at * 4 % 2 == 1), p, v) for at, p, v in beat(16, start=4, hats=4)]
    loose = [(at + rng.normal(0, 0.018 * 92 / 60), p, v) for at, p, v in swung]
    assert describe(take_of(loose, bpm=92)).swing_sixteenths.percent == pytest.approx(percent, abs=1.5)


def busy(bars: int = 8, *, start: float = 4.0) -> list[tuple[float, int, int]]:
    """Hats and ghost notes on sixteenths."""
    figure = ((K, "8..7..8...7....."), (S, "....8..2.2..8..2"), (H, "6353635363536353"))
    return [
        (start + 4 * bar + step / 4, pitch, 14 * int(level))
        for bar in range(bars)
        for pitch, row in figure
        for step, level in enumerate(row)
        if level != "."
    ]


@pytest.mark.parametrize(("bpm", "ms"), [(120, 80), (150, 60), (160, 70), (200, 50), (180, 100), (200, -100)])
def test_kick_and_backbeat_tell_how_late_a_fast_take_lies(bpm, ms):
    late = ms * bpm / 60_000
    for strokes in (busy(), beat(start=4)):
        found = describe(take_of([(at + late, p, v) for at, p, v in strokes], bpm=bpm))
        assert found.shift_ms == pytest.approx(ms, abs=3)
        assert {cell.step for cell in found.cells if cell.voice == "snare" and cell.velocity > 60} == {4, 12}


def test_a_take_whose_halves_lie_apart_gets_a_doubt():
    found = describe(take_of([*busy(start=0), *((at + 0.1, p, v) for at, p, v in busy(start=32))]))
    assert any("second half" in doubt for doubt in found.doubts)
    assert not describe(take_of(busy(16))).doubts


def test_no_shift_is_told_of_a_take_that_drifts():
    drifting = [(at + 0.01 * at, p, v) for at, p, v in busy(16)]
    found = describe(take_of(drifting))
    assert not found.follows_grid
    assert found.shift_ms == 0
    assert not any("taken off" in note for note in found.notes)


def figure(bars: int, steps: int, rows: dict[int, str], *, start: float = 0.0) -> list[tuple[float, int, int]]:
    """Bars of one figure, `steps` of it a quarter; digits are loudness."""
    return [
        (start + (bar * len(row) + step) / steps, pitch, 14 * int(level))
        for pitch, row in rows.items()
        for bar in range(bars)
        for step, level in enumerate(row)
        if level != "."
    ]


RIDE, PEDAL, CRASH = 51, 44, 49
BY_METRE = {
    "5/4": (2, {K: "8..7..8...", S: "..8...8.8.", H: "6565656565"}),
    "7/8": (2, {K: "8.8..8.", S: "..8..8.", H: "6565656"}),
    "6/8": (2, {K: "8.....", S: "...8..", H: "655655"}),
    "12/8": (2, {K: "8.....8....8", S: "...8.....8..", H: "655655655655"}),
    "3/4": (3, {K: "8........", RIDE: "7..7.57.5", PEDAL: "...6..6.."}),
}


@pytest.mark.parametrize("name", BY_METRE)
def test_a_metre_that_is_not_stated_is_heard_where_the_bars_come_round(name):
    steps, rows = BY_METRE[name]
    strokes = figure(16, steps, rows)
    assert describe(take_of(strokes, metres=())).metre == name
    stated = describe(take_of(strokes))
    assert stated.metre == "4/4", "what the file states is believed"
    assert stated.doubts


def test_a_metre_that_is_stated_a_bar_late_holds_from_the_start():
    found = describe(take_of(waltz(), metres=((4, 3, 2),)))
    assert found.metre == "3/4"
    assert {cell.step for cell in found.cells if cell.voice == "kick"} == {0}


@pytest.mark.parametrize("start", [0.5, 1.0, 1.5, 2.0, 3.0])
def test_where_the_bar_begins_is_heard_in_a_file_without_a_metre(start):
    crashed = [*beat(start=start), *((start + 4 * bar, CRASH, 110) for bar in range(8))]
    found = describe(take_of(crashed, metres=()))
    assert {cell.step for cell in found.cells if cell.voice == "crash"} == {0}
    assert found.doubts
    stated = describe(take_of(crashed))
    assert stated.doubts


CLICKS = {
    "a bar's rest behind them": ((0, 1, 2, 3), 8, ()),
    "three and a rest": ((0, 1, 2), 4, ()),
    "three and a pickup of snares": ((0, 1, 2), 4, (3.5, 3.75)),
    "four and a pickup of snares": ((0, 1, 2, 3), 4, (3.5, 3.75)),
    "the last two of a bar": ((2, 3), 4, ()),
    "two bars, the first in halves": ((0, 2, 4, 5, 6, 7), 8, ()),
}


@pytest.mark.parametrize("kind", CLICKS)
@pytest.mark.parametrize("pitch", [STICK, 31, 33, 34, 42, 56])
def test_people_count_in_in_many_ways(kind, pitch):
    clicks, start, snares = CLICKS[kind]
    strokes = [*((float(at), pitch, 90) for at in clicks), *((at, S, 100) for at in snares), *beat(start=start)]
    found = describe(take_of(strokes))
    assert any(f"first {len(clicks)} strokes count in" in note for note in found.notes)
    assert found.bars == pytest.approx(8, abs=0.3)


@pytest.mark.parametrize("unit", [0.5, 1.5])
def test_a_compound_metre_is_counted_in_on_beats_or_eighths(unit):
    clicks = [(i * unit, STICK, 90) for i in range(round(6 / unit))][-6:]
    strokes = figure(8, 2, {K: "8.....", S: "...8..", H: "655655"}, start=6)
    found = describe(
        take_of([*((at + 6 - clicks[-1][0] - unit, p, v) for at, p, v in clicks), *strokes], metres=((0, 6, 3),))
    )
    assert "side_stick" not in found.voices


def test_clicks_that_the_song_goes_on_with_are_no_count_in():
    strokes = [(float(at), 33, 90) for at in range(4)]
    later = [(4 + at, 33 if p == K else p, v) for at, p, v in beat()]
    assert not any("count in" in note for note in describe(take_of([*strokes, *later])).notes)


def test_a_tempo_that_jumps_is_told_and_the_one_of_most_bars_given():
    found = describe(take_of(beat(20), bpm=100, tempos=((32, 140),)))
    assert found.tempo == pytest.approx(140, rel=1e-3)
    assert "tempo changes: 100 and 140" in found.notes
    back = describe(take_of(beat(20), bpm=100, tempos=((32, 140), (48, 101))))
    assert back.tempo == pytest.approx(100, rel=0.01)


def test_a_ramp_has_its_mean_tempo():
    found = describe(take_of(beat(16), bpm=100, tempos=tuple((4.0 * bar, 100.0 + 2 * bar) for bar in range(1, 16))))
    assert 110 < found.tempo < 117
    assert not found.notes


def test_parts_that_swing_otherwise_are_told_apart():
    swung = [(at + 1 / 6 * (at % 1 == 0.5), p, v) for at, p, v in beat(12)]
    found = describe(take_of([*swung, *beat(8, start=48)]))
    assert found.swing_eighths.percent == pytest.approx(66.7, abs=0.5)
    assert "swing changes: eighths at 50 and 67 %" in found.notes
    assert not describe(take_of(swung)).notes


def test_a_disco_beat_at_half_tempo_is_heard_at_its_own():
    rows = {K: "8.8.8.8.8.8.8.8.", S: "..8...8...8...8.", 46: ".6.6.6.6.6.6.6.6"}
    found = describe(take_of(figure(8, 4, rows), bpm=60))
    assert found.beats_per_minute == pytest.approx(120, rel=1e-3)
    assert not found.doubts


def test_alternating_eighths_at_a_slow_tempo_are_quarters_with_a_doubt():
    rows = {K: "8.8.8.8.", S: ".8.8.8.8", H: "66666666"}
    found = describe(take_of(figure(12, 2, rows), bpm=70))
    assert found.beats_per_minute == pytest.approx(140, rel=1e-3)
    assert found.doubts
    assert describe(take_of(figure(12, 2, rows), bpm=120)).beats_per_minute == pytest.approx(120, rel=1e-3)


@pytest.mark.parametrize("fills", [1, 2])
def test_a_triplet_fill_makes_no_triplet_grid(fills):
    strokes = [s for turn in range(fills) for s in beat(7, start=32 * turn)]
    strokes += [(32 * turn + 28 + i / 3, S, 80 + i) for turn in range(fills) for i in range(12)]
    assert describe(take_of(strokes)).steps_per_quarter == 4
    throughout = figure(8, 3, {K: "8.....8.....", S: "...8.....8..", H: "655655655655"})
    assert describe(take_of(throughout)).steps_per_quarter == 3


def _loudness(levels: dict[int, tuple[int, ...]]) -> list[tuple[float, int, int]]:
    """The beat at the velocities of each voice in turn."""
    turn = dict.fromkeys(levels, 0)
    out = []
    for at, pitch, _ in busy(start=0):
        out.append((at, pitch, levels[pitch][turn[pitch] % len(levels[pitch])]))
        turn[pitch] += 1
    return out


@pytest.mark.parametrize(
    ("levels", "played"),
    [
        ({K: (110,), S: (105,), H: (80,)}, False),
        ({K: (110, 90), S: (105, 40), H: (80, 60)}, False),
        ({K: (110, 80, 40), S: (110, 80, 40), H: (110, 80, 40)}, False),
        ({K: (110, 90), S: (110, 90), H: (80, 60, 70)}, False),
        ({K: (100, 101, 99), S: (100, 102, 101), H: (100, 101, 99)}, False),
        ({K: (110, 104, 98), S: (112, 101, 35, 30), H: (80, 64, 71, 58)}, True),
    ],
)
def test_buttons_are_no_played_dynamics(levels, played):
    assert describe(take_of(_loudness(levels))).shows_dynamics == played


@pytest.mark.parametrize("per_beat", [12, 16])
def test_a_roll_before_the_bar_line_ends_there(per_beat):
    rolled = [(4 * bar + 3 + i / per_beat, S, 60 + i) for bar in range(8) for i in range(per_beat)]
    strokes = [stroke for stroke in [*beat(8), (32.0, K, 110)] if stroke[1] != S or stroke[0] % 4 != 3]
    found = describe(take_of([*strokes, *rolled]))
    assert ("snare", 0) not in {(cell.voice, cell.step) for cell in found.cells}
    landed = describe(take_of([*strokes, *rolled, *((4.0 * bar, S, 110) for bar in range(1, 9))]))
    assert ("snare", 0) in {(cell.voice, cell.step) for cell in landed.cells}


@pytest.mark.parametrize("pitch", [STICK, 76])
def test_a_click_throughout_is_no_playing(pitch):
    clicks = [(float(at), pitch, 100 if at % 4 == 0 else 70) for at in range(32)]
    found = describe(take_of([*clicks, *beat()]))
    assert set(found.voices) == {"kick", "snare", "closed_hat"}
    assert any("click" in note for note in found.notes)
    played = [(at + (i % 3) / 60, p, v) for i, (at, p, v) in enumerate(clicks)]
    assert len(describe(take_of([*played, *beat()])).voices) > 2
    cowbell = [(at, 56, v) for at, _, v in clicks]
    assert "cowbell" in describe(take_of([*cowbell, *beat()])).voices
