"""What a research tells its request at the end, in words and as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mdg_core.profile import USABLE_CONFIDENCE, Artist, StyleProfile
from mdg_pipeline.analyse import tables
from mdg_pipeline.analyse.same_drums import counted_once
from mdg_pipeline.collect.base import in_short
from mdg_pipeline.documents import FAILED_STATUSES, RAW_KINDS
from mdg_pipeline.failures import failures_in_words
from mdg_pipeline.lake import Lake

_KINDS = ("identity", *RAW_KINDS)
_SAID_IN_FULL = 2  # failed sources, after which a line only names them
_CHANGES_SAID = 6  # the result has them all


def not_enough_evidence(lake: Lake, artist: Artist) -> tuple[str, dict[str, Any]]:
    """Why there is no profile and what helps, in a sentence, and what each source said as data."""
    asked = _sources(lake, artist.key)
    failed = [row for row in asked if row["status"] in FAILED_STATUSES]
    why = failures_in_words(asked)
    others = any(row["status"] not in FAILED_STATUSES for row in asked)
    why = f"{why}; the others had nothing" if why and others else why or "no source had anything"
    hint = (
        f"put MIDI files, .grid files or texts into a folder named {artist.name} in the library (MDG_LIBRARY), "
        "then ask again"
    )
    return f"not enough evidence of {artist.name}'s drumming: {why}; {hint}", {
        "sources": asked,
        "failed_sources": failed,
    }


def nothing_new(lake: Lake, key: str, profile: StyleProfile) -> tuple[str, dict[str, Any]]:
    result = summary(lake, key, profile) | {"changed": False}
    return _with_failures(f"nothing new: profile version {profile.version} stays", key, result), result


def published(lake: Lake, key: str, profile: StyleProfile, before: StyleProfile | None) -> tuple[str, dict[str, Any]]:
    low = "" if profile.confidence_score >= USABLE_CONFIDENCE else ", low: more evidence would help"
    message = f"profile version {profile.version}, confidence {profile.confidence_score:.2f}{low}"
    changes = changes_between(before, profile) if before else {}
    if before:
        message += f"; was {before.confidence_score:.2f}; {_changed(changes)}"
    result = summary(lake, key, profile) | {"changed": before is None or bool(changes), "changes": changes}
    return _with_failures(message, key, result), result


def changes_between(before: StyleProfile, after: StyleProfile) -> dict[str, list[float | None]]:
    """What a research changed in the profile: name -> [before, after]; documents counted by kind."""
    pairs: dict[str, list[float | None]] = {"confidence": [before.confidence_score, after.confidence_score]}
    pairs |= {
        f"documents of {kind}": [before.sources_count.get(kind, 0), count]
        for kind, count in after.sources_count.items()
    }
    pairs["patterns"] = [len(before.patterns), len(after.patterns)]
    for name, parameter in after.quantitative_params.items():
        known = before.quantitative_params.get(name)
        pairs[name] = [known.value if known else None, parameter.value]
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _changed(changes: Mapping[str, Sequence[float | None]]) -> str:
    """The first changes in words: the documents that were added come before the parameters."""
    said = [f"{name} {_number(old)} to {_number(new)}" for name, (old, new) in changes.items() if name != "confidence"]
    more = f" and {len(said) - _CHANGES_SAID} more" if len(said) > _CHANGES_SAID else ""
    return f"changed: {', '.join(said[:_CHANGES_SAID])}{more}" if said else "none of its numbers changed"


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.4g}"


def summary(lake: Lake, key: str, profile: StyleProfile) -> dict[str, Any]:
    """Version, confidence, and what each source gave, with the sources that failed and the files that did."""
    outcomes = [row for kind in _KINDS for row in lake.read_table(f"outcomes_{kind}", key)]
    unreadable = [
        f"{row['title']}: {row['error']}"
        for table in ("features_midi", "features_text")
        for row in lake.read_table(table, key)
        if row["error"]
    ]
    sources = _sources(lake, key)
    return {
        "profile_version": profile.version,
        "confidence": profile.confidence_score,
        "sources": sources,
        "failed_sources": [row for row in sources if row["status"] in FAILED_STATUSES],
        "warnings": [problem for row in outcomes for problem in row["problems"]] + unreadable,
        "notes": _of_takes(lake, key),
    }


def _of_takes(lake: Lake, key: str) -> list[str]:
    """What was doubtful or mended in the files, and which of them count once; alike ones on one line."""
    documents = {document.id: document for document in lake.documents("midi", key) if not document.superseded}
    takes = [take for take in tables.takes(lake, key) if take.error is None and take.document in documents]
    said = [(documents[take.document].uri, take.warnings) for take in takes]
    copies = counted_once(takes, documents).copies
    said += [(copy, [f"the same drums as {original}, counted once"]) for copy, original in copies.items()]
    return grouped_warnings(said)


def grouped_warnings(files: Iterable[tuple[str, Sequence[str]]]) -> list[str]:
    """Each warning once, with the files that it is of; `files` are pairs of a name and its warnings."""
    told: dict[str, dict[str, None]] = {}
    for name, warnings in files:
        for warning in warnings:
            told.setdefault(warning, {})[name] = None
    return [f"{in_short(list(names))}: {warning}" for warning, names in told.items()]


def _sources(lake: Lake, key: str) -> list[dict[str, Any]]:
    """How asking each source went the last time; the message of one that failed says when it is tried again."""
    told = ("source", "status", "message", "documents")
    return [
        {"kind": kind} | {name: row[name] for name in told}
        for kind in _KINDS
        for row in lake.read_table(f"outcomes_{kind}", key)
    ]


def _with_failures(message: str, key: str, result: dict[str, Any]) -> str:
    failed = result["failed_sources"]
    if not failed:
        return message
    said = list(dict.fromkeys(f"{row['source']}: {row['message']}" for row in failed))
    if len(said) <= _SAID_IN_FULL:
        return f"{message}. {len(said)} source{'s' if len(said) > 1 else ''} failed: {'; '.join(said)}"
    return f"{message}. {failures_in_words(result['sources'])}: `mdg profile {key}` says more"
