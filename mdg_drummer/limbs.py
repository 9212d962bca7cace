"""The parts of a bar by the limb that plays them, and what of them the groove cannot do without.

A part is what one limb has to do: the kick, the snare's hand, the hand that keeps time, and each further voice by
itself. Crashes are accents of the hand that keeps time and no part of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from mdg_drummer.bars import CYMBALS, SNARES, TIMEKEEPERS, Bar, Cell, V, Voice

Part = tuple[Voice, ...]

KICK: Part = (V.KICK,)
BACKBEAT: Part = SNARES
TIME: Part = TIMEKEEPERS
_LED = 0.6  # of the leading groove's bars: what plays in so many stays in every bar
_ACCENT = 0.75  # of the loudest snare: what is softer is no backbeat


def part_of(voice: Voice) -> Part:
    """The part that a voice belongs to; a crash to the hand that keeps time."""
    for part in (BACKBEAT, TIME):
        if voice in part:
            return part
    return TIME if voice in CYMBALS else (voice,)


def accents(bar: Bar) -> set[Cell]:
    """The strokes of the snare's hand that are about as loud as its loudest."""
    loudest = max((velocity for (_, voice), velocity in bar.items() if voice in BACKBEAT), default=0)
    return {cell for cell, velocity in bar.items() if cell[1] in BACKBEAT and velocity >= _ACCENT * loudest}


def has(bar: Iterable[Cell], part: Part) -> bool:
    """Whether a bar plays a part; a crash that is ridden keeps time."""
    voices = (*part, *CYMBALS) if part == TIME else part
    return any(voice in voices for _, voice in bar)


def led(bars: Sequence[Bar]) -> list[Part]:
    """The parts that most of a groove's bars play: they stay in every bar that is made of it."""
    counts: dict[Part, int] = {}
    for bar in bars:
        for part in dict.fromkeys(part_of(voice) for voice in sorted({voice for _, voice in bar})):
            counts[part] = counts.get(part, 0) + 1
    return [part for part, count in counts.items() if count >= _LED * len(bars)]


def made_whole(bars: Sequence[Bar], lead: Sequence[Bar]) -> list[Bar]:
    """The bars with each part that the lead plays in most of its own: one that is missing as in its likest bar."""
    out = []
    parts = led(lead)
    for bar in bars:
        missing = [part for part in parts if not has(bar, part)]
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
