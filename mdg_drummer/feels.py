"""Which feel of the profile applies to a groove, the swing in force, and the feel between two artists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mdg_core.kit import Voice
from mdg_core.pattern import Pattern
from mdg_core.profile import DoubledStrokes, Feel, FeelCell, StyleProfile, VoiceTiming
from mdg_drummer.bars import Grid
from mdg_drummer.feel import back_off, habits_of
from mdg_drummer.feel_artist import stated_lags, swings_of
from mdg_drummer.feel_prior import Floats, no_habits
from mdg_drummer.pins import pinned_value
from mdg_drummer.request import Swung

_STRAIGHT = {"swing_eighths": 50.0, "swing_sixteenths": 50.0}
_SWINGS = {"swing_eighths": "swing_percent", "swing_sixteenths": "swing_sixteenths"}  # as the parameters name them
CANNOT_SWING = "the swing was left as it is: this groove is written in triplets or in a compound metre"
_SWING_HEARD = 1.0  # percent about straight that is no swing yet


@dataclass(frozen=True, slots=True, eq=False)
class KnownFeel:
    """A feel, looked up by place."""

    feel: Feel
    cells: dict[tuple[Voice, float], FeelCell]  # by voice and place in the bar, in quarters
    habits: Floats  # as the human prior hears it

    @classmethod
    def of(cls, feel: Feel) -> KnownFeel:
        cells = {(cell.voice, cell.step / feel.steps_per_quarter): cell for cell in feel.cells}
        return cls(feel, cells, habits_of(feel) if cells else no_habits()[0])

    def cells_of(self, pattern: Pattern) -> list[FeelCell | None]:
        """What is known of the place of the bar that each hit of the pattern plays."""
        size, per = pattern.steps_per_bar, pattern.steps_per_quarter
        return [self.cells.get((hit.voice, hit.step % size / per)) for hit in pattern.hits]


def feel_for(profile: StyleProfile, grid: Grid, style: str) -> Feel:
    """The artist's feel in this style, filled up with that over all styles where evidence is thin.

    Of a metre in which nothing was measured, only the swing is known. Triplet grids and compound metres have
    theirs written in their steps. A pinned swing comes before a measured one.
    """
    known = _nearest(profile, grid, style), _nearest(profile, grid, None)
    feel = back_off(*known) or Feel(metre=str(grid.metre), steps_per_quarter=grid.steps_per_quarter)
    if not can_swing(grid):
        return _swinging(feel, _STRAIGHT)
    binary = [f for f in profile.feel if f.steps_per_quarter % 3 and f.style in (style, None)]
    if not feel.cells and binary:
        first = min(binary, key=lambda f: f.style is None)
        names = ("swing_eighths", "swing_sixteenths", "stated")
        feel = feel.model_copy(update={name: getattr(first, name) for name in names})
    pinned = _pinned_swings(profile)
    return _swinging(feel, pinned) if pinned else feel


def _pinned_swings(profile: StyleProfile) -> dict[str, float]:
    pins = {pair: pinned_value(profile, name) for pair, name in _SWINGS.items()}
    return {pair: swing for pair, swing in pins.items() if swing is not None}


def is_swing_pinned(profile: StyleProfile) -> bool:
    """Whether clips swing as pinned, not as this or that take does."""
    return bool(_pinned_swings(profile))


def with_swing(feel: Feel, pattern: Pattern, swing: float, of: Swung | None = None) -> tuple[Feel, str | None]:
    """The feel with the swing that was asked for, at the level `of` or that at which this groove swings; and a note if
    it cannot.

    The groove's is the level at which the artist swings most; of a straight player, sixteenths if the groove has any
    off the eighths, else eighths. Voices with a swing of their own give it up for the one asked for.
    """
    if not can_swing(Grid(pattern.metre, pattern.steps_per_quarter)):
        return feel, CANNOT_SWING
    if of:
        sixteenths = of == "sixteenths"
    elif max(feel.swing_eighths, feel.swing_sixteenths) > 50 + _SWING_HEARD:
        sixteenths = feel.swing_sixteenths > feel.swing_eighths
    else:
        half = pattern.steps_per_quarter / 2
        sixteenths = any(hit.step % half for hit in pattern.hits)
    return _swinging(feel, _STRAIGHT | {f"swing_{'sixteenths' if sixteenths else 'eighths'}": swing}), None


def _swinging(feel: Feel, swings: dict[str, float]) -> Feel:
    """The feel with these swings for all voices; their lags stay."""
    lags = [VoiceTiming(voice=own.voice, lag_ms=own.lag_ms) for own in feel.stated if own.lag_ms is not None]
    return feel.model_copy(update={**swings, "stated": lags})


def blended_feel(one: Feel, other: Feel, amount: float) -> Feel:
    """Between the two at every place of the bar that both play; what one alone plays is that one's."""
    theirs = {(cell.voice, cell.step * one.steps_per_quarter): cell for cell in other.cells}
    cells = [
        _between(cell, theirs.pop((cell.voice, cell.step * other.steps_per_quarter), None), amount)
        for cell in one.cells
    ]
    cells += _regridded(theirs.values(), other, one)
    return one.model_copy(
        update={
            "cells": cells,
            "doubles": list(_blended_doubles(one, other, amount)),
            "stated": list(_blended_timings(one, other, amount)),
            "swing_eighths": one.swing_eighths + amount * (other.swing_eighths - one.swing_eighths),
            "swing_sixteenths": one.swing_sixteenths + amount * (other.swing_sixteenths - one.swing_sixteenths),
        }
    )


def _blended_doubles(one: Feel, other: Feel, amount: float) -> Iterator[DoubledStrokes]:
    """As often as both together would; of how they sound, what the one with the greater part in it does."""
    parts: dict[tuple[Voice, bool], list[tuple[float, DoubledStrokes]]] = {}
    for feel, weight in ((one, 1 - amount), (other, amount)):
        for found in feel.doubles:
            parts.setdefault((found.voice, found.soft), []).append((weight * found.share, found))
    for group in parts.values():
        _, main = max(group, key=lambda part: part[0])
        share = sum(part for part, _ in group)
        spread = main.share_spread * share / main.share if main.share else 0.0
        yield main.model_copy(update={"share": share, "share_spread": min(spread, 0.5)})


def _blended_timings(one: Feel, other: Feel, amount: float) -> Iterator[VoiceTiming]:
    """Of every voice of which either states something; what one does not state is on its grid and swings as all."""
    lags = [stated_lags(feel) for feel in (one, other)]
    for voice in dict.fromkeys(own.voice for feel in (one, other) for own in feel.stated):
        ours, theirs = (
            (lag.get(voice, 0.0), *swings_of(feel, voice)) for lag, feel in zip(lags, (one, other), strict=True)
        )
        late, eighths, sixteenths = (a + amount * (b - a) for a, b in zip(ours, theirs, strict=True))
        yield VoiceTiming(
            voice=voice, lag_ms=late if any(lags) else None, swing_eighths=eighths, swing_sixteenths=sixteenths
        )


def _between(ours: FeelCell, theirs: FeelCell | None, amount: float) -> FeelCell:
    if theirs is None:
        return ours

    def mean(name: str) -> float:
        first, second = float(getattr(ours, name)), float(getattr(theirs, name))
        return first + amount * (second - first)

    names = ("offset_ms", "offset_spread_ms", "velocity", "velocity_spread")
    return ours.model_copy(update={name: mean(name) for name in names} | {"count": max(1, round(mean("count")))})


def _regridded(cells: Iterable[FeelCell], source: Feel, target: Feel) -> Iterator[FeelCell]:
    """The cells on the other's grid, those that lie on it."""
    for cell in cells:
        step = cell.step * target.steps_per_quarter
        if step % source.steps_per_quarter == 0:
            yield cell.model_copy(update={"step": step // source.steps_per_quarter})


def _nearest(profile: StyleProfile, grid: Grid, style: str | None) -> Feel | None:
    """The feel of a style in this metre: on this grid, else on the first that was measured."""
    found = [feel for feel in profile.feel if feel.metre == str(grid.metre) and feel.style == style]
    return min(found, key=lambda feel: feel.steps_per_quarter != grid.steps_per_quarter, default=None)


def can_swing(grid: Grid) -> bool:
    """Whether its pairs are written even, to be swung afterwards."""
    return not (grid.metre.is_compound or grid.is_ternary)
