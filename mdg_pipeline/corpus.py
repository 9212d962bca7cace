"""Questions over all artists, answered by DuckDB from the lake's Parquet files."""

from __future__ import annotations

from typing import Any

from duckdb import DuckDBPyConnection

from mdg_core.store.signatures import Signature
from mdg_pipeline.lake import Lake

_CATALOGUE = """
SELECT artist_key, count(DISTINCT document) AS documents, count(*) AS takes, sum(bars)::int AS bars,
       round(median(tempo), 1) AS median_tempo, count(error) AS unreadable,
       string_agg(DISTINCT style, ', ' ORDER BY style) AS styles
FROM features_midi GROUP BY artist_key ORDER BY artist_key
"""


# A groove is a set of cells (voice and place in the bar). typical: how often its cells are played in this artist's
# grooves, by weight; untypical: the mean log ratio of that share to the share among the other artists on the same
# metre and grid, smoothed. Where nobody else plays on that grid, nothing can be said: 0.
_SIGNATURES = """
WITH template AS (
    SELECT artist_key, unnest(from_json(json_extract(profile, '$.patterns'), '[{
        "id": "VARCHAR", "role": "VARCHAR", "metre": "VARCHAR", "steps_per_quarter": "INTEGER", "bars": "INTEGER",
        "weight": "DOUBLE", "lanes": "MAP(VARCHAR, VARCHAR)"}]'), recursive := true)
    FROM profiles
), lane AS (
    SELECT artist_key, id, weight, bars, metre || ' ' || steps_per_quarter AS grid,
           unnest(map_keys(lanes)) AS voice, replace(unnest(map_values(lanes)), '|', '') AS digits
    FROM template WHERE role = 'groove'
), step AS (
    SELECT *, unnest(range(length(digits))) AS place FROM lane
), cell AS (
    SELECT DISTINCT artist_key, id, weight, grid, voice, place % (length(digits) // bars) AS place
    FROM step WHERE digits[place + 1] <> '.'
), total AS (
    SELECT artist_key, grid, sum(weight) AS weight
    FROM (SELECT DISTINCT artist_key, grid, id, weight FROM cell) GROUP BY ALL
), played AS (
    SELECT c.artist_key, c.grid, voice, place, sum(c.weight) / any_value(t.weight) AS share
    FROM cell c JOIN total t USING (artist_key, grid) GROUP BY ALL
), everyone AS (
    SELECT grid, voice, place, sum(share) AS share FROM played GROUP BY ALL
), crowd AS (
    SELECT grid, count(*) AS artists FROM total GROUP BY ALL
), scored AS (
    SELECT c.artist_key, c.id, avg(p.share) AS typical,
           CASE WHEN any_value(a.artists) = 1 THEN 0.0 ELSE
               avg(log2((p.share + 0.05) / ((e.share - p.share) / greatest(a.artists - 1, 1) + 0.05))) END AS untypical
    FROM cell c
    JOIN played p USING (artist_key, grid, voice, place)
    JOIN everyone e USING (grid, voice, place)
    JOIN crowd a USING (grid)
    GROUP BY c.artist_key, c.id
)
SELECT artist_key, id, typical, untypical,
       row_number() OVER (
           PARTITION BY artist_key ORDER BY typical * greatest(untypical, 0) DESC, typical DESC, id) AS rank
FROM scored QUALIFY rank <= 20 ORDER BY artist_key, rank
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


def signature_rows(lake: Lake) -> list[Signature]:
    """Every artist's 20 most telling grooves: typical of this artist and untypical of the others."""
    connection = lake.catalogue()
    if not _has(connection, "profiles"):
        return []
    return [Signature(*row) for row in connection.execute(_SIGNATURES).fetchall()]


def _has(connection: DuckDBPyConnection, view: str) -> bool:
    return (view,) in connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
