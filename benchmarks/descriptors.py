"""What a take is like in about a hundred numbers, for a classifier, and which twenty of them sets are compared by.

Conventions: sixteenths of the take's own metre, the nine lanes of Gillick et al. 2019 (`mdg_drummer.feel_prior`),
offsets in ms against the straight sixteenth, late positive, velocities 1-127. What depends on the length of a take
is given a bar, so that a clip of four bars and a take of a hundred compare.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mdg_core.groove.syncopation import lhl, metric_weights
from mdg_core.kit import VOICES
from mdg_core.midi import Take
from mdg_core.pattern import Metre
from mdg_core.quantise import place
from mdg_drummer.feel_prior import LANE_OF, LANES

LANE_NAMES = ("kick", "snare", "closed_hat", "open_hat", "floor_tom", "mid_tom", "high_tom", "crash", "ride")
KICK, SNARE, CLOSED, OPEN, RIDE = 0, 1, 2, 3, 8
_LANE_OF_CODE = np.array([LANE_OF[voice] for voice in VOICES])
_GHOST = 53  # first tertile of the snare in the rock takes of the Groove MIDI Dataset
_TIMED_LANES = (KICK, SNARE, CLOSED, RIDE)

# the descriptors by which sets of takes are compared (Yang & Lerch 2018)
COMPARED = (
    "tempo", "hits", "kick hits", "snare hits", "closed_hat hits", "ride hits", "crash hits", "toms hits",
    "velocity mean", "velocity std", "kick velocity", "snare velocity", "closed_hat velocity", "ghosts",
    "offset mean", "offset std", "kick offset", "snare offset", "closed_hat offset",
    "on beats", "on upbeats", "on sixteenths", "syncopation", "bar distance",
)  # fmt: skip

_CELLS = 512  # of a density

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """The n hits of a take or of some of its bars, in order of time."""

    metre: Metre
    bars: int
    tempo: float
    cell: NDArray[np.int64]  # sixteenth from the start
    lane: NDArray[np.int64]  # 0-8
    offset: Floats  # ms
    velocity: Floats

    @property
    def bar_cells(self) -> int:
        return int(self.metre.bar_quarters * 4)

    @property
    def in_bar(self) -> NDArray[np.int64]:
        return self.cell % self.bar_cells

    def grid(self) -> NDArray[np.bool_]:
        """Which cells are hit, (bars, sixteenths, LANES)."""
        out = np.zeros((self.bars * self.bar_cells, LANES), np.bool_)
        out[self.cell, self.lane] = True
        return out.reshape(self.bars, self.bar_cells, LANES)

    def window(self, first: int, bars: int) -> Played:
        """Some of its bars."""
        start = first * self.bar_cells
        which = (self.cell >= start) & (self.cell < start + bars * self.bar_cells)
        return Played(
            self.metre, bars, self.tempo, self.cell[which] - start, self.lane[which], self.offset[which],
            self.velocity[which],
        )  # fmt: skip


def played_of(take: Take, bars: int | None = None) -> Played:
    """A take on its sixteenths, from its first bar with a hit; a clip of so many bars from its start."""
    placed = place(take, None, 4)
    tempo = take.tempos[0].bpm
    per_bar = int(placed.metre.bar_quarters * 4)
    order = np.argsort(placed.step, kind="stable")
    cell, index = placed.step[order], placed.index[order]
    first = int(cell[0]) // per_bar if bars is None else 0
    whole = Played(
        metre=placed.metre,
        bars=placed.bars - first,
        tempo=tempo,
        cell=cell - first * per_bar,
        lane=_LANE_OF_CODE[take.voice_code[index]],
        offset=placed.offset[order] * 15000 / tempo,
        velocity=take.velocity[index].astype(float),
    )
    return whole if bars is None else whole.window(0, bars)


def windows(played: Played, bars: int, most: int) -> list[Played]:
    """At most `most` excerpts of `bars` bars, evenly spread, none of fewer than four hits a bar."""
    starts = range(0, played.bars - bars + 1, bars)
    chosen = starts if len(starts) <= most else [starts[i * len(starts) // most] for i in range(most)]
    cut = [played.window(start, bars) for start in chosen]
    return [window for window in cut if len(window.cell) >= 4 * bars]


def describe(played: Played) -> dict[str, float]:
    """All descriptors by name; of what is not played the mean is 0."""
    lane, velocity, offset = played.lane, played.velocity, played.offset
    place_in_beat = played.cell % 4
    out: dict[str, float] = {"tempo": played.tempo, "beats": float(played.metre.bar_quarters)}
    out["hits"] = len(lane) / played.bars
    for index, name in enumerate(LANE_NAMES):
        which = lane == index
        out[f"{name} hits"] = float(which.sum()) / played.bars
        out[f"{name} velocity"], out[f"{name} velocity std"] = _moments(velocity[which])
        out[f"{name} offset"], out[f"{name} offset std"] = _moments(offset[which])
    out["toms hits"] = float(((lane >= 4) & (lane <= 6)).sum()) / played.bars
    for index in _TIMED_LANES:
        which = lane == index
        for beat_place in range(4):
            at = which & (place_in_beat == beat_place)
            name = f"{LANE_NAMES[index]} at {beat_place + 1}"
            out[name] = float(at.sum()) / max(1, which.sum())
            if index != RIDE:
                out[f"{name} velocity"] = _moments(velocity[at])[0]
    for beat_place, name in enumerate(("beats", "early sixteenths", "upbeats", "late sixteenths")):
        at = place_in_beat == beat_place
        out[f"on {name}"] = float(at.mean())
        out[f"offset on {name}"] = _moments(offset[at])[0]
    out["on sixteenths"] = out["on early sixteenths"] + out["on late sixteenths"]
    for index in (KICK, SNARE):
        beat = played.in_bar[lane == index] // 4 % 4
        for number in range(4):
            out[f"{LANE_NAMES[index]} in beat {number + 1}"] = float((beat == number).mean()) if len(beat) else 0.0
    out["velocity mean"], out["velocity std"] = _moments(velocity)
    out["offset mean"], out["offset std"] = _moments(offset)
    out["full velocity"] = float((velocity == 127).mean())
    for level, value in zip((10, 50, 90), np.percentile(velocity, (10, 50, 90)), strict=True):
        out[f"velocity {level} %"] = float(value)
    snare = velocity[lane == SNARE]
    out["ghosts"] = float((snare < _GHOST).mean()) if len(snare) else 0.0
    out["lanes"] = float(len(np.unique(lane)))
    out["together"] = len(lane) / len(np.unique(played.cell))
    weights = metric_weights(played.metre, 4)
    backbone = np.unique(played.cell[(lane == KICK) | (lane == SNARE)])
    out["syncopation"] = lhl(backbone, weights) / played.bars if len(backbone) else 0.0
    grid = played.grid()
    out["bar distance"] = float((grid[1:] ^ grid[:-1]).sum(axis=(1, 2)).mean()) if played.bars > 1 else 0.0
    out["same bars"] = float((~(grid[1:] ^ grid[:-1]).any(axis=(1, 2))).mean()) if played.bars > 1 else 0.0
    return out


def _moments(values: Floats) -> tuple[float, float]:
    return (float(values.mean()), float(values.std())) if len(values) else (0.0, 0.0)


def overlap(one: Floats, other: Floats, weights: Floats | None = None) -> float:
    """Overlapping area of intra- and inter-set distances of one descriptor, 0-1 (Yang & Lerch 2018, "On the
    evaluation of generative models in music", Neural Computing and Applications 32).

    The distances within `one` and those from `other` to it are smoothed with a Gaussian kernel (Scott's rule for as
    many as there are within `one`). 1: to be near `one`, a member of `other` is as good as one of its own.
    `weights` are those of the members of `other`.
    """
    within = np.abs(one[:, None] - one[None])[np.triu_indices(len(one), 1)]
    between = np.abs(one[:, None] - other[None]).ravel()
    counted = np.ones(len(other)) if weights is None else weights
    of_between = np.tile(counted / counted.sum() / len(one), len(one))
    of_within = np.full(len(within), 1 / len(within))
    top = max(within.max(), between.max())
    if top == 0:
        return 1.0
    scott = len(within) ** -0.2
    p, q = (_density(d, w, top, scott) for d, w in ((within, of_within), (between, of_between)))
    return float(np.minimum(p, q).sum() / max(p.sum(), q.sum()))


def _density(distances: Floats, weights: Floats, top: float, scott: float) -> Floats:
    """Of distances from 0 to `top`, at `_CELLS` places between; the weights sum to 1."""
    place = distances * ((_CELLS - 1) / top)
    heard = np.bincount(np.rint(place).astype(np.int64), weights, _CELLS)
    mean = weights @ place
    width = max(scott * float(np.sqrt(weights @ (place - mean) ** 2)), 0.5)
    reach = np.arange(-_CELLS, _CELLS + 1)
    kernel = np.exp(-0.5 * (reach / width) ** 2) / width
    return np.convolve(heard, kernel)[_CELLS : 2 * _CELLS]
