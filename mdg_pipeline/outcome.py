"""What a research tells its request at the end, in words and as data."""

from __future__ import annotations

from typing import Any

from mdg_core.profile import USABLE_CONFIDENCE, StyleProfile
from mdg_pipeline.documents import RAW_KINDS
from mdg_pipeline.lake import Lake


def not_enough_evidence(lake: Lake, key: str) -> str:
    """Why there is no profile, and what helps."""
    asked = "; ".join(
        f"{row['source']} ({kind}): {row['message'] or row['status']}"
        for kind in RAW_KINDS
        for row in lake.read_table(f"outcomes_{kind}", key)
        if row["status"] != "disabled"
    )
    return (
        f"not enough evidence: no source had anything about this artist. {asked}. "
        "Put MIDI files, .grid files or texts into a folder with the artist's name in the library "
        "(MDG_LIBRARY), then ask again."
    )


def nothing_new(lake: Lake, key: str, profile: StyleProfile) -> tuple[str, dict[str, Any]]:
    result = summary(lake, key, profile) | {"changed": False}
    return f"nothing new: profile version {profile.version} stays", result


def published(lake: Lake, key: str, profile: StyleProfile, before: StyleProfile | None) -> tuple[str, dict[str, Any]]:
    low = "" if profile.confidence_score >= USABLE_CONFIDENCE else ", low: more evidence would help"
    message = f"profile version {profile.version}, confidence {profile.confidence_score:.2f}{low}"
    changes = changes_between(before, profile) if before else {}
    if before:
        message += f"; was {before.confidence_score:.2f}, {len(changes)} of its numbers changed"
    return message, summary(lake, key, profile) | {"changed": before is None or bool(changes), "changes": changes}


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


def summary(lake: Lake, key: str, profile: StyleProfile) -> dict[str, Any]:
    """Version, confidence, and what each source gave, with the files that could not be used."""
    outcomes = {kind: lake.read_table(f"outcomes_{kind}", key) for kind in ("identity", *RAW_KINDS)}
    tables = ("features_midi", "features_text")
    unreadable = [
        f"{row['title']}: {row['error']}" for table in tables for row in lake.read_table(table, key) if row["error"]
    ]
    return {
        "profile_version": profile.version,
        "confidence": profile.confidence_score,
        "sources": [
            {
                "kind": kind,
                "source": row["source"],
                "status": row["status"],
                "message": row["message"],
                "documents": row["documents"],
            }
            for kind, rows in outcomes.items()
            for row in rows
        ],
        "warnings": [problem for rows in outcomes.values() for row in rows for problem in row["problems"]] + unreadable,
    }
