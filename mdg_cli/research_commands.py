"""`mdg research`, `mdg augment`, `mdg profile`: ask for research, wait for it, look at what came of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from mdg_core.errors import MdgError, UsageError

if TYPE_CHECKING:
    from mdg_core.store.requests import Depth, Kind, ResearchRequest

_SHOWN = 12  # of each kind of line, before a person is sent to the JSON

_Name = Annotated[str, typer.Argument(help="An artist or a band, in any spelling or script.", show_default=False)]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for programs.")]
_NoWait = Annotated[bool, typer.Option("--no-wait", help="Only put the request into the queue.")]
_Mbid = Annotated[
    str | None,
    typer.Option(
        help="Which artist of that name is meant: a MusicBrainz id or the artist's page there; none: none of them."
    ),
]
_Cancel = Annotated[bool, typer.Option("--cancel", help="End the research of this artist that is under way.")]
_Depth = Annotated[str, typer.Option(help="quick: a usable profile soon; full: everything that the sources have.")]


def register(app: typer.Typer) -> None:
    app.command("research")(research)
    app.command("augment")(augment)
    app.command("profile")(profile)


def research(
    name: _Name,
    depth: _Depth = "full",
    mbid: _Mbid = None,
    no_wait: _NoWait = False,
    cancel: _Cancel = False,
    as_json: _Json = False,
) -> None:
    """Research an artist and publish the profile; with nothing new, the profile stays as it is.

    Where several artists have the name, it asks which one is meant, or lists them when nobody can answer. At Ctrl-C it
    asks whether the research goes on or is cancelled.
    """
    from mdg_core.store.identities import parse_mbid

    if depth not in ("quick", "full"):
        raise UsageError(f"--depth is quick or full, not {depth!r}")
    wanted: Depth = "quick" if depth == "quick" else "full"
    meant = parse_mbid(mbid) if mbid is not None else None
    if cancel:
        _cancel(name, as_json)
        return
    _ask(name, kind="research", depth=wanted, mbid=meant, no_wait=no_wait, as_json=as_json)


def augment(name: _Name, no_wait: _NoWait = False, as_json: _Json = False) -> None:
    """Look for more about an artist who has been researched already."""
    _ask(name, kind="augment", depth="full", mbid=None, no_wait=no_wait, as_json=as_json)


def profile(
    name: _Name,
    evidence: Annotated[bool, typer.Option("--evidence", help="List the documents behind every parameter.")] = False,
    as_json: _Json = False,
) -> None:
    """Show an artist's profile: description, parameters with their evidence, confidence."""
    from mdg_cli.show_profile import evidence_lines, failure_lines, profile_lines
    from mdg_core.artist import artist_key, clean_name
    from mdg_core.settings import load_settings
    from mdg_core.store import profiles, requests
    from mdg_core.store.session import open_database

    key = artist_key(name)
    with open_database(load_settings()) as conn:
        found = profiles.published(conn, key)
        last = requests.latest(conn, found.profile.artist.key) if found else None
    if found is None:
        quoted = json.dumps(name, ensure_ascii=False)
        raise MdgError(f"there is no profile of {clean_name(name)} yet. Make one: mdg research {quoted}")
    if as_json:
        typer.echo(found.profile.model_dump_json(indent=2))
        return
    lines = profile_lines(found.profile) + failure_lines(last) + (evidence_lines(found.profile) if evidence else [])
    typer.echo("\n".join(lines))


def _ask(name: str, *, kind: Kind, depth: Depth, mbid: str | None, no_wait: bool, as_json: bool) -> None:
    from mdg_cli.choosing import choose
    from mdg_cli.show_profile import failure_lines
    from mdg_cli.waiting import wait_for
    from mdg_core.artist import artist_key
    from mdg_core.settings import libraries_text, load_settings
    from mdg_core.store import artists, heartbeat, profiles, requests
    from mdg_core.store.connect import connect
    from mdg_core.store.session import database

    artist_key(name)  # wrong usage is said before anything is started
    settings = load_settings()
    with database(settings) as url, connect(url, name="mdg-research") as conn:
        artist = artists.find_or_create(conn, name)
        if kind == "augment" and profiles.published(conn, artist.key) is None:
            raise MdgError(
                f"{artist.name} has not been researched yet, so there is nothing to add to. "
                f"Start with: mdg research {json.dumps(artist.name, ensure_ascii=False)}"
            )
        # the library is a folder of this machine: a pipeline elsewhere has its own
        library = None if settings.database_url else libraries_text(settings.libraries)
        request, created = requests.submit(conn, artist.key, kind=kind, depth=depth, library=library, mbid=mbid)
        if no_wait:
            waits = "" if heartbeat.pipeline_is_alive(conn) else " The pipeline is not running: it waits for `mdg up`."
            _report(request, artist.name, as_json, f"{'queued' if created else 'already asked for'}.{waits}")
            return
        request = wait_for(conn, request, artist.name, settings, quiet=as_json)
        candidates = (request.result or {}).get("candidates") if request.status == "failed" else None
        if candidates and not as_json and (mbid := choose(artist.name, candidates)):
            request, _ = requests.submit(conn, artist.key, kind=kind, depth=depth, library=library, mbid=mbid)
            request = wait_for(conn, request, artist.name, settings, quiet=as_json)
    if request.status in ("failed", "cancelled"):
        if as_json:
            _report(request, artist.name, as_json, request.message)
            raise typer.Exit(1)
        for line in failure_lines(request):
            typer.echo(f"  {line}", err=True)
        raise MdgError(f"the research of {artist.name} {_end_of(request)}")
    _report(request, artist.name, as_json, request.message)


def _end_of(request: ResearchRequest) -> str:
    return f"failed: {request.error}" if request.status == "failed" else f"was {request.message}"


def _cancel(name: str, as_json: bool) -> None:
    from mdg_core.artist import artist_key, clean_name
    from mdg_core.settings import load_settings
    from mdg_core.store import requests
    from mdg_core.store.session import open_database

    key = artist_key(name)
    with open_database(load_settings()) as conn:
        found = requests.latest(conn, key)
        if found is None or not found.is_open:
            raise MdgError(f"no research of {clean_name(name)} is under way")
        ended = requests.cancel(conn, found.id) or found
    _report(ended, clean_name(name), as_json, f"{ended.message}; a profile that was there stays as it is")


def _report(request: ResearchRequest, name: str, as_json: bool, message: str) -> None:
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "task_id": str(request.id),
                    "artist": name,
                    "key": request.artist_key,
                    "kind": request.kind,
                    "status": request.status,
                    "progress": request.progress,
                    "message": message,
                    "error": request.error,
                    "result": request.result,
                },
                indent=2,
                ensure_ascii=False,
            )
        )
        return
    typer.echo(f"{name}: {message}")
    result = request.result or {}
    _list("not used", result.get("warnings", []))
    _list("note", result.get("notes", []))


def _list(label: str, lines: list[str]) -> None:
    for line in lines[:_SHOWN]:
        typer.echo(f"  {label}: {line}", err=True)
    if len(lines) > _SHOWN:
        typer.echo(f"  and {len(lines) - _SHOWN} more of these: --json lists all", err=True)
