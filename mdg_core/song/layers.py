"""What sounds with the drummer and is not the drummer's: echoes, doubling claps, percussion of further players.

Two hands strike at most twice at once: a snare, a tom, a cymbal, a hat, an instrument held or mounted. A drummer who
plays the cowbell or a tambourine in place of the hat has a limb for it; one that runs on while both hands are busy is
somebody else's. Strokes of the kit are never parted from one another: a programmed kit is one instrument.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from mdg_core.groove.frame import CODE
from mdg_core.kit import HATS, RIDES, TOMS, VOICES, Voice
from mdg_core.pattern import Hit, Pattern
from mdg_core.stepgrid import MAX_VELOCITY

V = Voice
Bits = NDArray[np.bool_]
Ints = NDArray[np.int64]

ECHO, CLAP, PERCUSSION = "echo", "clap", "percussion"

# a hand strikes one of each group at a time; the pedal hat and the kick are the feet's
_HANDS = ((V.SNARE, V.SIDE_STICK, V.CLAP), HATS, RIDES, *((v,) for v in (*TOMS, V.CRASH, V.CHINA, V.SPLASH)))
# one player each; the first of a row is struck, shaken or scraped while it is held
_HELD = ((V.SHAKER,), (V.GUIRO,), (V.TRIANGLE,), (V.CUICA,))
_STRUCK = (
    (V.TAMBOURINE,), (V.COWBELL,), (V.CLAVES,), (V.HIGH_BONGO, V.LOW_BONGO), (V.MUTE_CONGA, V.HIGH_CONGA, V.LOW_CONGA),
    (V.HIGH_TIMBALE, V.LOW_TIMBALE), (V.HIGH_AGOGO, V.LOW_AGOGO), (V.HIGH_WOOD_BLOCK, V.LOW_WOOD_BLOCK),
    (V.WHISTLE,), (V.VIBRASLAP,),
)  # fmt: skip
_SET_APART = 0.25  # share of the bars of a percussion part in which no hand is free for it
_TWO_HANDS_A_QUARTER = 6.0  # strokes; more than two hands keep up: sixteenths of one and eighths of the other
_ONE_HAND_A_QUARTER = 2.5

_LAYERED_CLAP = 0.5  # share of the claps that fall on a snare's stroke

# time-keepers rise and fall within the beat by themselves: there an echo cannot be told from accents
_BACKBEATS = (V.SNARE, V.SIDE_STICK, V.CLAP)
_ECHOING = (V.KICK, *_BACKBEATS, *TOMS)
_FOLLOWED = 0.9  # share of a voice's own strokes that are followed by their echo
_ROUNDED = 3.0  # velocities: an echo is a copy, no second performance
_RATIOS = (0.2, 0.85)  # of an echo to what it follows
_PARENTS = 4  # strokes that are followed twice, by falling velocities
_PARENTS_ONCE = 8  # strokes that are followed once
_VARIED = 5.0  # deviation of their velocities from which proportional followers are no accent of the pattern
_NO_GHOST = 0.4  # where the velocities are all the same: softer followers are as likely ghost notes
# Echoes on only part of the strokes are exact copies: nobody plays one lag and one ratio again and again so exactly.
_SAME_LAG = 0.03  # steps
_SAME_VELOCITY = 2.0
_SAME_RATIO = 0.04
_CHAINS = 3  # strokes that are followed twice, each time later by the lag and softer by the ratio
_PAIRS = 8  # or strokes of varied velocities that are followed once,
_LEVELS = 5  # so many of them: a bar that is played again has few
_OF_ALL = 0.8  # share that those have of all softer strokes at the lag
_LEAST_LAG = 0.75  # quarters: what comes sooner may be a roll, a ruff or a decrescendo of sixteenths
_BETWEEN = 1  # strokes between one and its echo: more are a roll


def apart(pattern: Pattern) -> tuple[Pattern, dict[str, Pattern]]:
    """The part of one drummer, and what sounds with it by name; those together hold the strokes of `pattern`."""
    level = np.zeros((len(VOICES), pattern.steps), dtype=np.int64)
    level[[CODE[hit.voice] for hit in pattern.hits], [hit.step for hit in pattern.hits]] = [
        hit.velocity for hit in pattern.hits
    ]
    found: dict[str, Bits] = {}
    kit = level.copy()
    for name, part in ((ECHO, _echoes), (ECHO, _echoes_of_some), (CLAP, _claps), (PERCUSSION, _further_players)):
        mask = part(kit, pattern)
        if mask.any() and (kit[~mask] > 0).any():
            found[name] = mask | found.get(name, np.zeros_like(mask))
            kit[mask] = 0
    if not found:
        return pattern, {}
    return _where(pattern, kit > 0), {name: _where(pattern, mask) for name, mask in found.items()}


def _where(pattern: Pattern, mask: Bits) -> Pattern:
    hits: Iterable[Hit] = (hit for hit in pattern.hits if mask[CODE[hit.voice], hit.step])
    return Pattern(pattern.metre, pattern.bars, pattern.steps_per_quarter, tuple(hits))


def _rows(voices: Iterable[Voice]) -> list[int]:
    return [CODE[voice] for voice in voices]


def _echoes(level: Ints, pattern: Pattern) -> Bits:
    """Which strokes (voices, steps) copy an earlier one of their voice, later by one lag and softer by one ratio."""
    out = np.zeros(level.shape, dtype=bool)
    for row in _rows(_ECHOING):
        steps = np.flatnonzero(level[row])
        if len(steps) >= 2 * _PARENTS and np.ptp(level[row, steps]) > _ROUNDED:
            lags = range(1, min(pattern.steps_per_bar, level.shape[1] - 1) + 1)
            # half of the strokes are echoes, or nearly so: softer than what they follow
            audible, most = np.where(level[row] > 0, level[row], MAX_VELOCITY), _RATIOS[1] * level[row]
            followed = [lag for lag in lags if (audible[lag:] <= most[:-lag]).sum() >= 0.4 * len(steps)]
            candidates = [_echoes_at(level[row], lag, _once(row, lag, pattern.steps_per_quarter)) for lag in followed]
            out[row] = max(candidates, key=np.count_nonzero, default=out[row])
    return out


def _once(row: int, lag: int, steps_per_quarter: int) -> bool:
    """Whether one softer follower of strokes that are all alike is an echo, too: on the snare, off the beat, and not
    as near as its ghost notes are. A kick's heartbeat is a pattern, and so is a softer second backbeat."""
    return row in _rows(_BACKBEATS) and 4 * lag >= 3 * steps_per_quarter and lag % steps_per_quarter != 0


def _echoes_at(level: Ints, lag: int, once: bool) -> Bits:
    """Of one voice (steps,): the strokes that are echoes at this lag; none unless nearly all others are followed.

    `once`: see `_once`.
    """
    none = np.zeros(len(level), dtype=bool)
    before = np.concatenate([np.zeros(lag, dtype=np.int64), level[:-lag]])
    ratio = np.where((before > 0) & (level > 0), level / np.maximum(before, 1), np.nan)
    falling = ratio[(ratio >= _RATIOS[0]) & (ratio <= _RATIOS[1])]
    if len(falling) < _PARENTS:
        return none
    usual = float(np.median(falling))
    echo = (before > 0) & (level > 0) & (np.abs(level - usual * before) <= _ROUNDED)
    own = (level > 0) & ~echo
    own[-lag:] = False  # their echo would lie beyond the end
    after, twice = np.append(echo[lag:], none[:lag]), np.append(echo[2 * lag :], none[: 2 * lag])[: len(level)]
    parents = own & after
    if parents.sum() < _FOLLOWED * own.sum():
        return none
    if (parents & twice).sum() >= max(_PARENTS, 0.8 * parents.sum()):
        return echo
    varied = float(level[parents].std()) >= _VARIED
    return echo if parents.sum() >= _PARENTS_ONCE and (varied or (once and usual >= _NO_GHOST)) else none


def _echoes_of_some(level: Ints, pattern: Pattern) -> Bits:
    """Which strokes (voices, steps) of the backbeat's voices are exact echoes of some others, on the grid or off it."""
    out = np.zeros(level.shape, dtype=bool)
    offset = np.zeros(level.shape)
    offset[[CODE[hit.voice] for hit in pattern.hits], [hit.step for hit in pattern.hits]] = [
        hit.offset for hit in pattern.hits
    ]
    for row in _rows(_BACKBEATS):
        steps = np.flatnonzero(level[row])
        velocity = level[row, steps]
        if len(steps) >= 3 * _CHAINS and np.ptp(velocity) > _ROUNDED:
            echoes = _exact_echoes(steps + offset[row, steps], velocity, pattern)
            out[row, steps[echoes]] = True
    return out


def _exact_echoes(at: NDArray[np.float64], velocity: Ints, pattern: Pattern) -> Bits:
    """Of the strokes (n,) of one voice, at `at` in steps: which copy an earlier one by the lag and ratio of most."""
    order = np.argsort(at)
    at, loud = at[order], velocity[order].astype(float)
    first, second = _softer_followers(at, loud, pattern)
    lag, ratio = at[second] - at[first], loud[second] / loud[first]
    third = _nearest_at(at, at[second] + lag)
    thrice = np.abs(at[third] - at[second] - lag) <= _SAME_LAG
    chain = thrice & (np.abs(loud[third] - loud[second] * ratio) <= _SAME_VELOCITY)
    out = np.zeros(len(at), dtype=bool)
    for centre in _usual(lag[chain], _CHAINS):
        here = np.abs(lag - centre) <= _SAME_LAG
        usual = np.median(ratio[here & chain])
        copies = here & (np.abs(ratio - usual) <= _SAME_RATIO)
        parents = set(first[copies & chain].tolist()) - set(second[copies].tolist())
        falling = here & thrice & (loud[third] <= _RATIOS[1] * loud[second])
        if len(parents) >= _CHAINS and (copies & chain).sum() >= _OF_ALL * falling.sum():
            out[order[second[copies]]] = out[order[third[copies & chain]]] = True
            return out
    for centre in _usual(lag, _PAIRS):
        here = np.abs(lag - centre) <= _SAME_LAG
        copies = here & (np.abs(loud[second] - loud[first] * np.median(ratio[here])) <= _SAME_VELOCITY)
        off_the_beat = abs(centre - pattern.steps_per_quarter * round(centre / pattern.steps_per_quarter)) > _SAME_LAG
        many = copies.sum() >= max(_PAIRS, _OF_ALL * here.sum())
        parents_of = loud[first[copies]]
        if off_the_beat and many and parents_of.std() >= _VARIED and len(np.unique(parents_of)) >= _LEVELS:
            out[order[second[copies]]] = True
            return out
    return out


def _usual(lag: NDArray[np.float64], least: int) -> list[float]:
    """The lags (in steps) that come so often at least, the most usual first."""
    _, index, counts = np.unique(np.rint(lag / _SAME_LAG), return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return [float(np.median(lag[index == i])) for i in order[: np.count_nonzero(counts >= least)].tolist()]


def _softer_followers(at: NDArray[np.float64], velocity: NDArray[np.float64], pattern: Pattern) -> tuple[Ints, Ints]:
    """Pairs of strokes, the second softer as an echo is, from `_LEAST_LAG` to a bar later."""
    pairs = []
    for apart_by in range(1, min(_BETWEEN + 1, len(at) - 1) + 1):
        lag, ratio = at[apart_by:] - at[:-apart_by], velocity[apart_by:] / velocity[:-apart_by]
        fits = (lag >= _LEAST_LAG * pattern.steps_per_quarter - _SAME_LAG) & (lag <= pattern.steps_per_bar)
        found = np.flatnonzero(fits & (ratio >= _RATIOS[0]) & (ratio <= _RATIOS[1]))
        pairs.append(np.stack([found, found + apart_by]))
    first, second = np.concatenate(pairs, axis=1)
    return first, second


def _nearest_at(at: NDArray[np.float64], times: NDArray[np.float64]) -> Ints:
    """Of sorted times `at` (n,): the index of the nearest to each of `times`."""
    right = np.clip(np.searchsorted(at, times), 1, len(at) - 1)
    return np.asarray(np.where(times - at[right - 1] < at[right] - times, right - 1, right))


def _claps(level: Ints, _pattern: Pattern) -> Bits:
    """The claps that fall on a snare's strokes, where most do: one backbeat of two sounds."""
    out = np.zeros(level.shape, dtype=bool)
    clap = level[CODE[V.CLAP]] > 0
    doubled = clap & (level[_rows((V.SNARE, V.SIDE_STICK))] > 0).any(axis=0)
    if clap.any() and doubled.sum() >= _LAYERED_CLAP * clap.sum():
        out[CODE[V.CLAP]] = doubled
    return out


def _further_players(level: Ints, pattern: Pattern) -> Bits:
    """The strokes of percussion that no hand is free for; what fits the hands best joins the drummer first."""
    out = np.zeros(level.shape, dtype=bool)
    struck = (level > 0).reshape(len(VOICES), pattern.bars, -1)
    hands = np.sum([struck[_rows(group)].any(axis=0) for group in _HANDS], axis=0)  # (bars, steps)
    parts = [group for group in (*_HELD, *_STRUCK) if struck[_rows(group)].any()]
    quarters = float(pattern.metre.bar_quarters)
    while parts:
        plays = [np.asarray(struck[_rows(group)].any(axis=0)) for group in parts]
        costs = [_busy(part, hands, quarters, parts[i] in _HELD) for i, part in enumerate(plays)]
        best = int(np.argmin(costs))
        if costs[best] >= _SET_APART:
            break
        hands = hands + plays[best]
        del parts[best]
    for group in parts:
        out[_rows(group)] = level[_rows(group)] > 0
    return out


def _busy(part: Bits, hands: Ints, quarters: float, held: bool) -> float:
    """Share of the bars of a part (bars, steps) in which the hands are too busy with other strokes to play it."""
    plays = part.any(axis=1)
    both = (hands >= 2) & part
    strokes, others = part.sum(axis=1), hands.sum(axis=1)
    busy = both.any(axis=1) | ((others > 0) & (strokes + others > _TWO_HANDS_A_QUARTER * quarters))
    if held:  # the other hand plays all the rest
        busy |= (hands >= 2).any(axis=1) | (others > _ONE_HAND_A_QUARTER * quarters)
    return float(busy[plays].mean())
