"""The micro-timing and dynamics of many takes -> one Feel per metre and grid, over all styles and per style."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mdg_core.groove import Doubles
from mdg_core.kit import Voice
from mdg_core.profile import DoubledStrokes, Feel, FeelCell, VoiceTiming
from mdg_pipeline.analyse.takes import Cell, TakeRow

_MIN_COUNT = 3  # a place that was hit less often says nothing
_MIN_STROKES = 20  # of a drum, from which on the share of its doubles says something
_STYLE_BARS = 16  # a style with less has no feel of its own
_MAX_STYLES = 8
_STRAIGHT = 50.0


@dataclass(slots=True)
class _Moments:
    """Running count, mean and sum of squared deviations of two quantities (Chan, Golub & LeVeque 1979)."""

    count: int = 0
    offset: float = 0.0
    offset_squares: float = 0.0
    velocity: float = 0.0
    velocity_squares: float = 0.0

    def add(self, cell: Cell) -> None:
        total = self.count + cell.count
        share = self.count * cell.count / total
        offset_step, velocity_step = cell.offset_ms - self.offset, cell.velocity - self.velocity
        self.offset_squares += cell.count * cell.offset_spread_ms**2 + share * offset_step**2
        self.velocity_squares += cell.count * cell.velocity_spread**2 + share * velocity_step**2
        self.offset += offset_step * cell.count / total
        self.velocity += velocity_step * cell.count / total
        self.count = total


def feels(takes: Iterable[TakeRow]) -> list[Feel]:
    """Feels over all styles, the grid with the most bars first, then those of the most played styles.

    Micro-timing, dynamics and doubled strokes are those of performances alone (`is_performance`).
    """
    takes = [take for take in takes if take.bars and take.follows_grid]
    out = [_feel(group, None) for group in _by_grid(takes)]
    styles: dict[str, list[TakeRow]] = defaultdict(list)
    for take in takes:
        styles[take.style].append(take)
    known = [group for style, group in styles.items() if style != "unknown" and _bars(group) >= _STYLE_BARS]
    for group in sorted(known, key=lambda group: (-_bars(group), group[0].style))[:_MAX_STYLES]:
        out.append(_feel(_by_grid(group)[0], group[0].style))
    return out


def is_performance(take: TakeRow) -> bool:
    """Whether timing and velocities are a person's: neither quantised, nor of one velocity, nor off its own tempo."""
    return take.shows_timing and take.shows_dynamics and take.follows_grid


def _by_grid(takes: Sequence[TakeRow]) -> list[list[TakeRow]]:
    groups: dict[tuple[str, int], list[TakeRow]] = defaultdict(list)
    for take in takes:
        groups[take.metre, take.steps_per_quarter].append(take)
    return sorted(groups.values(), key=lambda group: (-_bars(group), group[0].metre, group[0].steps_per_quarter))


def _bars(takes: Iterable[TakeRow]) -> int:
    return sum(take.bars for take in takes)


def _feel(takes: Sequence[TakeRow], style: str | None) -> Feel:
    moments: dict[tuple[Voice, int], _Moments] = defaultdict(_Moments)
    performed = [take for take in takes if is_performance(take)]
    for take in performed:
        for cell in take.cells:
            moments[Voice(cell.voice), cell.step].add(cell)
    order = {voice: index for index, voice in enumerate(Voice)}
    cells = [
        FeelCell(
            voice=voice,
            step=step,
            offset_ms=round(found.offset, 2),
            offset_spread_ms=round(math.sqrt(found.offset_squares / found.count), 2),
            velocity=round(found.velocity, 1),
            velocity_spread=round(math.sqrt(found.velocity_squares / found.count), 1),
            count=found.count,
        )
        for (voice, step), found in sorted(moments.items(), key=lambda item: (order[item[0][0]], item[0][1]))
        if found.count >= _MIN_COUNT
    ]
    return Feel(
        style=style,
        metre=takes[0].metre,
        steps_per_quarter=takes[0].steps_per_quarter,
        swing_eighths=_swing(takes, "swing_percent") or _STRAIGHT,
        swing_sixteenths=_swing(takes, "swing_sixteenths") or _STRAIGHT,
        cells=cells,
        doubles=list(_doubles(performed)),
        stated=list(_stated(takes)),
    )


def _doubles(takes: Iterable[TakeRow]) -> Iterator[DoubledStrokes]:
    """Of each drum and loudness with enough strokes, some of them doubled."""
    groups: dict[tuple[Voice, bool], list[Doubles]] = defaultdict(list)
    for take in takes:
        for found in take.doubles:
            groups[Voice(found.voice), found.soft].append(found)
    for (voice, soft), group in sorted(groups.items(), key=lambda item: (item[0][0].value, not item[0][1])):
        strokes = sum(found.strokes for found in group)
        pairs = [(found, found.share * found.strokes) for found in group if found.share]
        total = sum(weight for _, weight in pairs)
        if strokes < _MIN_STROKES or not pairs:
            continue
        gap = sum(found.gap_ms * weight for found, weight in pairs) / total
        variance = sum((found.gap_std_ms**2 + (found.gap_ms - gap) ** 2) * weight for found, weight in pairs) / total
        yield DoubledStrokes(
            voice=voice,
            soft=soft,
            share=round(total / strokes, 4),
            share_spread=round(_spread(group), 4),
            further=round(sum(found.further * weight for found, weight in pairs) / total, 3),
            gap_ms=round(gap, 1),
            gap_spread_ms=round(math.sqrt(variance), 1),
            grace_share=round(sum(found.grace_share * weight for found, weight in pairs) / total, 3),
            velocity_ratio=round(sum(found.velocity_ratio * weight for found, weight in pairs) / total, 3),
            count=strokes,
        )


def _spread(group: Sequence[Doubles]) -> float:
    """Standard deviation of the share from take to take, without what so few strokes differ by chance.

    The estimate by moments of DerSimonian & Laird (1986), with binomial chance.
    """
    strokes = sum(take.strokes for take in group)
    share = sum(take.share * take.strokes for take in group) / strokes
    found = sum(take.strokes * (take.share - share) ** 2 for take in group)
    by_chance = (len(group) - 1) * share * (1 - share)
    weight = strokes - sum(take.strokes**2 for take in group) / strokes
    return min(0.5, math.sqrt(max(0.0, found - by_chance) / weight)) if weight > 0 else 0.0


def _stated(takes: Sequence[TakeRow]) -> Iterator[VoiceTiming]:
    """What the texts of grooves state of the voices: medians over the bars of those that state it.

    A groove that states a swing for some voices states that of the whole for the others.
    """
    for voice in Voice:
        swung = any(voice in take.lane_swings for take in takes)
        timing = VoiceTiming(
            voice=voice,
            lag_ms=_median((take.lags[voice], take.bars) for take in takes if voice in take.lags),
            swing_eighths=_swing(takes, "swing_percent", voice) if swung else None,
            swing_sixteenths=_swing(takes, "swing_sixteenths", voice) if swung else None,
        )
        if timing.model_dump(exclude={"voice"}, exclude_none=True):
            yield timing


def _swing(takes: Iterable[TakeRow], name: str, voice: str = "") -> float | None:
    """Of a voice where one is given, else of the whole; None where nothing shows it."""
    known = [(take.params | take.lane_swings.get(voice, {}), take.bars) for take in takes]
    return _median((values[name], bars) for values, bars in known if name in values)


def _median(values: Iterable[tuple[float, int]]) -> float | None:
    """Over the bars of values, each with its bars."""
    known = sorted(values)
    half = sum(bars for _, bars in known) / 2
    passed = 0.0
    for value, bars in known:
        passed += bars
        if passed >= half:
            return round(value, 1)
    return None
