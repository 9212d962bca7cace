"""Semantic Scholar's paper search: `next` while there is more, no `data` where nothing is found."""

from __future__ import annotations

from typing import Any

from tests.stubs.answers import Answer, Asked, json_answer
from tests.stubs.papers import PAPERS, StubPaper, search
from tests.stubs.service import Service

_KNOWN_FIELDS = {
    *("paperId", "title", "abstract", "authors", "year", "venue"),
    *("externalIds", "citationCount", "url", "fieldsOfStudy"),
}


class SemanticScholar(Service):
    name = "semantic_scholar"
    base_path = "/graph/v1"
    key: str | None = None  # the only x-api-key that is accepted, if one is sent

    def __init__(self, papers: tuple[StubPaper, ...] = PAPERS) -> None:
        super().__init__()
        self.papers = papers

    def answer(self, asked: Asked) -> Answer:
        if asked.path != f"{self.base_path}/paper/search":
            return json_answer({"error": f"Paper with id {asked.path.rpartition('/')[2]} not found"}, 404)
        if self.key is not None and asked.headers.get("x-api-key", self.key) != self.key:
            return json_answer({"message": "Forbidden"}, 403)
        fields = asked.query.get("fields", "title").split(",")
        unknown = [field for field in fields if field not in _KNOWN_FIELDS]
        if unknown:
            return json_answer({"error": f"Unrecognized or unsupported fields: [{', '.join(unknown)}]"}, 400)
        offset, limit = int(asked.query.get("offset", "0")), int(asked.query.get("limit", "100"))
        if limit > 100:
            return json_answer({"error": "limit must be <= 100"}, 400)
        found = search(self.name, asked.query["query"], self.papers)
        if not found:
            return json_answer({"total": 0, "offset": 0})
        content: dict[str, Any] = {"total": len(found), "offset": offset}
        if offset + limit < len(found):
            content["next"] = offset + limit
        content["data"] = [_row(paper, fields) for paper in found[offset : offset + limit]]
        return json_answer(content)


def _row(paper: StubPaper, fields: list[str]) -> dict[str, Any]:
    identity = f"{paper.number:040x}"
    row = {
        "title": paper.title,
        "abstract": paper.abstract if "semantic_scholar" in paper.abstract_at else None,
        "authors": [{"authorId": str(1000 + n), "name": name} for n, name in enumerate(paper.authors)],
        "year": paper.year,
        "venue": paper.venue,
        "externalIds": {"DOI": paper.doi, "CorpusId": paper.number},
        "citationCount": paper.citations,
        "url": f"https://www.semanticscholar.org/paper/{identity}",
        "fieldsOfStudy": list(paper.fields) or None,
    }
    return {"paperId": identity, **{field: row[field] for field in fields if field in row}}
