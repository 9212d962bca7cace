"""What the player's constants of feel are on the corpus:  python -m benchmarks.shrinkage [GROOVE_FOLDER]

Half of each drummer's takes in 4/4 of the Groove MIDI Dataset, as profiles carry them, against the other half:

known      strokes of a place of the bar at which the drummer's own mean and spread count as much as those of the
           others: `mdg_drummer.known`. Of each number in turn the mean log likelihood of held-out strokes, under the
           normal distribution that it gives, for timing and for velocity
lean       by how many takes a place is drawn to its class, a class to the voice, a voice to all:
           `mdg_drummer.hands`. Mean log likelihood of held-out takes' means
shares     of the variance of a stroke about its drummer's lean, what all of a bar have in common, all limbs of a step
           and a voice throughout, and how much of a bar is left in the next: `mdg_drummer.microtiming`
words      how far the backbeats of takes lie from their hats, in ms: its spread over takes is what "behind the beat"
           is taken for (`mdg_drummer.player`), since who is called so is late among drummers
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.style import GROOVE, profile_of_files
from mdg_core.kit import HATS, RIDES, VOICES, Voice
from mdg_drummer.hands import BACK, Hands, hands_of, lean_of
from mdg_pipeline.lake import Lake

HITS = (2.0, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0)
STRENGTHS = (1.0, 4.0, 8.0, 16.0, 32.0)
_PLACES = 4096  # more than a bar has
_LEAST = 3  # strokes from which there is a spread
_LEAST_SPREADS = (3.0, 3.0)  # ms and velocity, so that a place that was played alike is no certainty

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def halves_of(groove: Path) -> list[tuple[Hands, Hands]]:
    """Of each drummer with enough takes what one half and the other tells."""
    by_drummer: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (groove / "info.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if (row["beat_type"], row["time_signature"]) == ("beat", "4-4"):
                by_drummer[row["drummer"]].append(row)
    out = []
    with tempfile.TemporaryDirectory() as folder:
        for name, rows in sorted(by_drummer.items()):
            order = np.random.default_rng(0).permutation(len(rows)).tolist()
            files = [[(rows[i], (groove / rows[i]["midi_filename"]).read_bytes()) for i in order[k::2]] for k in (0, 1)]
            one, other = (hands_of(profile_of_files(Lake(Path(folder)), name, half).performances) for half in files)
            if one is not None and other is not None:
                out.append((one, other))
    return out


def likelihood_of_hits(halves: Sequence[tuple[Hands, Hands]], hits: float) -> tuple[float, float]:
    """Mean log likelihood of held-out offsets and velocities where so many strokes count as much as the others'."""
    totals, count = np.zeros(2), 0
    for number, (known, held) in enumerate(halves):
        everybody = [one for other, (one, _) in enumerate(halves) if other != number]
        key, values = _strokes(held)
        usual = _moments(*_joined([_strokes(one) for one in everybody]), key)
        own = _moments(*_strokes(known), key)
        able = (usual[0] >= _LEAST) & (own[0] >= _LEAST)
        share = own[0] / (own[0] + hits)
        for quantity in (0, 1):
            mean = usual[1][quantity] + share * (own[1][quantity] - usual[1][quantity])
            spread = usual[2][quantity] + share * (own[2][quantity] - usual[2][quantity])
            spread = np.maximum(spread, _LEAST_SPREADS[quantity])[able]
            off = (values[quantity] - mean)[able]
            totals[quantity] += float((-np.log(spread) - 0.5 * (off / spread) ** 2).sum())
        count += int(able.sum())
    return float(totals[0] / count), float(totals[1] / count)


def likelihood_of_strengths(halves: Sequence[tuple[Hands, Hands]], strengths: tuple[float, float, float]) -> float:
    """Mean log likelihood of held-out takes' mean residuals at each voice and place, up to a constant."""
    squares = []
    for known, held in halves:
        for take in range(len(held.tempo)):
            rows = np.flatnonzero(held.take == take)
            at, limb = np.nonzero(held.struck[rows])
            able = np.array([VOICES[code] in known.column_of for code in held.codes])[limb]
            step, limb = rows[at[able]], limb[able]
            column = np.array([known.column_of.get(VOICES[code], 0) for code in held.codes], np.int64)[limb]
            lean = lean_of(known, float(held.tempo[take]), strengths)
            off = held.residual[step, limb] - lean.of(column, held.metric[step], held.place[step])
            _, index, count = np.unique(column * _PLACES + held.place[step], return_inverse=True, return_counts=True)
            squares.append((np.bincount(index, weights=off) / count) ** 2)
    return -0.5 * float(np.log(np.concatenate(squares).mean()))


def shares(hands: Sequence[Hands]) -> dict[str, float]:
    """Of the variance of strokes about the drummer's lean, by what they have in common; and the memory of bars."""
    same: dict[str, list[float]] = defaultdict(list)
    weights: dict[str, list[float]] = defaultdict(list)
    for one in hands:
        for take in range(len(one.tempo)):
            rows = np.flatnonzero(one.take == take)
            lean = lean_of(one, float(one.tempo[take]))
            at, limb = np.nonzero(one.struck[rows])
            step = rows[at]
            off = one.residual[step, limb] - lean.of(limb, one.metric[step], one.place[step])
            bar = np.cumsum(np.diff(one.place[rows], prepend=-1) < 0)[at]
            off = off - off.mean()  # a clip is anchored: what all of a take has in common is not played
            for name, found in _components(off, at, bar, limb).items():
                same[name].append(found)
                weights[name].append(len(off))
    mean = {name: float(np.average(found, weights=weights[name])) for name, found in same.items()}
    whole = mean["variance"]
    return {
        "bar": mean["bar"] / whole,
        "step": (mean["step"] - mean["bar"]) / whole,
        "voice": mean["voice"] / whole,
        "memory of bars": mean["next bar"] / mean["bar"],
    }


def _components(off: Floats, step: Ints, bar: Ints, limb: Ints) -> dict[str, float]:
    """Mean products of strokes that share a bar and no step or voice, a step, a voice and no bar, and of next bars."""
    pairs = np.outer(off, off)
    same_bar, same_step, same_limb = (part[:, None] == part for part in (bar, step, limb))
    kinds = {
        "bar": same_bar & ~same_step & ~same_limb,
        "step": same_step & ~same_limb,
        "voice": same_limb & (abs(bar[:, None] - bar) > 1),
        "next bar": (abs(bar[:, None] - bar) == 1) & ~same_limb,
    }
    found = {name: float(pairs[which].mean()) for name, which in kinds.items() if which.any()}
    return found | {"variance": float((off**2).mean())}


def backbeats(hands: Sequence[Hands]) -> Floats:
    """By how many ms each take's snare on its backbeats lies behind the hat or ride on the same step."""
    out = []
    for one in hands:
        columns = [one.column_of[voice] for voice in (*HATS, *RIDES) if voice in one.column_of]
        snare = one.column_of.get(Voice.SNARE)
        for take in range(len(one.tempo)) if snare is not None else ():
            rows = np.flatnonzero((one.take == take) & (one.metric == BACK) & (one.struck[:, snare] > 0))
            times = one.struck[np.ix_(rows, columns)] > 0
            hat = (one.residual[np.ix_(rows, columns)] * times).sum(axis=1) / np.maximum(times.sum(axis=1), 1)
            apart = (one.residual[rows, snare] - hat)[times.any(axis=1)]
            if len(apart) >= _LEAST:
                out.append(float(np.median(apart)))
    return np.array(out)


def _strokes(hands: Hands) -> tuple[Ints, Floats]:
    """Voice and place of each stroke in one number, and its offset and velocity, (2, n)."""
    step, limb = np.nonzero(hands.struck)
    key = hands.codes[limb] * _PLACES + hands.place[step]
    return key, np.stack([hands.residual[step, limb], hands.velocity[step, limb]]).astype(float)


def _joined(parts: Sequence[tuple[Ints, Floats]]) -> tuple[Ints, Floats]:
    return np.concatenate([key for key, _ in parts]), np.concatenate([values for _, values in parts], axis=1)


def _moments(key: Ints, values: Floats, wanted: Ints) -> tuple[Floats, Floats, Floats]:
    """How many strokes are known at each wanted place, their means and their spreads, (2, n)."""
    size = len(VOICES) * _PLACES
    count = np.bincount(key, minlength=size).astype(float)
    some = np.maximum(count, 1)
    mean = np.stack([np.bincount(key, weights=v, minlength=size) for v in values]) / some
    square = np.stack([np.bincount(key, weights=v**2, minlength=size) for v in values]) / some
    spread = np.sqrt(np.maximum(square - mean**2, 0))
    return count[wanted], mean[:, wanted], spread[:, wanted]


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the constants of the player's feel.")
    parser.add_argument("groove", nargs="?", type=Path, default=GROOVE, help="folder of the dataset")
    args = parser.parse_args()
    if not (args.groove / "info.csv").is_file():
        sys.exit(f"The Groove MIDI Dataset is not at {args.groove}; give its folder as the argument.")
    halves = halves_of(args.groove)
    print("| strokes known | timing | velocity |\n| --- | --- | --- |")
    for hits in HITS:
        timing, velocity = likelihood_of_hits(halves, hits)
        print(f"| {hits:g} | {timing:.4f} | {velocity:.4f} |")
    found = {each: likelihood_of_strengths(halves, each) for each in product(STRENGTHS, repeat=3)}
    print("\n| place to class | class to voice | voice to all | likelihood |\n| --- | --- | --- | --- |")
    for each in sorted(found, key=lambda each: -found[each])[:5]:
        print("| " + " | ".join(f"{value:g}" for value in each) + f" | {found[each]:.4f} |")
    everybody = [hands for pair in halves for hands in pair]
    print("\n" + ", ".join(f"{name} {share:.2f}" for name, share in shares(everybody).items()))
    late = backbeats(everybody)
    print(f"backbeats behind the hat: median {np.median(late):.1f} ms, spread {late.std():.1f} over {len(late)} takes")


if __name__ == "__main__":
    main()
