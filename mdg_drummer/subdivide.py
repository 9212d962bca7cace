"""The division of the beat that was asked for: straight, swung or triplet."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from mdg_drummer.adapt import finest
from mdg_drummer.bars import Bar, Grid
from mdg_drummer.library import Groove
from mdg_drummer.request import Subdivision

SWUNG_PERCENT = 62.0  # for one who plays straight: between an even pair (50) and a triplet (66.7)
_TRIPLET_SHARE = 0.1  # of the strokes on the middle of three, from which it is no shuffle any more


def in_feel(grooves: Sequence[Groove], feel: Subdivision, notes: list[str]) -> Sequence[Groove]:
    """The grooves that divide the beat so; where there are none all of them, carried over, and a note of it."""
    if grooves[0].grid.metre.is_compound:
        notes.append(f"{feel} was left aside: the beats of {grooves[0].grid.metre} are divided in three")
        return grooves
    found = [groove for groove in grooves if _fits(groove, feel)]
    if found:
        return found
    ternary = feel == "triplet"
    notes.append(f"no {feel} groove in this metre is known of this artist: others were carried over")
    return [groove if groove.grid.is_ternary == ternary else _carried(groove) for groove in grooves]


def _fits(groove: Groove, feel: Subdivision) -> bool:
    if feel == "straight" or not groove.grid.is_ternary:
        return feel != "triplet" and not groove.grid.is_ternary
    strokes = [step for bar in groove.bars for step, _ in bar]
    beat = groove.grid.beat
    middle = sum(Fraction(step) % beat == beat / 3 for step in strokes)
    return (middle >= _TRIPLET_SHARE * len(strokes)) == (feel == "triplet")


def _carried(groove: Groove) -> Groove:
    """Halves and quarters of the beat to its thirds, or its thirds to sixteenths.

    The last third becomes the upbeat and the middle one the sixteenth before it; a hand that rolls through all three
    rolls through four sixteenths.
    """
    per = groove.grid.steps_per_quarter
    metre = groove.grid.metre
    target = Grid(metre, finest(metre, per * 4 // 3 if groove.grid.is_ternary else 3))
    bars = tuple(_moved(bar, groove.grid, target) for bar in groove.bars)
    return groove._replace(grid=target, bars=bars)


def _moved(bar: Bar, grid: Grid, target: Grid) -> Bar:
    # what is divided is the beat, or the quarter where the beat is longer
    source_beat, target_beat = (min(g.beat, Fraction(g.steps_per_quarter)) for g in (grid, target))
    out: Bar = {}
    for (step, voice), velocity in sorted(bar.items()):
        beat, within = divmod(Fraction(step), source_beat)
        share = within / source_beat
        # the last third is the upbeat, the middle one the sixteenth before it
        place = share * Fraction(3, 4) if grid.is_ternary else Fraction(min(2, int(share * 3 + Fraction(1, 2))), 3)
        cell = (int((beat + place) * target_beat), voice)
        out[cell] = max(velocity, out.get(cell, 0))
        rolls = grid.is_ternary and all(
            (_third(Fraction(beat), source_beat, third), voice) in bar for third in range(3)
        )
        if rolls and share == Fraction(1, 3):  # as loud as the stroke between the beat and the upbeat
            out[int((beat + Fraction(3, 4)) * target_beat), voice] = velocity
    return out


def _third(beat: Fraction, length: Fraction, third: int) -> int:
    """The step on which a third of a beat falls, on a grid that has it."""
    return int((beat + Fraction(third, 3)) * length)
