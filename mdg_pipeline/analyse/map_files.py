"""Note maps in the artist's folders: a `.map` file holds for the MIDI files beside and below it, the nearest wins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from mdg_core.errors import MdgError
from mdg_core.kit import NoteMap
from mdg_core.maps import parse_map
from mdg_pipeline.collect.filetypes import MAP_MEDIA_TYPE
from mdg_pipeline.documents import Document


@dataclass(frozen=True, slots=True)
class MapFiles:
    """The map documents in force, by the folder that they lie in."""

    by_folder: dict[tuple[str, PurePosixPath], Document]

    @classmethod
    def of(cls, documents: Iterable[Document]) -> MapFiles:
        """Of two in one folder the first by name holds."""
        maps = [d for d in documents if d.media_type == MAP_MEDIA_TYPE and not d.superseded]
        ordered = sorted(maps, key=lambda document: document.uri, reverse=True)
        return cls({(document.root, PurePosixPath(document.uri).parent): document for document in ordered})

    def nearest(self, document: Document) -> Document | None:
        """The map that holds for a document; None where its folders have none."""
        folders = PurePosixPath(document.uri).parents
        found = (self.by_folder.get((document.root, folder)) for folder in folders)
        return next((each for each in found if each), None)

    def version_for(self, document: Document) -> str:
        """Changes with the map that holds for a document."""
        found = self.nearest(document)
        return f"-{found.id[:8]}" if found else ""


def read_map(data: bytes) -> NoteMap:
    """Raises MdgError naming the line and what to write there."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MdgError("this is not UTF-8 text: save the map as plain text in UTF-8") from error
    return parse_map(text)
