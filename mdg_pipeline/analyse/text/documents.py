"""Documents of all kinds -> the text to read: plain text, Markdown, HTML, PDF, and the excerpts kept of an article.

Of an article found on the web only excerpts are kept, as a small JSON object: {title, url, source, licence,
excerpts: [{text, score, kind}], collaborators, tempos}. When it was fetched stands with the document and not in
here, so that the same page always gives the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from mdg_core.errors import MdgError
from mdg_pipeline.analyse.text.clean import MAX_CHARACTERS, clean
from mdg_pipeline.analyse.text.findings import DrummingSentence, drumming_sentences, findings
from mdg_pipeline.analyse.text.people import Subject
from mdg_pipeline.documents import Document
from mdg_pipeline.untrusted import CannotRead, TooCostly, read

EXCERPTS_MEDIA_TYPE = "application/x-mdg-excerpts+json"
MAX_EXCERPTS = 40
_MAX_TAGS = 30_000  # of an HTML page; extraction takes seconds beyond
_MAX_HTML_BYTES = 5_000_000
_MAX_PDF_BYTES = 30_000_000


@dataclass(frozen=True, slots=True)
class Article:
    """A text from the web with what must be named when it is quoted."""

    title: str
    url: str
    source: str
    licence: str
    text: str


def encode_excerpts(article: Article, subject: Subject, *, about_artist: bool = True) -> bytes | None:
    """The document's bytes; None where the article says nothing of the artist's drumming.

    `about_artist` False: the page treats of others too, and only sentences beside the artist's name are taken.
    """
    found = drumming_sentences(article.text, subject, about_artist=about_artist)
    if not found:
        return None
    best = set(sorted(found, key=lambda sentence: -sentence.score)[:MAX_EXCERPTS])
    kept = [sentence for sentence in found if sentence in best]
    said = findings("\n\n".join(sentence.text for sentence in kept), subject)
    content = {
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "licence": article.licence,
        "excerpts": [asdict(sentence) for sentence in kept],
        "tempos": sorted({one.value for one in said if one.kind == "tempo" and one.value is not None}),
        "collaborators": [one.name for one in said if one.kind == "collaborator"],
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def excerpts(data: bytes) -> list[DrummingSentence]:
    """The excerpts of a document that `encode_excerpts` wrote. Raises MdgError for other bytes."""
    try:
        return [DrummingSentence(e["text"], e["score"], e["kind"]) for e in json.loads(data)["excerpts"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise MdgError(f"this is no document of excerpts: {error}") from error


def excerpt_text(data: bytes) -> str:
    """The excerpts as text, a paragraph each. Raises MdgError for bytes that `encode_excerpts` did not write."""
    return "\n\n".join(sentence.text for sentence in excerpts(data))


def document_text(document: Document, data: bytes) -> str:
    """The text of an article document. Raises MdgError naming the document when it cannot be read."""
    match document.media_type:
        case "application/x-mdg-excerpts+json":
            return excerpt_text(data)
        case "text/markdown" | "text/plain":
            return clean(decoded(data))
        case "text/html" | "application/xhtml+xml":
            return main_text(data)
        case "application/pdf":
            return _pdf_text(document.title, data)
        case other:
            raise MdgError(f"{document.title}: {other} is no kind of text that can be read")


def main_text(html: bytes | str) -> str:
    """The main text of an HTML page, a blank line between paragraphs; "" where there is none. Raises TooCostly."""
    html = html[:_MAX_HTML_BYTES]
    mark: bytes | str = b"<" if isinstance(html, bytes) else "<"
    if html.count(mark) > _MAX_TAGS:  # type: ignore[arg-type]  # of one kind with html
        html = html[: _place_of(html, mark, _MAX_TAGS)]
    if isinstance(html, bytes):
        text = read("main_text", html)
    else:
        text = read("main_text", html.encode("utf-8", errors="replace"), charset="utf-8")
    return clean(by_lines(text))


def by_lines(text: str) -> str:
    """A text with one paragraph a line -> blank lines between them."""
    return re.sub(r"\s*\n\s*", "\n\n", text).strip()


def decoded(data: bytes) -> str:
    """Bytes of a text file as text: by their byte order mark, as UTF-8, else as Windows-1252."""
    data = data[: 4 * MAX_CHARACTERS]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        whole = error.start >= len(data) - 3  # cut within a character
        return data.decode("utf-8-sig" if whole else "cp1252", errors="replace")


def _place_of(text: bytes | str, mark: bytes | str, count: int) -> int:
    parts: Sequence[bytes | str] = text.split(mark, count)  # type: ignore[arg-type]
    return len(text) - len(parts[-1]) - 1


def _pdf_text(title: str, data: bytes) -> str:
    if len(data) > _MAX_PDF_BYTES:
        raise MdgError(f"{title}: a PDF of {len(data):,} bytes is not read, only up to {_MAX_PDF_BYTES:,}")
    try:
        text = read("pdf_text", data, characters=MAX_CHARACTERS)
    except CannotRead as error:
        raise MdgError(f"{title}: this PDF cannot be read: {error}") from error
    except TooCostly as error:
        raise TooCostly(f"{title}: {error}") from error
    return clean(_unbroken(text))


def _unbroken(text: str) -> str:
    """Words that a line's end has divided are joined again."""
    return re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", text)
