"""What keeps the house tidy without anybody asking."""

import dagster as dg

from mdg_pipeline.collect.web.prune import prune
from mdg_pipeline.defs.resources import Research
from mdg_pipeline.retention import remove_old


@dg.op
def prune_pages(context: dg.OpExecutionContext, research: Research) -> None:
    """Remove kept answers of web sources that are too old or too many. Documents stay."""
    with research.connection() as conn:
        pruned = prune(conn, research.lake, research.settings)
    context.log.info(
        f"{pruned.pages} pages and {pruned.blobs} files removed ({pruned.freed_bytes / 1e6:.1f} MB); "
        f"{pruned.kept_pages} pages stay ({pruned.kept_bytes / 1e6:.1f} MB)"
    )
    context.add_output_metadata(
        {
            "pages removed": pruned.pages,
            "files removed": pruned.blobs,
            "bytes freed": pruned.freed_bytes,
            "pages kept": pruned.kept_pages,
            "bytes kept": pruned.kept_bytes,
        }
    )


@dg.job(
    name="prune_page_cache",
    executor_def=dg.in_process_executor,
    description="Remove kept answers of web sources that are too old or too many; documents are never removed.",
)
def prune_job() -> None:
    prune_pages()


@dg.op
def remove_old_rows(context: dg.OpExecutionContext, research: Research) -> None:
    """Remove generations, ended requests and the ledger of language models by age and size. Profiles stay."""
    with research.connection() as conn:
        removed = remove_old(conn, research.settings.retention)
    context.log.info(
        f"{removed.generations} generations, {removed.requests} requests and {removed.calls} calls of language models "
        "removed"
    )
    context.add_output_metadata(
        {
            "generations removed": removed.generations,
            "requests removed": removed.requests,
            "calls removed": removed.calls,
        }
    )


@dg.job(
    name="remove_old_history",
    executor_def=dg.in_process_executor,
    description="Remove clips and requests that are too old or too many, by the settings `retention`; profiles stay.",
)
def history_job() -> None:
    remove_old_rows()
