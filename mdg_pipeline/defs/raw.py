"""The raw documents of an artist, by kind: each a growing, deduplicated set with provenance.

One step collects all four kinds in threads; a source that fails adds nothing, loses nothing, and shows as a
failed check, never as a failed run.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg

from mdg_core.settings import Settings
from mdg_pipeline.collect import sources
from mdg_pipeline.collect.base import Collected
from mdg_pipeline.defs.partitions import artists, checked_key
from mdg_pipeline.defs.resources import Research
from mdg_pipeline.documents import FAILED_STATUSES, RAW_KINDS, Document, RawKind, merge, version_of
from mdg_pipeline.lake import Lake, outcome_schema

_DESCRIPTIONS: dict[RawKind, str] = {
    "papers": "Research papers about the artist's drumming.",
    "articles": "Articles and notes about the artist's drumming.",
    "audio": "Recordings to be analysed.",
    "midi": "MIDI files and step grids of the artist's drumming.",
}
_CHECK = "sources_answered"
_ROWS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class _Grown:
    """A raw set after collecting."""

    documents: list[Document]
    added: int
    collected: list[Collected]


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["raw", kind],
            deps=["identity"],
            description=_DESCRIPTIONS[kind],
            group_name="raw",
            kinds={"parquet"},
            code_version="1",
            skippable=True,
        )
        for kind in RAW_KINDS
    ],
    check_specs=[dg.AssetCheckSpec(_CHECK, asset=["raw", kind]) for kind in RAW_KINDS],
    partitions_def=artists,
    can_subset=True,
)
def raw(
    context: dg.AssetExecutionContext, research: Research
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    key = checked_key(context)
    reporter = research.reporter(context)
    kinds = [kind for kind in RAW_KINDS if dg.AssetKey(["raw", kind]) in context.selected_asset_keys]
    with reporter.guard(), ThreadPoolExecutor(len(kinds), "collect") as pool:
        settings = research.settings_for(context)
        work = {pool.submit(grow, kind, key, settings, research.lake): kind for kind in kinds}
        for done, future in enumerate(as_completed(work), 1):
            kind, grown = work[future], future.result()
            reporter.report("sources", f"{kind}: {_summary(grown)}", fraction=done / len(kinds))
            yield _materialised(kind, grown)
            yield _check(kind, grown)


def grow(kind: RawKind, key: str, settings: Settings, lake: Lake) -> _Grown:
    """Collect, store the new bytes, then the grown table: in this order, so that a row always has its blob."""
    known = lake.documents(kind, key)
    collected = sources.collect(kind, key, settings)
    for document, data in (file for part in collected for file in part.files):
        if lake.put_blob(data) != document.id:
            raise AssertionError(f"{document.uri} changed while it was stored")
    documents = merge(known, [document for part in collected for document, _ in part.files])
    if documents != known:
        lake.write_documents(kind, key, documents)
    now = datetime.now(UTC)
    rows = [
        {
            "source": part.outcome.source,
            "status": part.outcome.status,
            "message": part.outcome.message,
            "documents": len(part.files),
            "problems": part.problems,
            "asked_at": now,
        }
        for part in collected
    ]
    lake.write_table(f"outcomes_{kind}", key, rows, outcome_schema())
    return _Grown(documents, len(documents) - len(known), collected)


def _in_force(grown: _Grown) -> list[Document]:
    return [document for document in grown.documents if not document.superseded]


def _summary(grown: _Grown) -> str:
    if all(part.outcome.status == "disabled" for part in grown.collected):
        return "disabled"
    return f"{len(_in_force(grown))} documents, {grown.added} new"


def _materialised(kind: RawKind, grown: _Grown) -> dg.MaterializeResult[None]:
    shown = sorted(_in_force(grown), key=lambda document: document.uri)
    return dg.MaterializeResult(
        asset_key=["raw", kind],
        data_version=dg.DataVersion(version_of(grown.documents)),
        metadata={
            "status": ", ".join(f"{part.outcome.source}: {part.outcome.status}" for part in grown.collected),
            "dagster/row_count": len(shown),
            "new_documents": grown.added,
            "problems": [problem for part in grown.collected for problem in part.problems][:_ROWS_SHOWN],
            "documents": dg.MetadataValue.table(
                [
                    dg.TableRecord(
                        {
                            "found at": document.uri,
                            "source": document.source,
                            "bytes": document.size_bytes,
                            "trust": document.trust,
                            "fetched": document.fetched_at.isoformat(timespec="seconds"),
                            "id": document.id[:12],
                        }
                    )
                    for document in shown[:_ROWS_SHOWN]
                ],
                schema=dg.TableSchema(
                    [
                        dg.TableColumn("found at"),
                        dg.TableColumn("source"),
                        dg.TableColumn("bytes", "int"),
                        dg.TableColumn("trust", "float"),
                        dg.TableColumn("fetched"),
                        dg.TableColumn("id"),
                    ]
                ),
            ),
        },
    )


def _check(kind: RawKind, grown: _Grown) -> dg.AssetCheckResult:
    failed = [part.outcome for part in grown.collected if part.outcome.status in FAILED_STATUSES]
    problems = [problem for part in grown.collected for problem in part.problems]
    return dg.AssetCheckResult(
        check_name=_CHECK,
        asset_key=["raw", kind],
        passed=not failed and not problems,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join([f"{outcome.source}: {outcome.message}" for outcome in failed] + problems[:5])
        or "; ".join(f"{part.outcome.source}: {part.outcome.message}" for part in grown.collected),
    )
