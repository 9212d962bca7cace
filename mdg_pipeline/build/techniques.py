"""The techniques that texts name, each with the sentences that name it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from mdg_core.profile import Statement, Technique
from mdg_pipeline.documents import Document

MAX_TECHNIQUES = 40
_STATEMENTS = 8  # of one technique


def techniques(texts: Iterable[Mapping[str, object]], documents: Mapping[str, Document]) -> list[Technique]:
    """Those that the most documents name first; `texts` are rows of the table of findings."""
    said: dict[str, dict[str, Statement]] = defaultdict(dict)
    for row in texts:
        if row["kind"] == "term":
            document = documents[str(row["document"])]
            said[str(row["name"])].setdefault(
                document.id,
                Statement(
                    document=document.id, source=document.source, title=document.title, sentence=str(row["excerpt"])
                ),
            )
    ranked = sorted(said, key=lambda name: (-len(said[name]), name))
    return [
        Technique(name=name, statements=list(said[name].values())[:_STATEMENTS]) for name in ranked[:MAX_TECHNIQUES]
    ]
