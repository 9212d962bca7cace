"""From a typed name to the artist's identity: asks MusicBrainz and Genius, and keeps what is known where they fail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from mdg_core.errors import MdgError
from mdg_core.store import identities
from mdg_core.store.connect import Connection
from mdg_core.store.identities import NONE_OF_THEM, UNCHECKED, Drummer, Identity, ListedCandidate
from mdg_pipeline import lineup
from mdg_pipeline.collect import genius, musicbrainz
from mdg_pipeline.collect.base import ArtistQuery
from mdg_pipeline.collect.musicbrainz import Details
from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.collect.web.errors import WebError
from mdg_pipeline.documents import Outcome
from mdg_pipeline.identity import CERTAIN, NOT_FOUND, Ambiguous, Chosen, choose, describe, years_of

BUDGET_SECONDS = {"quick": 6.0, "full": 20.0}
_DRUMMERS_LOOKED_UP = 3


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who the artist is, and how asking went."""

    identity: Identity
    outcomes: tuple[Outcome, ...]


def resolve(
    client: WebClient,
    key: str,
    typed: str,
    *,
    known: Identity | None,
    decision: str | None,
    depth: Literal["quick", "full"],
    deadline: float,
) -> Resolution:
    """Who is meant by a typed name.

    Parameters
    ----------
    known : what is known of the artist. An artist that was once identified stays the same one.
    decision : the operator's, that came with this research: an MBID, or `NONE_OF_THEM`. It holds for later ones too.
    depth : "full" also asks Genius for credits, and for the other bands of the drummers.
    deadline : time.monotonic() until which this may ask.

    Raises MdgError when MusicBrainz has no artist of the MBID that the operator gave.
    """
    try:
        identity, details, said = _who(client, key, typed, known, decision, deadline)
    except WebError as error:
        identity, details, said = _without_answer(key, typed, known, decision), None, error.outcome(musicbrainz.SOURCE)
    before = known if known is not None and known.mbid == identity.mbid else None
    if identity.candidates or depth == "quick":
        return Resolution(_keeping(identity, before), (said,))
    identity, credited = _credits(client, _keeping(identity, before), typed, deadline)
    if details is not None and not identity.is_drummer:
        identity, said = _other_bands(client, identity, said, deadline)
    return Resolution(identity, (said, credited))


def which_one(name: str, candidates: Sequence[ListedCandidate]) -> str:
    """The question that a person must answer before the research can go on."""
    quoted = json.dumps(name, ensure_ascii=False)
    listed = [
        f"  {number}. {item.name}: {item.description}\n     --mbid {item.mbid}"
        for number, item in enumerate(candidates, 1)
    ]
    return "\n".join(
        [
            f"several artists are called {name}. Say which one is meant with one of these,",
            f"e.g. mdg research {quoted} --mbid {candidates[0].mbid}",
            f"(--mbid {NONE_OF_THEM}: none of them, research the name as typed):",
            *listed,
        ]
    )


def query_of(conn: Connection, key: str) -> ArtistQuery:
    """Whom the sources are asked about. The drummers are those of the drum set, or all where there are none."""
    artist, known = identities.artist_of(conn, key), identities.get(conn, key)
    if known is None:
        return ArtistQuery(key, artist.name)
    on_drums = [item for item in known.drummers if item.instrument == "drums" and item.role != "guest"]
    return ArtistQuery(
        key=key,
        name=artist.name,
        aliases=tuple(artist.aliases),
        drummers=tuple(item.name for item in on_drums or known.drummers),
        bands=known.bands,
        genres=known.genres,
        mbid=known.mbid,
    )


def content_version(identity: Identity) -> str:
    """The same identity gives the same version, whenever it was looked up."""
    content = asdict(identity)
    del content["updated_at"]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def _who(
    client: WebClient, key: str, typed: str, known: Identity | None, decision: str | None, deadline: float
) -> tuple[Identity, Details | None, Outcome]:
    """The identity without what Genius and other lookups add. Raises WebError, MdgError."""
    standing = decision
    if standing is None and known is not None and known.decided_by == "operator":
        standing = known.mbid or NONE_OF_THEM
    if standing == NONE_OF_THEM:
        said = Outcome(musicbrainz.SOURCE, "empty", "not asked: the operator has decided that it is none of the known")
        return Identity(key, typed, "typed", NOT_FOUND, decided_by="operator"), None, said
    by_operator = standing is not None
    mbid = standing or (known.mbid if known else None)
    if mbid is not None:
        details = musicbrainz.look_up(client, mbid, deadline=deadline)
        if details is not None:
            certainty = CERTAIN if by_operator or known is None else known.certainty
            return _identified(key, details, certainty, by_operator=by_operator)
        if decision is not None:
            raise MdgError(f"MusicBrainz has no artist with the id {decision}: look it up on musicbrainz.org")
        if by_operator and known is not None:
            said = Outcome(musicbrainz.SOURCE, "empty", f"MusicBrainz no longer has {mbid}; what is known of it stays")
            return known, None, said
    found = choose(typed, musicbrainz.search(client, typed, deadline=deadline))
    if isinstance(found, Ambiguous):
        listed = tuple(ListedCandidate(item.mbid, item.name, describe(item)) for item in found.candidates)
        said = Outcome(musicbrainz.SOURCE, "ok", f"{len(listed)} artists of that name")
        return Identity(key, typed, "typed", NOT_FOUND, candidates=listed), None, said
    details = (
        musicbrainz.look_up(client, found.candidate.mbid, deadline=deadline) if isinstance(found, Chosen) else None
    )
    if isinstance(found, Chosen) and details is not None:
        return _identified(key, details, found.certainty, by_operator=False)
    said = Outcome(musicbrainz.SOURCE, "empty", f"MusicBrainz has no artist called {typed}: researched as typed")
    return Identity(key, typed, "typed", NOT_FOUND), None, said


def _identified(
    key: str, details: Details, certainty: float, *, by_operator: bool
) -> tuple[Identity, Details, Outcome]:
    artist, now = details.artist, datetime.now(UTC).year
    identity = Identity(
        key=key,
        name=artist.name,
        source="musicbrainz",
        certainty=certainty,
        decided_by="operator" if by_operator else "auto",
        mbid=artist.mbid,
        kind=artist.kind,
        disambiguation=artist.disambiguation,
        aliases=details.aliases,
        drummers=lineup.drummers(artist, details.memberships, now=now),
        bands=lineup.bands_of_drummer(artist, details.memberships, now=now),
        genres=details.genres,
        years=years_of(artist),
    )
    return identity, details, Outcome(musicbrainz.SOURCE, "ok", f"{artist.name}: {describe(artist)}")


def _without_answer(key: str, typed: str, known: Identity | None, decision: str | None) -> Identity:
    """What holds while MusicBrainz does not answer: what is known, and the operator's decision."""
    if decision is not None:
        mbid = None if decision == NONE_OF_THEM else decision
        if known is not None and known.mbid == mbid and not known.candidates:
            return replace(known, decided_by="operator")
        return Identity(key, typed, "typed", UNCHECKED, decided_by="operator", mbid=mbid)
    return known or Identity(key, typed, "typed", UNCHECKED)


def _keeping(identity: Identity, before: Identity | None) -> Identity:
    """With what earlier, deeper looks at the same artist have found."""
    if before is None:
        return identity
    drummers = lineup.with_credits(identity.drummers, lineup.credits_of(before.drummers))
    return replace(identity, drummers=drummers, bands=identity.bands or before.bands)


def _credits(client: WebClient, identity: Identity, typed: str, deadline: float) -> tuple[Identity, Outcome]:
    names = dict.fromkeys([identity.name, typed, *identity.aliases])
    try:
        songs = genius.drum_credits(client, names, deadline=deadline)
    except WebError as error:
        return identity, error.outcome(genius.SOURCE)
    if not songs:
        return identity, Outcome(genius.SOURCE, "empty", "no drummer is credited on the songs that were looked at")
    drummers = lineup.with_credits(identity.drummers, songs)
    return replace(identity, drummers=drummers), Outcome(genius.SOURCE, "ok", f"{len(songs)} drummers credited")


def _other_bands(client: WebClient, identity: Identity, said: Outcome, deadline: float) -> tuple[Identity, Outcome]:
    """The other bands of the band's drummers; those found before stay where asking fails."""
    bands: dict[str, None] = {}
    try:
        for drummer in [item for item in identity.drummers if _is_looked_up(item)][:_DRUMMERS_LOOKED_UP]:
            assert drummer.mbid is not None
            details = musicbrainz.look_up(client, drummer.mbid, deadline=deadline)
            if details is not None:
                now = datetime.now(UTC).year
                bands.update(dict.fromkeys(lineup.bands_of_drummer(details.artist, details.memberships, now=now)))
    except WebError as error:
        return identity, replace(error.outcome(musicbrainz.SOURCE), message=f"{said.message}; then: {error}")
    bands.pop(identity.name, None)
    return replace(identity, bands=tuple(bands) or identity.bands), said


def _is_looked_up(drummer: Drummer) -> bool:
    return drummer.mbid is not None and drummer.instrument == "drums" and drummer.role in ("member", "supporting")
