"""The form of a song in its bars: which are groove, fill, intro, outro, break and solo.

All of it is relative to the song. A voice that it plays in most of its bars belongs to its groove, so that bars without
it are an intro, an outro or a break; a song that never plays a kick is no long intro.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from mdg_core.kit import CYMBALS, HATS, RIDES, TOMS, VOICES, Voice
from mdg_core.pattern import Metre

Bits = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST = 0.6  # of a song's bars: a voice that is in so many belongs to its groove
_NEARLY_ALL = 0.9  # of what is left without the stretches that lack it: then it is missed in a single bar, too
_NEAR_EMPTY = 0.3  # of the strokes of the song's median bar
_ALIKE = 0.35  # Jaccard distance of cells under which two bars are variations of one
_SOLO_BARS = 3  # so many in a row are a solo; fewer are fills
_SOLO_TAKE = 0.6  # share of a take's bars from which it is a solo as a whole
_TITLED_SOLO = 0.2  # the same where its title says so
_TOMS = 0.2  # least share of the toms in the strokes of a solo's drums: a march on the snare is a groove
_GHOST = 0.5  # of the voice's upper quartile level: what is softer is no backbeat

_DRUMS = [VOICES.index(voice) for voice in (Voice.SNARE, *TOMS)]
_SNARES = (Voice.SNARE, Voice.SIDE_STICK, Voice.CLAP)
# what keeps time, each group by itself; a foot on the hat alone does not, nor do toms unless one of them is steady
_NOT_KEEPING = (Voice.KICK, *_SNARES, Voice.PEDAL_HAT, *TOMS)
_FAMILIES = (HATS, RIDES, CYMBALS)
_ALONE = tuple((v,) for v in VOICES if v not in _NOT_KEEPING and not any(v in family for family in _FAMILIES))
_KEEPERS = (*_FAMILIES, *_ALONE)


class BarKind(IntEnum):
    """A break is any bar within the song that is none of its grooves: a stop, one held stroke, voices left out."""

    EMPTY = 0
    GROOVE = 1
    FILL = 2
    INTRO = 3
    OUTRO = 4
    BREAK = 5
    SOLO = 6


def bar_kinds(
    cells: Floats, metre: Metre, fill_bars: Iterable[int] = (), *, titled_solo: bool = False
) -> NDArray[np.int64]:
    """A `BarKind` for each bar.

    Parameters
    ----------
    cells
        (voices, bars, steps of a bar), as `alike.cells_of` makes them.
    fill_bars
        Bars in which the hands leave the groove (`mdg_core.groove`).
    titled_solo
        The take is called a solo: less is needed for it to be one.
    """
    struck = cells > 0
    bars = cells.shape[1]
    hits = struck.sum(axis=(0, 2))
    played = hits > 0
    fills = np.zeros(bars, dtype=bool)
    fills[[bar for bar in fill_bars if 0 <= bar < bars]] = True
    fills &= played
    kinds = np.where(played, np.where(fills, BarKind.FILL, BarKind.GROOVE), BarKind.EMPTY).astype(np.int64)
    beats = metre.numerator // 3 if metre.is_compound else metre.numerator
    keeping = _keeping(struck, beats)
    drums = struck[_DRUMS].sum(axis=2)
    wild = _wild(struck, hits, keeping, drums.sum(axis=0), beats)
    solo = _solos(wild, fills, keeping, played, drums, _TITLED_SOLO if titled_solo else _SOLO_TAKE)
    kinds[solo & played] = BarKind.SOLO
    grooves = kinds == BarKind.GROOVE
    if not grooves.any():
        return kinds
    near_empty = grooves & (hits < _NEAR_EMPTY * np.median(hits[grooves]))
    roles = {"kick": struck[VOICES.index(Voice.KICK)].any(axis=1), "backbeat": _backbeat(cells), "time": keeping}
    lacking = near_empty | _lacking(roles, grooves & ~near_empty)
    kept = np.flatnonzero(grooves & ~lacking)
    bar = np.arange(bars)
    kinds[lacking & grooves] = BarKind.BREAK
    kinds[lacking & grooves & (bar < kept[0])] = BarKind.INTRO
    kinds[lacking & grooves & (bar > kept[-1])] = BarKind.OUTRO
    return kinds


def unlikeness(struck: Bits) -> Floats:
    """(bars, bars): the Jaccard distance of the cells of each two bars of `struck` (voices, bars, steps)."""
    cells = struck.transpose(1, 0, 2).reshape(struck.shape[1], -1).astype(np.float32)
    hits = cells.sum(axis=1)
    both = cells @ cells.T
    return np.asarray(1 - both / np.maximum(hits[:, None] + hits[None, :] - both, 1e-9), float)


def _keeping(struck: Bits, beats: int) -> Bits:
    """Which bars have a time-keeper: strokes of one kind of cymbal or percussion on half of their beats or more.

    Or of one tom on all of them, from their first step on.
    """
    steps = struck.shape[2]
    beat = np.arange(steps) * beats // steps
    by_beat = np.stack([struck[:, :, beat == number].any(axis=2) for number in range(beats)], axis=2)
    enough = max(2, -(-beats // 2))
    out = np.zeros(struck.shape[1], dtype=bool)
    for group in _KEEPERS:
        out |= by_beat[[VOICES.index(voice) for voice in group]].any(axis=0).sum(axis=1) >= min(enough, beats)
    on_beat = struck[:, :, np.flatnonzero(np.diff(beat, prepend=-1))]
    for tom in TOMS:
        out |= on_beat[VOICES.index(tom)].all(axis=1) & (beats > 1)
    return out


def _backbeat(cells: Floats) -> Bits:
    """Which bars have a stroke of snare, side stick or clap that is no ghost note."""
    levels = cells[[VOICES.index(voice) for voice in _SNARES]].max(axis=0)
    if not levels.any():
        return np.zeros(len(levels), dtype=bool)
    usual = np.percentile(levels[levels > 0], 75) - 0.5  # back from `cells_of` to the level
    return np.asarray(((levels - 0.5) >= _GHOST * usual).any(axis=1))


def _wild(struck: Bits, hits: Ints, keeping: Bits, drums: Ints, beats: int) -> Bits:
    """Which bars are played as in a solo: no time-keeper, mostly snare and toms, and like no other bar."""
    apart = unlikeness(struck)
    np.fill_diagonal(apart, 1.0)
    return np.asarray(~keeping & (drums >= max(4, beats)) & (2 * drums >= hits) & (apart.min(axis=1) > _ALIKE))


def _solos(wild: Bits, fills: Bits, keeping: Bits, played: Bits, drums: Ints, whole: float) -> Bits:
    """Which bars are of a solo: runs of such bars, or the whole take. `drums` (snare and toms, bars): their strokes."""

    def on_toms(bars: slice) -> bool:
        return bool(drums[1:, bars].sum() >= _TOMS * drums[:, bars].sum())

    alone = wild | (fills & ~keeping)
    if played.sum() >= _SOLO_BARS and wild.any() and alone.sum() >= whole * played.sum() and on_toms(slice(None)):
        return np.ones(len(wild), dtype=bool)
    free = wild | fills
    out = np.zeros(len(wild), dtype=bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], free.astype(np.int8), [0]])))
    for start, stop in edges.reshape(-1, 2).tolist():
        run = slice(start, stop)
        if stop - start >= _SOLO_BARS and 2 * wild[run].sum() >= stop - start and on_toms(run):
            out[run] = True
    return out


def _lacking(roles: dict[str, Bits], bars: Bits) -> Bits:
    """Which bars lack a voice that most of `bars` have.

    At least half of the bars stay: where different bars lack different voices, the voice that is missed most often is
    no longer asked for.
    """
    if not bars.any():
        return np.zeros(len(bars), dtype=bool)
    share = {name: float(has[bars].mean()) for name, has in roles.items()}
    asked = sorted((name for name in share if share[name] >= MOST), key=lambda name: -share[name])
    while asked:
        out = np.zeros(len(bars), dtype=bool)
        for name in asked:
            out |= _in_a_row(~roles[name] & bars)
        kept = bars & ~out
        for name in asked:
            has = np.flatnonzero(roles[name] & kept)
            if len(has) and len(has) >= _NEARLY_ALL * kept[has[0] : has[-1] + 1].sum():  # between its first and last
                out |= ~roles[name] & kept
        if 2 * (bars & ~out).sum() >= bars.sum():
            return out
        asked.pop()
    return np.zeros(len(bars), dtype=bool)


def _in_a_row(bars: Bits) -> Bits:
    """Those that have a neighbour among them."""
    out = bars.copy()
    beside = np.zeros(len(bars), dtype=bool)
    beside[1:] |= bars[:-1]
    beside[:-1] |= bars[1:]
    return out & beside
