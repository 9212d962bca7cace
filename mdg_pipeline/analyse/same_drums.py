"""Of takes that are one performance in several files only the most trusted counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from mdg_core.fingerprint import same_drums
from mdg_pipeline.analyse.takes import TakeRow
from mdg_pipeline.documents import Document


def counted_once(takes: Sequence[TakeRow], documents: Mapping[str, Document]) -> tuple[list[TakeRow], dict[str, str]]:
    """The takes that count, in their order, and place -> place of the take that counts for it.

    Grooves of one .grid file are the writer's own and all count.
    """
    kept: dict[tuple[int, ...], list[TakeRow]] = defaultdict(list)
    same: dict[str, str] = {}
    for take in sorted(takes, key=lambda take: _rank(take, documents)):
        print_ = take.fingerprint
        twin = next(
            (
                other
                for other in (kept[print_.counts] if print_ else [])
                if other.document != take.document and print_ and other.fingerprint
                if same_drums(print_, other.fingerprint)
            ),
            None,
        )
        if twin is not None:
            same[documents[take.document].uri] = documents[twin.document].uri
        elif print_ is not None:
            kept[print_.counts].append(take)
    counted = [take for take in takes if take.fingerprint is None or take in kept[take.fingerprint.counts]]
    return counted, same


def _rank(take: TakeRow, documents: Mapping[str, Document]) -> tuple[float, str, int]:
    document = documents[take.document]
    return -document.trust * take.vouched * take.certainty, document.uri, take.item
