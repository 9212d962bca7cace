"""What two hands and two feet can do at once, and how fast one of them can repeat itself."""

from __future__ import annotations

from mdg_serving.generation.bars import CYMBALS, FEET, SNARES, TIMEKEEPERS, Bar, Grid, V, Voice

HANDS = 2
# a stick or a foot alone repeats a note 11 times a second at most; the snare and toms have both hands
FASTEST_ONE_HAND_SECONDS = 1 / 11

_HAT = (V.CLOSED_HAT, V.OPEN_HAT, V.PEDAL_HAT)


def playable(bar: Bar, grid: Grid, tempo: float, kept: tuple[Voice, ...] = ()) -> Bar:
    """The bar without what a drummer could not play: a hat in two states, a third hand, a hand that is too fast.

    `kept` are voices that stay whatever else must go.
    """
    step_seconds = 60 / tempo / grid.steps_per_quarter
    at: dict[int, dict[Voice, int]] = {}
    for (step, voice), velocity in sorted(bar.items()):
        at.setdefault(step, {})[voice] = velocity
    out = {(step, v): velocity for step, here in at.items() for v, velocity in _limbs(here, kept).items()}
    for voice in (*TIMEKEEPERS, V.KICK):
        if voice not in kept:
            _slow_down(out, grid, voice, step_seconds)
    return out


def _limbs(here: dict[Voice, int], kept: tuple[Voice, ...]) -> dict[Voice, int]:
    ranked = sorted(here, key=lambda voice: (voice not in kept, -_importance(voice, here[voice]), voice))
    hats = [voice for voice in ranked if voice in _HAT]
    for voice in hats[1:]:
        if voice not in kept:
            ranked.remove(voice)
    hands = [voice for voice in ranked if voice not in FEET]
    too_many = [voice for voice in hands[HANDS:] if voice not in kept]
    return {voice: here[voice] for voice in ranked if voice not in too_many}


def _importance(voice: Voice, velocity: int) -> int:
    """What a drummer would rather play when there are not hands enough: accents and crashes before time keeping."""
    if voice in CYMBALS:
        return 300 + velocity
    if voice in SNARES and velocity > 80:
        return 200 + velocity
    if voice is V.OPEN_HAT:
        return 100 + velocity
    return velocity


def _slow_down(bar: Bar, grid: Grid, voice: Voice, step_seconds: float) -> None:
    """Drop the metrically weaker of two strokes that follow each other too fast for one hand or foot."""
    steps = sorted(step for step, v in bar if v is voice)
    index = 1
    while index < len(steps):
        first, second = steps[index - 1], steps[index]
        if (second - first) * step_seconds >= FASTEST_ONE_HAND_SECONDS:
            index += 1
            continue
        weaker = first if grid.strength(first) < grid.strength(second) else second
        del bar[weaker, voice]
        steps.remove(weaker)
