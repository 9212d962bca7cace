from __future__ import annotations

import csv
import dataclasses
import json
import statistics
from collections import defaultdict

import numpy as np
import pytest

from mdg_core.groove import describe
from mdg_core.groove.dynamics import otsu
from mdg_core.groove.syncopation import lhl, metric_weights
from mdg_core.kit import Voice
from mdg_core.midi import read_midi
from mdg_core.pattern import Metre
from mdg_core.swing import eighth_swing, sixteenth_swing, swung_positions
from tests.core.takes import Planted

SIXTEENTHS = metric_weights(Metre(), 4)


def features(planted: Planted):
    return describe(read_midi(planted.midi()))


def planted(bars: int, **lanes: str) -> Planted:
    """Bars of lanes with one character a step of a 4/4 bar; digits are velocities in tens, o is 35."""
    keywords = {key: lanes.pop(key) for key in list(lanes) if key not in set(Voice)}
    take = Planted(**keywords)
    for bar in range(bars):
        for name, lane in lanes.items():
            for step, mark in enumerate(lane):
                if mark != ".":
                    velocity = {"o": 35, "x": 100}.get(mark) or 10 * int(mark)
                    take.add(4 * bar + 4 * step / len(lane), Voice(name), velocity)
    return take


def rock(bars: int = 8, **keywords) -> Planted:
    return planted(bars, kick="x.......x.......", snare="....x.......x...", closed_hat="x.x.x.x.x.x.x.x.", **keywords)


# planted playing comes back


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("bpm", [60, 93.7, 140, 220])
def test_tempo(bpm, seed):
    assert features(rock(bpm=bpm, noise_ms=7, seed=seed)).tempo == pytest.approx(bpm, abs=0.1)


@pytest.mark.parametrize("bpm", [60, 90, 120, 160, 220])
@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.67, 2.0, 2.5])
def test_swing_of_eighths(ratio, bpm):
    swing = features(rock(bpm=bpm, eighth_ratio=ratio)).swing_eighths
    assert swing.ratio == pytest.approx(ratio, abs=0.02)
    assert swing.percent == pytest.approx(100 * ratio / (1 + ratio), abs=0.3)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("bpm", "ratio", "noise"), [(60, 2.0, 8), (90, 1.5, 8), (130, 1.25, 7), (220, 1.0, 5), (220, 1.6, 5)]
)
def test_swing_of_eighths_under_human_noise(bpm, ratio, noise, seed):
    # the error of the mean shrinks with the root of the beats; these many hold it under 0.007
    take = planted(500, closed_hat="xxxxxxxx", bpm=bpm, eighth_ratio=ratio, noise_ms=noise, seed=seed)
    assert features(take).swing_eighths.ratio == pytest.approx(ratio, abs=0.02)


@pytest.mark.parametrize("bpm", [60, 90, 120])
@pytest.mark.parametrize("ratio", [1.0, 1.3, 1.6, 2.0])
def test_swing_of_sixteenths(ratio, bpm):
    take = planted(
        100, closed_hat="x" * 16, snare="....x.......x...", bpm=bpm, sixteenth_ratio=ratio, noise_ms=3, velocity_noise=5
    )
    found = features(take)
    assert found.swing_sixteenths.ratio == pytest.approx(ratio, abs=0.02)
    assert found.swing_eighths.ratio == pytest.approx(1, abs=0.02)
    assert found.subdivision == "sixteenth"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("bpm", [60, 120, 220])
@pytest.mark.parametrize("ratio", [1.0, 1.4, 1.8])
def test_voices_that_push_and_drag(ratio, bpm, seed):
    offsets = {Voice.SNARE: 9.0, Voice.KICK: -6.0, Voice.CLOSED_HAT: 2.0}
    # the snare on the upbeats too: swing is not late playing
    take = planted(
        160, kick="x...x.x.", snare="..xx..xx", closed_hat="xxxxxxxx", bpm=bpm, eighth_ratio=ratio,
        offset_ms=offsets, noise_ms=6, seed=seed,
    )  # fmt: skip
    voices = features(take).voices
    for voice, offset in offsets.items():
        assert voices[voice].push_ms == pytest.approx(offset, abs=1)
        assert voices[voice].push_std_ms == pytest.approx(6, abs=0.7)


@pytest.mark.parametrize("steps_swung", [(2.0, 1.0), (1.0, 1.6)])
def test_every_place_of_the_bar_is_measured_against_the_swung_grid(steps_swung):
    eighths, sixteenths = steps_swung
    lanes = {"closed_hat": "x" * 8} if eighths > 1 else {"closed_hat": "x" * 16, "snare": "....x..o.o..x..o"}
    take = planted(200, bpm=100, eighth_ratio=eighths, sixteenth_ratio=sixteenths, noise_ms=5, **lanes)
    for cell in features(take).cells:
        assert cell.count >= 200
        assert cell.offset_ms == pytest.approx(0, abs=1.5)
        assert cell.offset_std_ms == pytest.approx(5, abs=1)


def test_offsets_are_in_ms_at_the_tempo_of_their_place():
    slow, fast = (features(rock(bpm=bpm, offset_ms={Voice.SNARE: 10})) for bpm in (70, 210))
    assert slow.voices["snare"].push_ms == pytest.approx(10, abs=0.2)
    assert fast.voices["snare"].push_ms == pytest.approx(10, abs=0.2)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("level", [40, 75, 115])
@pytest.mark.parametrize(("lane", "share"), [
    ("....x.......x...", 0.0), ("....x..o.o..x...", 0.5), (".o..x..o.o.ox..o", 5 / 7), ("....x.......x..o", 1 / 3),
])  # fmt: skip
def test_ghost_share_is_relative_to_the_take(lane, share, level, seed):
    take = Planted(bpm=110, noise_ms=7, velocity_noise=level / 12, seed=seed)
    for bar in range(24):
        for step, mark in enumerate(lane):
            if mark != ".":
                take.add(4 * bar + step / 4, Voice.SNARE, level if mark == "x" else level / 4)
        for eighth in range(8):
            take.add(4 * bar + eighth / 2, Voice.CLOSED_HAT, level)
    found = features(take)
    assert found.ghost_share == pytest.approx(share, abs=0.02)
    if share:
        assert found.ghost_velocity == pytest.approx(level / 4, abs=3)
        assert level / 4 < found.ghost_threshold < level


def test_a_soft_backbeat_is_no_ghost():
    take = planted(12, snare="....3...x...4...", closed_hat="xxxxxxxx")
    assert features(take).ghost_share == 0


def test_otsu_parts_the_modes():
    assert 30 <= otsu(np.array([20, 25, 30, 90, 100, 110])) < 90
    assert otsu(np.full(9, 70)) == 70


def test_velocities_and_accents():
    found = features(planted(12, closed_hat="9.5.9.5.9.5.9.5.", snare="....x.......x..."))
    hat = found.voices["closed_hat"]
    assert (hat.velocity_mean, hat.velocity_std) == (70, 20)
    assert hat.accent_steps == [0, 4, 8, 12]
    assert found.voices["snare"].velocity_std == 0
    assert {(c.step, c.velocity) for c in found.cells if c.voice == "closed_hat"} == {
        (step, 90 if step % 4 == 0 else 50) for step in range(0, 16, 2)
    }


# grid, density, hands


def test_density():
    found = features(rock(8))
    assert found.hits == 8 * 12
    assert found.hits_per_bar == pytest.approx(12, rel=0.02)
    assert found.voices["closed_hat"].hits_per_bar == pytest.approx(8, rel=0.02)
    assert found.voices["snare"].hits_per_step == [float(step in (4, 12)) for step in range(16)]


@pytest.mark.parametrize(
    ("lane", "ratio", "metre", "expected"),
    [
        ("x...x...x...x...", 1.0, "4/4", (None, "quarters")),
        ("x.x.x.x.x.x.x.x.", 1.0, "4/4", ("straight", "eighths")),
        ("x.x.x.x.x.x.x.x.", 1.15, "4/4", ("straight", "eighths")),
        ("..x...x...x...x.", 1.0, "4/4", ("straight", "offbeats")),
        ("xxxxxxxxxxxxxxxx", 1.0, "4/4", ("sixteenth", "sixteenths")),
        ("x.x.x.x.x.x.x.x.", 1.9, "4/4", ("shuffle", "shuffle")),
        ("x...x.x.x...x.x.", 2.0, "4/4", ("shuffle", "spang_a_lang")),
        ("xxxxxxxxxxxx", 1.0, "4/4", ("triplet", "triplets")),
        ("xxxxxxxxxxxx", 1.0, "12/8", ("triplet", "eighths")),
    ],
)
@pytest.mark.parametrize("voice", ["closed_hat", "ride"])
def test_subdivision_and_hands(voice, lane, ratio, metre, expected):
    take = Planted(bpm=112, metre=Metre.parse(metre), eighth_ratio=ratio, noise_ms=7)
    length = float(take.metre.bar_quarters)
    for bar in range(16):
        for step, mark in enumerate(lane):
            if mark == "x":
                take.add(length * (bar + step / len(lane)), Voice(voice))
        for beat in range(4):
            take.add(length * (bar + beat / 4), (Voice.KICK, Voice.SNARE)[beat % 2])
    found = features(take)
    assert found.metre == metre
    subdivision, hand = expected
    assert found.subdivision == subdivision
    patterns = (found.hat_pattern, found.ride_pattern)
    assert patterns == ((hand, None) if voice == "closed_hat" else (None, hand))


def test_open_hats():
    found = features(planted(8, closed_hat="x.x.x.x.x.x.x...", open_hat="..............x.", kick="x.......x......."))
    assert found.open_hat_steps == [14]
    assert found.hat_pattern == "eighths"


def test_grid_fit():
    assert features(rock()).grid_fit == pytest.approx(1, abs=0.01)
    fits = [features(rock(60, noise_ms=noise)).grid_fit for noise in (5, 15, 30)]
    assert fits == sorted(fits, reverse=True)
    take = Planted()
    for quarter in np.random.default_rng(0).uniform(0, 200, 900):
        take.add(quarter, Voice.SNARE)
    assert features(take).grid_fit < 0.1


# swing, syncopation: definitions


def test_swing_needs_evidence():
    assert eighth_swing(np.arange(0, 3.6, 0.5), 4) is None
    assert eighth_swing(np.arange(0, 8.1, 0.5), 4).ratio == pytest.approx(1)
    eighths = np.arange(0, 8.1, 0.5)
    assert sixteenth_swing(eighths, np.zeros(len(eighths), dtype=np.int64)) is None


def test_swing_leaves_late_sixteenths_out():
    beats = np.arange(0, 40)
    onsets = np.concatenate([beats, beats[::2] + 0.5, beats[1::2] + 0.75])
    assert eighth_swing(onsets, 4).ratio == pytest.approx(1)


def test_swing_is_not_late_playing_of_the_whole_hat():
    beats = np.arange(1, 40) + 0.1
    assert eighth_swing(np.concatenate([beats, beats + 0.6]), 4).ratio == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("steps", "eighths", "sixteenths", "expected"),
    [
        (4, None, None, [0, 0.25, 0.5, 0.75]),
        (4, 60, None, [0, 0.3, 0.6, 0.8]),
        (4, None, 60, [0, 0.3, 0.5, 0.8]),
        (4, 60, 60, [0, 0.36, 0.6, 0.84]),
        (3, None, None, [0, 1 / 3, 2 / 3]),
        (3, 64, None, [0, 1 / 3, 0.64]),
        (6, None, None, [k / 6 for k in range(6)]),
        (6, None, 60, [0, 0.15, 0.3, 0.5, 0.65, 0.8]),
        (6, 64, None, [0, 1 / 6, 2 / 6, 0.5, 0.64, 5 / 6]),
        (8, None, 60, [0, 0.15, 0.3, 0.4, 0.5, 0.65, 0.8, 0.9]),
        (2, 60, None, [0, 0.6]),
    ],
)
def test_swung_positions(steps, eighths, sixteenths, expected):
    np.testing.assert_allclose(swung_positions(steps, eighths, sixteenths), expected)


@pytest.mark.parametrize(
    ("metre", "steps", "expected"),
    [
        ("4/4", 4, [0, -4, -3, -4, -2, -4, -3, -4, -1, -4, -3, -4, -2, -4, -3, -4]),
        ("3/4", 2, [0, -2, -1, -2, -1, -2]),
        ("6/8", 2, [0, -2, -2, -1, -2, -2]),
        ("6/8", 4, [0, -3, -2, -3, -2, -3, -1, -3, -2, -3, -2, -3]),
        ("12/8", 2, [0, -3, -3, -2, -3, -3, -1, -3, -3, -2, -3, -3]),
        ("4/4", 3, [0, -3, -3, -2, -3, -3, -1, -3, -3, -2, -3, -3]),
        ("5/8", 2, [0, -1, -1, -1, -1]),
        ("2/4", 4, [0, -3, -2, -3, -1, -3, -2, -3]),
        ("7/8", 4, [0, -2, -1, -2, -1, -2, -1, -2, -1, -2, -1, -2, -1, -2]),
    ],
)
def test_metric_weights(metre, steps, expected):
    assert metric_weights(Metre.parse(metre), steps).tolist() == expected


@pytest.mark.parametrize(
    ("lane", "expected"),
    [
        ("x...x...x...x...", 0),
        ("....x.......x...", 1),  # beat 2 against the silent 3
        ("x.....x.........", 2),  # the and of 2 against 3
        ("x..x..x...x.x...", 4),  # son clave: the a of 1 against 2, the and of 2 against 3
        ("...............x", 0),
        ("...............xx", 0),  # the next downbeat is played
        ("...............x.x", 4 + 3),  # and here it is silent; then the e of 1 against 3
    ],
)
def test_lhl(lane, expected):
    steps = np.flatnonzero([mark == "x" for mark in lane])
    assert lhl(steps, SIXTEENTHS) == expected


@pytest.mark.parametrize(
    ("lanes", "expected"),
    [
        ({"kick": "x.......x.......", "snare": "....x.......x...", "closed_hat": "x.x.x.x.x.x.x.x."}, 0),
        # a kick before the hat alone: (-1) - (-3) + 5
        ({"kick": "x......x........", "closed_hat": "x.x.x.x.x.x.x.x."}, 7),
        # before hat and snare: (-1) - (-3) + 2
        ({"kick": "x..x............", "snare": "....x.......x...", "closed_hat": "x.x.x.x.x.x.x.x."}, 4),
        # a snare before hat and kick: (-1) - (-3) + 1
        ({"kick": "x.......x.......", "snare": ".......x........", "closed_hat": "x.x.x.x.x.x.x.x."}, 3),
        # before silence: (-1) - (-2) + 6
        ({"kick": "x.....x.........", "closed_hat": "x.x.x.x...x.x.x."}, 7),
        # the same drum plays the strong place
        ({"kick": "x......xx.......", "closed_hat": "x.x.x.x.x.x.x.x."}, 0),
    ],
)
def test_kit_syncopation(lanes, expected):
    bars = 10
    assert features(planted(bars, **lanes)).syncopation == pytest.approx(expected, rel=0.02)


def test_syncopation_of_each_voice():
    found = features(planted(20, kick="x.....x.........", closed_hat="xxxxxxxxxxxxxxxx"))
    assert found.voices["kick"].syncopation == pytest.approx(2, rel=0.02)
    assert found.voices["closed_hat"].syncopation == 0


# structure


def with_fills(bars: int, every: int) -> Planted:
    take = Planted(noise_ms=5, velocity_noise=8)
    for bar in range(bars):
        fill = bar % every == every - 1
        for eighth in range(8):
            if not (fill and eighth >= 4):
                take.add(4 * bar + eighth / 2, Voice.CLOSED_HAT)
        take.add(4 * bar, Voice.KICK)
        take.add(4 * bar + 1, Voice.SNARE)
        if not fill:
            take.add(4 * bar + 3, Voice.SNARE)
        for step in range(8 if fill else 0):
            voice = (Voice.SNARE, Voice.HIGH_TOM, Voice.MID_TOM, Voice.FLOOR_TOM)[step // 2]
            take.add(4 * bar + 2 + step / 4, voice)
    return take


@pytest.mark.parametrize("every", [4, 8])
def test_fills_and_phrases(every):
    found = features(with_fills(24, every))
    assert found.fill_bars == list(range(every, 25, every))  # a planted take starts in bar 1
    assert found.fill_share == pytest.approx(1 / every)
    assert found.phrase_bars == every
    assert found.repetition == 1


def test_crashes_after_fills():
    take = with_fills(24, 4)
    assert features(take).crash_after_fill == 0
    for bar in (4, 12, 14):  # after two of the five fills that have a bar behind them, and once elsewhere
        take.add(4 * bar, (Voice.CRASH, Voice.SPLASH, Voice.CRASH)[bar % 3])
    assert features(take).crash_after_fill == pytest.approx(2 / 5)
    assert features(with_fills(12, 4)).crash_after_fill is None  # two fills with a bar behind them tell no habit


def test_toms_that_are_the_groove_are_no_fills():
    take = planted(12, kick="x.......x.......", snare="....x.......x...", floor_tom="x.x.x.x.x.x.x.x.")
    assert features(take).fill_bars == []


def test_one_bar_over_and_over():
    found = features(rock(16))
    assert (found.bar_distance, found.repetition, found.phrase_bars, found.fill_bars) == (0, 1, 1, [])


def test_bar_distance_counts_cells_that_differ():
    take = planted(2, kick="x.......x.......")
    take.add(1, Voice.SNARE)
    take.add(4.5, Voice.KICK)
    take.add(5.5, Voice.SNARE)
    assert features(take).bar_distance == 3


def test_random_bars_do_not_repeat():
    rng = np.random.default_rng(5)
    take = Planted()
    for step in np.flatnonzero(rng.random(16 * 32) < 0.4):
        take.add(step / 4, (Voice.SNARE, Voice.KICK)[rng.integers(2)])
    found = features(take)
    assert found.repetition == 0
    assert found.phrase_bars is None
    assert found.bar_distance > 5


def test_a_closing_stroke_is_no_bar():
    take = rock(8)
    take.add(32, Voice.CRASH)
    assert features(take).bar_distance == 0


# little evidence


def test_a_short_fill_makes_up_nothing():
    take = Planted(bpm=120, noise_ms=6)
    for step, voice in enumerate([Voice.SNARE, Voice.SNARE, Voice.HIGH_TOM, Voice.FLOOR_TOM, Voice.KICK]):
        take.add(step / 4, voice)
    found = features(take)
    unknown = (
        found.swing_eighths, found.swing_sixteenths, found.hits_per_bar, found.syncopation, found.ghost_share,
        found.hat_pattern, found.ride_pattern, found.open_hat_steps, found.fill_bars, found.fill_share,
        found.crash_after_fill,
        found.bar_distance, found.repetition, found.phrase_bars, found.subdivision, found.voices["snare"].push_ms,
        found.voices["snare"].syncopation, found.voices["snare"].accent_steps, found.voices["kick"].velocity_std,
    )  # fmt: skip
    assert unknown == (None,) * len(unknown)
    assert found.hits == 5
    assert found.tempo == pytest.approx(120)
    assert all(cell.offset_std_ms is None for cell in found.cells if cell.count == 1)


def test_a_single_stroke():
    take = Planted(bpm=90)
    take.add(0, Voice.CRASH)
    found = features(take)
    assert (found.hits, found.seconds, found.tempo) == (1, 0, pytest.approx(90))
    assert found.velocity_std is None


def test_features_are_json():
    found = features(rock())
    assert json.loads(json.dumps(dataclasses.asdict(found), allow_nan=False))["swing_eighths"]["pairs"] > 0


# real takes


@pytest.fixture(scope="module")
def beats(groove_corpus):
    """(drummer, style) and features of the dataset's beats of eight styles."""
    styles = {"rock", "funk", "jazz", "jazz/swing", "blues/shuffle", "rock/shuffle", "hiphop", "afrobeat"}
    with (groove_corpus / "info.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["style"] in styles and row["beat_type"] == "beat"]
    return [
        (row["drummer"], row["style"], describe(read_midi((groove_corpus / row["midi_filename"]).read_bytes())))
        for row in rows
    ]


@pytest.mark.parametrize(
    ("drummer", "style", "low", "high"),
    [("drummer1", "funk", 0.4, 0.9), ("drummer3", "rock", 0.025, 0.15), ("drummer8", "rock", 0.02, 0.15)],
)
def test_ghost_share_of_real_drummers(beats, drummer, style, low, high):
    shares = [f.ghost_share for d, s, f in beats if (d, s) == (drummer, style) and f.ghost_share is not None]
    assert low < statistics.mean(shares) < high


@pytest.mark.parametrize(
    ("style", "ratio", "tolerance"),
    [("jazz/swing", 1.82, 0.25), ("rock/shuffle", 1.65, 0.1), ("rock", 1.04, 0.06),
     ("hiphop", 1.02, 0.06), ("funk", 0.97, 0.05), ("afrobeat", 0.94, 0.06)],
)  # fmt: skip
def test_swing_of_real_styles(beats, style, ratio, tolerance):
    ratios = [f.swing_eighths.ratio for _, s, f in beats if s == style and f.swing_eighths]
    assert statistics.median(ratios) == pytest.approx(ratio, abs=tolerance)


def test_blues_shuffles_swing_on_one_level(beats):
    # one of them is notated at half the tempo and swings in sixteenths
    found = [f for _, style, f in beats if style == "blues/shuffle" and f.swing_eighths]
    assert len(found) >= 2
    for f in found:
        assert max(s.ratio for s in (f.swing_eighths, f.swing_sixteenths) if s) == pytest.approx(1.93, abs=0.2)


def test_hands_and_subdivisions_of_real_styles(beats):
    rides, hats, subdivisions = defaultdict(list), defaultdict(list), defaultdict(list)
    for _, style, found in beats:
        rides[style].append(found.ride_pattern)
        hats[style].append(found.hat_pattern)
        subdivisions[style].append(found.subdivision)
    assert statistics.mode(p for p in rides["jazz"] if p) == "spang_a_lang"
    assert statistics.mode(p for p in rides["afrobeat"] if p) == "eighths"
    assert statistics.mode(p for p in hats["funk"] if p) == "eighths"
    assert set(subdivisions["funk"]) == {"sixteenth"}
    assert sum(s in ("shuffle", "triplet") for s in subdivisions["jazz"]) > len(subdivisions["jazz"]) / 2


# doubled strokes


def test_doubled_strokes_come_back() -> None:
    """Every other accent is a flam whose grace note comes 30 ms before it, half as loud; no ghost note is doubled."""
    take = planted(16, kick="x.......x.......", snare="..o.x..o..o.x...", closed_hat="x.x.x.x.x.x.x.x.")
    second = 60 / take.bpm
    for bar in range(16):
        take.add(4 * bar + 1 - 0.03 / second, Voice.SNARE, 50)
    soft, loud = (found for found in features(take).doubles if found.voice == "snare")
    assert (loud.soft, loud.strokes) == (False, 32)
    assert loud.share == pytest.approx(0.5)
    assert loud.gap_ms == pytest.approx(30, abs=0.5)
    assert loud.grace_share == 1.0
    assert loud.velocity_ratio == pytest.approx(0.5, abs=0.01)
    assert (soft.soft, soft.share) == (True, 0.0)
    assert loud.further == 0


def test_ruffs_are_told_from_flams() -> None:
    """Of the 32 accents 16 have a grace note, and 4 of these a second one before it."""
    take = planted(16, kick="x.......x.......", snare="..o.x..o..o.x...", closed_hat="x.x.x.x.x.x.x.x.")
    for bar in range(16):
        take.add(4 * bar + 0.95, Voice.SNARE, 50)
        if bar % 4 == 0:
            take.add(4 * bar + 0.9, Voice.SNARE, 30)
    loud = next(found for found in features(take).doubles if found.voice == "snare" and not found.soft)
    assert loud.share == pytest.approx(0.5)
    assert loud.further == pytest.approx(0.25)


def test_a_pad_that_triggers_twice_is_no_flam() -> None:
    take = rock(16)
    for bar in range(16):
        take.add(4 * bar + 1.016, Voice.SNARE, 60)  # 8 ms
    assert [found.share for found in features(take).doubles] == [0.0, 0.0]


def test_a_flam_whose_pad_triggers_twice_is_no_ruff() -> None:
    take = rock(16)
    for bar in range(16):
        take.add(4 * bar + 0.9, Voice.SNARE, 50)  # 50 ms before it
        take.add(4 * bar + 1.012, Voice.SNARE, 60)  # 6 ms after it
    found = next(found for found in features(take).doubles if found.share)
    assert (found.grace_share, found.further) == (1.0, 0.0)
    assert found.gap_ms == pytest.approx(50, abs=1)


def test_a_kick_is_doubled_by_what_is_no_retrigger() -> None:
    take = rock(16)
    for bar in range(16):
        take.add(4 * bar + 0.04, Voice.KICK, 30)  # 20 ms
        take.add(4 * bar + 2.12, Voice.KICK, 30)  # 60 ms
    kick = next(found for found in features(take).doubles if found.voice == "kick")
    assert kick.gap_ms == pytest.approx(60, abs=1)
    assert kick.share == pytest.approx(16 / kick.strokes)
