"""Does an artist's other half play most alike?  python -m benchmarks.similar [GROOVE_FOLDER] [--splits 20] [--words]

Each drummer of the Groove MIDI Dataset is cut in two halves that are researched apart, and every half looks for its
other one among all halves. top-1: it is the nearest; MRR: mean reciprocal rank.

split          takes drawn at random
session        whole sessions drawn at random, of drummers with at least two
flat           as split, one half written again on its grid with one velocity
other drummers the columns measured against a reference of the other drummers alone, so that nothing was fitted on whom
               it is tried on
numbers        the parameters of a profile instead of the vector (tempo, swing, density ...)
words          the embedded description of a profile instead (`--words`; it loads the model and takes minutes)

The scores between drummers show how strangers spread: on the scale of the package, and on their own.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np

from mdg_core import likeness
from mdg_core.descriptors import DESCRIPTORS
from mdg_core.groove import describe
from mdg_core.likeness import Floats, Reference
from mdg_core.maps import GM
from mdg_core.midi import ClipNote, read_midi, write_midi
from mdg_core.profile import PlayedStyle
from mdg_core.quantise import quantise
from mdg_core.style_vector import style_columns
from mdg_pipeline.analyse.takes import TakeRow
from mdg_pipeline.fit.style import fit_reference, heard, profile_of, style_of

GROOVE = Path(__file__).resolve().parents[2] / "shared" / "groove"
_VELOCITY = 100
_NUMBERS = ("tempo", *(descriptor.name for descriptor in DESCRIPTORS))


@dataclass(frozen=True, slots=True)
class Heard:
    """A take of a drummer, as it is and flat and quantised."""

    drummer: str
    session: str
    path: Path
    played: TakeRow
    flat: TakeRow


Halves = list[tuple[list[Heard], list[Heard]]]
Measure = Callable[[Halves], Floats]  # distances of all halves, each drummer's two side by side


def hear(groove: Path) -> list[Heard]:
    with (groove / "info.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        Heard(row["drummer"], row["session"], path, _row(data := path.read_bytes()), _row(_flat(data)))
        for row in rows
        if (path := groove / row["midi_filename"]).is_file()
    ]


def _row(data: bytes) -> TakeRow:
    found = describe(read_midi(data))
    params = {d.name: value for d in DESCRIPTORS if (value := d.extract(found)) is not None}
    return TakeRow(
        document="",
        item=0,
        title="",
        tempo=found.tempo,
        bars=max(1, round(found.bars)),
        shows_dynamics=found.shows_dynamics,
        shows_timing=found.shows_timing,
        params=params,
        style_columns=style_columns(found),
    )


def _flat(data: bytes) -> bytes:
    """The take on its grid, with one velocity."""
    take = read_midi(data)
    pattern = quantise(take)
    notes = [
        ClipNote(GM.writing[hit.voice], hit.step / pattern.steps_per_quarter, 0.1, _VELOCITY) for hit in pattern.hits
    ]
    tempo, length = take.tempos[0].bpm, Fraction(pattern.quarters)
    return write_midi(notes, tempo=tempo, metre=pattern.metre, name="", quarters=length)


def by_take(takes: Sequence[Heard], rng: np.random.Generator) -> Halves:
    out = []
    for drummer in sorted({take.drummer for take in takes}):
        own = [take for take in takes if take.drummer == drummer]
        order = rng.permutation(len(own))
        cut = len(own) // 2
        out.append(([own[i] for i in order[:cut]], [own[i] for i in order[cut:]]))
    return out


def by_session(takes: Sequence[Heard], rng: np.random.Generator) -> Halves:
    out = []
    for drummer in sorted({take.drummer for take in takes}):
        own = [take for take in takes if take.drummer == drummer]
        sessions = sorted({take.session for take in own})
        if len(sessions) < 2:
            continue
        one = {sessions[i] for i in rng.permutation(len(sessions))[: len(sessions) // 2]}
        out.append(([t for t in own if t.session in one], [t for t in own if t.session not in one]))
    return out


def by_playing(against: Reference, *, flat: bool = False) -> Measure:
    def measure(halves: Halves) -> Floats:
        styles = [
            _style([take.flat if flat and second else take.played for take in half], against)
            for pair in halves
            for second, half in enumerate(pair)
        ]
        return np.array([likeness.distances(style, styles, against) for style in styles])

    return measure


def by_others(takes: Sequence[Heard]) -> Measure:
    """As `by_playing`, a drummer's distances measured against the others."""
    against = {
        drummer: fit_reference(_rows_by_drummer([take for take in takes if take.drummer != drummer]))
        for drummer in {take.drummer for take in takes}
    }

    def measure(halves: Halves) -> Floats:
        out = []
        for first, second in halves:
            own = by_playing(against[first[0].drummer])(halves)
            place = 2 * halves.index((first, second))
            out += [own[place], own[place + 1]]
        return np.array(out)

    return measure


def by_numbers(takes: Sequence[Heard]) -> Measure:
    def numbers(rows: Sequence[TakeRow]) -> Floats:
        weights = np.array([min(row.bars, 16) for row in rows], float)
        values = np.array(
            [[row.tempo, *(row.params.get(name, np.nan) for name in _NUMBERS[1:])] for row in rows], float
        )
        known = weights @ ~np.isnan(values)
        return np.where(known > 0, weights @ np.nan_to_num(values) / np.maximum(known, 1), np.nan)

    everybody = np.array([numbers(rows) for rows in _rows_by_drummer(takes).values()])
    mean, deviation = np.nanmean(everybody, axis=0), np.nanstd(everybody, axis=0)

    def measure(halves: Halves) -> Floats:
        own = np.array([numbers([take.played for take in half]) for pair in halves for half in pair])
        own = (own - mean) / deviation
        return np.asarray(np.nanmean(np.abs(own[:, None] - own[None]), axis=2))

    return measure


def by_words(halves: Halves) -> Floats:
    from mdg_pipeline.build.embed import embed, style_text
    from mdg_pipeline.lake import Lake

    vectors = []
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder))
        for index, half in enumerate(half for pair in halves for half in pair):
            heard(lake, f"half {index}", [take.path for take in half])
            profile = profile_of(lake, f"half {index}")
            vectors.append(embed(style_text(profile, profile.text_description)))
    own = np.array(vectors)
    return np.asarray(1 - own @ own.T)


def found_again(measure: Measure, cuts: Sequence[Halves]) -> tuple[float, float]:
    """top-1 and mean reciprocal rank; a tie is lost."""
    ranks = []
    for halves in cuts:
        apart = measure(halves)
        np.fill_diagonal(apart, np.inf)
        for index, row in enumerate(apart):
            ranks.append(int((np.delete(row, index ^ 1) <= row[index ^ 1]).sum()) + 1)
    of = np.array(ranks)
    return float((of == 1).mean()), float((1 / of).mean())


def spread(takes: Sequence[Heard], against: Reference) -> list[str]:
    """Quartiles of the scores between whole drummers."""
    styles = [_style(rows, against) for rows in _rows_by_drummer(takes).values() if len(rows) >= likeness.FEW_TAKES]
    apart = likeness.pair_distances(styles, against)
    scales = {"package": likeness.default_scale().playing, "own": np.array(likeness.quantiles_of(apart))}
    out = []
    for name, scale in scales.items():
        scores = [likeness.score(float(distance), scale) for distance in apart]
        shown = " ".join(f"{value:.2f}" for value in np.quantile(scores, (0.05, 0.25, 0.5, 0.75, 0.95)))
        out.append(f"| {name} | {len(apart)} | {shown} |")
    return out


def reasons(takes: Sequence[Heard], against: Reference) -> list[str]:
    styles = {drummer: _style(rows, against) for drummer, rows in _rows_by_drummer(takes).items()}
    said = [(a, b, likeness.reason(styles[a], styles[b])) for a, b in combinations(styles, 2)]
    return [f"{a} and {b}: {reason}" for a, b, reason in said if reason]


def _rows_by_drummer(takes: Sequence[Heard]) -> dict[str, list[TakeRow]]:
    out: dict[str, list[TakeRow]] = {}
    for take in takes:
        out.setdefault(take.drummer, []).append(take.played)
    return out


def _style(rows: Sequence[TakeRow], against: Reference) -> PlayedStyle:
    style = style_of(rows, against)
    assert style is not None
    return style


def main() -> None:
    parser = argparse.ArgumentParser(description="Artists found again by how they play.")
    parser.add_argument("groove", nargs="?", type=Path, default=GROOVE, help="folder of the dataset")
    parser.add_argument("--splits", type=int, default=20, help="random splits, default %(default)s")
    parser.add_argument("--words", action="store_true", help="the embedded descriptions too, on three splits")
    args = parser.parse_args()
    if not (args.groove / "info.csv").is_file():
        sys.exit(f"The Groove MIDI Dataset is not at {args.groove}; give its folder as the argument.")
    takes, against = hear(args.groove), likeness.reference()
    rng = np.random.default_rng(0)
    splits = [by_take(takes, rng) for _ in range(args.splits)]
    sessions = [by_session(takes, rng) for _ in range(args.splits)]
    rows: list[tuple[str, Measure, Sequence[Halves]]] = [
        ("split", by_playing(against), splits),
        ("session", by_playing(against), sessions),
        ("flat", by_playing(against, flat=True), splits),
        ("split, other drummers", by_others(takes), splits),
        ("session, other drummers", by_others(takes), sessions),
        ("split, numbers", by_numbers(takes), splits),
        ("session, numbers", by_numbers(takes), sessions),
    ]
    if args.words:
        rows += [("split, words", by_words, splits[:3]), ("session, words", by_words, sessions[:3])]
    print(f"{len(takes)} takes of {len(splits[0])} drummers\n")
    print("| | top-1 | MRR |\n| --- | --- | --- |")
    for name, measure, cuts in rows:
        top, reciprocal = found_again(measure, cuts)
        print(f"| {name} | {top:.3f} | {reciprocal:.3f} |", flush=True)
    print("\n| scale | pairs | scores at 5 / 25 / 50 / 75 / 95 % |\n| --- | --- | --- |")
    print("\n".join(spread(takes, against)))
    print("\n" + "\n".join(reasons(takes, against)))


if __name__ == "__main__":
    main()
