"""Do generated clips play like their drummer?  python -m benchmarks.style [GROOVE_FOLDER] [--seeds N]

Profiles are built from each drummer's takes of the split "train" of the Groove MIDI Dataset, as a research would
build them, and `--seeds` requests of eight variations of four bars are played from each with the provider template.

recognised     by trees that have heard the real takes of "train" alone (`classifier`), against the held-out takes of
               the split "validation", whole and in excerpts of four bars; of a drummer, and of a style
overlap        of descriptors with the held-out excerpts, against that of the train excerpts (`descriptors.overlap`)
form, novelty  see `structure`; of real takes the nearest is sought among the other takes
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from benchmarks import classifier, structure
from benchmarks.descriptors import COMPARED, Played, describe, overlap, played_of, windows
from mdg_core.artist import artist_key
from mdg_core.maps import GM
from mdg_core.midi import read_midi
from mdg_core.profile import Artist, StyleProfile
from mdg_drummer.feel_prior import packaged_prior
from mdg_drummer.library import library_of
from mdg_drummer.request import GenerationRequest
from mdg_drummer.result import build_result
from mdg_drummer.template import generate
from mdg_pipeline.analyse import takes as take_rows
from mdg_pipeline.analyse.midi import take_rows_of
from mdg_pipeline.analyse.tables import midi_schema
from mdg_pipeline.build.profile import build_profile
from mdg_pipeline.collect.base import ArtistQuery
from mdg_pipeline.collect.filetypes import GRID_MEDIA_TYPE
from mdg_pipeline.documents import Document, content_id
from mdg_pipeline.lake import Lake
from mdg_pipeline.subject import Subject

GROOVE = Path(__file__).resolve().parents[2] / "shared" / "groove"
HELD_OUT = "validation"
BARS, VARIATIONS, SEEDS = 4, 8, 128
_EXCERPTS = 8  # of one take, at most
_REDRAWN = 100

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """A take, an excerpt or a clip, and whose it is."""

    name: str
    drummer: str
    style: str
    played: Played


def read_takes(groove: Path, split: str) -> list[Labelled]:
    """The beat takes of a split. Raises FileNotFoundError."""
    return [
        Labelled(row["midi_filename"], row["drummer"], main_style(row["style"]), played_of(read_midi(data)))
        for row, data in labelled_files(groove, split)
        if row["beat_type"] == "beat"
    ]


def main_style(style: str) -> str:
    """The dataset's style without its second part, or ours, in letters alone: hiphop."""
    return re.sub("[^a-z]", "", style.split("/", maxsplit=1)[0])


def excerpts(takes: Sequence[Labelled]) -> list[Labelled]:
    """Excerpts as long as the clips."""
    return [
        Labelled(take.name, take.drummer, take.style, cut)
        for take in takes
        for cut in windows(take.played, BARS, _EXCERPTS)
    ]


def build_profiles(groove: Path) -> dict[str, StyleProfile]:
    """Drummer -> the profile of all train takes, fills among them."""
    by_drummer: dict[str, list[tuple[dict[str, str], bytes]]] = {}
    for row, data in labelled_files(groove, "train"):
        by_drummer.setdefault(row["drummer"], []).append((row, data))
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder))
        return {drummer: profile_of_files(lake, drummer, files) for drummer, files in sorted(by_drummer.items())}


def play(profile: StyleProfile, drummer: str, seeds: int) -> list[Labelled]:
    """The clips of `seeds` requests, read back from their MIDI."""
    library = library_of(profile, packaged_prior())
    out = []
    for seed in range(seeds):
        request = GenerationRequest(artist=drummer, bars=BARS, variations=VARIATIONS, seed=seed, provider="template")
        clips = generate(library, request, seed)
        _, midi = build_result(UUID(int=seed), profile, clips, request, seed)
        for index, data in enumerate(midi):
            heard = played_of(read_midi(data, note_map=GM), BARS)
            out.append(Labelled(f"{drummer}/{seed}/{index}", drummer, main_style(clips.style), heard))
    return out


def features(takes: Sequence[Labelled]) -> Matrix:
    return np.array([list(_described(take).values()) for take in takes])


def recognition(train: list[Labelled], sets: dict[str, list[Labelled]], label: str, seeds: int) -> dict[str, Matrix]:
    """Set -> of each member the share of the seeds that recognise it."""
    trained = classifier.train(features(train), [getattr(take, label) for take in train], seeds=seeds)
    return {
        name: trained.hits(features(members), [getattr(m, label) for m in members]) for name, members in sets.items()
    }


def recognition_table(found: dict[str, Matrix], sets: dict[str, list[Labelled]], label: str) -> list[str]:
    """Markdown: a row a drummer or style that was generated, and one for all, weighted as the held-out takes are."""
    held_out = [getattr(take, label) for take in sets["held out"]]
    rows = [f"| {label} | held-out takes | " + " | ".join(sets) + " |", "| --- | --- |" + " --- |" * len(sets)]
    for name in sorted({getattr(take, label) for take in sets["generated"]}, key=lambda n: (len(n), n)):
        cells = [_share(found[s], [getattr(t, label) == name for t in members]) for s, members in sets.items()]
        rows.append(f"| {name} | {held_out.count(name)} | " + " | ".join(cells) + " |")
    plain = [f"{found[s].mean():.3f}" for s in sets]
    weighted = [f"{_weighted(found[s], [getattr(t, label) for t in m], held_out):.3f}" for s, m in sets.items()]
    rows.append("| all | | " + " | ".join(plain) + " |")
    rows.append("| all, in the shares of the held-out takes | | " + " | ".join(weighted) + " |")
    return rows


def _share(hits: Matrix, which: Sequence[bool]) -> str:
    chosen = hits[np.array(which)]
    return f"{chosen.mean():.3f}" if len(chosen) else "-"


def _weighted(hits: Matrix, labels: Sequence[str], held_out: Sequence[str]) -> float:
    """Mean over the labels that the held-out takes have, in their shares there; of those that are in the set."""
    known = [label for label in set(held_out) if label in labels]
    shares = [held_out.count(label) for label in known]
    means = [hits[[other == label for other in labels]].mean() for label in known]
    return float(np.average(means, weights=shares))


def overlap_table(train: list[Labelled], held_out: list[Labelled], generated: list[Labelled]) -> list[str]:
    """Markdown: a row a descriptor; the drummers weigh in each set as much as among the held-out excerpts."""
    of_train, of_made = (_overlaps(group, held_out) for group in (train, generated))
    rows = ["| descriptor | train | generated |", "| --- | --- | --- |"]
    rows += [f"| {n} | {a:.3f} | {b:.3f} |" for n, a, b in zip(COMPARED, of_train, of_made, strict=True)]
    rows.append(f"| mean | {of_train.mean():.3f} | {of_made.mean():.3f} |")
    rows.append(f"| at least that of train | | {(of_made >= of_train).sum()} of {len(COMPARED)} |")
    return [*rows, "", *_chance(train, held_out, of_train, of_made)]


def _chance(train: list[Labelled], held_out: list[Labelled], of_train: Matrix, of_made: Matrix) -> list[str]:
    """What is chance in the table: the drummers' takes drawn anew, as if each had played on other days (bootstrap)."""
    redrawn = np.array([_overlaps(_redrawn(train, seed), held_out) for seed in range(_REDRAWN)])
    wins = np.sort((redrawn >= of_train).sum(axis=1))
    spread = redrawn.std(axis=0, ddof=1)
    below = [name for name, far in zip(COMPARED, of_made < of_train - 2 * spread, strict=True) if far]
    means = redrawn.mean(axis=1)
    return [
        f"The train takes drawn anew (bootstrap), {_REDRAWN} times: mean {means.mean():.3f}, 90 % of them "
        f"{np.percentile(means, 5):.3f} to {np.percentile(means, 95):.3f}; at least that of train for "
        f"{np.percentile(wins, 5):.0f} to {np.percentile(wins, 95):.0f} of {len(COMPARED)}, {np.median(wins):.0f} at "
        "the median.",
        f"Generated clips lie more than two deviations of these below train for {', '.join(below) or 'no descriptor'}.",
    ]


def _redrawn(takes: list[Labelled], seed: int) -> list[Labelled]:
    """As many takes of each drummer, drawn with replacement, with all of their excerpts."""
    rng = np.random.default_rng(seed)
    groups: dict[str, dict[str, list[Labelled]]] = {}
    for take in takes:
        groups.setdefault(take.drummer, {}).setdefault(take.name, []).append(take)
    out = []
    for _, by_name in sorted(groups.items()):
        names = sorted(by_name)
        out += [take for index in rng.integers(len(names), size=len(names)) for take in by_name[names[index]]]
    return out


def _overlaps(group: list[Labelled], held_out: list[Labelled]) -> Matrix:
    """Of each compared descriptor; those of other drummers than the held-out ones count nothing."""
    wanted, there = (Counter(take.drummer for take in takes) for takes in (held_out, group))
    members = [take for take in group if wanted[take.drummer]]
    weights = np.array([wanted[take.drummer] / there[take.drummer] for take in members])
    held, found = _columns(held_out), _columns(members)
    return np.array([overlap(h, f, weights) for h, f in zip(held, found, strict=True)])


def _columns(takes: Sequence[Labelled]) -> list[Matrix]:
    described = [_described(take) for take in takes]
    return [np.array([each[name] for each in described]) for name in COMPARED]


@cache
def _described(take: Labelled) -> Mapping[str, float]:
    """`describe`, worked out once a take."""
    return describe(take.played)


def form_table(real: list[Labelled], generated: list[Labelled]) -> list[str]:
    rng = np.random.default_rng(0)
    human = np.mean([structure.bar_distance(take.played) for take in real])
    anywhere = np.mean([structure.random_bar_distance(take.played, rng) for take in real])
    made = np.mean([structure.bar_distance(take.played) for take in generated])
    rows = [("human", human), ("generated", made), ("repeated bar", 0.0), ("random", anywhere)]
    return [
        "| four bars | mean bar distance |",
        "| --- | --- |",
        *(f"| {name} | {value:.2f} |" for name, value in rows),
    ]


def novelty_table(takes: list[Labelled], generated: list[Labelled]) -> list[str]:
    """Of clips in 4/4. The sources are every bar of the drummer's train takes; excerpts start on every bar."""
    rows = [
        "| drummer | bars that are a source's | real takes, 1st percentile of the nearest | clips, the same | least |",
        "| --- | --- | --- | --- | --- |",
    ]
    copied, made, real = [], [], []
    for drummer in sorted({clip.drummer for clip in generated}, key=lambda n: (len(n), n)):
        own = [t for t in takes if t.drummer == drummer and t.played.bar_cells == 16]
        clips = [c.played for c in generated if c.drummer == drummer and c.played.bar_cells == 16]
        if not clips:
            continue
        sources = structure.bars_of([take.played for take in own])
        cut = [[t.played.window(i, BARS) for i in range(t.played.bars - BARS + 1)] for t in own]
        near = structure.nearest(clips, [window for group in cut for window in group])
        among = []
        for index, group in enumerate(cut):
            others = [window for other in (*cut[:index], *cut[index + 1 :]) for window in other]
            if group:
                among.append(structure.nearest(group[:: max(1, len(group) // _EXCERPTS)], others))
        copied.append(structure.copied(clips, sources))
        made.append(near)
        real.append(np.concatenate(among))
        rows.append(_novelty_row(drummer, copied[-1], real[-1], near))
    share = float(np.average(copied, weights=[len(near) for near in made]))
    return [*rows, _novelty_row("all", share, np.concatenate(real), np.concatenate(made))]


def _novelty_row(name: str, copied: float, real: Matrix, made: Matrix) -> str:
    least = f"{np.percentile(real, 1):.2f} | {np.percentile(made, 1):.2f} | {made.min():.2f}"
    return f"| {name} | {copied:.3f} | {least} |"


def tables(
    groove: Path,
    *,
    seeds: int = SEEDS,
    forests: int = classifier.SEEDS,
    profiles: dict[str, StyleProfile] | None = None,
) -> list[str]:
    """All tables as lines of Markdown; `profiles` are those of `build_profiles`, if they are there already.

    Raises FileNotFoundError where the dataset is not.
    """
    train, held_out = read_takes(groove, "train"), read_takes(groove, HELD_OUT)
    profiles = profiles or build_profiles(groove)
    generated = [clip for drummer, profile in profiles.items() for clip in play(profile, drummer, seeds)]
    cut = excerpts(held_out)
    sets = {"held out": held_out, "held out, four bars": cut, "generated": generated}
    out = [f"{len(train)} train takes, {len(held_out)} held out, {len(generated)} clips of {BARS} bars"]
    for label in ("drummer", "style"):
        found = recognition(train, sets, label, forests)
        out += ["", f"Recognised {label}", "", *recognition_table(found, sets, label)]
    out += ["", "Overlap with the held-out excerpts", "", *overlap_table(excerpts(train), cut, generated)]
    out += ["", "Form", "", *form_table(cut, generated)]
    out += ["", "Novelty", "", *novelty_table(train, generated)]
    return out


def labelled_files(groove: Path, split: str) -> list[tuple[dict[str, str], bytes]]:
    with (groove / "info.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split]
    return [(row, (groove / row["midi_filename"]).read_bytes()) for row in rows]


def profile_of_files(lake: Lake, drummer: str, files: list[tuple[dict[str, str], bytes]]) -> StyleProfile:
    documents = [_document(row["midi_filename"], data) for row, data in files]
    rows = [row for document, (_, data) in zip(documents, files, strict=True) for row in take_rows_of(document, data)]
    key = artist_key(drummer)
    lake.write_documents("midi", key, list({document.id: document for document in documents}.values()))
    filed = [take_rows.to_row(row) for row in rows]
    lake.write_table("features_midi", key, filed, midi_schema())
    return build_profile(lake, Subject(Artist(key=key, name=drummer), ArtistQuery(key, drummer)))


def _document(uri: str, data: bytes) -> Document:
    return Document(
        id=content_id(data),
        source="library",
        kind="midi",
        uri=uri,
        title=Path(uri).stem,
        media_type=GRID_MEDIA_TYPE if uri.endswith(".grid") else "audio/midi",
        size_bytes=len(data),
        trust=1.0,
        licence="CC BY 4.0",
        fetched_at=datetime(2019, 1, 1, tzinfo=UTC),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Generated clips against the drummers they are generated from.")
    parser.add_argument("groove", nargs="?", type=Path, default=GROOVE, help="folder of the dataset")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="requests a drummer, default %(default)s")
    parser.add_argument("--forests", type=int, default=classifier.SEEDS, help="seeds of trees, default %(default)s")
    args = parser.parse_args()
    if not (args.groove / "info.csv").is_file():
        sys.exit(f"The Groove MIDI Dataset is not at {args.groove}; give its folder as the argument.")
    print("\n".join(tables(args.groove, seeds=args.seeds, forests=args.forests)))


if __name__ == "__main__":
    main()
