"""What paths hold, with its bounds."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from mdg_core.artist import MAX_NAME_LENGTH

# `clean_name` says in its own words what is no name; the format tells programs that not every text is one
ArtistInPath = Annotated[
    str,
    Path(
        description="the artist's name in any spelling, or its key",
        examples=["Elvin Jones"],
        json_schema_extra={"minLength": 1, "maxLength": MAX_NAME_LENGTH, "format": "artist-name"},
    ),
]
