"""From a grid to a performance: which feel of the profile applies, the swing in force, the humaniser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mdg_core.feel import back_off, humanise, swing_offset
from mdg_core.kit import Voice
from mdg_core.pattern import Hit, Pattern
from mdg_core.profile import Feel, StyleProfile
from mdg_core.stepgrid import level_of
from mdg_serving.generation.bars import Grid, clamp
from mdg_serving.generation.request import GenerationRequest

_STRAIGHT = {"swing_eighths": 50.0, "swing_sixteenths": 50.0}
_LEVEL = 14.0  # velocities in a level of the step grid
_SWING_HEARD = 1.0  # percent about straight that is no swing yet


def feel_for(profile: StyleProfile, grid: Grid, style: str) -> Feel:
    """The artist's feel in this style, filled up with that over all styles where evidence is thin.

    Of a metre in which nothing was measured, only the swing is known. Triplet grids and compound metres have
    theirs written in their steps.
    """
    known = _nearest(profile, grid, style), _nearest(profile, grid, None)
    feel = back_off(*known) or Feel(metre=str(grid.metre), steps_per_quarter=grid.steps_per_quarter)
    if not _can_swing(grid):
        return feel.model_copy(update=_STRAIGHT)
    binary = [f for f in profile.feel if f.steps_per_quarter % 3 and f.style in (style, None)]
    if feel.cells or not binary:
        return feel
    first = min(binary, key=lambda f: f.style is None)
    return feel.model_copy(update={"swing_eighths": first.swing_eighths, "swing_sixteenths": first.swing_sixteenths})


def with_swing(feel: Feel, pattern: Pattern, swing: float) -> tuple[Feel, str | None]:
    """The feel with the swing that was asked for, at the level at which this groove swings; and a note if it cannot.

    That is the level at which the artist swings most; of a straight player, sixteenths if the groove has any
    off the eighths, else eighths.
    """
    if not _can_swing(Grid(pattern.metre, pattern.steps_per_quarter)):
        return feel, "the swing was left as it is: this groove is written in triplets or in a compound metre"
    if max(feel.swing_eighths, feel.swing_sixteenths) > 50 + _SWING_HEARD:
        sixteenths = feel.swing_sixteenths > feel.swing_eighths
    else:
        half = pattern.steps_per_quarter / 2
        sixteenths = any(hit.step % half for hit in pattern.hits)
    return feel.model_copy(update=_STRAIGHT | {f"swing_{'sixteenths' if sixteenths else 'eighths'}": swing}), None


def play(pattern: Pattern, feel: Feel, request: GenerationRequest, *, tempo: float, seed: int) -> Pattern:
    """The pattern on the swung grid and, unless humanising is off, as the artist plays it.

    Timing is the humaniser's. Dynamics stay the pattern's own, which are the artist's: a place of the bar alone does
    not tell a ghost note from a displaced backbeat. Around them the humaniser gives how strokes of one voice and one
    level differ from each other, by one level of the step grid at most.
    """
    per, eighths, sixteenths = pattern.steps_per_quarter, feel.swing_eighths, feel.swing_sixteenths
    swung = pattern
    if (eighths, sixteenths) != (50.0, 50.0):
        bent = [swing_offset(step, per, eighths, sixteenths) for step in range(per)]
        hits = (Hit(hit.step, hit.voice, hit.velocity, bent[hit.step % per]) for hit in pattern.hits)
        swung = replace(pattern, hits=tuple(hits))
    if not request.humanize:
        return swung
    played = humanise(swung, tempo=tempo, feel=feel, seed=seed, timing=request.timing_amount)
    levels = _strayed(swung.hits, played.hits, request.velocity_amount)
    strokes = (Hit(p.step, p.voice, level, p.offset) for p, level in zip(played.hits, levels, strict=True))
    return replace(played, hits=tuple(strokes))


def _strayed(written: Sequence[Hit], played: Sequence[Hit], amount: float) -> list[int]:
    """The written velocities, each moved as far as its played one lies from the mean of those written alike.

    Halved, because what people play at a place holds ghost notes and accents both.
    """
    alike: dict[tuple[Voice, int], list[int]] = {}
    for hit, stroke in zip(written, played, strict=True):
        alike.setdefault((hit.voice, level_of(hit.velocity)), []).append(stroke.velocity)
    means = {key: sum(velocities) / len(velocities) for key, velocities in alike.items()}
    out = []
    for hit, stroke in zip(written, played, strict=True):
        deviation = (stroke.velocity - means[hit.voice, level_of(hit.velocity)]) / 2
        out.append(clamp(hit.velocity + amount * max(-_LEVEL, min(_LEVEL, deviation))))
    return out


def _nearest(profile: StyleProfile, grid: Grid, style: str | None) -> Feel | None:
    """The feel of a style in this metre: on this grid, else on the first that was measured."""
    found = [feel for feel in profile.feel if feel.metre == str(grid.metre) and feel.style == style]
    return min(found, key=lambda feel: feel.steps_per_quarter != grid.steps_per_quarter, default=None)


def _can_swing(grid: Grid) -> bool:
    return not (grid.metre.is_compound or grid.is_ternary)
