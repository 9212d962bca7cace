"""Whom a profile is of: the artist as far as is known, and what operators decided."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from mdg_core.profile import Artist
from mdg_core.store import curations, identities
from mdg_core.store.connect import Connection
from mdg_pipeline.collect.base import ArtistQuery
from mdg_pipeline.curation import NO_CURATION, Curation, in_force
from mdg_pipeline.resolve import query_of


@dataclass(frozen=True, slots=True)
class Subject:
    """`certainty` (0-1) is how sure it is that the sources are asked for the right artist."""

    artist: Artist
    query: ArtistQuery
    curation: Curation = NO_CURATION
    certainty: float = 1.0

    @property
    def version(self) -> str:
        """Changes when something is learnt or decided that bears on the profile."""
        content = f"{self.artist.model_dump_json()}\n{self.query.bands}\n{self.curation.version}\n{self.certainty}"
        return hashlib.sha256(content.encode()).hexdigest()[:16]


def subject_of(conn: Connection, key: str) -> Subject:
    curation = in_force(curations.of_artist(conn, key))
    artist, query = identities.artist_of(conn, key), query_of(conn, key)
    if curation.drummers:
        artist = artist.model_copy(update={"drummers": list(curation.drummers)})
        query = replace(query, drummers=curation.drummers)
    return Subject(artist, query, curation, identities.certainty_of(conn, key))
