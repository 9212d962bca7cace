"""The parts of a bar by the limb that plays them, and what of them the groove cannot do without.

A part is what one limb has to do: the kick, the snare's hand, the hand that keeps time, and each further voice by
itself. Crashes are accents of the hand that keeps time and no part of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from mdg_drummer.bars import CYMBALS, SNARES, TIMEKEEPERS, Bar, Cell, V, Voice

Part = tuple[Voice, ...]

KICK: Part = (V.KICK,)
BACKBEAT: Part = SNARES
TIME: Part = TIMEKEEPERS
_LED = 0.6  # of the leading groove's bars: what plays in so many stays in every bar
ACCENT = 0.75  # of the loudest snare: what is softer is no backbeat


# of each voice the part that it belongs to; a crash to the hand that keeps time
PART_OF: dict[Voice, Part] = (
    {voice: (voice,) for voice in Voice} | dict.fromkeys(BACKBEAT, BACKBEAT) | dict.fromkeys((*TIME, *CYMBALS), TIME)
)


def accents(bar: Bar) -> set[Cell]:
    """The strokes of the snare's hand that are about as loud as its loudest."""
    own = {cell: velocity for cell, velocity in bar.items() if PART_OF[cell[1]] is BACKBEAT}
    least = ACCENT * max(own.values(), default=0)
    return {cell for cell, velocity in own.items() if velocity >= least}


def has(bar: Iterable[Cell], part: Part) -> bool:
    """Whether a bar plays a part; a crash that is ridden keeps time."""
    return any(PART_OF[voice] == part for _, voice in bar)


def led(bars: Sequence[Bar]) -> list[Part]:
    """The parts that most of a groove's bars play: they stay in every bar that is made of it."""
    counts: dict[Part, int] = {}
    for bar in bars:
        for part in _parts(frozenset([voice for _, voice in bar])):
            counts[part] = counts.get(part, 0) + 1
    return [part for part, count in counts.items() if count >= _LED * len(bars)]


@lru_cache(maxsize=1024)
def _parts(voices: frozenset[Voice]) -> tuple[Part, ...]:
    """Those that a bar of these voices plays."""
    return tuple(dict.fromkeys(PART_OF[voice] for voice in sorted(voices)))


def made_whole(bars: Sequence[Bar], lead: Sequence[Bar]) -> list[Bar]:
    """The bars with each part that the lead plays in most of its own: one that is missing as in its likest bar."""
    out = []
    parts = led(lead)
    for bar in bars:
        there = _parts(frozenset([voice for _, voice in bar]))
        missing = [part for part in parts if part not in there]
        if not missing:
            out.append(bar)
            continue
        whole = dict(bar)
        for part in missing:
            whole |= _brought(part, bar, lead)
        out.append(whole)
    return out


def _brought(part: Part, bar: Bar, lead: Sequence[Bar]) -> Bar:
    having = [other for other in lead if has(other, part)]
    likest = min(having, key=lambda other: len(other.keys() ^ bar.keys()))
    wanted = (*part, *CYMBALS) if part == TIME else part
    found = {cell: velocity for cell, velocity in likest.items() if cell[1] in wanted}
    if part != KICK:
        return found
    free = {cell: velocity for cell, velocity in found.items() if not under_snare(cell, bar)}
    return free or found


def under_snare(cell: Cell, bar: Collection[Cell]) -> bool:
    """Whether a stroke falls together with the snare's hand, or the snare with the kick."""
    step, voice = cell
    if voice is V.KICK:
        return any((step, other) in bar for other in BACKBEAT)
    return voice in BACKBEAT and (step, V.KICK) in bar


def clashes(bars: Iterable[Bar]) -> tuple[int, int]:
    """Of the kicks those that fall together with a stroke of the snare's hand, ghost notes among them, and all."""
    together = kicks = 0
    for bar in bars:
        for cell in bar:
            if cell[1] is V.KICK:
                kicks += 1
                together += under_snare(cell, bar)
    return together, kicks
