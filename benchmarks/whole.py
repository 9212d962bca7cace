"""Are clips whole grooves, in the artist's form?  python -m benchmarks.whole [GROOVE_FOLDER] [--drummers N] [--seeds N]

Profiles of half of the takes of drummers of the Groove MIDI Dataset, and of each artist of the library; of planted
songs `benchmarks.songs` says how many clips lack a limb.

lacking      clips without a kick, a backbeat or a time-keeper in half of their bars or more where the passage that they
             are based on has it in 80 % of its own
under snare  of the kicks those under a stroke of the snare, ghost notes included: of the profile / of the clips
copies       bars that are a bar of the profile's, clips as a whole, and fills as a whole
next, two on share of the cells that a bar has in common with the next one, and with the one after that, of passages and
             clips without a fill
identical    bars that are like the one before, of the same
fills        clips of eight bars with a bar that is measured as a fill
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

from benchmarks.songs import lacks, presence
from benchmarks.style import GROOVE, profile_of_files
from mdg_core.pattern import Pattern
from mdg_core.profile import StyleProfile
from mdg_drummer.bars import bars_of, pattern_of
from mdg_drummer.feel_prior import packaged_prior
from mdg_drummer.fills import is_fill
from mdg_drummer.form import groove_bars
from mdg_drummer.library import library_of
from mdg_drummer.limbs import clashes
from mdg_drummer.novelty import cells_of
from mdg_drummer.request import GenerationRequest
from mdg_drummer.template import generate
from mdg_drummer.vocabulary import vocabulary
from mdg_pipeline.lake import Lake

LIBRARY = Path(__file__).parent.parent / "data" / "library"
BARS = 8
ROWS = ("lacking", "under snare", "copies", "whole copies", "copied fills", "next", "two on", "identical", "fills")


@dataclass(slots=True)
class Counted:
    """What is counted over profiles of one kind: real values and those of clips, row by row."""

    real: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    ours: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def measure(profile: StyleProfile, seeds: int, counted: Counted) -> None:
    """The clips of one profile beside its passages."""
    library = library_of(profile, packaged_prior())
    known = library.sources.bars
    sources = {passage.name: passage for passage in library.passages}
    for passage in library.passages:
        plain = pattern_of(groove_bars(passage), passage.grid)
        _follow(plain, counted.real)
        together, kicks = clashes(passage.bars)
        counted.real["under snare"] += [1.0] * together + [0.0] * (kicks - together)
    for seed in range(seeds):
        request = GenerationRequest(artist=profile.artist.name, bars=BARS, provider="template", humanize=False)
        for variation in generate(library, request, seed).variations:
            clip, bars = variation.pattern, bars_of(variation.pattern)
            words = vocabulary((bar, 1.0) for bar in bars)
            fills = [index for index, bar in enumerate(bars) if is_fill(bar, words.share)]
            copied = [cells in known for cells in cells_of(clip)]
            counted.ours["copies"] += map(float, copied)
            counted.ours["whole copies"].append(float(all(copied)))
            counted.ours["copied fills"] += [float(copied[index]) for index in fills]
            counted.ours["fills"].append(float(bool(fills)))
            together, kicks = clashes(bars)
            counted.ours["under snare"] += [1.0] * together + [0.0] * (kicks - together)
            if variation.lead in sources:
                lead = sources[variation.lead]
                counted.ours["lacking"].append(float(lacks(clip, presence(pattern_of(lead.bars, lead.grid)))))
            if not fills:
                _follow(clip, counted.ours)


def _follow(pattern: Pattern, out: dict[str, list[float]]) -> None:
    bars = cells_of(pattern)
    for lag, name in ((1, "next"), (2, "two on")):
        out[name] += [len(a & b) / max(1, len(a | b)) for a, b in zip(bars, bars[lag:], strict=False)]
    out["identical"] += [float(a == b) for a, b in pairwise(bars)]


def of_takes(groove: Path, drummers: int) -> list[StyleProfile]:
    """Profiles of every other take of the drummers with the most."""
    by_drummer: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (groove / "info.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            by_drummer[row["drummer"]].append(row)
    ranked = sorted(by_drummer.items(), key=lambda item: (-len(item[1]), item[0]))[:drummers]
    return [
        _profile(name, [(row, (groove / row["midi_filename"]).read_bytes()) for row in rows[::2]])
        for name, rows in ranked
    ]


def of_library(folder: Path = LIBRARY) -> list[StyleProfile]:
    """Profiles of the written grooves of each artist in a library."""
    artists = sorted(path for path in folder.iterdir() if path.is_dir())
    return [
        _profile(artist.name, [({"midi_filename": str(p)}, p.read_bytes()) for p in sorted(artist.glob("*.grid"))])
        for artist in artists
    ]


def _profile(name: str, files: list[tuple[dict[str, str], bytes]]) -> StyleProfile:
    with tempfile.TemporaryDirectory() as folder:
        return profile_of_files(Lake(Path(folder)), name, files)


def table(kinds: dict[str, Sequence[StyleProfile]], seeds: int) -> list[str]:
    """Markdown: a row a measure, for each kind of profiles what its passages and what the clips have."""
    found: dict[str, Counted] = {}
    for kind, profiles in kinds.items():
        found[kind] = Counted()
        for profile in profiles:
            measure(profile, seeds, found[kind])
    rows = ["| share of | " + " | ".join(f"{kind} | clips" for kind in found) + " |"]
    rows.append("| --- |" + " --- |" * 2 * len(found))
    for name in ROWS:
        pairs = [_mean(side[name]) for each in found.values() for side in (each.real, each.ours)]
        rows.append(f"| {name} | " + " | ".join(pairs) + " |")
    return rows


def _mean(values: Sequence[float]) -> str:
    return f"{np.mean(values):.3f}" if values else ""


def main() -> None:
    parser = argparse.ArgumentParser(description="Clips beside the passages of their profiles.")
    parser.add_argument("groove", nargs="?", type=Path, default=GROOVE, help="folder of the dataset")
    parser.add_argument("--drummers", type=int, default=5, help="of the dataset, default %(default)s")
    parser.add_argument("--seeds", type=int, default=10, help="requests of four clips a profile, default %(default)s")
    args = parser.parse_args()
    if not (args.groove / "info.csv").is_file():
        sys.exit(f"The Groove MIDI Dataset is not at {args.groove}; give its folder as the argument.")
    kinds = {"takes": of_takes(args.groove, args.drummers), "library": of_library()}
    print("\n".join(table(kinds, args.seeds)))


if __name__ == "__main__":
    main()
