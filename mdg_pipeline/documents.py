"""Raw documents, and what became of asking a source for them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

RawKind = Literal["papers", "articles", "audio", "midi"]
RAW_KINDS: tuple[RawKind, ...] = ("papers", "articles", "audio", "midi")

TOO_COSTLY: Literal["too costly to read"] = "too costly to read"  # its parser was ended, see `untrusted`
NO_CONNECTION: Literal["no connection"] = "no connection"
OutcomeStatus = Literal[
    "ok",
    "empty",
    "no connection",
    "unreachable",
    "blocked",
    "throttled",
    "timed_out",
    "disabled",
    "broken",
    "too costly to read",
]
OPERATOR = "operator"  # the source of what a person added by hand
FAILED_STATUSES: frozenset[OutcomeStatus] = frozenset(
    {NO_CONNECTION, "unreachable", "blocked", "throttled", "timed_out", "broken", TOO_COSTLY}
)


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that a source gave. `id` is the hash of its content: the same content is one document."""

    id: str
    source: str  # the collector, e.g. "library"
    kind: RawKind
    uri: str  # where it was found
    title: str
    media_type: str
    size_bytes: int
    trust: float  # 0-1, how far the source vouches that this is the artist
    licence: str
    fetched_at: datetime
    superseded: bool = False  # the same place now holds other content, or nothing
    root: str = ""  # the folder that `uri` is relative to, of a file on this machine


@dataclass(frozen=True, slots=True)
class Outcome:
    """How asking one source went, for the operator."""

    source: str
    status: OutcomeStatus
    message: str = ""


def content_id(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def merge(
    known: Iterable[Document], found: Iterable[Document], mirrored: Collection[tuple[str, str]] = ()
) -> list[Document]:
    """The grown set: known documents stay, new content is added once, a place with new content marks its old one.

    `mirrored` are the (source, root) that were read wholly: what they held before and hold no more is superseded.
    """
    found = list(found)
    by_id = {document.id: document for document in known}
    content_at = {(document.source, document.root, document.uri): document.id for document in found}
    for document in sorted(found, key=lambda document: (document.uri, document.root), reverse=True):
        before = by_id.get(document.id)
        if before and before.source == OPERATOR and document.source != OPERATOR:
            by_id[document.id] = replace(before, superseded=False)  # who added a file keeps it, wherever else it lies
            continue
        # what is found again may have been renamed; when it was first fetched stays
        by_id[document.id] = replace(document, fetched_at=before.fetched_at) if before else document
    found_ids = {document.id for document in found}

    def is_superseded(document: Document) -> bool:
        if document.id in found_ids:
            return False
        if document.source != OPERATOR and (document.source, document.root) in mirrored:
            return True
        now_there = content_at.get((document.source, document.root, document.uri))
        return document.superseded or (now_there is not None and now_there != document.id)

    merged = (replace(document, superseded=is_superseded(document)) for document in by_id.values())
    return sorted(merged, key=lambda document: document.id)


def version_of(documents: Iterable[Document]) -> str:
    """Data version of a raw set: the same documents in force, in the same places, give the same version."""
    ids = sorted(f"{d.id}:{d.trust}:{d.uri}" for d in documents if not d.superseded)
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()[:16]


def to_row(document: Document) -> dict[str, Any]:
    return asdict(document)


def from_row(row: dict[str, Any]) -> Document:
    return Document(**row)
