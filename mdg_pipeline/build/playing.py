"""The takes of an artist -> the style by which artists are compared."""

from __future__ import annotations

from collections.abc import Iterable

from mdg_core.likeness import Reference, TakeStyle, artist_style
from mdg_core.profile import PlayedStyle
from mdg_pipeline.analyse.takes import TakeRow


def played_style(takes: Iterable[tuple[TakeRow, float]], against: Reference | None = None) -> PlayedStyle | None:
    """The style of takes with their weights, each also by how surely it was read; None without any."""
    return artist_style(
        [
            TakeStyle(take.style_columns, weight * take.certainty, take.shows_dynamics and take.shows_timing)
            for take, weight in takes
        ],
        against,
    )
