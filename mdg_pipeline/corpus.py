"""Questions over all artists, answered by DuckDB from the lake's Parquet files."""

from __future__ import annotations

from typing import Any

from mdg_pipeline.lake import Lake

_CATALOGUE = """
SELECT artist_key, count(DISTINCT document) AS documents, count(*) AS takes, sum(bars)::int AS bars,
       round(median(tempo), 1) AS median_tempo, count(error) AS unreadable,
       string_agg(DISTINCT style, ', ' ORDER BY style) AS styles
FROM features_midi GROUP BY artist_key ORDER BY artist_key
"""


def catalogue_rows(lake: Lake) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names and a row per artist; no rows before the first research."""
    connection = lake.catalogue()
    known = {
        name for (name,) in connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    }
    if "features_midi" not in known:
        return [], []
    result = connection.execute(_CATALOGUE)
    return [column[0] for column in result.description], result.fetchall()
