"""Documents -> features. The step is also the gate: with nothing new, nothing downstream is computed again."""

import hashlib
import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import dagster as dg

from mdg_core.store import profiles
from mdg_pipeline import versions
from mdg_pipeline.analyse import tables
from mdg_pipeline.build.profile import has_evidence
from mdg_pipeline.collect.base import ArtistQuery
from mdg_pipeline.defs.jobs import RESEARCH_JOB
from mdg_pipeline.defs.partitions import artists, checked_key
from mdg_pipeline.defs.resources import Research
from mdg_pipeline.lake import Lake
from mdg_pipeline.outcome import not_enough_evidence, nothing_new
from mdg_pipeline.progress import Reporter
from mdg_pipeline.subject import subject_of

_READABLE = "documents_readable"
_Extract = Callable[[Lake, ArtistQuery, Callable[[float], None]], list[dict[str, Any]]]
_EXTRACTORS: dict[str, _Extract] = {
    "text": tables.text_features,
    "midi": tables.midi_features,
}
_DEPS = {"text": ["papers", "articles"], "audio": ["audio"], "midi": ["midi"]}
_DESCRIPTIONS = {
    "text": "What the texts say of tempo, feel and technique, with the sentence of each.",
    "audio": "What the recordings show of tempo and swing.",
    "midi": "What each take shows: descriptors, micro-timing, and its bars as segments on a grid.",
}
_KINDS = tuple(_DEPS)


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["features", kind],
            deps=[["raw", raw] for raw in _DEPS[kind]],
            description=_DESCRIPTIONS[kind],
            group_name="features",
            kinds={"parquet"},
            code_version=versions.CODE[f"features/{kind}"],
            skippable=True,
        )
        for kind in _KINDS
    ],
    check_specs=[
        dg.AssetCheckSpec(
            _READABLE,
            asset=["features", kind],
            partitions_def=artists,
            description="Every document could be read.",
        )
        for kind in _EXTRACTORS
    ],
    partitions_def=artists,
    can_subset=True,
)
def features(
    context: dg.AssetExecutionContext, research: Research
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    key = checked_key(context)
    lake = research.lake
    with research.reporting(context) as reporter:
        # whoever presses Materialize wants it computed; a research only computes what has changed
        with research.connection() as conn:
            published, subject = profiles.published(conn, key), subject_of(conn, key)
        if not has_evidence(lake, subject):
            reporter.fail(*not_enough_evidence(lake, subject.artist))
            context.log.warning("nothing is known: there is nothing to build a profile from")
            return
        is_current = published is not None and published.built_from == versions.inputs(lake, subject)
        if published and is_current and context.job_name == RESEARCH_JOB:
            message, result = nothing_new(lake, key, published.profile)
            with research.connection() as conn, conn.transaction():
                profiles.confirm(conn, key)
                reporter.complete(conn, message, result)
            context.log.info(message)
            return
        for kind in _KINDS:
            if dg.AssetKey(["features", kind]) not in context.selected_asset_keys:
                continue
            if kind not in _EXTRACTORS:
                yield dg.MaterializeResult(
                    asset_key=["features", kind],
                    data_version=dg.DataVersion("disabled"),
                    metadata={"status": "disabled", "dagster/row_count": 0},
                )
                continue
            rows = _EXTRACTORS[kind](lake, subject.query, partial(_report_reading, reporter, kind))
            yield _materialised(kind, rows)
            yield _check(kind, rows)


def _report_reading(reporter: Reporter, kind: str, share: float) -> None:
    reporter.report("features", f"reading {kind}", fraction=share)


def _materialised(kind: str, rows: list[dict[str, Any]]) -> dg.MaterializeResult[None]:
    content = json.dumps(rows, sort_keys=True, default=str)
    return dg.MaterializeResult(
        asset_key=["features", kind],
        data_version=dg.DataVersion(hashlib.sha256(content.encode()).hexdigest()[:16]),
        metadata={
            "dagster/row_count": len(rows),
            "unreadable": sum(1 for row in rows if row.get("error")),
            "overview": dg.MetadataValue.md(tables.overview(kind, rows)),
        },
    )


def _check(kind: str, rows: list[dict[str, Any]]) -> dg.AssetCheckResult:
    broken = [f"{row['title']}: {row['error']}" for row in rows if row["error"]]
    return dg.AssetCheckResult(
        check_name=_READABLE,
        asset_key=["features", kind],
        passed=not broken,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(broken[:20]) or "every document could be read",
        metadata={"broken": broken[:200]},
    )
