"""From a take to a grid: which grid the playing is on, where the bar lines are, which cell each hit is in.

Conventions: a *step* is a quarter divided by `steps_per_quarter`; offsets are played minus notated
time in steps, late is positive, within half a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from mdg_core.bars import bars_of, in_force, main_metre, mean_tempo
from mdg_core.kit import HATS, RIDES, VOICES
from mdg_core.middle import middle
from mdg_core.midi import Take
from mdg_core.pattern import Hit, Metre, Pattern
from mdg_core.stretches import prepared, stretches_of
from mdg_core.swing import SHUFFLE_PERCENT, Swing, eighth_swing, merged, sixteenth_swing

GRIDS = (4, 3, 6, 8)  # steps a quarter: sixteenths, eighth triplets, sixteenth triplets, thirty-seconds

_IS_TIMEKEEPER = np.array([voice in (*HATS, *RIDES) for voice in VOICES])

# Spread of human timing about the grid, in seconds, of tight and of loose players: the rock takes of the Groove MIDI
# Dataset have 0.02-0.03. With the first alone, who plays loosely on sixteenths is heard on thirty-seconds.
_TIMING_SPREADS_SECONDS = (0.02, 0.03)
_SPREAD_QUARTERS = (0.03, 0.055)
# of eighths, of the loosest players: planted ones of up to 40 ms are heard on finer grids without
_LOOSE_SECONDS, _LOOSE_QUARTERS = 0.045, (0.055, 0.1)
_ABOUT_EIGHTH, _UNSWUNG = 0.2, 0.07  # quarters about an eighth where its strokes are, and by how much they may lean
_OUTLIERS = 0.05  # share of hits that are taken to lie anywhere
_MIN_EVIDENCE, _MIN_EVIDENCE_PER_HIT = 5.0, 0.1  # log-likelihood by which another grid must beat sixteenths
_FEW_BARS, _FILL_BARS = 4, 0.2  # bars below which all count, and share of the others that fills alone can reach
_MIN_STEP_SECONDS = 0.075  # below this, steps drown in the spread of timing
_SHUFFLE_UPBEATS = (0.61, 0.65, 0.69)  # not 0.75: that is a straight sixteenth
_MACHINE_SPREAD = 0.012  # quarters; of strokes that were put on their grid, to the tick of a coarse file
_REACH, _HELD = 0.09, 0.5  # a grid is chosen where so many hits between the beats lie so near (quarters) to its points
_DOTTED_PERCENT, _DOTTED_SPREAD = 0.7, 0.02  # about 75 % of the beat; hard swing is lower (Ben Riley 73.7) or looser
_ROLLED, _ON_TIME = 0.6, 0.12  # steps between the strokes of a roll; nearer to a bar line than that it ends on it
_EARLY = 0.6  # of the quarter: up to here thirds and sixteenths are told apart
_ON_BEAT = 0.09  # quarters about the beat where a hit says nothing of the subdivision


@dataclass(frozen=True, slots=True)
class Placement:
    """Where on a grid each of n hits of a take is; hits in bars of another metre are left out (`index`)."""

    metre: Metre
    steps_per_quarter: int
    bars: int
    index: NDArray[np.int64]  # which hits of the take
    step: NDArray[np.int64]  # from the start of the first bar of this metre
    offset: NDArray[np.float64]  # steps

    @property
    def steps_per_bar(self) -> int:
        return int(self.metre.bar_quarters * self.steps_per_quarter)


def quantise(take: Take, metre: Metre | None = None, steps_per_quarter: int | None = None) -> Pattern:
    """The take as a pattern with micro-timing; of two hits of a voice in one cell the louder is kept.

    Parameters
    ----------
    metre
        Bars of this metre from the start of the file, its strokes as they lie. By default the take is made ready
        first (`mdg_core.stretches`): its shift and count-in taken off, its bar lines settled, and only the bars of
        its main metre kept.
    steps_per_quarter
        The grid; by default `estimate_grid`.

    Raises
    ------
    ValueError
        The grid does not divide a bar of the metre.
    """
    if metre is None:
        take = stretches_of(prepared(take).take)[0].take
    return on_grid(take, metre, steps_per_quarter)


def on_grid(take: Take, metre: Metre | None, steps_per_quarter: int | None) -> Pattern:
    """`quantise` of a take as it lies, its shift, count-in and bar lines left as they are."""
    placed = place(take, metre, steps_per_quarter)
    velocity = take.velocity[placed.index]
    code = take.voice_code[placed.index]
    keep = loudest(placed.step * len(VOICES) + code, velocity)
    hits = (
        Hit(step, VOICES[voice], level, offset)
        for step, voice, level, offset in zip(
            placed.step[keep].tolist(), code[keep].tolist(), velocity[keep].tolist(), placed.offset[keep].tolist(),
            strict=True,
        )
    )  # fmt: skip
    return Pattern(placed.metre, placed.bars, placed.steps_per_quarter, tuple(hits))


def loudest(cell: NDArray[np.int64], velocity: NDArray[np.int64]) -> NDArray[np.intp]:
    """Index of the loudest hit of each cell, by cell; the first of equals."""
    order = np.lexsort((-velocity, cell))
    first = np.ones(len(order), dtype=bool)
    first[1:] = np.diff(cell[order]) != 0
    return order[first]


def place(
    take: Take,
    metre: Metre | None = None,
    steps_per_quarter: int | None = None,
    *,
    positions: NDArray[np.float64] | None = None,
    keep_rolls: bool = True,
) -> Placement:
    """The nearest cell of each hit, with the parameters and errors of `quantise`.

    `keep_rolls`: the last stroke of a roll before a bar line stays in its bar, also where the bar line is nearer.
    `positions` says where in the quarter (0 to 1, ascending from 0) each of its steps is played, for
    a grid that swings (`groove.swung_positions`); offsets are then against the swung step.
    """
    bars = bars_of(take, metre)
    metre = metre or main_metre(take, bars)
    steps = steps_per_quarter or estimate_grid(take, metre)
    if (metre.bar_quarters * steps).denominator != 1:
        raise ValueError(f"{steps} steps a quarter do not divide a bar of {metre}")
    played_at = np.append(np.arange(steps) / steps if positions is None else positions, 1.0)
    onset = take.onset_quarters
    bar = in_force(bars.starts, onset)
    beat, phase = np.divmod(onset - bars.starts[bar], 1.0)
    in_quarter = np.searchsorted((played_at[1:] + played_at[:-1]) / 2, phase, side="right")
    step = beat.astype(np.int64) * steps + in_quarter
    offset = (phase - played_at[in_quarter]) * steps
    # a hit nearer to the next bar line than to its own bar's last step is the next bar's first
    room = np.diff(bars.starts, append=np.inf)[bar]
    early = step >= np.rint(room * steps)
    of_metre = bars.metre_starts(metre)
    if not of_metre[bar + early].any():
        early[:] = False  # all of them anticipate a bar of another metre: they stay with their own
    over = (onset - bars.starts[bar] - room) * steps
    if keep_rolls and early.any():
        rolled = early & (over < -_ON_TIME) & _ends_a_roll(take, steps)
        early &= ~rolled
        step[rolled] = np.rint(room[rolled] * steps) - 1
        offset[rolled] = 0.5
    offset[early] = over[early]
    step[early] = 0
    bar += early
    index = np.flatnonzero(of_metre[bar])
    per_bar = int(metre.bar_quarters * steps)
    step = np.maximum((np.cumsum(of_metre) - 1)[bar[index]] * per_bar + step[index], 0)
    return Placement(
        metre=metre,
        steps_per_quarter=steps,
        bars=int(step.max()) // per_bar + 1,
        index=index,
        step=step,
        offset=offset[index],
    )


def _ends_a_roll(take: Take, steps: int) -> NDArray[np.bool_]:
    """Which strokes follow another of their voice so closely that both are of one step, and are followed by none."""
    order = np.lexsort((take.onset_quarters, take.voice_code))
    code, onset = take.voice_code[order], take.onset_quarters[order]
    close = (np.diff(onset) * steps < _ROLLED) & (np.diff(code) == 0)
    ends = np.zeros(len(order), dtype=bool)
    ends[order] = np.append(False, close) & ~np.append(close, False)
    return ends


class Cymbals:
    """Hats and rides, which keep time: their onsets in quarters, and their swing once it is asked for."""

    def __init__(self, take: Take) -> None:
        self.onsets: NDArray[np.float64] = take.onset_quarters[_IS_TIMEKEEPER[take.voice_code]]

    @cached_property
    def swing(self) -> Swing | None:
        """Of eighths, on any grid but that of eighth triplets."""
        return eighth_swing(self.onsets, 4)


def estimate_grid(take: Take, metre: Metre, cymbals: Cymbals | None = None) -> int:
    """Steps a quarter of the grid that explains the hits between the beats best; all voices vote.

    Each grid is a mixture of its points within the quarter, each with the same weight and the
    spread of a machine, a tight or a loose player, whichever fits the grid better, and a few outliers; a finer
    grid pays for its extra points through their smaller weight (as in a Bayesian comparison of
    models). A shuffle counts as a triplet grid, eighths of the loosest players as sixteenths. What the hits on the
    beat are early or late together is taken off first. Sixteenths are kept unless another grid is clearly better and
    holds most of the hits. Left out are grids that do not divide the bar, and those whose steps cannot be told apart
    at the take's tempo. `cymbals` are the take's own, where their swing is needed again.
    """
    beats_per_second = mean_tempo(take) / 60
    phase = quarter_phase(take)
    near = np.abs(phase) < 2 * _ON_BEAT
    phase -= middle(phase[near]) if near.any() else 0.0
    is_between = np.abs(phase) > max(_ON_BEAT, min(2 * _TIMING_SPREADS_SECONDS[0] * beats_per_second, 0.14))
    between = phase[is_between]
    usual, *finer = grids_for(metre)
    grids = [usual, *(g for g in finer if g < usual or g * beats_per_second * _MIN_STEP_SECONDS <= 1)]
    played = np.clip(np.multiply(_TIMING_SPREADS_SECONDS, beats_per_second), *_SPREAD_QUARTERS)
    spreads = np.append(played, _MACHINE_SPREAD)
    points, of_grid = _points_of(tuple(grids))
    density = _densities(between, points, spreads)
    of_hits = {steps: _likeliest(density[:, own], spreads) for steps, own in zip(grids, of_grid, strict=True)}
    if usual == 4 and _is_about_eighths(between):  # which can be so loose that they reach the places of finer grids
        loose = np.clip([_LOOSE_SECONDS * beats_per_second], *_LOOSE_QUARTERS)
        of_hits[4] = max(of_hits[4], _log_likelihoods(between, np.array([0, 0.5]), loose), key=np.sum)
    if 3 in of_hits:  # a shuffle is notated in triplets, also when its long note is a little shorter or longer
        tight = played[:1]  # played loosely, a light swing would be one
        shuffles = (_log_likelihoods(between, np.array([0, at]), tight) for at in _SHUFFLE_UPBEATS)
        of_hits[3] = max(of_hits[3], *shuffles, key=np.sum)
    scores = {steps: float(values.sum()) for steps, values in of_hits.items()}
    best = max(scores, key=lambda steps: scores[steps])
    margin = _MIN_EVIDENCE + _MIN_EVIDENCE_PER_HIT * len(between)
    if scores[best] <= scores[usual] + margin or not _holds(between, best):
        best = usual
    if best != usual:
        bar = (take.onset_quarters[is_between] / float(metre.bar_quarters)).astype(np.int64)
        if not _in_enough_bars(of_hits[best] - of_hits[usual], bar):
            best = usual
    if best == 4 and 3 in scores:  # a ride too free for its hits to fit triplets can still swing beyond doubt
        others = between[~_IS_TIMEKEEPER[take.voice_code[is_between]]]
        return 3 if _swings_hard((cymbals or Cymbals(take)).swing, others, played) else 4
    return best


def _is_about_eighths(between: NDArray[np.float64]) -> bool:
    """Whether what lies about the eighths lies as far before them as behind: it does not swing."""
    distance = np.mod(between, 1.0) - 0.5
    distance = distance[np.abs(distance) < _ABOUT_EIGHTH]
    return len(distance) > 0 and abs(middle(distance)) < _UNSWUNG


@cache
def _points_of(grids: tuple[int, ...]) -> tuple[NDArray[np.float64], tuple[NDArray[np.int64], ...]]:
    """The points within the quarter of all grids, most of which share some, and which of them are each grid's."""
    points = np.unique(np.concatenate([np.arange(steps) / steps for steps in grids]))
    return points, tuple(np.searchsorted(points, np.arange(steps) / steps) for steps in grids)


def _in_enough_bars(better: NDArray[np.float64], bar: NDArray[np.int64]) -> bool:
    """Whether more than a fill here and there is on a grid, by how much better it explains each hit, and their bars."""
    bar = bar - bar.min()
    of_bar = np.bincount(bar, weights=better)[np.bincount(bar) > 0]
    return len(of_bar) < _FEW_BARS or bool((of_bar > 0).mean() > _FILL_BARS)


def _holds(between: NDArray[np.float64], steps: int) -> bool:
    """Whether most of the hits between the beats lie about the points of a grid; thirds have the shuffles with them."""
    points = np.append(np.arange(steps) / steps, _SHUFFLE_UPBEATS if steps == 3 else ())
    distance = between[:, None] - points[None, :]
    nearest = np.abs(distance - np.rint(distance)).min(axis=1)
    return bool((nearest <= min(_REACH, 0.4 / steps)).mean() >= _HELD)


def _swings_hard(swing: Swing | None, others: NDArray[np.float64], spreads: NDArray[np.float64]) -> bool:
    """Whether hat or ride, whose swing is given, swing as far as a shuffle, and it is no dotted figure of sixteenths.

    It is one where every stroke is a machine's last sixteenth, or where the other drums (`others`, their phases
    between the beats) play second sixteenths and eighths rather than thirds.
    """
    if swing is None or swing.percent < SHUFFLE_PERCENT:
        return False
    if abs(swing.percent - 75) <= _DOTTED_PERCENT and swing.spread <= _DOTTED_SPREAD:
        return False
    early = np.mod(others, 1.0)
    early = early[early < _EARLY]
    straight = _log_likelihood(early, np.array([0.25, 0.5]), spreads)
    thirds = _log_likelihood(early, np.array([1 / 3, SHUFFLE_PERCENT / 100]), spreads)
    return straight <= thirds + _MIN_EVIDENCE + 2 * _MIN_EVIDENCE_PER_HIT * len(early)


def swing_of(take: Take, metre: Metre, steps: int, cymbals: Cymbals) -> tuple[Swing | None, Swing | None]:
    """Swing of eighths and of sixteenths on a grid; only one of them is meant in one music, none of eighths in 6/8.

    The eighths are those of hat or ride, or of all voices where those have too few; sixteenths are all voices'.
    """
    eighths = None
    if not metre.is_compound:
        eighths = eighth_swing(cymbals.onsets, steps) if steps == 3 else cymbals.swing
        eighths = eighths or eighth_swing(merged(take.onset_quarters, take.voice_code), steps)
    shuffled = eighths is not None and eighths.percent >= SHUFFLE_PERCENT
    if shuffled and steps not in (3, 6):
        eighths, shuffled = None, False  # the grid says that these are last sixteenths
    if shuffled or steps == 3:
        return eighths, None
    upbeat = eighths.percent / 100 if eighths else 0.5
    return eighths, sixteenth_swing(take.onset_quarters, take.voice_code, upbeat)


def quarter_phase(take: Take) -> NDArray[np.float64]:
    """Place of each hit about the nearest quarter of its bar, in quarters, -0.5 to 0.5."""
    onset = take.onset_quarters
    if len(take.metres) > 1:
        bars = bars_of(take).starts
        onset = onset - bars[in_force(bars, onset)]
    return np.asarray(onset - np.rint(onset))


def grids_for(metre: Metre) -> Sequence[int]:
    """The grids that divide a bar of this metre, the usual one first."""
    return [steps for steps in GRIDS if (metre.bar_quarters * steps).denominator == 1] or [8]


def _log_likelihood(phase: NDArray[np.float64], points: NDArray[np.float64], spreads: NDArray[np.float64]) -> float:
    """Of the phases, with the one of the spreads that makes it greatest."""
    return float(_log_likelihoods(phase, points, spreads).sum())


def _log_likelihoods(
    phase: NDArray[np.float64], points: NDArray[np.float64], spreads: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Of each phase, with the one of the spreads that makes that of all greatest."""
    return _likeliest(_densities(phase, points, spreads), spreads)


def _densities(
    phase: NDArray[np.float64], points: NDArray[np.float64], spreads: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How near each phase lies to each point under each spread, 0 to 1: spreads x points x phases."""
    distance = points[:, None] - phase
    distance -= np.rint(distance)
    distance *= distance
    density = distance * (-0.5 / spreads**2)[:, None, None]
    return np.asarray(np.exp(density, out=density))


def _likeliest(density: NDArray[np.float64], spreads: NDArray[np.float64]) -> NDArray[np.float64]:
    """The log-likelihood of each phase by its `_densities` about the points of one grid, with the likeliest spread."""
    mixed = density.sum(axis=1)
    mixed *= ((1 - _OUTLIERS) / (density.shape[1] * spreads * np.sqrt(2 * np.pi)))[:, None]
    mixed += _OUTLIERS
    each = np.log(mixed, out=mixed)
    return np.asarray(each[int(np.argmax(each.sum(axis=1)))])
