"""What two hands and two feet can do at once, and how fast one of them can repeat itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence

from mdg_drummer.bars import CYMBALS, FEET, SNARES, TIMEKEEPERS, Bar, Grid, V, Voice

HANDS = 2
# a stick or a foot alone repeats a note 11 times a second at most; the snare and toms have both hands, and the kick
# both feet (a double pedal, sixteenths at 270 bpm) where none of them works the hat within a quarter
FASTEST_ALONE_SECONDS = 1 / 11
FASTEST_TWO_FEET_SECONDS = 1 / 18

_HAT = (V.CLOSED_HAT, V.OPEN_HAT, V.PEDAL_HAT)

Least = Callable[[int, int], int]  # the steps that must lie between two strokes, by their places


def playable(bar: Bar, grid: Grid, tempo: float, kept: tuple[Voice, ...] = ()) -> Bar:
    """`playable_bars` of one bar that is played once."""
    return playable_bars([bar], grid, tempo, kept, loops=False)[0]


def playable_bars(
    bars: Sequence[Bar], grid: Grid, tempo: float, kept: tuple[Voice, ...] = (), *, loops: bool = True
) -> list[Bar]:
    """The bars without what a drummer could not play: a hat in two states, a third hand, a hand or foot too fast.

    `kept` are voices that stay whatever else must go; of bars that loop the first follows the last.
    """
    out = [_two_hands(bar, kept) for bar in bars]
    alone = least_steps(FASTEST_ALONE_SECONDS, tempo, grid)
    if alone > 1:
        for voice in (*TIMEKEEPERS, V.PEDAL_HAT):
            if voice not in kept:
                _slow_down(out, grid, voice, lambda first, second: alone, loops=loops)
        if V.KICK not in kept:
            _slow_down(out, grid, V.KICK, _of_feet(out, grid, tempo, alone), loops=loops)
    return out


def least_steps(seconds: float, tempo: float, grid: Grid) -> int:
    """How many steps lie between two strokes that are at least `seconds` apart."""
    return max(1, math.ceil(seconds * tempo * grid.steps_per_quarter / 60 - 1e-9))


def _two_hands(bar: Bar, kept: tuple[Voice, ...]) -> Bar:
    at: dict[int, dict[Voice, int]] = {}
    for (step, voice), velocity in bar.items():
        at.setdefault(step, {})[voice] = velocity
    out = dict(bar)
    for step, here in at.items():
        if len(here) > 1:
            for voice in here.keys() - _limbs(here, kept):
                del out[step, voice]
    return out


def _limbs(here: dict[Voice, int], kept: tuple[Voice, ...]) -> Collection[Voice]:
    """What of one step's strokes two hands and two feet play: the foot may close the hat as a stick strikes it."""
    if sum(voice not in FEET for voice in here) <= HANDS and sum(voice in _HAT for voice in here) < 2:
        return here.keys()
    ranked = sorted(here, key=lambda voice: (voice not in kept, -_importance(voice, here[voice]), voice))
    hats = [voice for voice in ranked if voice in _HAT]
    # open or shut, not both
    lost = hats[1:] if hats[:1] == [V.OPEN_HAT] else [V.OPEN_HAT]
    ranked = [voice for voice in ranked if voice not in lost or voice in kept]
    hands = [voice for voice in ranked if voice not in FEET]
    too_many = [voice for voice in hands[HANDS:] if voice not in kept]
    return [voice for voice in ranked if voice not in too_many]


def _importance(voice: Voice, velocity: int) -> int:
    """What a drummer would rather play when there are not hands enough: accents and crashes before time keeping."""
    if voice in CYMBALS:
        return 300 + velocity
    if voice in SNARES and velocity > 80:
        return 200 + velocity
    if voice is V.OPEN_HAT:
        return 100 + velocity
    return velocity


def _of_feet(bars: Sequence[Bar], grid: Grid, tempo: float, alone: int) -> Least:
    """Both feet play the kick, but for a quarter around each stroke of the pedal hat."""
    two_feet = least_steps(FASTEST_TWO_FEET_SECONDS, tempo, grid)
    quarter = grid.steps_per_quarter
    pedal = _places(bars, grid, V.PEDAL_HAT)

    def least(first: int, second: int) -> int:
        return alone if any(first - quarter <= step <= second + quarter for step in pedal) else two_feet

    return least


def _slow_down(bars: Sequence[Bar], grid: Grid, voice: Voice, least: Least, *, loops: bool) -> None:
    """Drop the metrically weaker of two strokes that follow each other in fewer steps than the `least` for the two.

    Of the last stroke of the loop and the first, that goes which is last.
    """
    steps = _places(bars, grid, voice)

    def drop(step: int) -> None:
        steps.remove(step)
        index, within = divmod(step, grid.steps)
        del bars[index][within, voice]

    index = 1
    while index < len(steps):
        first, second = steps[index - 1], steps[index]
        if second - first >= least(first, second):
            index += 1
        else:
            drop(first if grid.strength(first % grid.steps) < grid.strength(second % grid.steps) else second)
    over = len(bars) * grid.steps
    while loops and len(steps) > 1 and steps[0] + over - steps[-1] < least(steps[-1], steps[0] + over):
        drop(steps[-1])


def _places(bars: Sequence[Bar], grid: Grid, voice: Voice) -> list[int]:
    """The steps of one voice, counted from the start of the first bar."""
    return [
        grid.steps * index + step for index, bar in enumerate(bars) for step in sorted(s for s, v in bar if v is voice)
    ]
