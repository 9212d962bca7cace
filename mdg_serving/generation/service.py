"""From a request to a stored generation: the one way that the API and the command line take.

A generation is a row of the store from the start, so that whoever dies half-way leaves a task that another worker
finishes: `submit` writes it, `perform` ends it. What templates answer while the client waits is stored when it is made
(`perform_at_once`).
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any
from uuid import UUID, uuid4

import psycopg
from pydantic_core import to_json

from mdg_core.artist import artist_key
from mdg_core.errors import MdgError, UsageError
from mdg_core.pattern import Metre
from mdg_core.store import artists, generations, neighbours, requests
from mdg_core.store.connect import Connection
from mdg_core.store.generations import Generation
from mdg_drummer.blend import blended
from mdg_drummer.library import Library
from mdg_drummer.lock import Locked, locked_notes, locked_of
from mdg_drummer.named_style import of_style
from mdg_drummer.request import Asked, GenerationRequest, SongRequest, stored_request
from mdg_drummer.result import build_result
from mdg_drummer.song import make_song
from mdg_drummer.songfile import song_result
from mdg_drummer.template import generate
from mdg_drummer.written.hybrid import clips_of, commission
from mdg_serving.generation.libraries import Libraries
from mdg_serving.generation.models import check_provider
from mdg_serving.generation.tools import Tools

# lends a connection for as long as it is used
Lend = Callable[[], AbstractContextManager[Connection]]
Told = Callable[[str], object]

_DRAWN_SEEDS = 2**31  # short enough to read out and to type again
_PROGRESS_SECONDS = 1.0

_log = logging.getLogger(__name__)


def _nobody(_message: str) -> None: ...


class NoProfile(MdgError):
    """Nothing is published of the artist."""

    def __init__(self, name: str) -> None:
        super().__init__(f'No profile for {name} yet: run `mdg research "{name}"`')


@dataclass(frozen=True, slots=True)
class AtOnce:
    """A result, and the same as JSON, as it is stored."""

    result: dict[str, Any]
    text: bytes


def drawn_seed() -> int:
    return secrets.randbelow(_DRAWN_SEEDS)


def _with_seed(request: Asked) -> Asked:
    return request if request.seed is not None else request.model_copy(update={"seed": drawn_seed()})


def submit(conn: Connection, request: Asked, *, research_id: UUID | None = None, claimed: bool = False) -> Generation:
    """Store the request as a task; `claimed` when the caller goes on to `perform` it.

    The seed, where none is given, is drawn here, so that a retry plays the same.
    """
    request = _with_seed(request)
    artist = artists.find_or_create(conn, request.artist)
    body = request.model_dump(mode="json")
    return generations.create(conn, artist.key, body, research_id=research_id, claimed=claimed)


def perform_at_once(lend: Lend, request: Asked, tools: Tools) -> AtOnce | None:
    """The result of a request that templates answer, stored when it is made; None where no profile is published.

    Nobody waits for a task here, so that none is written first. No connection is held while the clips are made.
    Raises like `check`, and MdgError where the profile has nothing to play from.
    """
    request = _with_seed(request)
    with lend() as conn:
        check(conn, request, tools)
        try:
            library = _library(conn, request, artist_key(request.artist), tools.libraries)
        except NoProfile:
            return None
        locked = locked_for(conn, request)
    generation_id = uuid4()
    made = _made(generation_id, request, library, locked)
    text = to_json(made.result)
    with lend() as conn:
        generations.add_completed(
            conn,
            generation_id,
            library.profile.artist.key,
            request.model_dump(mode="json"),
            result=text.decode(),
            midi=made.midi,
            profile_version=made.profile_version,
        )
    return AtOnce(made.result, text)


def perform(lend: Lend, task: Generation, tools: Tools, told: Told = _nobody) -> Generation:
    """Finish a claimed task. What is wrong with the task itself is stored with it and not raised.

    What is being done is written to the task, and `told`.

    No connection is held while the clips are made, so that many at once wait for the processor and not for each other.
    """
    try:
        made = _make(lend, task, tools, told)
    except MdgError as error:
        with lend() as conn:
            generations.fail(conn, task.id, _reason(conn, task, error))
            return _again(conn, task)
    except psycopg.Error:
        raise  # the task stays claimed and is taken up again when its claim has run out
    except Exception:
        # a fault of ours ends this task, not the worker that has others to do
        with lend() as conn:
            generations.fail(conn, task.id, "generation failed on an internal error; the server's log has it")
        raise
    with lend() as conn:
        generations.complete(
            conn,
            task.id,
            result=made.result,
            midi=made.midi,
            profile_version=made.profile_version,
            provider=made.result["provider"],
            model=made.result["model"],
        )
        return _again(conn, task)


def check(conn: Connection, request: Asked, tools: Tools) -> None:
    """What can be said against a request before it is stored.

    Raises UsageError for a provider that is not set up, a lock that cannot be kept, a style that the artist is not
    known to play and a second artist of whom nothing is published.
    """
    if isinstance(request, GenerationRequest):
        check_provider(tools.models.settings, request.provider)
        locked_for(conn, request)
    key = artist_key(request.artist)
    if request.blend and tools.libraries.published(conn, artist_key(request.blend.artist)) is None:
        raise UsageError(str(NoProfile(request.blend.artist)))
    if request.style and tools.libraries.published(conn, key):
        of_style(_library(conn, request, key, tools.libraries), request.style)


def _library(conn: Connection, request: Asked, key: str, libraries: Libraries) -> Library:
    """What the request draws from, of one artist or two. Raises NoProfile."""
    library = libraries.published(conn, key)
    if library is None:
        raise NoProfile(artists.name_of(conn, key) or request.artist)
    if request.blend is None:
        return library
    other = libraries.published(conn, artist_key(request.blend.artist))
    if other is None:
        raise NoProfile(request.blend.artist)
    return blended(library, other, request.blend.amount)


@dataclass(frozen=True, slots=True)
class _Made:
    result: dict[str, Any]
    midi: list[bytes]
    profile_version: int


def _make(lend: Lend, task: Generation, tools: Tools, told: Told) -> _Made:
    request = stored_request(task.request)
    assert request.seed is not None
    with lend() as conn:
        library = _library(conn, request, task.artist_key, tools.libraries)
        locked = locked_for(conn, request)
    if isinstance(request, SongRequest) or not tools.models.wanted(request.provider):
        return _made(task.id, request, library, locked)
    job = commission(library, request, request.seed, locked)
    with _kept(lend, task.id):
        asked = tools.models.ideas(job, lend, task.id, _Progress(lend, task.id, told))
    clips = clips_of(job, asked.value or [])
    result, midi = build_result(task.id, library.profile, clips, request, request.seed, asked)
    return _Made(result, midi, library.profile.version)


def _made(generation_id: UUID, request: Asked, library: Library, locked: Locked | None) -> _Made:
    """By templates alone. The request has a seed."""
    assert request.seed is not None
    if isinstance(request, SongRequest):
        song = make_song(library, request, request.sections, request.seed)
        result, tracks = song_result(generation_id, song, library.profile, request, request.seed)
        return _Made(result, [tracks], library.profile.version)
    clips = generate(library, request, request.seed, locked)
    result, midi = build_result(generation_id, library.profile, clips, request, request.seed)
    return _Made(result, midi, library.profile.version)


@contextmanager
def _kept(lend: Lend, task_id: UUID) -> Iterator[None]:
    """Says meanwhile that the task is worked on: a model can be silent for longer than a claim holds."""
    done = Event()

    def keep() -> None:
        while not done.wait(generations.KEEP_SECONDS):
            try:
                with lend() as conn:
                    generations.keep(conn, task_id)
            except psycopg.Error as error:
                _log.warning("generation %s is not kept: %s", task_id, error)

    thread = Thread(target=keep, name=f"keep-{task_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


class _Progress:
    """Says who is asked, and how much has come, at most once a second of one provider."""

    def __init__(self, lend: Lend, task_id: UUID, told: Told) -> None:
        self._lend, self._task_id, self._told = lend, task_id, told
        self._next, self._last = 0.0, ""

    def __call__(self, provider: str, characters: int) -> None:
        now = time.monotonic()
        if now < self._next and provider == self._last:
            return
        self._next, self._last = now + _PROGRESS_SECONDS, provider
        message = f"{provider} answers: {characters} characters so far" if characters else f"{provider} is asked"
        self._told(message)
        with self._lend() as conn:
            generations.report(conn, self._task_id, message)


def _again(conn: Connection, task: Generation) -> Generation:
    """Raises MdgError for a task that went with its artist."""
    finished = generations.get(conn, task.id)
    if finished is None:
        raise MdgError("the artist was deleted meanwhile, and this generation with it")
    return finished


def provisional(lend: Lend, request: Asked, tools: Tools) -> dict[str, Any] | None:
    """Clips, or a song, in the most typical of the known styles, for an artist of whom nothing is; None without any.

    It is a generation of its own and marked as what it is.
    """
    with lend() as conn:
        known = neighbours.most_typical(conn, limit=1)
        if not known:
            return None
        # from templates: it is wanted at once, and is not what was asked for
        changed = {"artist": known[0].key, "style": None, "blend": None}
        changed |= {"provider": "template"} if isinstance(request, GenerationRequest) else {}
        task = submit(conn, request.model_copy(update=changed), claimed=True)
    task = perform(lend, task, tools)
    if task.result is None:
        return None
    return task.result | {"provisional": True, "based_on": [known[0].name], "requested_artist": request.artist}


def locked_for(conn: Connection, request: Asked) -> Locked | None:
    """What the request keeps; None without a lock. Raises UsageError for a lock that cannot be kept."""
    if isinstance(request, SongRequest) or request.lock is None:
        return None
    if request.lock.notes is not None:
        metre = request.metre or Metre()
        note_map = request.lock.note_map(request.note_map)
        return locked_notes(request.lock.notes, request.lock, metre=metre, bars=request.bars, note_map=note_map)
    assert request.lock.generation_id is not None
    earlier = generations.get(conn, request.lock.generation_id)
    if earlier is None or earlier.result is None or "variations" not in earlier.result:
        raise UsageError(f"there is no finished generation of clips {request.lock.generation_id} to keep voices of")
    if request.metre and str(request.metre) != earlier.result["time_signature"]:
        raise UsageError(
            f"the locked voices are in {earlier.result['time_signature']}: ask for that time signature or none"
        )
    return locked_of(earlier.result, request.lock, bars=request.bars)


def _reason(conn: Connection, task: Generation, error: MdgError) -> str:
    """Why it failed; for an artist whose research failed, that reason first."""
    research = requests.get(conn, task.research_id) if task.research_id else None
    if isinstance(error, NoProfile) and research is not None:
        return f"the research of the artist ended without a profile: {research.error or research.message}"
    return str(error)
