"""Are clips told from takes?  python -m benchmarks.realism [GROOVE_FOLDER] [--drummers N] [--takes N] [--split N ...]

Half of each drummer's takes of the Groove MIDI Dataset is researched, the other half is the truth; both are in 4/4 and
as the pipeline hears them (`mdg_core.stretches.prepared`). What is compared are windows of two bars, out of four
without a fill: none is measured in the take (of a clip: in the passage that leads it), and none in the four bars alone.

told apart   extremely randomised trees on the strokes, velocities and offsets of the cells, all or one of them alone;
             of each drummer both kinds count the same. The area under the curve of real or made: .5 cannot be told, 1
             always. Siblings are in one fold: the windows of a take, and *by take* all clips that one take leads; *by
             request* only the clips of one request are together, so that trees meet the same take again in other
             clips. *redrawn* says what that does: windows of the researched takes themselves, drawn as often as clips
             are. *real* is half of the truth against the other half; *re-felt* are the truth's own strokes on the grid,
             played anew from the profile, which has not heard them: the feel alone. Empty cells are 0, so that
             offsets and velocities carry the pattern as well, and a window is never quite without it.
summaries    the same trees on some fifty numbers of a window instead of its cells
named        by numbers of timing alone, the drummer, by trees that have heard a half of the truth; tried on the other
in numbers   means over the windows of each drummer, then over the drummers
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from benchmarks.descriptors import CLOSED, KICK, OPEN, RIDE, SNARE, Played, played_of
from benchmarks.style import GROOVE, main_style, profile_of_files
from mdg_core.groove import describe_stretches
from mdg_core.groove.structure import MAX_FILLS, MIN_FILL_HITS, MIN_FILL_SHARE, USUAL
from mdg_core.maps import GM
from mdg_core.midi import read_midi
from mdg_core.pattern import Pattern
from mdg_core.profile import StyleProfile
from mdg_core.stepgrid import level_of, velocity_of
from mdg_core.stretches import prepared
from mdg_drummer.bars import Grid
from mdg_drummer.feel_prior import LANE_OF, packaged_prior
from mdg_drummer.library import Groove, Library, library_of
from mdg_drummer.playing import Part, play
from mdg_drummer.request import GenerationRequest
from mdg_drummer.result import FileHead, build_result, midi_of, notes_of
from mdg_drummer.template import generate
from mdg_pipeline.lake import Lake

BARS, CUT = 2, 4  # of a window; of the clip that it is cut from
BAR, LANES = 16, 9
VARIATIONS = 4  # of a request
TREES, FOLDS = 100, 5
LEAST_WINDOWS = 12  # of a drummer, to be compared
MOST_WINDOWS = 240  # likewise
_OF_A_TAKE = 6  # clips of four bars
_APART_MS = 20.0
_DEPARTING = np.isin(range(LANES), (SNARE, 4, 5, 6))[:, None]  # lanes of a fill: snare and toms
_COINCIDENT = 3  # strokes of one lane with the hat, from which their distances say something

Matrix = NDArray[np.float64]
Grouping = Callable[["Window"], str]


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Two bars, whose they are, the take that they are of or that leads them, and the request that they answer."""

    drummer: str
    take: str
    request: str  # of a real one the take again
    played: Played


@dataclass(frozen=True, slots=True, eq=False)
class Drummer:
    """The windows of one drummer: real, generated, real ones played anew, and researched ones as often as generated."""

    name: str
    real: list[Window]
    made: list[Window]
    refelt: list[Window]
    redrawn: list[Window]


def drummers_of(groove: Path, *, drummers: int, takes: int, seeds: int, split: int = 0) -> list[Drummer]:
    """Those with enough windows, at most so many of them; `split` draws the halves of the takes and the first seed.

    Raises FileNotFoundError where the dataset is not.
    """
    by_drummer: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (groove / "info.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if (row["beat_type"], row["time_signature"]) == ("beat", "4-4"):
                by_drummer[row["drummer"]].append(row)
    out: list[Drummer] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, rows in sorted(by_drummer.items(), key=lambda item: (-len(item[1]), item[0])):
            if len(out) == drummers:
                break
            order = np.random.default_rng(split).permutation(len(rows)).tolist()
            halves = [
                [(rows[i], (groove / rows[i]["midi_filename"]).read_bytes()) for i in order[k::2]] for k in (0, 1)
            ]
            researched, truth = (half[:takes] for half in halves)
            profile = profile_of_files(Lake(Path(folder)), name, researched)
            library = library_of(profile, packaged_prior())
            pairs = [pair for row, data in truth for pair in _cut(row, data, library)]
            if len(pairs) >= LEAST_WINDOWS:
                real, refelt = ([pair[k] for pair in pairs] for k in (0, 1))
                chosen = range(1000 * split, 1000 * split + seeds)
                made = _generated(name, profile, library, chosen)
                out.append(Drummer(name, real, made, refelt, _redrawn(researched, chosen)))
    return out


@dataclass(frozen=True, slots=True, eq=False)
class _Take:
    """A take with the starts of its clips without a fill."""

    played: Played
    pattern: Pattern
    tempo: float
    starts: list[int]


def _take(data: bytes) -> _Take | None:
    """None where it does not follow a grid, or changes its metre."""
    take = prepared(read_midi(data)).take
    part = describe_stretches(take)[0]
    if not part.features.follows_grid or part.bars is not None:
        return None
    whole = played_of(take, part.pattern.bars)
    fills = set(part.features.fill_bars or ())
    clips = range(0, whole.bars - CUT + 1, CUT)
    starts = [s for s in clips if not fills & set(range(s, s + CUT)) and not any(fills_in(whole.window(s, CUT)))]
    kept = [starts[i * len(starts) // _OF_A_TAKE] for i in range(_OF_A_TAKE)] if len(starts) > _OF_A_TAKE else starts
    return _Take(whole, part.pattern, part.features.tempo, kept)


def fills_in(clip: Played, usual: Matrix | None = None) -> list[bool]:
    """Of each bar whether it is a fill (`mdg_core.groove.structure`): in the clip, or where `usual` is played.

    `usual` is the share of bars (lanes, steps of a bar). None is where most of the bars would be.
    """
    cells = _bars_of(clip)
    departs = cells * ((cells.mean(axis=0) if usual is None else usual) < USUAL) * _DEPARTING
    own, hits = departs.sum(axis=(1, 2)), cells.sum(axis=(1, 2))
    found = (own >= MIN_FILL_HITS) & (own >= MIN_FILL_SHARE * hits)
    return list(found) if found.mean() <= MAX_FILLS else [False] * len(found)


def _bars_of(clip: Played) -> Matrix:
    cells = np.zeros((clip.bars, LANES, BAR))
    cells[clip.cell // BAR, clip.lane, clip.cell % BAR] = 1
    return cells


def _cut(row: dict[str, str], data: bytes, library: Library) -> list[tuple[Window, Window]]:
    """Windows of a take, and the same strokes played anew out of a clip of four bars."""
    take = _take(data)
    out = []
    for number, start in enumerate(take.starts if take else ()):
        clip = take.pattern.bar_range(start, CUT)
        anew = _anew(library, clip, main_style(row["style"]), take.tempo, 2 * number)
        for first in range(0, CUT, BARS):
            both = take.played.window(start + first, BARS), anew.window(first, BARS)
            if min(len(played.cell) for played in both) >= 4 * BARS:
                real, made = (Window(row["drummer"], *[row["midi_filename"]] * 2, played) for played in both)
                out.append((real, made))
    return out


def _redrawn(researched: Sequence[tuple[dict[str, str], bytes]], seeds: range) -> list[Window]:
    """For each seed one clip of each of four takes, all as likely, drawn again and again as clips lead again."""
    takes = {row["midi_filename"]: (row["drummer"], _take(data)) for row, data in researched}
    known = [(name, drummer, take) for name, (drummer, take) in takes.items() if take and take.starts]
    out = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        for index in rng.permutation(len(known))[:VARIATIONS]:
            name, drummer, take = known[index]
            start = int(rng.choice(take.starts))
            cut = (take.played.window(start + first, BARS) for first in range(0, CUT, BARS))
            out += [
                Window(drummer, name, f"{drummer}/{seed}", window) for window in cut if len(window.cell) >= 4 * BARS
            ]
    return out


def _anew(library: Library, clip: Pattern, style: str, tempo: float, seed: int) -> Played:
    """The strokes as a template of the profile would hold them, played from the profile."""
    written = tuple(
        hit._replace(velocity=velocity_of(level_of(hit.velocity)), offset=0.0, doubles=()) for hit in clip.hits
    )
    grid = replace(clip, hits=written)
    feel = library.feel(Grid(clip.metre, clip.steps_per_quarter), style)
    request = GenerationRequest(artist=library.profile.artist.name)
    played = play([Part(grid, feel, style, seed)], library.player, request, tempo=tempo)[0]
    data = midi_of(notes_of(played, GM), FileHead("", (), tempo, played.metre, played.quarters))
    return played_of(read_midi(data, note_map=GM), clip.bars)


def _generated(name: str, profile: StyleProfile, library: Library, seeds: range) -> list[Window]:
    leads = {groove.name: groove for groove in (*library.grooves, *library.passages)}
    out = []
    for seed in seeds:
        request = GenerationRequest(
            artist=name, bars=CUT, variations=VARIATIONS, seed=seed, provider="template", time_signature="4/4"
        )
        clips = generate(library, request, seed)
        files = build_result(UUID(int=seed), profile, clips, request, seed)[1]
        for clip, data in zip(clips.variations, files, strict=True):
            lead = leads[clip.lead]
            heard = played_of(read_midi(data, note_map=GM), CUT)
            if any(fills_in(heard)) or any(fills_in(heard, _usual(lead))):
                continue
            cut = (heard.window(first, BARS) for first in range(0, CUT, BARS))
            take = min(lead.documents)
            out += [Window(name, take, f"{name}/{seed}", window) for window in cut if len(window.cell) >= 4 * BARS]
    return out


def _usual(lead: Groove) -> Matrix:
    """How often the cells of a bar are played."""
    cells = np.zeros((len(lead.bars), LANES, BAR))
    for bar, strokes in zip(cells, lead.bars, strict=True):
        for step, voice in strokes:
            bar[LANE_OF[voice], min(BAR - 1, round(step * 4 / lead.grid.steps_per_quarter))] = 1
    return np.asarray(cells.mean(axis=0))


def cells_of(windows: Sequence[Window]) -> Matrix:
    """Strokes, velocities (0-1) and offsets (100 ms) of every cell and lane, (n, 3, BARS * BAR * LANES)."""
    out = np.zeros((len(windows), 3, BARS * BAR, LANES))
    for row, window in zip(out, windows, strict=True):
        played = window.played
        where = played.cell, played.lane
        row[0][where], row[1][where], row[2][where] = 1, played.velocity / 127, played.offset / 100
    return out.reshape(len(windows), 3, -1)


def timing_numbers(played: Played) -> dict[str, float]:
    """How its strokes lie, in ms; 0 where there is nothing to measure."""
    lane, offset = played.lane, played.offset
    out = {"mean": offset.mean(), "spread": offset.std(), "first": offset[0]}
    bars = [offset[played.cell // BAR == bar] for bar in range(BARS)]
    out["bar drift"] = abs(bars[1].mean() - bars[0].mean()) if all(map(len, bars)) else 0.0
    for name, lanes in _GROUPS.items():
        own = offset[np.isin(lane, lanes)]
        out[f"{name} lean"] = own.mean() if len(own) else 0.0
        out[f"{name} spread"] = own.std() if len(own) else 0.0
        out[f"{name} change"] = np.median(abs(np.diff(own))) if len(own) > 1 else 0.0
        out[f"{name} farthest"] = abs(own).max() if len(own) else 0.0
    for at in range(4):
        own = offset[played.cell % 4 == at]
        out[f"at {at}"] = own.mean() if len(own) else 0.0
    deviation = _deviations(played)
    out["looseness"] = deviation.std()
    for name, lanes in _DRUMS.items():
        apart = _apart(played, lanes)
        enough = len(apart) >= _COINCIDENT
        out[f"{name} with hat"] = float(np.median(abs(apart - np.median(apart)))) if enough else 0.0
        out[f"{name} from hat"] = float(np.median(apart)) if enough else 0.0
    return {name: float(value) for name, value in out.items()}


def velocity_numbers(played: Played) -> dict[str, float]:
    """How loud its strokes are; 0 where there is nothing to measure."""
    lane, velocity = played.lane, played.velocity
    out = {"mean": velocity.mean(), "spread": velocity.std(), "full": (velocity == 127).mean()}
    out["different"] = len(np.unique(velocity)) / len(velocity)
    for name, lanes in _GROUPS.items():
        own = velocity[np.isin(lane, lanes)]
        loud = own[own > own.mean()] if len(own) else own
        out[f"{name} mean"] = own.mean() if len(own) else 0.0
        out[f"{name} spread"] = own.std() if len(own) else 0.0
        out[f"{name} most"] = own.max() if len(own) else 0.0
        out[f"{name} least"] = own.min() if len(own) else 0.0
        out[f"{name} loud spread"] = loud.std() if len(loud) else 0.0
        out[f"{name} change"] = np.median(abs(np.diff(own))) if len(own) > 1 else 0.0
    return {name: float(value) for name, value in out.items()}


_GROUPS = {"kick": (KICK,), "snare": (SNARE,), "hat": (CLOSED, OPEN), "ride": (RIDE,)}
_DRUMS = {"kick": (KICK,), "snare": (SNARE,)}


def _deviations(played: Played) -> Matrix:
    """Offsets about the mean of their lane and place in the beat, of those that come twice."""
    _, index, count = np.unique(played.lane * 4 + played.cell % 4, return_inverse=True, return_counts=True)
    centre = np.bincount(index, weights=played.offset) / count
    return np.asarray((played.offset - centre[index])[count[index] > 1])


def _apart(played: Played, lanes: tuple[int, ...]) -> Matrix:
    """By how much strokes of these lanes are later than the hat or ride on the same cell."""
    hats = {int(c): o for c, lane, o in zip(played.cell, played.lane, played.offset, strict=True) if lane in _TIME}
    drums = [(int(c), o) for c, lane, o in zip(played.cell, played.lane, played.offset, strict=True) if lane in lanes]
    return np.array([offset - hats[cell] for cell, offset in drums if cell in hats])


_TIME = (CLOSED, OPEN, RIDE)


def by_take(window: Window) -> str:
    return window.take


def by_request(window: Window) -> str:
    return window.request


def told_apart(
    one: Sequence[Window],
    other: Sequence[Window],
    features: Callable[[Sequence[Window]], Matrix],
    by: Grouping = by_take,
) -> float:
    """The area under the curve of trees that tell the two kinds apart, equal counts of each drummer, folds by group."""
    from sklearn.ensemble import ExtraTreesClassifier  # type: ignore[import-untyped]
    from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]
    from sklearn.model_selection import StratifiedGroupKFold  # type: ignore[import-untyped]

    pair = _evened(one, other)
    windows = [*pair[0], *pair[1]]
    x, y = features(windows), np.repeat([0, 1], [len(pair[0]), len(pair[1])])
    groups = [by(window) for window in windows]
    score = np.zeros(len(windows))
    for train, test in StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0).split(x, y, groups):
        forest = ExtraTreesClassifier(TREES, min_samples_leaf=2, random_state=0, n_jobs=1)
        score[test] = forest.fit(x[train], y[train]).predict_proba(x[test])[:, 1]
    return float(roc_auc_score(y, score))


def _evened(one: Sequence[Window], other: Sequence[Window]) -> tuple[list[Window], list[Window]]:
    out: tuple[list[Window], list[Window]] = ([], [])
    for name in dict.fromkeys(window.drummer for window in one):
        both = [[window for window in kind if window.drummer == name] for kind in (one, other)]
        count = min(*map(len, both), MOST_WINDOWS)
        for kept, kind in zip(out, both, strict=True):
            kept += [kind[i * len(kind) // count] for i in range(count)]
    return out


def _part(index: int | None) -> Callable[[Sequence[Window]], Matrix]:
    def features(windows: Sequence[Window]) -> Matrix:
        cells = cells_of(windows)
        return np.asarray(cells.reshape(len(windows), -1) if index is None else cells[:, index])

    return features


def _numbers(*kinds: Callable[[Played], dict[str, float]]) -> Callable[[Sequence[Window]], Matrix]:
    return lambda windows: np.array([[v for kind in kinds for v in kind(w.played).values()] for w in windows])


FEATURES: dict[str, Callable[[Sequence[Window]], Matrix]] = {
    "all": _part(None),
    "timing": _part(2),
    "velocity": _part(1),
    "pattern": _part(0),
    "summaries, timing": _numbers(timing_numbers),
    "summaries, velocity": _numbers(velocity_numbers),
}


def named(found: Sequence[Drummer]) -> tuple[float, float, float]:
    """Of real windows, generated ones and real ones re-felt the share whose drummer is named by timing alone."""
    from sklearn.ensemble import ExtraTreesClassifier

    halves: tuple[list[Window], list[Window]] = ([], [])
    refelt: list[Window] = []
    for drummer in found:
        groups = list(dict.fromkeys(window.take for window in drummer.real))
        for window, anew in zip(drummer.real, drummer.refelt, strict=True):
            tried = groups.index(window.take) % 2
            halves[tried].append(window)
            if tried:
                refelt.append(anew)
    features = _numbers(timing_numbers)
    forest = ExtraTreesClassifier(TREES, min_samples_leaf=2, class_weight="balanced", random_state=0, n_jobs=1)
    forest.fit(features(halves[0]), [window.drummer for window in halves[0]])
    made = [window for drummer in found for window in drummer.made]
    real, ours, anew_named = (_hit(forest.predict(features(kind)), kind) for kind in (halves[1], made, refelt))
    return real, ours, anew_named


def _hit(guesses: NDArray[np.str_], windows: Sequence[Window]) -> float:
    """Mean over the drummers of the share that is named rightly."""
    right: dict[str, list[bool]] = defaultdict(list)
    for guess, window in zip(guesses, windows, strict=True):
        right[window.drummer].append(bool(guess == window.drummer))
    return float(np.mean([np.mean(each) for each in right.values()]))


def in_numbers(windows: Sequence[Window]) -> dict[str, float]:
    """What a drummer's windows are like; nan where nothing is measured."""
    timing = [timing_numbers(window.played) for window in windows]
    velocity = [velocity_numbers(window.played) for window in windows]
    apart = [gap for w in windows for lanes in _DRUMS.values() for gap in _apart(w.played, lanes).tolist()]
    loud = np.concatenate([window.played.velocity for window in windows])
    out = {
        "looseness, ms": _mean([t["looseness"] for t in timing]),
        **{f"{name} lean, ms": _mean([t[f"{name} lean"] for t in timing if t[f"{name} lean"]]) for name in _GROUPS},
        "kick with hat, ms": _mean([t["kick with hat"] for t in timing if t["kick with hat"]]),
        "snare with hat, ms": _mean([t["snare with hat"] for t in timing if t["snare with hat"]]),
        "over 20 ms from the hat": float(np.mean(np.abs(apart) > _APART_MS)) if apart else float("nan"),
        "bar drift, ms": _mean([t["bar drift"] for t in timing]),
        "kick change, ms": _mean([t["kick change"] for t in timing if t["kick change"]]),
        "hat change, ms": _mean([t["hat change"] for t in timing if t["hat change"]]),
    }
    for name in ("kick", "snare", "hat"):
        out[f"{name} velocity spread"] = _mean([v[f"{name} spread"] for v in velocity if v[f"{name} mean"]])
        out[f"{name} velocity change"] = _mean([v[f"{name} change"] for v in velocity if v[f"{name} mean"]])
    return out | {"at 127": float((loud == 127).mean())}


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


Table = dict[str, dict[str, float]]  # row -> column -> value
_COLUMNS = {"real": "real", "made": "generated", "refelt": "re-felt", "redrawn": "redrawn"}


def measured(found: Sequence[Drummer]) -> list[Table]:
    """How far they are told apart, how often the drummer is named, and how they are in numbers."""
    real, made, refelt, redrawn = ([w for d in found for w in getattr(d, kind)] for kind in _COLUMNS)
    pairs = {
        "generated": (real, made, by_take),
        "redrawn": (real, redrawn, by_take),
        "generated, by request": (real, made, by_request),
        "redrawn, by request": (real, redrawn, by_request),
        "re-felt": (real, refelt, by_take),
        "real": (*_halves(found), by_take),
    }
    apart = {
        row: {name: told_apart(one, other, features, by) for name, (one, other, by) in pairs.items()}
        for row, features in FEATURES.items()
    }
    by_timing = {"the drummer": dict(zip(("real", "generated", "re-felt"), named(found), strict=True))}
    each = {name: [in_numbers(getattr(d, kind)) for d in found] for kind, name in _COLUMNS.items()}
    numbers = {
        row: {name: float(np.nanmean([drummer[row] for drummer in kind])) for name, kind in each.items()}
        for row in each["real"][0]
    }
    return [
        {"windows": {"real": len(real), "generated": len(made), "redrawn": len(redrawn)}},
        apart,
        by_timing,
        numbers,
    ]


def tables(splits: Sequence[list[Table]]) -> list[str]:
    """Markdown: means over the splits; of how far they are told apart the least and the most too."""
    out: list[str] = []
    titles = ("of all drummers", "told apart by", "named by timing", "in numbers")
    for number, title in enumerate(titles):
        each = [split[number] for split in splits]
        columns = list(next(iter(each[0].values())))
        out += ["", f"| {title} | " + " | ".join(columns) + " |", "| --- |" + " --- |" * len(columns)]
        for row in each[0]:
            values = ([table[row][column] for table in each] for column in columns)
            out.append(f"| {row} | " + " | ".join(_shown(found, spread=number == 1) for found in values) + " |")
    return out[1:]


def _shown(values: Sequence[float], *, spread: bool) -> str:
    mean = float(np.mean(values))
    if not spread:
        return f"{mean:.3g}"
    return f"{mean:.2f} ({min(values):.2f}-{max(values):.2f})" if len(values) > 1 else f"{mean:.3f}"


def _halves(found: Sequence[Drummer]) -> tuple[list[Window], list[Window]]:
    """The truth, its takes in turn on either side."""
    halves: tuple[list[Window], list[Window]] = ([], [])
    for drummer in found:
        groups = list(dict.fromkeys(window.take for window in drummer.real))
        for window in drummer.real:
            halves[groups.index(window.take) % 2].append(window)
    return halves


def main() -> None:
    parser = argparse.ArgumentParser(description="Clips against takes that their profile has not heard.")
    parser.add_argument("groove", nargs="?", type=Path, default=GROOVE, help="folder of the dataset")
    parser.add_argument("--drummers", type=int, default=10, help="at most, default %(default)s")
    parser.add_argument("--takes", type=int, default=200, help="of a drummer in each half, at most")
    parser.add_argument("--seeds", type=int, default=40, help="requests of four variations a drummer")
    parser.add_argument(
        "--split",
        type=int,
        nargs="+",
        default=[0],
        help="halves and seeds; several for their means (tuned on: 0, 2, 3)",
    )
    args = parser.parse_args()
    if not (args.groove / "info.csv").is_file():
        sys.exit(f"The Groove MIDI Dataset is not at {args.groove}; give its folder as the argument.")
    numbers = {name: getattr(args, name) for name in ("drummers", "takes", "seeds")}
    print("\n".join(tables([measured(drummers_of(args.groove, split=split, **numbers)) for split in args.split])))


if __name__ == "__main__":
    main()
