"""Of takes that are one performance in several files only the most trusted counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mdg_core.fingerprint import same_drums
from mdg_pipeline.analyse.takes import TakeRow
from mdg_pipeline.documents import Document

_ONE_TEMPO = 0.03  # copies within this share of it have the tempo of the take that counts


@dataclass(frozen=True, slots=True)
class Counted:
    """The takes that count, and what became of the others."""

    takes: list[TakeRow]  # in the order in which they were given
    copies: dict[str, str]  # place -> place of the take that counts for it
    retimed: dict[tuple[str, int], list[TakeRow]]  # by document and item of a take that counts: its copies at other
    # tempos, one for each tempo


def counted_once(takes: Sequence[TakeRow], documents: Mapping[str, Document]) -> Counted:
    """Each performance once. Grooves of one .grid file are the writer's own and all count."""
    kept: dict[tuple[int, ...], list[TakeRow]] = defaultdict(list)
    copies: dict[str, str] = {}
    retimed: dict[tuple[str, int], list[TakeRow]] = defaultdict(list)
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
            copies[documents[take.document].uri] = documents[twin.document].uri
            at_others = retimed[twin.document, twin.item]
            if not any(_one_tempo(take, other) for other in (twin, *at_others)):
                at_others.append(take)
        elif print_ is not None:
            kept[print_.counts].append(take)
    counted = [take for take in takes if take.fingerprint is None or take in kept[take.fingerprint.counts]]
    return Counted(counted, copies, {place: found for place, found in retimed.items() if found})


def _one_tempo(one: TakeRow, other: TakeRow) -> bool:
    if one.beats_per_minute is None or other.beats_per_minute is None:
        return True
    return abs(one.beats_per_minute / other.beats_per_minute - 1) <= _ONE_TEMPO


def _rank(take: TakeRow, documents: Mapping[str, Document]) -> tuple[float, str, int]:
    document = documents[take.document]
    return -document.trust * take.vouched * take.certainty, document.uri, take.item
