"""Metrical strength, adaptation to other metres, distance and novelty: the pure parts that the rest rests on."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdg_core.groove.syncopation import lhl, metric_weights
from mdg_core.kit import Voice
from mdg_core.pattern import Metre
from mdg_core.stepgrid import lanes_of, parse_grid
from mdg_drummer.adapt import adapt, adapted_grid
from mdg_drummer.bars import Grid, bars_of, pattern_of
from mdg_drummer.fills import fill_length
from mdg_drummer.library import Groove
from mdg_drummer.novelty import joined, mean_bar_distance, novelty, sources_of
from mdg_drummer.playable import playable
from mdg_drummer.subdivide import in_feel
from mdg_drummer.syncopation import with_syncopation
from mdg_drummer.vocabulary import vocabulary

V = Voice
FOUR = Grid(Metre(4, 4), 4)
ROCK = parse_grid(
    {V.CLOSED_HAT: "6.6.6.6.6.6.6.6.", V.SNARE: "....8..2....8...", V.KICK: "8.....6.8......."}, FOUR.metre, 4
)


@pytest.mark.parametrize(
    ("metre", "steps_per_quarter", "strengths"),
    [
        ("4/4", 4, "3010201020102010"),
        ("3/4", 3, "301201201"),
        ("6/8", 2, "311211"),
        ("6/8", 4, "301010201010"),
        ("7/8", 4, "31212121212121"),
        ("2/2", 2, "30102010"),
    ],
)
def test_strength(metre: str, steps_per_quarter: int, strengths: str) -> None:
    grid = Grid(Metre.parse(metre), steps_per_quarter)
    assert "".join(str(grid.strength(step)) for step in range(grid.steps)) == strengths


def test_a_grid_must_divide_the_bar() -> None:
    with pytest.raises(ValueError, match="do not divide"):
        Grid(Metre(7, 8), 3)


@pytest.mark.parametrize(
    ("metre", "kick", "snare"),
    [
        ("3/4", "8.....6.8...", "....8..2...."),  # the end is cut
        ("7/8", "8.....6.8.....", "....8..2....8."),
        ("5/4", "8.....6.8...8.......", "....8..2........8..."),  # 1 2 3 and 3 4
        ("7/4", "8.....6.8.......8.....6.8...", "....8..2....8.......8..2...."),
        ("6/8", "8....6", "...8.2"),  # the halves of a beat become its last third
        ("12/8", "8....68.....", "...8.2...8.."),
    ],
)
def test_adaptation(metre: str, kick: str, snare: str) -> None:
    target = Metre.parse(metre)
    bar = adapt(bars_of(ROCK)[0], FOUR, target)
    lanes = lanes_of(pattern_of([bar], adapted_grid(FOUR, target)))
    assert (lanes[V.KICK], lanes[V.SNARE]) == (kick, snare)


def test_twelve_eight_becomes_triplets() -> None:
    grid = Grid(Metre(12, 8), 2)
    bar = {(0, V.KICK): 100, (5, V.KICK): 90, (6, V.KICK): 80}
    assert adapted_grid(grid, Metre(4, 4)) == Grid(Metre(4, 4), 3)
    assert adapt(bar, grid, Metre(4, 4)) == bar


@given(
    source=st.sampled_from(["4/4", "3/4", "6/8", "12/8", "5/4", "7/8"]),
    target=st.builds(Metre, st.integers(1, 16), st.sampled_from([2, 4, 8, 16])),
    steps_per_quarter=st.sampled_from([2, 4, 6, 12]),
)
def test_adaptation_never_leaves_the_bar(source: str, target: Metre, steps_per_quarter: int) -> None:
    grid = Grid(Metre.parse(source), steps_per_quarter)
    full = {(step, V.KICK): 90 for step in range(grid.steps)}
    pattern = pattern_of([adapt(full, grid, target)], adapted_grid(grid, target))  # raises if a hit is outside
    assert any(hit.step == 0 for hit in pattern.hits)


def test_bar_distance_counts_hits_and_not_velocities() -> None:
    louder = parse_grid({V.KICK: "9...", V.SNARE: "..9."}, Metre(1, 4), 4)
    softer = parse_grid({V.KICK: "2...", V.SNARE: "...2"}, Metre(1, 4), 4)
    assert mean_bar_distance(louder, louder) == 0
    assert mean_bar_distance(louder, softer) == 2
    assert novelty(louder, sources_of([softer])).tolist() == pytest.approx([2 / 3])


def test_grids_of_different_width_are_compared_by_time() -> None:
    coarse = parse_grid({V.KICK: "9.9."}, Metre(4, 4), 1)
    fine = parse_grid({V.KICK: "9.......9......."}, Metre(4, 4), 4)
    assert mean_bar_distance(coarse, fine) == 0


def test_novelty_is_the_distance_of_each_bar_to_the_nearest_source() -> None:
    clip = parse_grid({V.KICK: "9...|9.9."}, Metre(1, 4), 4)
    source = parse_grid({V.KICK: "9..."}, Metre(1, 4), 4)
    assert novelty(clip, sources_of([source])).tolist() == [0, 0.5]
    assert novelty(clip, sources_of([clip])).tolist() == [0, 0]
    other = parse_grid({V.SNARE: "9.9."}, Metre(1, 4), 4)
    assert novelty(clip, sources_of([other])).tolist() == [1, 1]
    both = joined(sources_of([other]), sources_of([source]))
    assert novelty(clip, both).tolist() == [0, 0.5]
    assert novelty(clip, sources_of([])).tolist() == [1, 1]


def test_a_fill_is_as_long_as_it_departs_from_the_groove() -> None:
    words = vocabulary([(bars_of(ROCK)[0], 1.0)])
    lanes = {
        V.CLOSED_HAT: "6.6.6.6.........",
        V.SNARE: "....8.......8888",
        V.HIGH_TOM: "........88.8....",
        V.KICK: "8...............",
    }
    assert fill_length(bars_of(parse_grid(lanes, FOUR.metre, 4))[0], words, FOUR) == Fraction(1, 2)
    assert fill_length(bars_of(ROCK)[0], words, FOUR) == 0


@pytest.mark.parametrize("kick", ["8...8...8...8...", "8.....8.8.....8.", "8..8..8...8.8..8"])
def test_syncopation_goes_up_and_down(kick: str) -> None:
    """By the measure of Longuet-Higgins & Lee on the kick."""
    snare = "....9.......9..."
    bar = bars_of(parse_grid({V.KICK: kick, V.SNARE: snare}, FOUR.metre, 4))[0]
    words = vocabulary([(bar, 1.0)])
    levels = []
    for amount in (-1.0, -0.5, 0.0, 0.5, 0.9):
        moved = with_syncopation(bar, words, FOUR, amount)
        assert len(moved) == len(bar) or amount < 0
        assert (0, V.KICK) in moved
        assert {step for step, voice in moved if voice is V.SNARE} >= {4}
        kicks = np.array(sorted(step for step, voice in moved if voice is V.KICK))
        levels.append(lhl(kicks, metric_weights(FOUR.metre, 4)))
    assert levels == sorted(levels)
    assert levels[0] < levels[-1]


def test_thirds_and_quarters_change_places() -> None:
    notes: list[str] = []
    straight = groove_of({V.CLOSED_HAT: "8.6.8.6.8.6.8.66", V.KICK: "9...............9"[:16]}, 4)
    carried = in_feel([straight], "triplet", notes)[0]
    lanes = lanes_of(pattern_of(list(carried.bars), carried.grid))
    assert lanes[V.CLOSED_HAT] == "8.68.68.68.6"
    assert "no triplet groove" in notes[0]
    shuffle = groove_of({V.CLOSED_HAT: "8.68.68.68.6", V.KICK: "9..........."}, 3)
    back = in_feel([shuffle], "straight", notes)[0]
    assert lanes_of(pattern_of(list(back.bars), back.grid))[V.CLOSED_HAT] == "8.6.8.6.8.6.8.6."
    triplets = groove_of({V.CLOSED_HAT: "868868868868", V.KICK: "9..........."}, 3)
    assert list(in_feel([straight, shuffle, triplets], "triplet", notes)) == [triplets]
    assert list(in_feel([straight, shuffle, triplets], "swung", notes)) == [straight, shuffle]


def groove_of(lanes: dict[V, str], grid: int) -> Groove:
    pattern = parse_grid(lanes, FOUR.metre, grid)
    own = Grid(FOUR.metre, grid)
    return Groove(
        id=str(lanes), name="", role="groove", style="", grid=own, bars=tuple(bars_of(pattern)), tempo=None, weight=1.0
    )


def test_two_hands_keep_the_accent_and_the_crash() -> None:
    bar = {(0, V.SNARE): 120, (0, V.CLOSED_HAT): 90, (0, V.CRASH): 100, (0, V.KICK): 100}
    assert playable(bar, FOUR, 100) == {(0, V.SNARE): 120, (0, V.CRASH): 100, (0, V.KICK): 100}


def test_a_hat_is_open_or_closed() -> None:
    bar = {(2, V.OPEN_HAT): 90, (2, V.CLOSED_HAT): 90, (2, V.PEDAL_HAT): 90}
    assert playable(bar, FOUR, 100) == {(2, V.OPEN_HAT): 90}
    assert playable(bar, FOUR, 100, kept=(V.PEDAL_HAT,)) == {(2, V.CLOSED_HAT): 90, (2, V.PEDAL_HAT): 90}


def test_the_foot_may_close_the_hat_as_a_stick_strikes_it() -> None:
    bar = {(2, V.CLOSED_HAT): 90, (2, V.PEDAL_HAT): 60, (2, V.SNARE): 30}
    assert playable(bar, FOUR, 100) == bar


def test_locked_voices_stay_before_louder_ones() -> None:
    bar = {(0, V.SNARE): 120, (0, V.CLOSED_HAT): 40, (0, V.CRASH): 100}
    assert (0, V.CLOSED_HAT) in playable(bar, FOUR, 100, kept=(V.CLOSED_HAT,))


def test_one_hand_slows_down_at_a_fast_tempo() -> None:
    bar = {(step, V.CLOSED_HAT): 90 for step in range(16)}
    assert len(playable(bar, FOUR, 120)) == 16
    assert sorted(step for step, _ in playable(bar, FOUR, 240)) == list(range(0, 16, 2))


def test_a_double_pedal_needs_both_feet() -> None:
    kicks = {(step, V.KICK): 110 for step in range(16)}
    assert playable(kicks, FOUR, 260) == kicks
    assert sorted(step for step, _ in playable(kicks, FOUR, 300)) == list(range(0, 16, 2))
    one_foot_busy = kicks | {(4, V.PEDAL_HAT): 70}  # for a quarter before and after
    left = playable(one_foot_busy, FOUR, 200)
    assert sorted(step for step, voice in left if voice is V.KICK) == [0, 2, 4, 6, 8, *range(10, 16)]


def test_a_foot_is_no_faster_on_the_hat() -> None:
    bar = {(step, V.PEDAL_HAT): 70 for step in range(16)}
    assert sorted(step for step, _ in playable(bar, FOUR, 240)) == list(range(0, 16, 2))


def test_the_fastest_that_one_hand_plays_is_played() -> None:
    """Sextuplets at 110 bpm are 11 strokes a second."""
    grid = Grid(Metre(4, 4), 6)
    bar = {(step, V.CLOSED_HAT): 90 for step in range(24)}
    assert playable(bar, grid, 110) == bar
    assert len(playable(bar, grid, 112)) == 12
