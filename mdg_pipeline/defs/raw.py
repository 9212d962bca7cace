"""The raw documents of an artist, by kind: each a growing, deduplicated set with provenance.

One step collects all four kinds in threads; a source that fails adds nothing, loses nothing, and shows as a
failed check, never as a failed run.
"""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial

import dagster as dg

from mdg_core.store.connect import Connection
from mdg_pipeline.board import Board
from mdg_pipeline.collect.gather import Grown, Wish, gather
from mdg_pipeline.collect.sources import of_kind
from mdg_pipeline.collect.web.client import WebClient
from mdg_pipeline.defs.partitions import artists, checked_key
from mdg_pipeline.defs.resources import Research
from mdg_pipeline.documents import FAILED_STATUSES, RAW_KINDS, Document, RawKind, version_of
from mdg_pipeline.progress import DEPTH_TAG, KIND_TAG, Reporter
from mdg_pipeline.subject import subject_of

_DESCRIPTIONS: dict[RawKind, str] = {
    "papers": "Research papers about the artist's drumming.",
    "articles": "Articles and notes about the artist's drumming.",
    "audio": "Recordings to be analysed.",
    "midi": "MIDI files and step grids of the artist's drumming.",
}
_CHECK = "sources_answered"
_ROWS_SHOWN = 50
_KEEP_SECONDS = 2.0  # between looks whether the research is still wanted


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
    check_specs=[
        dg.AssetCheckSpec(
            _CHECK,
            asset=["raw", kind],
            partitions_def=artists,
            description="Every source answered, and every file could be read. What was known stays in either case.",
        )
        for kind in RAW_KINDS
    ],
    partitions_def=artists,
    can_subset=True,
)
def raw(
    context: dg.AssetExecutionContext, research: Research
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    key = checked_key(context)
    lake = research.lake
    kinds = [kind for kind in RAW_KINDS if dg.AssetKey(["raw", kind]) in context.selected_asset_keys]
    with research.reporting(context) as reporter, ThreadPoolExecutor(len(kinds), "collect") as pool:
        settings = research.settings_for(context)
        with research.connection() as conn:
            wish = _wish(conn, key, context.run.tags, reporter.waited())
        client = WebClient(settings, research.url, lake)
        board = Board.of(reporter, {kind: [source.name for source in of_kind(kind)] for kind in kinds})
        board.begin()
        work = {
            pool.submit(gather, kind, wish, settings, lake, client, partial(board.answer, kind)): kind for kind in kinds
        }
        try:
            for future in _as_completed(work, reporter):
                kind, grown = work[future], future.result()
                board.settle(kind, grown.collected)
                yield _materialised(kind, grown)
                yield _check(kind, grown)
        except BaseException:
            client.stop()  # leaving the pool waits for its threads, which would go on asking
            raise


def _as_completed(work: Iterable[Future[Grown]], reporter: Reporter) -> Iterator[Future[Grown]]:
    """Raises ClaimLost soon after the request was cancelled."""
    left = set(work)
    while left:
        done, left = wait(left, timeout=_KEEP_SECONDS, return_when=FIRST_COMPLETED)
        reporter.keep()
        yield from done


def _wish(conn: Connection, key: str, tags: Mapping[str, str], waited: float) -> Wish:
    subject = subject_of(conn, key)
    return Wish(
        subject.query,
        "augment" if tags.get(KIND_TAG) == "augment" else "research",
        "quick" if tags.get(DEPTH_TAG) == "quick" else "full",
        subject.curation.urls,
        waited,
    )


def _in_force(grown: Grown) -> list[Document]:
    return [document for document in grown.documents if not document.superseded]


def _materialised(kind: RawKind, grown: Grown) -> dg.MaterializeResult[None]:
    shown = sorted(_in_force(grown), key=lambda document: document.uri)
    problems = [problem for part in grown.collected for problem in part.problems]
    return dg.MaterializeResult(
        asset_key=["raw", kind],
        data_version=dg.DataVersion(version_of(grown.documents)),
        metadata={
            "sources": dg.MetadataValue.table(
                [
                    dg.TableRecord(
                        {
                            "source": part.outcome.source,
                            "status": part.outcome.status,
                            "found": len(part.files),
                            "said": part.outcome.message,
                        }
                    )
                    for part in grown.collected
                ],
                schema=dg.TableSchema(
                    [
                        dg.TableColumn("source"),
                        dg.TableColumn("status"),
                        dg.TableColumn("found", "int"),
                        dg.TableColumn("said"),
                    ]
                ),
            ),
            "dagster/row_count": len(shown),
            "new_documents": grown.added,
            **({"problems": problems[:_ROWS_SHOWN]} if problems else {}),
            "documents": dg.MetadataValue.table(
                [
                    dg.TableRecord(
                        {
                            "id": document.id[:12],  # first: it names the document to the curate jobs
                            "found at": document.uri,
                            "source": document.source,
                            "bytes": document.size_bytes,
                            "trust": document.trust,
                            "fetched": document.fetched_at.isoformat(timespec="seconds"),
                        }
                    )
                    for document in shown[:_ROWS_SHOWN]
                ],
                schema=dg.TableSchema(
                    [
                        dg.TableColumn("id"),
                        dg.TableColumn("found at"),
                        dg.TableColumn("source"),
                        dg.TableColumn("bytes", "int"),
                        dg.TableColumn("trust", "float"),
                        dg.TableColumn("fetched"),
                    ]
                ),
            ),
        },
    )


def _check(kind: RawKind, grown: Grown) -> dg.AssetCheckResult:
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
