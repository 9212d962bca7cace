"""Who an artist is, as far as it is known: the row that `identity` writes and every later step reads."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from mdg_core.artist import artist_key, clean_name
from mdg_core.errors import UsageError
from mdg_core.profile import Artist
from mdg_core.store import artists
from mdg_core.store.connect import Connection

# an operator's answer to "which one?": none of them, research the name as typed
NONE_OF_THEM = "none"
# the certainty of an artist whom nobody has looked up: homonyms stay possible
UNCHECKED = 0.8

_ARTIST_PAGE = re.compile(r"https?://(?:[a-z]+\.)?musicbrainz\.org/artist/", re.IGNORECASE)

Instrument = Literal["drums", "percussion"]
# self: the artist is a drummer; supporting: plays for the artist without being a member; credited: on single songs
Role = Literal["self", "member", "supporting", "guest", "credited"]


@dataclass(frozen=True, slots=True)
class Drummer:
    """Somebody who drums, or did, for the artist."""

    name: str
    instrument: Instrument = "drums"
    role: Role = "member"
    mbid: str | None = None
    years: str | None = None  # "1980–1992, since 2004"
    original: bool = False  # of the first line-up
    credits: int = 0  # songs on which Genius names them, of those that were looked at


@dataclass(frozen=True, slots=True)
class ListedCandidate:
    """One of several artists of the same name, as a person is asked about it."""

    mbid: str
    name: str
    description: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Identity:
    """`certainty` 0-1: how sure it is that what is found under this name is about the artist who is meant."""

    key: str
    name: str
    source: Literal["musicbrainz", "typed"]
    certainty: float
    decided_by: Literal["auto", "operator"] = "auto"
    mbid: str | None = None
    kind: str | None = None
    disambiguation: str = ""
    aliases: tuple[str, ...] = ()
    drummers: tuple[Drummer, ...] = ()
    bands: tuple[str, ...] = ()  # of a drummer; of a band, the other bands of its drummers
    genres: tuple[str, ...] = ()  # the most voted first
    years: str | None = None
    candidates: tuple[ListedCandidate, ...] = ()  # those among whom nobody has decided yet
    updated_at: datetime | None = field(default=None, compare=False)

    @property
    def is_drummer(self) -> bool:
        return any(drummer.role == "self" for drummer in self.drummers)


def get(conn: Connection, key: str) -> Identity | None:
    row = conn.execute("SELECT * FROM artist_identity WHERE artist_key = %s", (key,)).fetchone()
    return _identity(row) if row else None


def save(conn: Connection, identity: Identity) -> None:
    """Keep the identity in the place of the one before; the same again changes nothing, `updated_at` neither."""
    values: dict[str, Any] = {name: getattr(identity, name) for name in _PLAIN}
    values |= {name: Jsonb(list(getattr(identity, name))) for name in _NAMES}
    values |= {name: Jsonb([asdict(item) for item in getattr(identity, name)]) for name in _RECORDS}
    columns = ", ".join(values)
    changes = ", ".join(f"{name} = excluded.{name}" for name in values)
    conn.execute(
        f"INSERT INTO artist_identity AS old (artist_key, {columns}) "  # noqa: S608 - the names are ours
        f"VALUES (%(artist_key)s, {', '.join(f'%({name})s' for name in values)}) "
        f"ON CONFLICT (artist_key) DO UPDATE SET {changes}, updated_at = now() "
        f"WHERE ({', '.join(f'old.{name}' for name in values)}) "
        f"IS DISTINCT FROM ({', '.join(f'excluded.{name}' for name in values)})",
        {"artist_key": identity.key, **values},
    )


def artist_of(conn: Connection, key: str) -> Artist:
    """The artist as a profile states it.

    The source's spelling is taken where it is the same name ("motley crue" becomes "Mötley Crüe"); where it is
    another one ("Ringo Sheena", 椎名林檎) the artist keeps the name that was typed, and the source's is an alias.
    """
    known, typed = get(conn, key), artists.name_of(conn, key) or key
    if known is None:
        return Artist(key=key, name=typed)
    shown = clean_name(known.name) if _has_key(known.name, key) else typed
    return Artist(
        key=key,
        name=shown,
        aliases=[alias for alias in dict.fromkeys((known.name, *known.aliases)) if alias != shown],
        mbid=known.mbid,
        drummers=[drummer.name for drummer in known.drummers],
        genres=list(known.genres),
        years=known.years,
    )


def certainty_of(conn: Connection, key: str) -> float:
    """The certainty of the identity; `UNCHECKED` for an artist whom nobody has looked up."""
    known = get(conn, key)
    return known.certainty if known else UNCHECKED


def open_question(conn: Connection, key: str) -> tuple[ListedCandidate, ...]:
    """The candidates among whom an operator must decide before the artist can be researched; none: no question."""
    known = get(conn, key)
    return known.candidates if known else ()


def parse_mbid(text: str) -> str:
    """The plain form of an MBID, or of the address of an artist's page; `NONE_OF_THEM` stays. Raises UsageError."""
    plain = text.strip()
    if plain.lower() == NONE_OF_THEM:
        return NONE_OF_THEM
    plain = _ARTIST_PAGE.sub("", plain).partition("?")[0].partition("/")[0]
    try:
        if len(plain) != 36:
            raise ValueError
        return str(UUID(plain))
    except ValueError:
        raise UsageError(
            f"{text[:80]!r} is not a MusicBrainz artist id: give one like 5b11f4ce-a62d-471e-81fc-a69a8278c7da, the "
            f"address of the artist's page on musicbrainz.org, or {NONE_OF_THEM} to research the name as typed"
        ) from None


def _has_key(name: str, key: str) -> bool:
    try:
        return artist_key(name) == key
    except UsageError:  # a name such as "...", which nobody can ask for
        return False


_PLAIN = ("mbid", "name", "kind", "disambiguation", "years", "source", "certainty", "decided_by")
_NAMES = ("aliases", "bands", "genres")
_RECORDS = ("drummers", "candidates")


def _identity(row: dict[str, Any]) -> Identity:
    values = {name: row[name] for name in _PLAIN} | {name: tuple(row[name]) for name in _NAMES}
    values["certainty"] = round(row["certainty"], 3)  # it is stored in four bytes
    return Identity(
        key=row["artist_key"],
        drummers=tuple(Drummer(**item) for item in row["drummers"]),
        candidates=tuple(ListedCandidate(**item) for item in row["candidates"]),
        updated_at=row["updated_at"],
        **values,
    )
