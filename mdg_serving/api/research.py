"""POST /research, GET /research/{artist}, POST /augment/{artist}: ask for research and see where it stands.

The API only writes requests and reads what the pipeline has reported.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request

from mdg_core.artist import artist_key, clean_name
from mdg_core.settings import Settings
from mdg_core.store import artists, identities, profiles, requests
from mdg_core.store.artists import ArtistRow
from mdg_core.store.connect import Connection
from mdg_core.store.identities import NONE_OF_THEM
from mdg_core.store.profiles import Summary
from mdg_core.store.requests import Depth, Kind, MeansAnother
from mdg_serving.access import share_of
from mdg_serving.api.params import ArtistInPath
from mdg_serving.api.schemas import ResearchAccepted, ResearchBody, ResearchStatus
from mdg_serving.database import Pooled, lend
from mdg_serving.headers import ClientName
from mdg_serving.problems import CHANGES, ApiError, responses
from mdg_serving.task_view import research_message

router = APIRouter(tags=["research"])


_SEVERAL = "several artists have the name: `candidates` lists them; or a research is under way that means another"


@router.post(
    "/research",
    status_code=202,
    responses=responses(**CHANGES, e409=_SEVERAL, e413="the body is too large", e422="the name cannot be an artist's"),
)
def post_research(body: ResearchBody, request: Request, pool: Pooled) -> ResearchAccepted:
    """Ask for research. An artist has one open request: asking again answers with the same task.

    A name that several artists have must come with the `mbid` of one of them; that decision holds from then on.
    """
    mbid = identities.parse_mbid(body.mbid) if body.mbid is not None else None
    with lend(pool) as conn:
        return _ask(conn, body.artist, "research", body.depth, mbid, request)


@router.get("/research/{artist:path}", responses=responses(e422="the name cannot be an artist's"))
def get_research(artist: ArtistInPath, request: Request, pool: Pooled) -> ResearchStatus:
    """Whether a profile exists, and how the latest research went. A name never asked for has status none."""
    key, name = artist_key(artist), clean_name(artist)
    settings: Settings = request.app.state.settings
    with lend(pool) as conn:
        meant = artists.find(conn, key) or ArtistRow(key, name)
        return _status(conn, meant, timedelta(days=settings.research.stale_after_days))


@router.post(
    "/augment/{artist:path}",
    status_code=202,
    responses=responses(
        **CHANGES, e404="the artist has no profile yet", e409=_SEVERAL, e422="the name cannot be an artist's"
    ),
)
def post_augment(
    artist: ArtistInPath, request: Request, pool: Pooled, x_mdg_client: ClientName = "docs"
) -> ResearchAccepted:
    """Look for more of every source about an artist who has a profile."""
    with lend(pool) as conn:
        if profiles.current(conn, artist_key(artist)) is None:
            raise no_profile(conn, artist)
        return _ask(conn, artist, "augment", "full", None, request)


def no_profile(conn: Connection, typed: str) -> ApiError:
    """404 with what to do."""
    known = artists.find(conn, artist_key(typed))
    name = known.name if known else clean_name(typed)
    return ApiError(404, f"there is no profile of {name} yet: ask for one with POST /api/v1/research")


def refuse_ambiguous(conn: Connection, artist: ArtistRow) -> None:
    """Raises ApiError 409 with the candidates when it is known that somebody must decide who is meant."""
    latest = requests.latest(conn, artist.key)
    if latest is not None and latest.is_open:
        return  # it may bring the decision
    if candidates := identities.open_question(conn, artist.key):
        raise ApiError(
            409,
            f"several artists are called {artist.name}: ask POST /api/v1/research again with the `mbid` of one of the "
            f"candidates, or with {NONE_OF_THEM!r} to research the name as typed",
            candidates=[candidate.as_json() for candidate in candidates],
        )


def _ask(conn: Connection, typed: str, kind: Kind, depth: Depth, mbid: str | None, asked: Request) -> ResearchAccepted:
    artist = artists.find_or_create(conn, typed)
    if mbid is None:
        refuse_ambiguous(conn, artist)
    try:
        request, created = requests.submit(conn, artist.key, kind=kind, depth=depth, mbid=mbid, share=share_of(asked))
    except MeansAnother as error:
        raise ApiError(409, str(error)) from error
    asked.state.task_id = str(request.id)
    return ResearchAccepted(
        task_id=str(request.id),
        artist=artist.name,
        key=artist.key,
        created=created,
        message=research_message(conn, request),
    )


def _status(conn: Connection, artist: ArtistRow, fresh_for: timedelta) -> ResearchStatus:
    found, latest = profiles.summary(conn, artist.key), requests.latest(conn, artist.key)
    status = ResearchStatus(
        artist=artist.name,
        key=artist.key,
        exists=found is not None,
        status="none",
        confidence=found.confidence if found else None,
        updated_at=found.updated_at if found else (latest.updated_at if latest else None),
        message="nobody has asked for this artist yet: POST /api/v1/research",
    )
    if latest and latest.is_open:
        running = "queued" if latest.status == "queued" else "researching"
        return status.model_copy(update={"status": running, "message": research_message(conn, latest)})
    if found:
        return status.model_copy(update=_age(found, fresh_for, latest.error if latest else None))
    if latest and latest.status == "failed":
        return status.model_copy(update={"status": "failed", "message": latest.error or "the research failed"})
    if latest and latest.status == "cancelled":
        return status.model_copy(update={"message": "the latest research was cancelled: POST /api/v1/research"})
    return status


def _age(found: Summary, fresh_for: timedelta, last_error: str | None) -> dict[str, str]:
    age = datetime.now(UTC) - found.confirmed_at
    message = f"version {found.version}, researched {age.days} days ago"
    if last_error:
        message += f"; the latest research failed: {last_error}"
    return {"status": "stale" if age > fresh_for else "cached", "message": message}
