"""Whom a profile is of: the artist as far as is known, and what operators decided."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from mdg_core.profile import Artist
from mdg_core.store import artists, curations
from mdg_core.store.connect import Connection
from mdg_pipeline.collect.base import ArtistQuery
from mdg_pipeline.curation import NO_CURATION, Curation, in_force


@dataclass(frozen=True, slots=True)
class Subject:
    artist: Artist
    curation: Curation = NO_CURATION

    @property
    def query(self) -> ArtistQuery:
        """Whom the sources are asked for."""
        artist = self.artist
        return ArtistQuery(
            key=artist.key,
            name=artist.name,
            aliases=tuple(artist.aliases),
            drummers=tuple(artist.drummers),
            genres=tuple(artist.genres),
            mbid=artist.mbid,
        )

    @property
    def version(self) -> str:
        """Changes when something is learnt or decided that bears on the profile."""
        content = f"{self.artist.model_dump_json()}\n{self.curation.version}"
        return hashlib.sha256(content.encode()).hexdigest()[:16]


def subject_of(conn: Connection, key: str) -> Subject:
    curation = in_force(curations.of_artist(conn, key))
    artist = Artist(key=key, name=artists.name_of(conn, key) or key)
    if curation.drummers:
        artist = artist.model_copy(update={"drummers": list(curation.drummers)})
    return Subject(artist, curation)
