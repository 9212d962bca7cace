"""Which grooves are an artist's own, seen against all other artists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

from mdg_core.store.connect import Connection


@dataclass(frozen=True, slots=True)
class Signature:
    artist_key: str
    pattern_id: str
    typical: float  # 0-1, how often the artist plays what the groove is made of
    untypical: float  # log2 of how much more often than others do; 0 as often
    rank: int  # 1 is the most telling


def replace_all(conn: Connection, signatures: Iterable[Signature]) -> None:
    """The ranking of the whole corpus, in one transaction."""
    with conn.transaction(), conn.cursor() as cursor:
        cursor.execute("DELETE FROM pattern_signature")
        cursor.executemany(
            "INSERT INTO pattern_signature (artist_key, pattern_id, typical, untypical, rank) "
            "SELECT * FROM (VALUES (%s, %s, %s::float8, %s::float8, %s::int)) AS v (key, id, typical, untypical, rank) "
            "WHERE EXISTS (SELECT 1 FROM artist WHERE artist.key = v.key)",
            [astuple(signature) for signature in signatures],
        )


def of_artist(conn: Connection, key: str) -> list[Signature]:
    """The artist's grooves, the most telling first; none before the first ranking."""
    rows = conn.execute(
        "SELECT artist_key, pattern_id, typical, untypical, rank FROM pattern_signature "
        "WHERE artist_key = %s ORDER BY rank",
        (key,),
    ).fetchall()
    return [Signature(**row) for row in rows]
