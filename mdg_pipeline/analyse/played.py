"""Bars of a take stroke by stroke, for the profile to draw the artist's timing and touch from."""

from __future__ import annotations

from mdg_core.pattern import Pattern
from mdg_pipeline.analyse.takes import PlayedBars

BARS = 16  # of an excerpt
_EXCERPTS = 4  # of a take, spread over it; the first is its beginning
_LEAST_BARS = 2  # of an excerpt after the first
_MOST_STROKES = 480  # of an excerpt: a denser one is shorter


def played_bars(pattern: Pattern, *, tempo: float) -> list[PlayedBars]:
    """Excerpts of a take on its grid, whose offsets are from the grid that is not swung."""
    ms = 60_000 / tempo / pattern.steps_per_quarter
    first = pattern.hits[0].step // pattern.steps_per_bar if pattern.hits else 0
    length = pattern.bars - first
    count = min(_EXCERPTS, max(1, -(-length // BARS)))
    starts = [first + index * (length - BARS) // (count - 1) for index in range(count)] if count > 1 else [first]
    found = [_excerpt(pattern, start, min(BARS, pattern.bars - start), ms) for start in starts]
    return [part for index, part in enumerate(found) if part.steps and (index == 0 or part.bars >= _LEAST_BARS)]


def _excerpt(pattern: Pattern, start: int, bars: int, ms: float) -> PlayedBars:
    cut = pattern.bar_range(start, bars)
    while len(cut.hits) > _MOST_STROKES and bars > 1:
        bars -= 1
        cut = pattern.bar_range(start, bars)
    hits = cut.hits[:_MOST_STROKES]
    kit = list(dict.fromkeys(hit.voice.value for hit in hits))
    index = {name: number for number, name in enumerate(kit)}
    return PlayedBars(
        bars=bars,
        kit=kit,
        steps=[hit.step for hit in hits],
        voice=[index[hit.voice.value] for hit in hits],
        offset_ms=[round(hit.offset * ms, 1) for hit in hits],
        velocity=[hit.velocity for hit in hits],
    )
