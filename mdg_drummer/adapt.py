"""A groove of one metre carried over to another that the artist is not known to play in.

Within simple metres the bar is cut at its end or lengthened by playing part of it again, as 7/8 is a 4/4 with
its last eighth missing and 5/4 is three beats and two. An odd number of eighths is counted in twos and a three at the
end, 2+2+3, and each group begins with a stroke that one hears. Between simple and compound metres each beat keeps its
place and its inside is retimed: halves and thirds change places.
"""

from __future__ import annotations

from fractions import Fraction

from mdg_core.pattern import Metre
from mdg_drummer.bars import SNARES, Bar, Grid, V
from mdg_drummer.limbs import accents


def adapted_grid(grid: Grid, metre: Metre) -> Grid:
    """The grid on which bars of `grid` come out in `metre`."""
    if metre.is_compound != grid.metre.is_compound:
        # the beat has three steps for three eighths, or three steps for a written-out triplet
        return Grid(metre, 2 if metre.is_compound else finest(metre, 3))
    return Grid(metre, finest(metre, grid.steps_per_quarter))


def adapt(bar: Bar, grid: Grid, metre: Metre) -> Bar:
    """The bar in `metre`, on `adapted_grid(grid, metre)`."""
    target = adapted_grid(grid, metre)
    moved = {(_retimed(Fraction(step), grid, target), voice): v for (step, voice), v in sorted(bar.items())}
    out: Bar = {}
    for begin, length, at in _pieces(_retimed(Fraction(grid.steps), grid, target), Fraction(target.steps), target.beat):
        for (place, voice), velocity in moved.items():
            if begin <= place < begin + length:
                cell = (int(place - begin + at), voice)
                out[cell] = max(velocity, out.get(cell, 0))
    return _countable(out, target)


def groups(metre: Metre) -> list[int]:
    """In which lengths, in units of the denominator, an odd metre of eighths or sixteenths is counted; else none."""
    if metre.denominator < 8 or metre.is_compound or metre.numerator % 2 == 0 or metre.numerator < 5:
        return []
    return [2] * ((metre.numerator - 3) // 2) + [3]


def _countable(bar: Bar, grid: Grid) -> Bar:
    """The bar with a kick on the first beat, and at each group's beginning a kick or an accent of the snare.

    Where there is none the nearest accent within the group comes to it, on the snare before the kick; else a kick.
    """
    unit = Fraction(4 * grid.steps_per_quarter, grid.metre.denominator)
    kicks = [velocity for (_, voice), velocity in bar.items() if voice is V.KICK]
    if not kicks or unit.denominator != 1:
        return bar
    out, begin = dict(bar), 0
    for number, length in enumerate(groups(grid.metre)):
        end = begin + length * int(unit)
        loud = accents(out)
        heard = [(begin, V.KICK)] if number == 0 else [(begin, V.KICK), *((begin, voice) for voice in SNARES)]
        if not any(cell in out and (cell[1] is V.KICK or cell in loud) for cell in heard):
            later = sorted(cell for cell in loud if begin < cell[0] < end) if number else []
            source = later[0] if later else None
            target = (begin, source[1] if source else V.KICK)
            out[target] = out.pop(source) if source else round(sum(kicks) / len(kicks))
        begin = end
    return out


def finest(metre: Metre, steps_per_quarter: int) -> int:
    """The steps a quarter, or the smallest multiple of them that divides a bar of the metre."""
    return steps_per_quarter * (metre.bar_quarters * steps_per_quarter).denominator


def _retimed(step: Fraction, grid: Grid, target: Grid) -> Fraction:
    """A place on the source's grid as a place on the target's, on one of its steps."""
    if grid.metre.is_compound == target.metre.is_compound:
        return step * Fraction(target.steps_per_quarter, grid.steps_per_quarter)
    beat, within = divmod(step, grid.beat)
    thirds = min(2, int(within / grid.beat * 3 + Fraction(1, 2)))
    return beat * target.beat + thirds * (target.beat / 3)


def _pieces(source: Fraction, target: Fraction, beat: Fraction) -> list[tuple[Fraction, Fraction, Fraction]]:
    """(begin in the source bar, length, place in the target bar) of the pieces that fill the target bar."""
    if target <= source:
        return [(Fraction(0), target, Fraction(0))]
    whole, rest = divmod(target, source)
    half = source / 2 // beat * beat
    if 0 < rest <= source - half < source:
        # a beat more is not the last beat twice: head and tail of the bar overlap in its middle, 1 2 3 and 3 4
        whole -= 1
        parts = [(Fraction(0), rest + half), (half, source - half)]
    else:
        parts = [(Fraction(0), rest)] if rest else []
    pieces: list[tuple[Fraction, Fraction, Fraction]] = []
    at = Fraction(0)
    for begin, length in [(Fraction(0), source)] * int(whole) + parts:
        pieces.append((begin, length, at))
        at += length
    return pieces
