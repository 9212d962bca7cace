"""CrossRef's /works: lists for titles, JATS for abstracts, plain text for what is not found."""

from __future__ import annotations

from typing import Any

from tests.stubs.answers import Answer, Asked, json_answer, text_answer
from tests.stubs.papers import PAPERS, StubPaper, search
from tests.stubs.service import Service


class CrossRef(Service):
    name = "crossref"

    def __init__(self, papers: tuple[StubPaper, ...] = PAPERS) -> None:
        super().__init__()
        self.papers = papers

    def answer(self, asked: Asked) -> Answer:
        polite = "mailto:" in asked.headers.get("user-agent", "")
        headers = {
            "x-api-pool": "polite" if polite else "public",
            "x-rate-limit-limit": "10" if polite else "5",
            "x-rate-limit-interval": "1s",
            "x-concurrency-limit": "3" if polite else "1",
        }
        if asked.path != "/works":
            return text_answer("Resource not found.", 404, headers)
        if asked.query.get("cursor", "*") != "*":
            failure = {"type": "cursor-invalid", "value": asked.query["cursor"], "message": "Cursor is invalid"}
            return json_answer(
                {"status": "failed", "message-type": "resource-failure", "message": [failure]}, 404, headers
            )
        rows, offset = int(asked.query.get("rows", "20")), int(asked.query.get("offset", "0"))
        found = search(self.name, asked.query.get("query.bibliographic") or asked.query.get("query", ""), self.papers)
        message = {
            "facets": {},
            "total-results": len(found),
            "items": [_item(paper) for paper in found[offset : offset + rows]],
            "items-per-page": rows,
            "query": {"start-index": offset, "search-terms": None},
        }
        content = {"status": "ok", "message-type": "work-list", "message-version": "1.0.0", "message": message}
        return json_answer(content, headers=headers)


def _item(paper: StubPaper) -> dict[str, Any]:
    item: dict[str, Any] = {
        "DOI": paper.doi.upper(),
        "URL": f"https://doi.org/{paper.doi}",
        "title": [paper.title],
        "author": [
            {"given": name.split()[0], "family": name.split()[-1], "sequence": "first", "affiliation": []}
            for name in paper.authors
        ],
        "issued": {"date-parts": [[paper.year, 3]]},
        "container-title": [paper.venue] if paper.venue else [],
        "is-referenced-by-count": paper.citations,
    }
    if "crossref" in paper.abstract_at:
        item["abstract"] = f"<jats:title>Abstract</jats:title><jats:p>{paper.abstract}</jats:p>"
    return item
