"""Sources that failed, in one clause: those that failed alike together. What each said stays in the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mdg_pipeline.collect.gather import NOT_ASKED
from mdg_pipeline.documents import FAILED_STATUSES, NO_CONNECTION, TOO_COSTLY, OutcomeStatus

_ASK_NOBODY = frozenset({"library", "links", "musescore"})
_NAMED = 2  # sources, after which they are counted
_OFFLINE_FROM = 3  # sources without a connection, where no other answered
# in the order in which they are said
_WORDS: dict[OutcomeStatus, str] = {
    NO_CONNECTION: "could not be reached",
    "unreachable": "had errors of their own, or are left alone for a while after some",
    "timed_out": "gave no answer in time",
    "throttled": "asked for fewer requests",
    "blocked": "refused to answer",
    TOO_COSTLY: "gave pages too costly to read",
    "broken": "failed on a fault of this program",
}

Row = Mapping[str, Any]


def failures_in_words(rows: Sequence[Row]) -> str:
    """Of `rows` with source, status and message those that failed, by cause; "" when none did."""
    groups: dict[str, dict[str, None]] = {}
    for row in rows:
        if row["status"] in FAILED_STATUSES:
            groups.setdefault(row["status"], {})[row["source"]] = None
    said = [f"{_names(list(groups[status]))} {words}" for status, words in _WORDS.items() if status in groups]
    if said and seems_offline(rows):
        said[0] += ": you seem to be offline"
    return "; ".join(said)


def seems_offline(rows: Sequence[Row]) -> bool:
    """Whether several sources had no connection, and no other gave a sign of life."""
    asked = {(row["source"], row["status"]) for row in rows if row["source"] not in _ASK_NOBODY and _was_asked(row)}
    without = {source for source, status in asked if status == NO_CONNECTION}
    # a host that failed often is not asked at all for a while
    return len(without) >= _OFFLINE_FROM and all(status in (NO_CONNECTION, "unreachable") for _, status in asked)


def _was_asked(row: Row) -> bool:
    return row["status"] != "disabled" and row["message"] not in NOT_ASKED


def _names(sources: Sequence[str]) -> str:
    return " and ".join(sources) if len(sources) <= _NAMED else f"{len(sources)} sources"
