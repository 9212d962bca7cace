"""How well search hits are told from strangers: `python benchmarks/relevance_titles.py [--errors]`.

Prints precision and recall on both halves of the labelled titles (tests/pipeline/data/titles_*.tsv). The rules were
made with the first half in view; the second was written before they were tried and is not used to make them.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mdg_pipeline.collect.base import ArtistQuery
from mdg_pipeline.collect.title_match import Hit, Match, match, match_all

DATA = Path(__file__).resolve().parent.parent / "tests" / "pipeline" / "data"
HALVES = ("tuned", "held_out")


@dataclass(frozen=True, slots=True)
class Labelled:
    query: ArtistQuery
    hit: Hit
    is_artist: bool


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of accepted and rejected hits against their labels."""

    true_positives: int
    false_positives: int
    false_negatives: int

    @property
    def precision(self) -> float:
        return self.true_positives / max(1, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float:
        return self.true_positives / max(1, self.true_positives + self.false_negatives)


def labelled(half: str) -> list[Labelled]:
    with (DATA / f"titles_{half}.tsv").open(encoding="utf-8", newline="") as file:
        return [
            Labelled(
                ArtistQuery(row["artist"], row["artist"], tuple(filter(None, row["aliases"].split("|")))),
                Hit(row["title"], row["artist_cell"]),
                row["label"] == "1",
            )
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def alone(items: Iterable[Labelled]) -> list[tuple[Labelled, Match]]:
    """Each hit judged by itself."""
    return [(item, match(item.query, item.hit)) for item in items]


def together(items: Iterable[Labelled]) -> list[tuple[Labelled, Match]]:
    """The hits of one artist judged as one search."""
    by_artist: dict[ArtistQuery, list[Labelled]] = defaultdict(list)
    for item in items:
        by_artist[item.query].append(item)
    return [
        pair
        for query, group in by_artist.items()
        for pair in zip(group, match_all(query, [item.hit for item in group]), strict=True)
    ]


def score(judged: Iterable[tuple[Labelled, Match]]) -> Score:
    judged = list(judged)
    return Score(
        sum(found.accepted and item.is_artist for item, found in judged),
        sum(found.accepted and not item.is_artist for item, found in judged),
        sum(not found.accepted and item.is_artist for item, found in judged),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Precision and recall of the title filter.")
    parser.add_argument("--errors", action="store_true", help="list what is judged wrongly")
    wants_errors = parser.parse_args().errors
    for half in HALVES:
        items = labelled(half)
        artists = len({item.query.name for item in items})
        for way, judge in (("alone", alone), ("together", together)):
            judged = judge(items)
            found = score(judged)
            print(
                f"{half:9} {way:9} {len(items)} titles of {artists} artists: precision {found.precision:.3f}, "
                f"recall {found.recall:.3f} ({found.false_positives} wrongly taken, {found.false_negatives} missed)"
            )
            if wants_errors:
                for item, verdict in judged:
                    if verdict.accepted != item.is_artist:
                        print(f"    {item.query.name}: {item.hit.title} [{item.hit.artist}] {verdict}")


if __name__ == "__main__":
    main()
