from __future__ import annotations

import numpy as np
import pytest

from mdg_core.bars import bars_of
from mdg_core.kit import Voice
from mdg_core.midi import read_midi
from mdg_core.pattern import Metre
from mdg_core.quantise import estimate_grid, place, quantise
from mdg_core.stepgrid import lanes_of
from mdg_core.swing import swung_positions
from tests.core.takes import TICKS, Planted, metre, on, smf, tempo, track


def struck(*hits: tuple[float, int, int], metres: tuple[tuple[float, int, int], ...] = ((0, 4, 2),)):
    """A take from (quarter, pitch, velocity), with time signatures at quarters."""
    events = [(0, tempo(100))] + [(round(q * TICKS), metre(n, d)) for q, n, d in metres]
    events += [(round(q * TICKS), on(pitch, velocity)) for q, pitch, velocity in hits]
    return read_midi(smf(track(events), division=TICKS))


def test_hits_go_to_the_nearest_sixteenth_with_their_offset():
    pattern = quantise(struck((0, 36, 100), (1.02, 38, 90), (1.74, 36, 80), (2.49, 42, 70)), steps_per_quarter=4)
    assert [(h.step, h.voice, h.velocity) for h in pattern.hits] == [
        (0, Voice.KICK, 100), (4, Voice.SNARE, 90), (7, Voice.KICK, 80), (10, Voice.CLOSED_HAT, 70),
    ]  # fmt: skip
    assert [h.offset for h in pattern.hits] == pytest.approx([0, 0.08, -0.04, -0.04], abs=1e-3)
    assert (pattern.metre, pattern.bars, pattern.steps_per_quarter) == (Metre(), 1, 4)


def test_the_loudest_hit_of_a_cell_wins():
    pattern = quantise(struck((1, 38, 60), (1.05, 38, 110), (1.1, 38, 30), (1, 36, 20)), steps_per_quarter=4)
    assert [(h.voice, h.velocity) for h in pattern.hits] == [(Voice.KICK, 20), (Voice.SNARE, 110)]
    assert pattern.hits[1].offset == pytest.approx(0.2, abs=1e-3)


def test_pitches_of_one_voice_share_a_cell():
    pattern = quantise(struck((1, 38, 60), (1, 40, 110)))
    assert [h.velocity for h in pattern.hits] == [110]


def test_an_early_downbeat_belongs_to_its_bar():
    pattern = quantise(struck((0, 36, 100), (3.95, 36, 100)), steps_per_quarter=4)
    assert pattern.bars == 2
    assert [(h.step, round(h.offset, 3)) for h in pattern.hits] == [(0, 0), (16, -0.2)]


def test_bars_follow_the_metre_map():
    take = struck((0, 36, 100), (4, 36, 100), (7.5, 38, 100), (11, 42, 9), metres=((0, 4, 2), (4, 7, 3), (11, 4, 2)))
    bars = bars_of(take)
    assert bars.starts.tolist() == [0, 4, 7.5, 11, 15]
    assert [str(m) for m in bars.metres] == ["4/4", "7/8", "7/8", "4/4", "4/4"]
    assert bars_of(struck((0, 36, 9), (6, 36, 9), metres=((0, 4, 2), (6.5, 3, 2)))).starts.tolist() == [0, 4, 6.5]


def test_a_change_within_a_bar_cuts_it_short():
    take = struck((0, 36, 100), (9, 36, 100), metres=((0, 4, 2), (6, 3, 2)))
    assert bars_of(take).starts.tolist() == [0, 4, 6, 9, 12]


def test_only_bars_of_the_main_metre_are_kept():
    hits = [(quarter, 36, 100) for quarter in range(8)] + [(8.5, 38, 100), (11.5, 38, 100), (11.95, 49, 99)]
    pattern = quantise(struck(*hits, metres=((0, 4, 2), (8, 7, 3), (11.5, 4, 2))), steps_per_quarter=4)
    assert pattern.metre == Metre()
    assert pattern.bars == 3
    assert [(h.step, h.voice) for h in pattern.hits][-3:] == [(28, Voice.KICK), (32, Voice.SNARE), (34, Voice.CRASH)]
    odd = quantise(struck(*hits, metres=((0, 4, 2), (8, 7, 3), (11.5, 4, 2))), metre=Metre(7, 8), steps_per_quarter=4)
    assert (odd.bars, odd.steps_per_bar) == (4, 14)


def test_a_grid_that_does_not_divide_the_bar_is_refused():
    with pytest.raises(ValueError, match="do not divide"):
        quantise(struck((0, 36, 100)), metre=Metre(7, 8), steps_per_quarter=3)


def test_positions_place_hits_on_a_swung_grid():
    take = struck((0, 42, 90), (0.63, 42, 90), (0.84, 42, 90))
    placed = place(take, None, 4, positions=swung_positions(4, 100 * 1.8 / 2.8))
    assert placed.step.tolist() == [0, 2, 3]
    np.testing.assert_allclose(placed.offset, [0, (0.63 - 1.8 / 2.8) * 4, (0.84 - (1 + 1.8 / 2.8) / 2) * 4], atol=1e-3)
    assert place(take, None, 4).step.tolist() == [0, 3, 3]


def test_quantising_what_was_written_gives_it_back():
    planted = Planted()
    for step in range(64):
        planted.add(step / 4, Voice.CLOSED_HAT, 40 + step)
        if step % 8 == 4:
            planted.add(step / 4, Voice.SNARE, 127)
    pattern = quantise(read_midi(planted.midi()))
    assert pattern.bars == 5
    assert lanes_of(pattern.bar(2))[Voice.SNARE] == "....9.......9..."
    assert [h.velocity for h in pattern.hits if h.voice is Voice.CLOSED_HAT] == [40 + step for step in range(64)]


def _figure(steps_per_quarter: int, cells: str, **keywords) -> Planted:
    """16 bars in which the hat plays the cells of each quarter that are marked with x."""
    planted = Planted(**keywords)
    for quarter in range(16 * int(planted.metre.bar_quarters)):
        for cell, mark in enumerate(cells):
            if mark == "x":
                planted.add(quarter + cell / steps_per_quarter, Voice.CLOSED_HAT)
        planted.add(quarter, (Voice.KICK, Voice.SNARE)[quarter % 2])
    return planted


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("bpm", [60, 90, 140, 200])
@pytest.mark.parametrize(
    ("steps", "cells", "expected"),
    [
        (1, "x", 4),
        (2, "xx", 4),
        (4, "xxxx", 4),
        (4, "x.xx", 4),
        (3, "xxx", 3),
        (3, "x.x", 3),
    ],
)
def test_grid_of_noisy_playing(steps, cells, expected, bpm, seed):
    take = read_midi(_figure(steps, cells, bpm=bpm, noise_ms=8, seed=seed).midi())
    assert estimate_grid(take, Metre()) == expected


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("bpm", [70, 80, 95])
def test_who_plays_loosely_is_not_heard_on_a_finer_grid(bpm, seed):
    take = read_midi(_figure(4, "xxxx", bpm=bpm, noise_ms=35, seed=seed).midi())
    assert estimate_grid(take, Metre()) == 4


@pytest.mark.parametrize(("steps", "cells"), [(6, "x.xx.x"), (8, "xxxxxxxx"), (6, "xxxxxx")])
@pytest.mark.parametrize("bpm", [60, 85])
def test_fine_grids_at_slow_tempi(steps, cells, bpm):
    take = read_midi(_figure(steps, cells, bpm=bpm, noise_ms=8).midi())
    assert estimate_grid(take, Metre()) == steps


@pytest.mark.parametrize("ratio", [1.6, 1.82, 2.2, 2.8])
@pytest.mark.parametrize("bpm", [80, 130, 210])
def test_a_shuffle_is_a_triplet_grid_whatever_its_ratio(bpm, ratio):
    take = read_midi(_figure(2, "xx", bpm=bpm, eighth_ratio=ratio, noise_ms=6).midi())
    assert estimate_grid(take, Metre()) == 3


def test_a_light_swing_stays_on_sixteenths():
    take = read_midi(_figure(2, "xx", eighth_ratio=1.2, noise_ms=6).midi())
    assert estimate_grid(take, Metre()) == 4


def test_all_hits_late_together_do_not_change_the_grid():
    late = dict.fromkeys(Voice, 30.0)
    take = read_midi(_figure(4, "xxxx", bpm=110, offset_ms=late, noise_ms=6).midi())
    assert estimate_grid(take, Metre()) == 4


@pytest.mark.parametrize(("numerator", "log2", "bpm"), [(1, 5, 100), (1, 5, 400), (5, 4, 300), (7, 3, 500)])
def test_odd_metres_have_a_grid_at_any_tempo(numerator, log2, bpm):
    take = _figure(2, "xx", bpm=bpm, metre=Metre(numerator, 2**log2)) if numerator > 1 else None
    take = read_midi(take.midi()) if take else struck((0, 36, 9), (1.3, 36, 9), metres=((0, numerator, log2),))
    pattern = quantise(take)
    assert pattern.steps_per_bar == pattern.metre.bar_quarters * pattern.steps_per_quarter


def test_hits_that_all_anticipate_another_metre_stay_with_their_own():
    pattern = quantise(struck((3.95, 36, 100), metres=((0, 4, 2), (4, 7, 3))))
    assert (pattern.metre, pattern.bars, [(h.step, h.offset) for h in pattern.hits]) == (
        Metre(), 2, [(16, pytest.approx(-0.2, abs=1e-3))],
    )  # fmt: skip


def test_one_hit_is_enough():
    assert quantise(struck((5, 36, 100))).bars == 2
