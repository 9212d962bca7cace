"""GET /generations/{id}/...: the MIDI files of a generation, one by one or all in a zip."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import AfterValidator

from mdg_core.maps import MAPS
from mdg_core.store import generations
from mdg_drummer.naming import file_title, plain_title
from mdg_drummer.songform import MAX_SECTIONS
from mdg_serving.database import Pool, Pooled, lend
from mdg_serving.problems import ApiError, Responses, responses
from mdg_serving.task_view import parse_id

if TYPE_CHECKING:
    from mdg_drummer.stored import Written

router = APIRouter(tags=["generation"])

_HAS_NAME = {"Content-Disposition": {"description": "the name of the file", "schema": {"type": "string"}}}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_SAID = {"e404": "no such file of a finished generation", "e422": "an option cannot be used"}
_PART = re.compile("song|[1-9][0-9]?")


def _known_map(name: str) -> str:
    if name not in MAPS:
        raise ValueError(f"is no drum map; use one of {', '.join(MAPS)}")
    return name


@dataclass(frozen=True, slots=True)
class Options:
    """How files are asked for; what is None is as the request had it."""

    split: bool | None
    drum_map: str | None
    feel: bool

    @property
    def are_the_requests(self) -> bool:
        return self.split is None and self.drum_map is None and self.feel


# async, because a plain function would cost every request a trip to the thread pool
async def _options(
    split: Annotated[
        bool | None, Query(title="Split", description="a track for each voice; else as the request had it")
    ] = None,
    drum_map: Annotated[
        str | None,
        AfterValidator(lambda name: name and _known_map(name)),
        Query(
            title="Drum map",
            description="the pitches to write, of this map; else those of the request. Voices that the request's map "
            "has on one pitch stay one where they were struck together",
            json_schema_extra={"enum": [*MAPS]},
        ),
    ] = None,
    feel: Annotated[
        bool,
        Query(
            title="Feel",
            description="false: every stroke on its step of the grid, without timing, swing, drag and grace notes; "
            "loudness stays",
        ),
    ] = True,
) -> Options:
    return Options(split, drum_map, feel)


Asked = Annotated[Options, Depends(_options)]
GenerationId = Annotated[
    str,
    Path(
        title="Generation",
        description="`generation_id` of a result",
        max_length=60,
        json_schema_extra={"format": "uuid"},
    ),
]


def _file(kind: str, what: str) -> Responses:
    return {200: {"content": {kind: _BINARY}, "headers": _HAS_NAME, "description": what}}


@router.get(
    "/generations/{generation_id}/{part}.mid",
    response_class=Response,
    responses=_file("audio/midi", "a Standard MIDI File") | responses(**_SAID),
)
def get_midi(
    generation_id: GenerationId,
    part: Annotated[
        str,
        Path(
            title="Part",
            description=f"the number of a variation, 1-8, or of a section of a song, 1-{MAX_SECTIONS}; or `song`",
            examples=["1"],
            max_length=60,
        ),
    ],
    pool: Pooled,
    options: Asked,
) -> Response:
    """A variation, a song, or a section of it, named like `Elvin Jones - groove 1.mid`."""
    from mdg_drummer.stored import parts_of, title_of  # noqa: PLC0415 - numpy is behind it, a fifth of the start

    found = _finished(pool, generation_id)
    wanted: int | str | None = (part if part == "song" else int(part)) if _PART.fullmatch(part) else None
    if wanted is None or wanted not in parts_of(found.result):
        raise ApiError(404, f"there is no file {part[:20]} of generation {generation_id}")
    return _attachment(found.file(wanted, options), "audio/midi", f"{title_of(found.result, wanted)}.mid")


@router.get(
    "/generations/{generation_id}.zip",
    response_class=Response,
    responses=_file("application/zip", "all MIDI files of the generation") | responses(**_SAID),
)
def get_zip(generation_id: GenerationId, pool: Pooled, options: Asked) -> Response:
    """All variations, or the song and its sections. The same options give the same bytes."""
    from mdg_drummer.stored import collection_of, parts_of, title_of  # noqa: PLC0415

    found = _finished(pool, generation_id)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts_of(found.result):
            entry = zipfile.ZipInfo(f"{file_title(title_of(found.result, part))}.mid")
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, found.file(part, options))
    return _attachment(buffer.getvalue(), "application/zip", f"{collection_of(found.result)}.zip")


@dataclass(frozen=True, slots=True)
class _Finished:
    request: Mapping[str, Any]
    result: Mapping[str, Any]
    clips: Mapping[int, bytes]

    def file(self, part: int | str, options: Options) -> bytes:
        from mdg_drummer.stored import file_of  # noqa: PLC0415

        if options.are_the_requests and "variations" in self.result and part in self.clips:
            return self.clips[int(part)]
        return file_of(self.result, part, self.clips.get(1, b""), self._written(options))

    def _written(self, options: Options) -> Written:
        from mdg_drummer.stored import Written  # noqa: PLC0415

        split = self.request.get("split", False) if options.split is None else options.split
        return Written(split, MAPS[options.drum_map] if options.drum_map else None, options.feel)


def _finished(pool: Pool, generation_id: str) -> _Finished:
    """Raises ApiError 404."""
    wanted = parse_id(generation_id, "generation")
    with lend(pool) as conn:
        task = generations.get(conn, wanted)
        clips = generations.clips(conn, wanted) if task else {}
    if task is None or task.result is None:
        raise ApiError(404, f"there is no finished generation {wanted}")
    return _Finished(task.request, task.result, clips)


def _attachment(data: bytes, kind: str, name: str) -> Response:
    """With its name in UTF-8 (RFC 8187) and, for clients that do not read that, in ASCII."""
    title = file_title(name)
    said = f"attachment; filename=\"{plain_title(title)}\"; filename*=UTF-8''{quote(title, safe='')}"
    return Response(data, media_type=kind, headers={"Content-Disposition": said})
