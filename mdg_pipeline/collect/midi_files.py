"""MIDI files that a site's search found: which are the artist's, fetching them, and keeping those that hold drums."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from mdg_core.midi import MidiError, read_midi
from mdg_pipeline.collect.base import ArtistQuery, Collected, Effort
from mdg_pipeline.collect.title_match import Match, song_title
from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.collect.web.errors import Blocked, Disabled, Throttled, WebError
from mdg_pipeline.collect.web.page import Page
from mdg_pipeline.documents import Document, Outcome, content_id

MEDIA_TYPE = "audio/midi"
MAX_BYTES = 2_000_000  # the largest of 4,795 files of these archives have some hundred kilobytes
# a stranger arranged it by ear, and the name of the file is all that says of whom
MAX_TRUST = 0.5
FILES = {"quick": 4, "full": 30}  # more in each round
MIN_SECONDS = 1.0
_FAILURES_IN_A_ROW = 3
_MIDI_MARKS = (b"MThd", b"RIFF")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that a search found and that is taken for the artist's. `id` is the site's own number."""

    id: int
    title: str
    uri: str  # its page
    address: str  # the file itself
    match: Match
    plays: int = 0


@dataclass(slots=True)
class Fetched:
    files: list[tuple[Document, bytes]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    failure: WebError | None = None  # what ended it before its time
    left: int = 0  # not asked for, for lack of time or after the failure


def up_to_round(candidates: Sequence[Candidate], effort: Effort) -> list[Candidate]:
    """What is wanted until this round, the surest and most played first; files of earlier rounds are at hand."""
    ranked = sorted(candidates, key=lambda each: (-each.match.score, -each.plays, each.id))
    return ranked[: (effort.round + 1) * FILES[effort.depth]]


def at_hand(client: WebClient, source: str, address: str) -> Page | None:
    """The file as it was fetched before: for good if it was MIDI, else as long as any answer is taken for current."""
    page = client.kept(source, address)
    if page is None or page.body[:4] in _MIDI_MARKS:
        return page
    age = datetime.now(UTC) - page.fetched_at
    return page if age < timedelta(hours=client.settings.web.cache_hours) else None


def fetch_files(
    source: str,
    query: ArtistQuery,
    candidates: Sequence[Candidate],
    effort: Effort,
    fetch: Callable[[Candidate], Page],
    *,
    licence: str,
) -> Fetched:
    """Fetch and check each; what is no MIDI file or has no drums is named among the problems, and not kept.

    A refusal, a throttle, or three failures in a row end it: the site is not pressed.
    """
    result = Fetched()
    seen: set[str] = set()
    failures = 0
    for index, candidate in enumerate(candidates):
        if effort.seconds_left < MIN_SECONDS:
            result.left = len(candidates) - index
            break
        try:
            page = fetch(candidate)
        except WebError as error:
            failures += 1
            result.problems.append(f"{candidate.title} ({candidate.uri}): {error}")
            if isinstance(error, (Throttled, Blocked, Disabled)) or failures == _FAILURES_IN_A_ROW:
                result.failure, result.left = error, len(candidates) - index - 1
                break
            continue
        failures = 0
        try:
            file = _document(source, query, candidate, page, licence)
        except MidiError as error:
            result.problems.append(f"{candidate.title} ({candidate.uri}): {error}")
            continue
        if file[0].id not in seen:
            seen.add(file[0].id)
            result.files.append(file)
    return result


def _document(
    source: str, query: ArtistQuery, candidate: Candidate, page: Page, licence: str
) -> tuple[Document, bytes]:
    """Raises MidiError saying why the answer is no drum performance."""
    if not page.ok:
        raise MidiError(f"the site answers with status {page.status}")
    read_midi(page.body)
    document = Document(
        id=content_id(page.body),
        source=source,
        kind="midi",
        uri=candidate.uri,
        title=f"{query.name} - {song_title(query, candidate.title)}",
        media_type=MEDIA_TYPE,
        size_bytes=len(page.body),
        trust=round(MAX_TRUST * candidate.match.score, 3),
        licence=licence,
        fetched_at=page.fetched_at,
    )
    return document, page.body


def collected(
    source: str, said: str, fetched: Fetched, *, failure: WebError | None, problems: list[str], exhausted: bool
) -> Collected:
    """What the source brings back: what was found stays, also where a failure ended the search."""
    failure = failure or fetched.failure
    if fetched.left:
        said += f"; {fetched.left} left for another time"
    if not_taken := len(fetched.problems):
        said += f"; {not_taken} could not be taken, the first: {fetched.problems[0]}"
    problems = [*problems, *fetched.problems]
    if failure is not None:
        return Collected(Outcome(source, failure.status, f"{said}; then {failure}"), fetched.files, problems)
    outcome = Outcome(source, "ok" if fetched.files else "empty", said)
    return Collected(outcome, fetched.files, problems, exhausted=exhausted and not fetched.left)
