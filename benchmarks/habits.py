"""What people do as a habit, as the player's constants have it.  python -m benchmarks.habits [GROOVE_FOLDER]

Every constant of `mdg_drummer` that was fitted on the Groove MIDI Dataset: its value in the code beside that which the
takes of the split "train" give today. How limbs and bars lie apart (`microtiming`) is set by `benchmarks.realism`, the
costs of `selection` likewise; the human prior has its own fit (`mdg_pipeline.fit`), its file the hash of the corpus.

kick gap        fifth percentile of the distance of two kicks that count as a double
closer          median distance of strokes that are doubled more than once, over that of pairs; snare and toms
saturated       of the strokes above 119 those of 127
looseness       take to take of one drummer in one style: spread of the logarithm of a take's standard deviation from
                the grid, less what its windows of four bars differ by (components of variance)
repeats, fills, crashes after fills     medians over the drummers
busier, louder  fills less the grooves of their take: mean and standard deviation, strokes a bar and velocity
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.style import GROOVE, build_profiles, labelled_files
from mdg_core.groove.doubles import LEAST_KICK_GAP_MS
from mdg_core.groove.frame import Frame, frame_of
from mdg_core.kit import TOMS, Voice
from mdg_core.maps import ROLAND_TD
from mdg_core.midi import read_midi
from mdg_core.stretches import prepared
from mdg_drummer import doubling, form, microtiming, plan, touch
from mdg_drummer.feel_prior import packaged_prior
from mdg_drummer.library import Library, library_of

_LOUDEST, _SATURATED = 119, 127  # velocities
_WINDOW = 4  # bars
_LEAST_STROKES = 24  # of a window
_LEAST_WINDOWS = 2  # of a take

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Habit:
    """A constant of the code, what the corpus gives for it, and how far the two may lie apart."""

    name: str
    code: float
    corpus: float
    tolerance: float

    @property
    def holds(self) -> bool:
        return abs(self.code - self.corpus) <= self.tolerance


def habits(groove: Path) -> list[Habit]:
    """All of them. Raises FileNotFoundError."""
    takes = list(_takes(groove))
    libraries = [library_of(profile, packaged_prior()) for profile in build_profiles(groove).values()]
    return [*of_takes(takes), *of_libraries(libraries)]


def of_takes(takes: Sequence[tuple[str, Frame]]) -> list[Habit]:
    """`takes`: whose and of which style, and the strokes."""
    frames = [frame for _, frame in takes]
    velocity = np.concatenate([frame.velocity for frame in frames])
    loud = velocity[velocity > _LOUDEST]
    kicks, pairs, more = _gaps(frames)
    return [
        Habit("doubling._LEAST_KICK_GAP_MS", doubling._LEAST_KICK_GAP_MS, float(np.percentile(kicks, 5)), 5.0),
        Habit("doubling._CLOSER", doubling._CLOSER, float(np.median(more) / np.median(pairs)), 0.08),
        Habit("touch._SATURATED", touch._SATURATED, float((loud == _SATURATED).mean()), 0.05),
        Habit("microtiming._LOOSENESS_SPREAD", microtiming._LOOSENESS_SPREAD, _looseness(takes), 0.05),
    ]


def of_libraries(libraries: Sequence[Library]) -> list[Habit]:
    """A library a drummer."""
    repeats = [form.repeats_of(library.passages) for library in libraries]
    busier, louder = np.array([pair for library in libraries for pair in _fills_apart(library)]).T
    return [
        Habit("form.USUAL_REPEATS", form.USUAL_REPEATS, float(np.median(repeats)), 0.08),
        Habit("plan._USUAL_FILL_SHARE", plan._USUAL_FILL_SHARE, _median(libraries, "fill_share"), 0.03),
        Habit("plan._USUAL_CRASH", plan._USUAL_CRASH, _median(libraries, "crash_after_fill"), 0.06),
        Habit("plan._BUSIER mean", plan._BUSIER[0], float(busier.mean()), 0.5),
        Habit("plan._BUSIER deviation", plan._BUSIER[1], float(busier.std()), 0.7),
        Habit("plan._LOUDER mean", plan._LOUDER[0], float(louder.mean()), 2.0),
        Habit("plan._LOUDER deviation", plan._LOUDER[1], float(louder.std()), 2.0),
    ]


def table(found: Sequence[Habit]) -> list[str]:
    rows = ["| constant | code | corpus | tolerance | |", "| --- | --- | --- | --- | --- |"]
    return rows + [
        f"| {h.name} | {h.code:g} | {h.corpus:.3g} | {h.tolerance:g} | {'' if h.holds else 'apart'} |" for h in found
    ]


def _takes(groove: Path) -> Iterator[tuple[str, Frame]]:
    for row, data in labelled_files(groove, "train"):
        if row["beat_type"] == "beat":
            take = prepared(read_midi(data, note_map=ROLAND_TD)).take
            if len(take.metres) == 1 and len(take):
                yield f"{row['drummer']} {row['style']}", frame_of(take)


def _gaps(frames: Sequence[Frame]) -> tuple[Array, Array, Array]:
    """Distances of doubling strokes in ms: of kicks; of snare and toms where there is one and where there are more."""
    kicks, pairs, more = [], [], []
    for frame in frames:
        gap = np.abs(frame.double_ms)
        known = ~np.isnan(gap)
        kick = frame.of(Voice.KICK) & (np.nan_to_num(gap) >= LEAST_KICK_GAP_MS)
        drum = frame.of(Voice.SNARE, *TOMS)
        kicks.append(gap[kick])
        pairs.append(gap[known & drum & (frame.others == 1)])
        more.append(gap[known & drum & (frame.others > 1)])
    return np.concatenate(kicks), np.concatenate(pairs), np.concatenate(more)


def _looseness(takes: Sequence[tuple[str, Frame]]) -> float:
    """Between takes of a group, as a standard deviation; windows of a take tell what is chance."""
    groups: dict[str, list[Array]] = {}
    for group, frame in takes:
        own = np.array(list(_logs(frame)))
        if len(own) >= _LEAST_WINDOWS:
            groups.setdefault(group, []).append(own)
    several = [takes for takes in groups.values() if len(takes) > 1]
    between, freedom, chance = 0.0, 0, []
    for group in several:
        means = np.array([own.mean() for own in group])
        between += float(((means - means.mean()) ** 2).sum())
        freedom += len(group) - 1
        chance += [float(own.var(ddof=1)) / len(own) for own in group]
    return float(np.sqrt(max(between / freedom - np.mean(chance), 0.0)))


def _logs(frame: Frame) -> Iterator[float]:
    for first in range(frame.first_bar, frame.bars - _WINDOW + 1, _WINDOW):
        within = (frame.bar >= first) & (frame.bar < first + _WINDOW)
        if within.sum() >= _LEAST_STROKES:
            yield float(np.log(max(frame.offset_ms[within].std(), 0.1)))


def _fills_apart(library: Library) -> Iterator[tuple[float, float]]:
    """Of each fill how much busier and louder it is than the mean of the grooves of its take."""
    for fill in library.of("fill"):
        kin = [g for g in library.of("groove") if g.documents & fill.documents]
        if kin:
            busy, loud = (float(np.mean([getattr(g, name) for g in kin])) for name in ("busyness", "loudness"))
            yield fill.busyness - busy, fill.loudness - loud


def _median(libraries: Sequence[Library], name: str) -> float:
    known: Sequence[Mapping[str, float | None]] = [
        {key: found.value for key, found in library.profile.quantitative_params.items()} for library in libraries
    ]
    values = [params[name] for params in known if params.get(name) is not None]
    return float(np.median(np.array(values, float)))


def main() -> None:
    parser = argparse.ArgumentParser(description="The player's constants against the Groove MIDI Dataset.")
    parser.add_argument("groove", nargs="?", type=Path, default=GROOVE, help="folder of the dataset")
    args = parser.parse_args()
    if not (args.groove / "info.csv").is_file():
        sys.exit(f"The Groove MIDI Dataset is not at {args.groove}; give its folder as the argument.")
    print("\n".join(table(habits(args.groove))))


if __name__ == "__main__":
    main()
