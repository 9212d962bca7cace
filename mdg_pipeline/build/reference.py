"""Grooves for an artist of whom no drumming is at hand: the reference grooves of the styles that the texts name.

They stand in for the artist's own, say so in their names, and add nothing to the confidence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from mdg_core.gridfile import GridGroove, parse_gridfile
from mdg_core.profile import BORROWED
from mdg_core.settings import PROJECT_ROOT
from mdg_pipeline.analyse.styles import style_of
from mdg_pipeline.build.patterns import Segment

FOLDER = PROJECT_ROOT / "data" / "reference" / "grooves"
MAX_STYLES = 3


def stand_ins(style_mentions: Iterable[str]) -> list[Segment]:
    """Reference grooves and fills of the styles that are named most often; none when no known style is named."""
    counts = Counter(style_mentions)
    library = reference_styles()
    named = [style for style, _ in counts.most_common() if style in library][:MAX_STYLES]
    return [
        Segment(
            document=f"{BORROWED}{style}",
            title=f"reference: {groove.title}",
            role=groove.role,
            style=style,
            tempo=groove.tempo,
            pattern=groove.pattern,
            weight=float(counts[style]),
        )
        for style in named
        for groove in library[style]
    ]


@lru_cache(maxsize=1)
def reference_styles() -> dict[str, Sequence[GridGroove]]:
    """The reference grooves by style; none where they are not installed."""
    grooves: dict[str, list[GridGroove]] = {}
    for path in sorted(FOLDER.glob("*.grid")):
        # the file's own name first, so that "hard-rock.grid" is not only "rock"
        style = style_of(path.stem)
        if style:
            grooves.setdefault(style, []).extend(parse_gridfile(path.read_text(encoding="utf-8")))
    return dict(grooves)
