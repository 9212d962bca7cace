"""What humanising leaves of a user's dynamics: python -m benchmarks.own_clips [GROOVE_FOLDER] [--takes 40] [--seeds 3]

Takes in 4/4 of at least four bars of the Groove MIDI Dataset's split "validation", spread evenly over its list, put on
the grid of sixteenths with the velocities that were played, and humanised by nobody in particular. Told apart are

    timing          mean distance of the onsets to the played ones in ms; and the same about the mean lateness of each,
                    which is the drummer's and the corpus's and is not put into a user's clip
    velocity        mean distance to the velocities given, and their rank correlation (Spearman) in a take
    ghosts over 70  share of the snare strokes given below 50 that come out above 70
    envelope        correlation of the mean velocity by bar with that given, the mean and the least of the takes, of
                    those whose bars differ
    level           the largest distance of the mean velocity of a voice with at least 8 strokes to that given

and the last two again for the same takes where the first half is at half the velocity, where they swell from .3 to
1.1, and where the whole is at .4 and at 1.15. Peers: nothing but the grid, and the jitter that sequencers offer, up to
10 ms and 8 velocities either way.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.humanise import GROOVE, VOICES
from mdg_core.kit import VOICES as ALL_VOICES
from mdg_core.maps import GM
from mdg_core.midi import ClipNote, read_midi, write_midi
from mdg_core.pattern import Hit, Metre, Pattern
from mdg_drummer.feel import play
from mdg_drummer.feel_prior import BAR, packaged_prior
from mdg_drummer.humanise_file import humanise_file
from mdg_pipeline.fit.takes import GridTake, read_corpus

PRIOR = packaged_prior()
_GHOST, _TOO_LOUD = 50, 70
_MIN_STROKES = 8
_PITCHES = [GM.writing[voice] for voice in VOICES]

Array = NDArray[np.float64]
Played = tuple[Array, Array]  # offsets in quarters and velocities of the strokes
Player = Callable[["GivenClip", int], Played]


@dataclass(frozen=True, slots=True, eq=False)
class GivenClip:
    """A take on its grid: arrays by stroke, sorted by onset and lane."""

    take: GridTake
    step: NDArray[np.int64]  # sixteenths
    lane: NDArray[np.int64]
    velocity: Array

    def midi(self) -> bytes:
        notes = [
            ClipNote(_PITCHES[lane], step / 4, 0.1, int(level))
            for step, lane, level in zip(self.step.tolist(), self.lane.tolist(), self.velocity.tolist(), strict=True)
        ]
        quarters = Fraction(len(self.take.hits), 4)
        return write_midi(notes, tempo=self.take.tempo, metre=Metre(), name="clip", quarters=quarters)


def given_clip(take: GridTake, scale: Callable[[Array], Array] | None = None) -> GivenClip:
    """The take with its velocities, or these times `scale` of where in the take each stroke is, 0 to 1."""
    step, lane = np.nonzero(take.hits)
    velocity = take.velocity[step, lane].astype(float)
    if scale is not None:
        velocity *= scale(step / len(take.hits))
    return GivenClip(take, step, lane, np.clip(np.rint(velocity), 1, 127))


def on_grid(clip: GivenClip, seed: int) -> Played:
    return np.zeros(len(clip.step)), clip.velocity


def jitter(clip: GivenClip, seed: int) -> Played:
    """Up to 10 ms and 8 velocities either way."""
    rng = np.random.default_rng(seed)
    late = rng.uniform(-10, 10, len(clip.step)) * clip.take.tempo / 60_000
    return late, np.clip(np.rint(clip.velocity + rng.uniform(-8, 8, len(clip.step))), 1, 127)


def ours(clip: GivenClip, seed: int, *, deterministic: bool = False) -> Played:
    """As the file is played; strokes are told apart by their order within each voice, which is kept."""
    played = read_midi(
        humanise_file(clip.midi(), prior=PRIOR, note_map=GM, seed=seed, deterministic=deterministic).midi, note_map=GM
    )
    offset, velocity = np.zeros(len(clip.step)), np.zeros(len(clip.step))
    for lane, voice in enumerate(VOICES):
        mine, theirs = clip.lane == lane, played.voice_code == ALL_VOICES.index(voice)
        offset[mine] = played.onset_quarters[theirs] - clip.step[mine] / 4
        velocity[mine] = played.velocity[theirs]
    return offset, velocity


def of_the_prior(clip: GivenClip, seed: int, *, deterministic: bool = False) -> Played:
    """What people would play of these strokes, with the lean of the corpus and whatever was given: no user's clip."""
    hits = tuple(Hit(step, VOICES[lane], 80) for step, lane in zip(clip.step.tolist(), clip.lane.tolist(), strict=True))
    pattern = Pattern(Metre(), len(clip.take.hits) // BAR, 4, hits)
    found = play(pattern, tempo=clip.take.tempo, prior=PRIOR, seed=seed, deterministic=deterministic)
    place_of = {(hit.step, hit.voice): index for index, hit in enumerate(pattern.hits)}
    offset, velocity = found[:, [place_of[hit.step, hit.voice] for hit in hits]]
    return offset / 4, np.rint(velocity)


def timing_errors(clip: GivenClip, offset: Array) -> tuple[float, float]:
    """Mean distance to the played onsets in ms, as they are and about the mean of either."""
    early = (offset - clip.take.offset[clip.step, clip.lane] / 4) * 60_000 / clip.take.tempo
    return float(np.abs(early).mean()), float(np.abs(early - early.mean()).mean())


def envelope_correlation(clip: GivenClip, velocity: Array) -> float | None:
    """Of the mean velocity by bar; None where the bars do not differ."""
    bar = clip.step // BAR
    bars, count = np.unique(bar, return_counts=True)
    given, made = (np.bincount(bar, weights=x)[bars] / count for x in (clip.velocity, velocity))
    return float(np.corrcoef(given, made)[0, 1]) if given.std() > 1 and made.std() > 0 else None


def largest_level_change(clip: GivenClip, velocity: Array) -> float:
    lanes = [lane for lane in np.unique(clip.lane) if (clip.lane == lane).sum() >= _MIN_STROKES]
    return max((abs(float((velocity - clip.velocity)[clip.lane == lane].mean())) for lane in lanes), default=0.0)


def rank_correlation(one: Array, other: Array) -> float:
    from scipy.stats import spearmanr  # type: ignore[import-untyped]

    return float(spearmanr(one, other).statistic)


def row(clips: list[GivenClip], player: Player, seeds: int) -> list[float]:
    """The columns of the first table: means over takes and seeds, and the least or largest where the name says so."""
    found: list[list[float]] = []
    ghosts = loud = 0
    for clip in clips:
        for seed in range(seeds):
            offset, velocity = player(clip, seed)
            ghost = (clip.lane == 1) & (clip.velocity < _GHOST)
            ghosts += int(ghost.sum())
            loud += int((velocity[ghost] > _TOO_LOUD).sum())
            envelope = envelope_correlation(clip, velocity)
            found.append(
                [
                    *timing_errors(clip, offset),
                    float(np.abs(velocity - clip.velocity).mean()),
                    rank_correlation(clip.velocity, velocity),
                    np.nan if envelope is None else envelope,
                    largest_level_change(clip, velocity),
                ]
            )
    table = np.array(found)
    means = np.nanmean(table, axis=0)
    return [*means[:4], 100 * loud / max(ghosts, 1), means[4], np.nanmin(table[:, 4]), table[:, 5].max()]


SCALES: dict[str, Callable[[Array], Array]] = {
    "first half at half": lambda at: np.where(at < 0.5, 0.5, 1.0),
    "swelling .3 to 1.1": lambda at: 0.3 + 0.8 * at,
    "whole at .4": lambda at: np.full(len(at), 0.4),
    "whole at 1.15": lambda at: np.full(len(at), 1.15),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="What humanising leaves of a user's dynamics.")
    parser.add_argument("groove", nargs="?", type=Path, default=GROOVE, help="folder of the Groove MIDI Dataset")
    parser.add_argument("--takes", type=int, default=40)
    parser.add_argument("--seeds", type=int, default=3)
    args = parser.parse_args()
    if not args.groove.is_dir():
        sys.exit(f"The Groove MIDI Dataset is not at {args.groove}; give its folder as the argument.")
    takes = read_corpus(args.groove, lambda text: print(text, file=sys.stderr))
    tried = [take for take in takes if take.split == "validation" and len(take.hits) >= 4 * BAR]
    tried = [tried[i] for i in np.unique(np.linspace(0, len(tried) - 1, args.takes).round().astype(int))]
    clips = [given_clip(take) for take in tried]
    print(f"{len(clips)} takes, {sum(len(c.step) for c in clips)} strokes\n")
    print("| model | timing ms | about each mean | velocity | rank | ghosts over 70, % | envelope | least | level |")
    print("| --- |" + " --- |" * 8)
    players: dict[str, tuple[Player, int]] = {
        "grid": (on_grid, 1),
        "jitter, 10 ms, 8 velocities": (jitter, args.seeds),
        "ours, deterministic": (lambda clip, seed: ours(clip, seed, deterministic=True), 1),
        "ours, sampling": (ours, args.seeds),
        "the prior as it is, deterministic": (lambda clip, seed: of_the_prior(clip, seed, deterministic=True), 1),
        "the prior as it is, sampling": (of_the_prior, args.seeds),
    }
    for name, (player, seeds) in players.items():
        cells = row(clips, player, seeds)
        digits = (1, 1, 1, 3, 1, 3, 3, 1)
        print(f"| {name} | " + " | ".join(f"{c:.{d}f}" for c, d in zip(cells, digits, strict=True)) + " |")
    print("\n| clips | envelope | least | level |\n| --- | --- | --- | --- |")
    for name, scale in SCALES.items():
        cells = row([given_clip(take, scale) for take in tried], ours, args.seeds)
        print(f"| {name} | {cells[5]:.3f} | {cells[6]:.3f} | {cells[7]:.1f} |", flush=True)


if __name__ == "__main__":
    main()
