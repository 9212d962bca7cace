"""The jobs of an operator: each takes a form in the Dagster UI, notes why, and asks for the profile to be rebuilt."""

from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field

from mdg_core.artist import artist_key
from mdg_core.errors import MdgError, UsageError
from mdg_core.pins import PINNABLE, bounds_text, check_pin, steering_text
from mdg_core.shown import shown
from mdg_core.store import artists, curations, requests
from mdg_core.store.artists import ArtistRow
from mdg_core.store.connect import Connection
from mdg_pipeline.collect.library import document_of, within
from mdg_pipeline.collect.web.addresses import checked_url
from mdg_pipeline.curation import SOURCE, in_force
from mdg_pipeline.defs.resources import Research
from mdg_pipeline.documents import RAW_KINDS, Document, merge
from mdg_pipeline.lake import Lake


class _Form(dg.Config):
    artist: str = Field(description="The artist's name or key.")
    note: str = Field(description="Why; kept with the decision.", min_length=1)


class ExcludeDocument(_Form):
    document: str = Field(description="The document's id (its first 8 characters are enough) or where it was found.")
    include_again: bool = Field(default=False, description="Take the exclusion back.")


class AddUrl(_Form):
    url: str = Field(description="An article about the artist's drumming.")
    read_no_more: bool = Field(default=False, description="Take the address back; what was found there stays.")


class AddFile(_Form):
    path: str = Field(description="A MIDI, .grid or text file in one of the library folders of the pipeline's machine.")


class PinParameter(_Form):
    parameter: str = Field(description=f"Its name in the profile, e.g. tempo_mode. {steering_text()}")
    value: float | None = Field(
        default=None, description=f"The value; nothing takes the pin away. Bounds: {bounds_text()}."
    )


class SetDrummers(_Form):
    drummers: list[str] = Field(description="Who drums, the most important first.")


class MergeArtists(_Form):
    into: str = Field(description="The artist that stays; its name finds both from then on.")


class UnmergeArtist(_Form):
    """The artist is the name that was merged into another."""


@dg.op
def exclude(context: dg.OpExecutionContext, config: ExcludeDocument, research: Research) -> None:
    """Leave a document out of the profile, or take it in again."""
    with research.connection() as conn:
        artist = _known(conn, config.artist)
        document = _document(research.lake, artist.key, config.document)
        action: curations.Action = "include" if config.include_again else "exclude"
        curations.record(conn, artist.key, action, document.id, note=config.note, value=document.uri)
        _rebuild(context, conn, artist.key)


@dg.op
def add_url(context: dg.OpExecutionContext, config: AddUrl, research: Research) -> None:
    """Have an address read at every research of this artist, or no more."""
    if not config.read_no_more:
        checked_url(config.url)
    with research.connection() as conn:
        artist = artists.find_or_create(conn, config.artist)
        curations.record(conn, artist.key, "url", config.url, note=config.note, value=not config.read_no_more)
        _rebuild(context, conn, artist.key)


@dg.op
def add_file(context: dg.OpExecutionContext, config: AddFile, research: Research) -> None:
    """Take a file into the lake; the file itself is not needed any more after that."""
    path, settings, lake = Path(config.path), research.settings, research.lake
    if not within(path, settings.libraries):
        folders = ", ".join(map(shown, settings.libraries))
        raise dg.Failure(
            f"{shown(path)} lies in none of the library folders, and only those are read: put it into one of {folders}",
            allow_retries=False,
        )
    document, data = document_of(path, max_bytes=settings.research.max_file_bytes, source=SOURCE)
    with research.connection() as conn:
        artist = artists.find_or_create(conn, config.artist)
        lake.put_blob(data)
        known = lake.documents(document.kind, artist.key)
        lake.write_documents(document.kind, artist.key, merge(known, [document]))
        curations.record(conn, artist.key, "file", document.id, note=config.note, value=path.name)
        _rebuild(context, conn, artist.key)


@dg.op
def pin(context: dg.OpExecutionContext, config: PinParameter, research: Research) -> None:
    """Set a parameter by decision, or let the evidence speak again."""
    if config.parameter not in PINNABLE:
        raise dg.Failure(f"{config.parameter!r} is no parameter; there are {', '.join(PINNABLE)}", allow_retries=False)
    with research.connection() as conn:
        artist = _known(conn, config.artist)
        if config.value is not None:
            pins = in_force(curations.of_artist(conn, artist.key)).pins
            try:
                check_pin(config.parameter, config.value, {name: found.value for name, found in pins.items()})
            except UsageError as error:
                raise dg.Failure(str(error), allow_retries=False) from error
        action: curations.Action = "unpin" if config.value is None else "pin"
        curations.record(conn, artist.key, action, config.parameter, note=config.note, value=config.value)
        _rebuild(context, conn, artist.key)


@dg.op
def set_drummers(context: dg.OpExecutionContext, config: SetDrummers, research: Research) -> None:
    """Say who drums; the sources are asked for them at the next research."""
    with research.connection() as conn:
        artist = artists.find_or_create(conn, config.artist)
        curations.record(conn, artist.key, "drummers", "drummers", note=config.note, value=config.drummers)
        _rebuild(context, conn, artist.key)


@dg.op
def merge_artists(context: dg.OpExecutionContext, config: MergeArtists, research: Research) -> None:
    """Two names of one artist: the documents of the first join those of the second."""
    lake = research.lake
    with research.connection() as conn:
        source, target = _known(conn, config.artist), _known(conn, config.into)
        if source.key == target.key:
            raise dg.Failure("these are one artist already", allow_retries=False)
        new: list[str] = []
        for kind in RAW_KINDS:
            moved, had = lake.documents(kind, source.key), lake.documents(kind, target.key)
            if moved:
                new += sorted({document.id for document in moved} - {document.id for document in had})
                lake.write_documents(kind, target.key, merge(had, moved))
        with conn.transaction():
            curations.merge(conn, source.key, target.key, name=source.name, note=config.note, documents=new)
        _rebuild(context, conn, target.key)


@dg.op
def unmerge_artist(context: dg.OpExecutionContext, config: UnmergeArtist, research: Research) -> None:
    """Take a merge back: the name is an artist of its own again, and takes its documents along."""
    with research.connection() as conn:
        left = curations.unmerge(conn, artist_key(config.artist), note=config.note)
    context.log.info(f"its documents leave {left} at the next tick of the request sensor, which asks for a new profile")


def _known(conn: Connection, typed: str) -> ArtistRow:
    found = artists.find(conn, artist_key(typed))
    if found is None:
        raise dg.Failure(f"{typed!r} is not known yet: research this artist first", allow_retries=False)
    return found


def _document(lake: Lake, key: str, wanted: str) -> Document:
    everything = [document for kind in RAW_KINDS for document in lake.documents(kind, key)]
    found = [d for d in everything if wanted == d.uri or (len(wanted) >= 8 and d.id.startswith(wanted))]
    if len(found) != 1:
        raise MdgError(f"{len(found)} documents of {key} fit {wanted!r}: give the id or the place of one")
    return found[0]


def _rebuild(context: dg.OpExecutionContext, conn: Connection, key: str) -> None:
    request, created = requests.submit(conn, key)
    context.log.info(f"research request {request.id} {'made' if created else 'was open already'}")


def _empty(op: str, form: type[_Form]) -> dict[str, Any]:
    """What the launchpad shows at first: every field. Launched as it is, it fails for want of an artist and a note."""
    fields = {
        name: field.get_default() if not field.is_required() else [] if field.annotation == list[str] else ""
        for name, field in form.model_fields.items()
    }
    return {"ops": {op: {"config": fields}}}


@dg.job(
    config=_empty("exclude", ExcludeDocument),
    executor_def=dg.in_process_executor,
    description="Leave a document out of a profile, or take it in again.",
)
def curate_exclude_document() -> None:
    exclude()


@dg.job(
    config=_empty("add_url", AddUrl),
    executor_def=dg.in_process_executor,
    description="Add an article by its address, or take one back.",
)
def curate_add_url() -> None:
    add_url()


@dg.job(
    config=_empty("add_file", AddFile),
    executor_def=dg.in_process_executor,
    description="Add a file to an artist's documents.",
)
def curate_add_file() -> None:
    add_file()


@dg.job(
    config=_empty("pin", PinParameter),
    executor_def=dg.in_process_executor,
    description=f"Pin or correct a parameter of a profile. {steering_text()}",
)
def curate_pin_parameter() -> None:
    pin()


@dg.job(
    config=_empty("set_drummers", SetDrummers),
    executor_def=dg.in_process_executor,
    description="Say who drums for an artist.",
)
def curate_set_drummers() -> None:
    set_drummers()


@dg.job(
    config=_empty("merge_artists", MergeArtists),
    executor_def=dg.in_process_executor,
    description="Merge two artists that are one.",
)
def curate_merge_artists() -> None:
    merge_artists()


@dg.job(
    config=_empty("unmerge_artist", UnmergeArtist),
    executor_def=dg.in_process_executor,
    description="Take the merge of two artists back; name the one that was merged into the other.",
)
def curate_unmerge_artist() -> None:
    unmerge_artist()


JOBS = [
    curate_exclude_document,
    curate_add_url,
    curate_add_file,
    curate_pin_parameter,
    curate_set_drummers,
    curate_merge_artists,
    curate_unmerge_artist,
]
