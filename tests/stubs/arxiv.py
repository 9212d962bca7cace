"""arXiv's query API: Atom; a query that it cannot read gives status 400 with a feed of one entry "Error"."""

from __future__ import annotations

from xml.sax.saxutils import escape

from tests.stubs.answers import Answer, Asked
from tests.stubs.papers import PAPERS, StubPaper, search
from tests.stubs.service import Service

_UPDATED = "2026-04-12T22:09:27Z"


class Arxiv(Service):
    name = "arxiv"
    base_path = "/api"

    def __init__(self, papers: tuple[StubPaper, ...] = PAPERS) -> None:
        super().__init__()
        self.papers = papers

    def answer(self, asked: Asked) -> Answer:
        if asked.path != "/api/query":
            return Answer(b"Not found", 404, "text/plain")
        query = asked.query.get("search_query", "")
        if query.count('"') % 2 or query.count("(") != query.count(")"):
            return _feed([_error("malformed query")], 1, 0, 400)
        start, size = int(asked.query.get("start", "0")), int(asked.query.get("max_results", "10"))
        name = query.split('"')[1].lower() if '"' in query else ""
        found = [
            paper
            for paper in search(self.name, query, self.papers)
            if name in f"{paper.title} {paper.abstract}".lower().replace(".", "")
        ]
        return _feed([_entry(paper) for paper in found[start : start + size]], len(found), start)


def _feed(entries: list[str], total: int, start: int, status: int = 200) -> Answer:
    text = f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" \
xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/stub</id>
  <title>arXiv Query</title>
  <updated>{_UPDATED}</updated>
  <opensearch:itemsPerPage>{len(entries)}</opensearch:itemsPerPage>
  <opensearch:totalResults>{total}</opensearch:totalResults>
  <opensearch:startIndex>{start}</opensearch:startIndex>
{"".join(entries)}</feed>
"""
    return Answer(text.encode(), status, "application/atom+xml; charset=utf-8")


def _entry(paper: StubPaper) -> str:
    number = f"{paper.year % 100:02d}01.{paper.number:05d}"
    authors = "".join(f"    <author><name>{escape(name)}</name></author>\n" for name in paper.authors)
    terms = paper.fields if any("." in field or "-" in field for field in paper.fields) else ("cs.SD",)
    categories = "".join(f'    <category term="{term}" scheme="http://arxiv.org/schemas/atom"/>\n' for term in terms)
    doi = f"    <arxiv:doi>{paper.doi}</arxiv:doi>\n" if len(paper.at) > 1 else ""
    return f"""  <entry>
    <id>http://arxiv.org/abs/{number}v2</id>
    <title>{escape(paper.title)}</title>
    <updated>{paper.year}-02-24T15:05:19Z</updated>
    <link href="https://arxiv.org/abs/{number}v2" rel="alternate" type="text/html"/>
    <summary>{escape(paper.abstract)}</summary>
{categories}    <published>{paper.year}-01-24T15:05:19Z</published>
{doi}{authors}  </entry>
"""


def _error(reason: str) -> str:
    return f"""  <entry>
    <id>https://arxiv.org/api/errors#{reason.replace(" ", "_")}</id>
    <title>Error</title>
    <updated>{_UPDATED}</updated>
    <summary>{reason}</summary>
    <author><name>arXiv api core</name></author>
  </entry>
"""
