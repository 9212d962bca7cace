"""What the child can do, within its limits: bytes of a page or file -> plain JSON."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable
from typing import Any

_MAX_PDF_PAGES = 80
_PDF_SECONDS = 8.0  # of computing; the pages that were read until then are kept
_MAX_LINKS = 4000
_MAX_LINK_TEXT = 300


def main_text(data: bytes, options: dict[str, Any]) -> str:
    """The main text of an HTML page, a paragraph a line; `options["charset"]` says what the bytes are, if known."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # a page without text is no news
    html = data.decode(options["charset"], errors="replace") if options.get("charset") else data
    return trafilatura.extract(html, include_comments=False, include_tables=False, favor_recall=True) or ""


def pdf_text(data: bytes, options: dict[str, Any]) -> str:
    """The text of a PDF's first pages, up to `options["characters"]`."""
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    began = time.process_time()
    text: list[str] = []
    length = 0
    for page in pypdf.PdfReader(io.BytesIO(data)).pages[:_MAX_PDF_PAGES]:
        text.append(page.extract_text())
        length += len(text[-1])
        if length > options["characters"] or time.process_time() - began > _PDF_SECONDS:
            break
    return "\n\n".join(text)


def paragraphs(data: bytes, options: dict[str, Any]) -> list[str]:
    """The text of each <p> within what `options["select"]` (CSS) finds in a page of UTF-8."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(data.decode(), "lxml")
    return [paragraph.get_text(" ") for part in soup.select(options["select"]) for paragraph in part.find_all("p")]


def links(data: bytes, options: dict[str, Any]) -> dict[str, Any]:
    """The links of a page of UTF-8, and its text.

    Each link has its address, its text, and the numbers of the boxes that it stands in, the nearest first: elements
    with one of the classes `options["boxes"]`. `paging`: whether it stands in one of class `options["paging"]`.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(data.decode(), "html.parser")
    numbers: dict[int, int] = {}
    found = []
    for link in soup.find_all("a", href=True, limit=_MAX_LINKS):
        boxes = link.find_parents(class_=options["boxes"])
        found.append(
            {
                "href": str(link["href"]),
                "text": link.get_text(" ", strip=True)[:_MAX_LINK_TEXT],
                "boxes": [numbers.setdefault(id(box), len(numbers)) for box in boxes],
                "paging": link.find_parent(class_=options["paging"]) is not None,
            }
        )
    return {"links": found, "text": soup.get_text(" ")}


# with the modules that are loaded before the time is measured
TASKS: dict[str, tuple[tuple[str, ...], Callable[[bytes, dict[str, Any]], Any]]] = {
    "main_text": (("trafilatura",), main_text),
    "pdf_text": (("pypdf",), pdf_text),
    "paragraphs": (("bs4", "lxml"), paragraphs),
    "links": (("bs4",), links),
}
