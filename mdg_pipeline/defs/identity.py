"""Who the artist is; the first step of every run, so it takes the request on."""

import hashlib
from collections.abc import Iterator

import dagster as dg

from mdg_core.store import artists
from mdg_pipeline.defs.partitions import artists as artist_partitions
from mdg_pipeline.defs.partitions import checked_key
from mdg_pipeline.defs.resources import Research
from mdg_pipeline.progress import ClaimLost


@dg.asset(
    partitions_def=artist_partitions,
    group_name="identity",
    kinds={"postgres"},
    code_version="1",
    output_required=False,
    description="The artist's name and key.",
)
def identity(context: dg.AssetExecutionContext, research: Research) -> Iterator[dg.MaterializeResult[None]]:
    key = checked_key(context)
    reporter = research.reporter(context)
    try:
        reporter.claim()
    except ClaimLost as lost:
        context.log.warning(str(lost))
        return  # without this output every later step is skipped
    with reporter.guard():
        with research.connection() as conn:
            name = artists.name_of(conn, key) or artists.find_or_create(conn, key).name
        reporter.report("identity", f"researching {name}")
        yield dg.MaterializeResult(
            data_version=dg.DataVersion(hashlib.sha256(f"{key}\n{name}".encode()).hexdigest()[:16]),
            metadata={"name": name, "key": key},
        )
