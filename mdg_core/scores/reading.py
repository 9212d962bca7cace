"""The bytes of a score of any format -> its drum part; archives and XML are opened with care."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from mdg_core.scores.formats import ScoreError, ScoreFormat
from mdg_core.scores.written import WrittenPart

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_XML_BYTES = 60 * 2**20
_MAX_ENTRIES = 2_000
_MAX_ELEMENTS = 3_000_000
_CONTAINER = "META-INF/container.xml"
_INSTALL = "scores need the extra `scores`: pip install 'mididrumigen[scores]' (or '.[scores]' in the checkout)"


def read(data: bytes, score_format: ScoreFormat) -> WrittenPart:
    """The drum part. Raises ScoreError."""
    try:
        if score_format == "gp5":
            from mdg_core.scores.guitarpro import read_gp5

            return read_gp5(data)
        if score_format in ("gp", "gpx"):
            from mdg_core.scores.bcfz import unpacked
            from mdg_core.scores.gpif import read_gpif

            text = _zip_entry(data, ("score.gpif",)) if score_format == "gp" else unpacked(data, MAX_XML_BYTES)
            return read_gpif(_xml(text))
        if score_format in ("mscx", "mscz"):
            from mdg_core.scores.musescore import read_mscx

            return read_mscx(_xml(data if score_format == "mscx" else _zip_entry(data, (".mscx",))))
        from mdg_core.scores.musicxml import read_musicxml

        return read_musicxml(_xml(data if score_format == "musicxml" else _mxl_root(data)))
    except ModuleNotFoundError as error:
        raise ScoreError(_INSTALL) from error
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, ZeroDivisionError, OverflowError) as error:
        # a number that is none, a reference to nothing: whatever the format's own programs would not write
        raise ScoreError(f"the score is damaged ({error}); open it in its program and save it again") from error


def _xml(data: bytes) -> Element:
    """Raises ScoreError; entities are refused, so that nothing small unfolds into something large."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if len(data) > MAX_XML_BYTES:
        raise ScoreError(f"the score has {len(data):,} bytes; the limit is {MAX_XML_BYTES:,}")
    try:
        root: Element = fromstring(data)
    except DefusedXmlException as error:
        raise ScoreError("the score defines XML entities, which are not read; export it again") from error
    except (ParseError, LookupError) as error:
        raise ScoreError(f"the score is no whole XML ({error}); export or download it again") from error
    if sum(1 for _ in root.iter()) > _MAX_ELEMENTS:
        raise ScoreError("the score is too long to be read; split it")
    return root


def _mxl_root(data: bytes) -> bytes:
    """The score within a compressed MusicXML file: the one its container names, else the first."""
    try:
        container = _xml(_zip_entry(data, (_CONTAINER,)))
    except ScoreError:
        return _zip_entry(data, (".musicxml", ".xml"))
    paths = [file.get("full-path", "") for file in container.iter() if file.tag.rpartition("}")[2] == "rootfile"]
    return _zip_entry(data, (*paths[:1], ".musicxml", ".xml"))


def _zip_entry(data: bytes, endings: tuple[str, ...]) -> bytes:
    """The first entry whose name ends so, the endings tried in their order. Raises ScoreError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > _MAX_ENTRIES:
                raise ScoreError(f"the score holds more than {_MAX_ENTRIES:,} files; it is taken as damaged")
            for ending in filter(None, endings):
                for entry in entries:
                    inside = entry.filename.startswith("META-INF/") and ending != _CONTAINER
                    if entry.filename.endswith(ending) and not inside:
                        with archive.open(entry) as file:
                            content = file.read(MAX_XML_BYTES + 1)
                        if len(content) > MAX_XML_BYTES:
                            raise ScoreError(f"unpacked, the score has more than {MAX_XML_BYTES:,} bytes")
                        return content
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, RuntimeError, EOFError, OSError) as error:
        # RuntimeError: encrypted, or packed in a way that is not known
        raise ScoreError(f"the score cannot be unpacked ({error}); save or download it again") from error
    raise ScoreError(f"the archive holds no score ({', '.join(endings)}); save it again")
