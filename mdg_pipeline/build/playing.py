"""The takes of an artist -> the style by which artists are compared."""

from __future__ import annotations

from collections.abc import Iterable

from mdg_core.likeness import Reference, TakeStyle, artist_style
from mdg_core.profile import PlayedStyle
from mdg_pipeline.analyse.takes import TakeRow


def played_style(takes: Iterable[tuple[TakeRow, float]], against: Reference | None = None) -> PlayedStyle | None:
    """The style of takes with their weights, each also by how surely it was read; None without any."""
    return artist_style(
        [TakeStyle(take.style_columns, weight * take.certainty, _is_played(take)) for take, weight in takes],
        against,
    )


def _is_played(take: TakeRow) -> bool:
    """With dynamics, and off the grid: a take that keeps to no tempo of its file's is no programmer's."""
    return take.shows_dynamics and (take.shows_timing or not take.follows_grid)
