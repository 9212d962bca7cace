"""A library of grooves that are nobody's, where nothing is known of an artist."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from mdg_core.artist import artist_key
from mdg_core.gridfile import GridGroove
from mdg_core.profile import BORROWED, Artist, PatternTemplate, StyleProfile
from mdg_core.stepgrid import lanes_of
from mdg_drummer.feel_prior import Prior
from mdg_drummer.library import Library, library_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # of grooves that come with the product


def library_of_style(style: str, grooves: Sequence[GridGroove], prior: Prior) -> Library:
    """The grooves as a library that goes by the style's name, with no confidence; each weighs the same."""
    name = f"the reference style {style}"
    templates = [
        PatternTemplate(
            id=str(index),
            name=groove.title,
            role=groove.role,
            style=style,
            metre=str(groove.pattern.metre),
            steps_per_quarter=groove.pattern.steps_per_quarter,
            bars=groove.pattern.bars,
            tempo=groove.tempo,
            lanes=lanes_of(groove.pattern),
            weight=1 / len(grooves),
            documents=[f"{BORROWED}{style}"],
        )
        for index, groove in enumerate(grooves)
    ]
    profile = StyleProfile(
        artist=Artist(key=artist_key(f"reference {style}"), name=name),
        text_description="",
        quantitative_params={},
        feel=[],
        patterns=templates,
        confidence_score=0.0,
        confidence_parts={},
        sources_count={},
        created_at=_EPOCH,
        updated_at=_EPOCH,
        version=1,
    )
    return library_of(profile, prior)
