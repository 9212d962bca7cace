"""A name that nothing is published of: did you mean another, research it now, or a reference style in its place."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import typer

from mdg_core.artist import artist_key, clean_name
from mdg_core.errors import MdgError, UsageError

if TYPE_CHECKING:
    from mdg_core.settings import Settings
    from mdg_core.store.connect import Connection
    from mdg_drummer.library import Library
    from mdg_drummer.request import GenerationRequest, PlayedRequest

_Request = TypeVar("_Request", bound="PlayedRequest")
_ALIKE = 0.84  # of the letters, from which a name can be a slip of the other: "Elvn Jones", "Jon Bonham"
_USUAL_STYLE = "rock"


@dataclass(frozen=True, slots=True)
class StandIn:
    """Grooves of a reference style in the place of an artist."""

    library: Library
    style: str
    requested: str
    reason: str

    @property
    def note(self) -> str:
        why = self.reason.splitlines()[0]
        return f"provisional, in the reference style {self.style}, and nothing of {self.requested}: {why}"

    def mark(self, result: Mapping[str, Any]) -> dict[str, Any]:
        """The result, said to be what it is."""
        said = {"provisional": True, "based_on": [self.style], "requested_artist": self.requested}
        return {**result, **said, "notes": [self.note, *result["notes"]]}


def settle(conn: Connection, request: _Request, settings: Settings, *, quiet: bool) -> tuple[_Request, StandIn | None]:
    """The request for an artist who has a profile now, or a stand-in.

    A slip of a known name is asked about, or with nobody to ask refused with the name that was meant. Anybody else is
    researched. Raises UsageError for a slip, MdgError where several artists have the name.
    """
    from mdg_core.store import profiles

    if profiles.current(conn, artist_key(request.artist)) is not None:
        return request, None
    typed = clean_name(request.artist)
    meant = nearest_name(typed, known_names(conn, settings))
    if meant and _means(typed, meant, quiet=quiet):
        request = request.model_copy(update={"artist": meant})
        if profiles.current(conn, artist_key(meant)) is not None:
            return request, None
    reason = researched(conn, request.artist, settings, quiet=quiet)
    if reason is None:
        return request, None
    stand_in = reference_style(request, reason, settings)
    if _is_asked(quiet) and not typer.confirm(f"{stand_in.note}. Go on?", default=True, err=True):
        raise MdgError(f"the research of {request.artist} failed: {reason}")
    return request, stand_in


def nearest_name(typed: str, names: Iterable[str]) -> str | None:
    """The known name that what was typed is a slip of; None where it is one, or like none."""
    key = artist_key(typed)
    scored = [(SequenceMatcher(None, key, artist_key(name)).ratio(), name) for name in names]
    best, name = max(scored, default=(0.0, ""))
    return name if _ALIKE <= best < 1 else None


def known_names(conn: Connection, settings: Settings) -> list[str]:
    """Those with a profile, and those who have a folder in a library."""
    from mdg_core.store import artists

    listed = [item.name for item in artists.listed(conn, limit=10_000) if item.version is not None]
    folders = [
        entry.name for root in settings.libraries if root.is_dir() for entry in sorted(root.iterdir()) if entry.is_dir()
    ]
    return list(dict.fromkeys([*listed, *(name for name in folders if _is_name(name))]))


def _is_name(folder: str) -> bool:
    try:
        clean_name(folder)
    except UsageError:
        return False
    return not folder.startswith(".")


def _is_asked(quiet: bool) -> bool:
    return not quiet and sys.stdin.isatty() and sys.stderr.isatty()


def _means(typed: str, meant: str, *, quiet: bool) -> bool:
    """Raises UsageError where nobody can answer."""
    if _is_asked(quiet):
        return typer.confirm(f"No profile for {typed}: did you mean {meant}?", default=True, err=True)
    quoted, other = (json.dumps(name, ensure_ascii=False) for name in (meant, typed))
    raise UsageError(
        f"No profile for {typed}: did you mean {meant}? Then type `mdg generate {quoted}`; "
        f"if it is another artist, `mdg research {other}` first"
    )


def researched(conn: Connection, name: str, settings: Settings, *, quiet: bool) -> str | None:
    """Research the artist as POST /generate does and wait for it: None when a profile is published, else why not.

    Raises MdgError where several artists have the name and nobody says which, and when somebody cancels the research.
    """
    from mdg_cli.choosing import choose
    from mdg_cli.waiting import wait_for
    from mdg_core.settings import libraries_text
    from mdg_core.store import artists, profiles, requests

    artist = artists.find_or_create(conn, name)
    library = None if settings.database_url else libraries_text(settings.libraries)
    if not quiet:
        typer.echo(f"{artist.name} is not known yet and is researched first", err=True)
    request, _ = requests.submit(conn, artist.key, library=library)
    try:
        request = wait_for(conn, request, artist.name, settings, quiet=quiet)
        candidates = (request.result or {}).get("candidates") if request.status == "failed" else None
        if candidates:
            mbid = None if quiet else choose(artist.name, candidates)
            if mbid is None:
                raise MdgError(f"the research of {artist.name} failed: {request.error}")
            request, _ = requests.submit(conn, artist.key, library=library, mbid=mbid)
            request = wait_for(conn, request, artist.name, settings, quiet=quiet)
    except ImportError as error:
        return f"research is not installed here ({error.name})"
    if profiles.current(conn, artist.key) is not None:
        return None
    if request.status == "cancelled":
        raise MdgError(f"the research of {artist.name} was {request.message}")
    return request.error or request.message or "the research found no drumming"


def clips_of(conn: Connection, request: GenerationRequest, stand_in: StandIn) -> tuple[dict[str, Any], list[bytes]]:
    """The result of a request in the stand-in's style, which is not stored, and its MIDI files. Raises MdgError."""
    from mdg_drummer.result import build_result
    from mdg_drummer.template import generate
    from mdg_serving.generation.service import drawn_seed, locked_for

    request = as_stood_in(request)
    seed = drawn_seed() if request.seed is None else request.seed
    clips = generate(stand_in.library, request, seed, locked_for(conn, request))
    result, midi = build_result(uuid4(), stand_in.library.profile, clips, request, seed)
    return stand_in.mark(result) | {"generation_id": None}, midi


def as_stood_in(request: _Request) -> _Request:
    """Without what only the artist could have answered."""
    return request.model_copy(update={"style": None, "blend": None})


def reference_style(request: PlayedRequest, reason: str, settings: Settings) -> StandIn:
    """The reference style nearest to what the request says: its style, else its metre and tempo, else rock.

    Raises MdgError where the reference grooves are not installed.
    """
    from mdg_drummer.feel_prior import read_prior
    from mdg_drummer.plan import nearness
    from mdg_drummer.standin import library_of_style
    from mdg_pipeline.analyse.styles import style_of
    from mdg_pipeline.build.reference import reference_styles

    styles = reference_styles()
    if not styles:
        raise MdgError(f"No profile for {request.artist}, and no reference style to stand in: {reason}")
    metre = request.time_signature or "4/4"

    def fit(style: str) -> tuple[bool, bool, float, bool]:
        grooves = [groove for groove in styles[style] if groove.role == "groove"]
        in_metre = [groove for groove in grooves if str(groove.pattern.metre) == metre]
        near = (
            max((nearness(groove.tempo, request.tempo) for groove in in_metre), default=0.0) if request.tempo else 0.0
        )
        asked = request.style is not None and style in (request.style.casefold(), style_of(request.style))
        return asked, bool(in_metre), round(near, 1), style == _USUAL_STYLE

    style = max(styles, key=fit)
    return StandIn(
        library_of_style(style, styles[style], read_prior(settings)), style, clean_name(request.artist), reason
    )
