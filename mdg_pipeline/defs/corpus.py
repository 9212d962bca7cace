"""What is seen across artists, with DuckDB over the lake."""

import dagster as dg

from mdg_core.store import signatures
from mdg_pipeline.corpus import catalogue_rows, signature_rows
from mdg_pipeline.defs.resources import Research

_ROWS_SHOWN = 200


@dg.asset(
    key=["corpus", "catalogue"],
    deps=[["serving", "published_profile"]],
    group_name="corpus",
    kinds={"duckdb"},
    code_version="1",
    description="Every artist with documents, takes, bars, tempo and confidence.",
)
def catalogue(context: dg.AssetExecutionContext, research: Research) -> dg.MaterializeResult[None]:
    columns, rows = catalogue_rows(research.lake)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(rows),
            "artists": dg.MetadataValue.table(
                [dg.TableRecord(dict(zip(columns, row, strict=True))) for row in rows[:_ROWS_SHOWN]],
                schema=dg.TableSchema([dg.TableColumn(name) for name in columns]),
            ),
        }
    )


@dg.asset(
    key=["corpus", "signatures"],
    deps=[["serving", "published_profile"]],
    group_name="corpus",
    kinds={"duckdb", "postgres"},
    code_version="1",
    description="The grooves that tell each artist from the others.",
)
def signature_patterns(context: dg.AssetExecutionContext, research: Research) -> dg.MaterializeResult[None]:
    rows = signature_rows(research.lake)
    with research.connection() as conn:
        signatures.replace_all(conn, rows)
    return dg.MaterializeResult(
        metadata={"dagster/row_count": len(rows), "artists": len({row.artist_key for row in rows})}
    )
