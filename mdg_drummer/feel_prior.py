"""The general human prior: a small recurrent net that has heard people drum, in numpy alone.

What belongs here: the nine lanes and 32 cells it knows, what it is told, its forward pass, its file.
What does not: patterns and their grids (`feel`), fitting it (`mdg_pipeline.fit`).

The net reads two bars of sixteenths in both directions (stacked bidirectional gated recurrent units,
Cho et al. 2014, in the variant of cuDNN) and answers, for every cell and lane, the quantiles of the
offset and of the velocity with which people play a hit there (quantile regression, Koenker & Bassett
1978). Task and lanes are those of Gillick et al. 2019, "Learning to Groove with Inverse Sequence
Transformations" (arXiv 1905.06118).

Conventions: `n` windows of `CELLS` sixteenths and `LANES` lanes; offsets in sixteenths, late positive;
velocities 1-127; tempo in quarter notes a minute. The two *quantities*, timing and velocity, always stand
in this order, and each has a net of its own.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mdg_core.errors import MdgError
from mdg_core.kit import Voice
from mdg_core.settings import Settings

Floats = NDArray[np.float32]

BAR = 16  # sixteenths
CELLS = 32
LANES = 9
QUANTITIES = 2
LEVELS = np.array([0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99])
MEDIAN = 6
CENTRES = np.array([0.0, 70.0], np.float32)  # what the nets call nought ...
UNITS = np.array([0.2, 30.0], np.float32)  # ... and one, of offsets (sixteenths) and velocities
LIMITS = ((-0.5, 0.5), (1.0, 127.0))

MAX_PRIOR_BYTES = 4_000_000
_TEMPI = (50.0, 290.0)  # beyond what the corpus holds, offsets keep the ms of its end
_MAX_HIDDEN, _MAX_LAYERS = 256, 3

V = Voice
_LANE_VOICES: tuple[tuple[Voice, ...], ...] = (
    (V.KICK,),
    (V.SNARE, V.SIDE_STICK, V.CLAP),
    (V.CLOSED_HAT, V.PEDAL_HAT),
    (V.OPEN_HAT,),
    (V.FLOOR_TOM, V.LOW_CONGA),
    (V.MID_TOM, V.LOW_BONGO, V.LOW_TIMBALE),
    (V.HIGH_TOM, V.HIGH_BONGO, V.MUTE_CONGA, V.HIGH_CONGA, V.HIGH_TIMBALE),
    (V.CRASH, V.CHINA, V.SPLASH),
    (V.RIDE, V.RIDE_BELL),
)
LANE_OF: dict[Voice, int] = {
    **dict.fromkeys(Voice, 2),  # small percussion keeps time as a closed hat does
    **{voice: lane for lane, voices in enumerate(_LANE_VOICES) for voice in voices},
}

# An artist's habits as the nets hear them. The pseudo-counts draw thin evidence to nothing, so that one of
# whom little is known is played like anyone.
_LANE_PSEUDO_COUNT, _CELL_PSEUDO_COUNT = 20.0, 5.0
_HABIT_CENTRES = np.array([0.0, 70.0], np.float32)
_HABIT_UNITS = np.array([20.0, 30.0], np.float32)  # ms and velocity
INPUTS = LANES + BAR + 2 + 4 * LANES


def no_habits(n: int = 1) -> Floats:
    """Habits of nobody: zeros of shape (n, QUANTITIES, 3, BAR, LANES)."""
    return np.zeros((n, QUANTITIES, 3, BAR, LANES), np.float32)


def habit_sums(
    lane: ArrayLike, position: ArrayLike, values: ArrayLike, spreads: ArrayLike, counts: ArrayLike
) -> Floats:
    """What is known of how someone plays, as sums that add up over takes.

    Parameters
    ----------
    lane, position
        k places: lane and sixteenth of the bar, 0-15.
    values, spreads
        Shape (QUANTITIES, k): mean offset in ms and mean velocity there, and their standard deviations.
    counts
        Hits behind each, shape (k,).

    Returns
    -------
    Shape (QUANTITIES, 3, BAR, LANES): count, sum, sum of squares. Offsets count on the beats alone,
    where swing, which moves upbeats, has no part in them.
    """
    lanes, positions = np.asarray(lane, np.int64), np.asarray(position, np.int64)
    mean, spread, count = np.asarray(values, float), np.asarray(spreads, float), np.asarray(counts, float)
    out = np.zeros((QUANTITIES, 3, BAR, LANES))
    for quantity in range(QUANTITIES):
        n = count * (positions % 4 == 0) if quantity == 0 else count
        m, s = mean[quantity], spread[quantity]
        for part, term in enumerate((n, n * m, n * (m**2 + s**2))):
            np.add.at(out[quantity, part], (positions, lanes), term)
    return out.astype(np.float32)


def features(hits: NDArray[np.bool_], positions: NDArray[np.int64], tempo: Floats, habits: Floats) -> Floats:
    """What each net is told of each cell.

    Parameters
    ----------
    hits
        Shape (n, CELLS, LANES).
    positions
        Sixteenth of a 4/4 bar that each cell is taken for, 0-15; shape (n, CELLS).
    tempo
        Shape (n,).
    habits
        Sums of `habit_sums`, shape (n, QUANTITIES, 3, BAR, LANES).

    Returns
    -------
    Shape (QUANTITIES, CELLS, n, INPUTS).
    """
    n, cells = positions.shape
    speed = np.stack([np.log(tempo / 110), 110 / tempo - 1], axis=-1)
    shared = [hits, np.eye(BAR, dtype=np.float32)[positions], np.broadcast_to(speed[:, None], (n, cells, 2))]
    out = np.empty((QUANTITIES, n, cells, INPUTS), np.float32)
    out[..., : INPUTS - 4 * LANES] = np.concatenate(shared, axis=-1)
    lane, cell = _habit_features(habits)
    for quantity in range(QUANTITIES):
        out[quantity, :, :, -4 * LANES : -LANES] = lane[:, quantity].reshape(n, 1, 3 * LANES)
        out[quantity, :, :, -LANES:] = cell[np.arange(n)[:, None], quantity, positions]
    return np.ascontiguousarray(out.transpose(0, 2, 1, 3))


def _habit_features(habits: Floats) -> tuple[Floats, Floats]:
    """Per lane mean, spread and evidence, (n, QUANTITIES, 3, LANES), and per cell how far its mean is from the lane's.

    The latter has shape (n, QUANTITIES, BAR, LANES).
    """
    unit, centre = _HABIT_UNITS[:, None], _HABIT_CENTRES[:, None]
    count, total, squares = (habits[:, :, part].sum(axis=-2) for part in range(3))
    mean = total / np.maximum(count, 1)
    spread = np.sqrt(np.maximum(squares / np.maximum(count, 1) - mean**2, 0))
    known = count / (count + _LANE_PSEUDO_COUNT)
    lane = np.stack([known * (mean - centre) / unit, known * spread / unit, known], axis=2)
    cells = habits[:, :, 0]
    here = habits[:, :, 1] / np.maximum(cells, 1) - mean[:, :, None]
    return lane, cells / (cells + _CELL_PSEUDO_COUNT) * here / unit[:, None]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One bidirectional layer of both nets, direction fastest: d = 2 * quantity + (1 where it reads backwards).

    Gates stand in the order reset, update, new. Shapes: `w_in` (2 QUANTITIES, inputs, 3 hidden),
    `w_rec` (2 QUANTITIES, hidden, 3 hidden), `b_in` and `b_rec` (2 QUANTITIES, 1, 3 hidden).
    """

    w_in: Floats
    w_rec: Floats
    b_in: Floats
    b_rec: Floats

    @property
    def hidden(self) -> int:
        return int(self.w_rec.shape[1])

    def __call__(self, x: Floats) -> Floats:
        """(QUANTITIES, cells, n, inputs) -> (QUANTITIES, cells, n, 2 hidden)."""
        quantities, cells, n, inputs = x.shape
        hidden, ways = self.hidden, 2 * quantities
        both = np.stack([x, x[:, ::-1]], axis=1).reshape(ways, cells * n, inputs)
        driven = both @ self.w_in
        driven += self.b_in
        driven[..., : 2 * hidden] += self.b_rec[..., : 2 * hidden]
        # gate by gate, so that what is worked on at once lies together
        by_gate = driven.reshape(ways, cells, n, 3, hidden).transpose(1, 3, 0, 2, 4)
        driven_gates, driven_new = by_gate[:, :2].copy(), by_gate[:, 2].copy()
        recurrent = self.w_rec.reshape(ways, hidden, 3, hidden).transpose(2, 0, 1, 3).copy()
        # the logistic function by way of tanh of half the sum, which does not overflow
        driven_gates *= 0.5
        recurrent[:2] *= 0.5
        b_new = np.broadcast_to(self.b_rec[..., 2 * hidden :], (ways, n, hidden)).copy()
        out = np.empty((cells, ways, n, hidden), np.float32)
        state = np.zeros((ways, n, hidden), np.float32)
        sums = np.empty((3, ways, n, hidden), np.float32)
        gates, new = sums[:2], sums[2]
        reset, update = gates
        # written into arrays that are there already: at this size, making arrays would take most of the time
        for cell in range(cells):
            np.matmul(state, recurrent, out=sums)
            gates += driven_gates[cell]
            np.tanh(gates, out=gates)
            gates += 1
            gates *= 0.5
            new += b_new
            new *= reset
            new += driven_new[cell]
            np.tanh(new, out=new)
            np.subtract(state, new, out=out[cell])
            state = out[cell]
            state *= update
            state += new
        read = out.reshape(cells, quantities, 2, n, hidden).transpose(1, 2, 0, 3, 4)
        return np.concatenate([read[:, 0], read[:, 1, ::-1]], axis=-1)


@dataclass(frozen=True, slots=True, eq=False)
class Nets:
    """Two nets side by side, one a quantity: layers, then a linear head.

    Shapes: `head` (QUANTITIES, 2 hidden, LANES * levels), `head_bias` (QUANTITIES, 1, LANES * levels).
    """

    layers: tuple[Layer, ...]
    head: Floats
    head_bias: Floats

    def __call__(self, x: Floats) -> Floats:
        """Inputs of `features` -> quantiles in the nets' units, (QUANTITIES, n, CELLS, LANES, levels)."""
        for layer in self.layers:
            x = layer(x)
        quantities, cells, n, width = x.shape
        out = x.reshape(quantities, cells * n, width) @ self.head + self.head_bias
        return out.reshape(quantities, cells, n, LANES, len(LEVELS)).transpose(0, 2, 1, 3, 4)


@dataclass(frozen=True, slots=True)
class PriorOrigin:
    """Where a prior comes from; texts are empty where it is not known.

    `version`: the first twelve hex digits of the SHA-256 of its file. `corpus`: the hash of what it was fitted on
    (`mdg_pipeline.fit.takes.corpus_hash`). `command`: what fits it again.
    """

    version: str = ""
    corpus: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """How people play: in general, and told of someone's habits.

    There are two nets for timing, because one that is told who plays learns less from what is played.
    `shared` (QUANTITIES, 3) is the variance that the residuals of a take, of a lane in it and of a cell in it
    have in common, in normal scores.
    """

    general: Nets
    artist: Nets
    shared: Floats
    origin: PriorOrigin = PriorOrigin()

    def quantiles(
        self, hits: NDArray[np.bool_], positions: NDArray[np.int64], tempo: Floats, habits: Floats | None = None
    ) -> Floats:
        """Quantiles at `LEVELS` of offset (sixteenths) and velocity, ascending: (QUANTITIES, n, CELLS, LANES, levels).

        Parameters as in `features`; without habits as people in general play. Noughts where nothing is hit.
        """
        if habits is None:
            out = self.general(features(hits, positions, tempo, no_habits(len(hits))))
        else:
            out = self.artist(features(hits, positions, tempo, habits))
        # the levels are fitted one by one and may cross; sorting never makes them worse (Chernozhukov et al. 2010)
        found = np.sort(out[:, hits], axis=-1) * UNITS[:, None, None] + CENTRES[:, None, None]
        quantiles = np.zeros(out.shape, np.float32)
        for quantity, (low, high) in enumerate(LIMITS):
            quantiles[quantity, hits] = np.clip(found[quantity], low, high)
        return quantiles

    def alone(self, quantity: int, *, of_artist: bool) -> Nets:
        """One of the two quantities by itself: half the work of both."""
        nets = self.artist if of_artist else self.general
        ways, one = slice(2 * quantity, 2 * quantity + 2), slice(quantity, quantity + 1)
        layers = tuple(
            Layer(*(part[ways] for part in (each.w_in, each.w_rec, each.b_in, each.b_rec))) for each in nets.layers
        )
        return Nets(layers, nets.head[one], nets.head_bias[one])


def in_corpus(tempo: float) -> float:
    """The nearest tempo that the prior's corpus holds, quarters a minute."""
    return min(max(tempo, _TEMPI[0]), _TEMPI[1])


def mean_of(quantiles: Floats) -> Floats:
    """The mean of each distribution of which the last axis holds the quantiles at `LEVELS`."""
    weights = np.diff(np.concatenate([[0], (LEVELS[1:] + LEVELS[:-1]) / 2, [1]])).astype(np.float32)
    return quantiles @ weights


def value_at(
    quantiles: NDArray[np.floating], level: NDArray[np.float64], limits: tuple[float, float]
) -> NDArray[np.float64]:
    """The quantile of each of k distributions at a level of its own, 0-1: (k, levels), (k,) -> (k,).

    Linear between `LEVELS`, exponential tails beyond them, within `limits`.
    """
    q = quantiles.astype(float)
    right = np.clip(np.searchsorted(LEVELS, level), 1, len(LEVELS) - 1)
    rows = np.arange(len(q))
    share = np.clip((level - LEVELS[right - 1]) / (LEVELS[right] - LEVELS[right - 1]), 0, 1)
    inner = q[rows, right - 1] * (1 - share) + q[rows, right] * share
    first, last = LEVELS[0], 1 - LEVELS[-1]
    low_scale = (q[:, 1] - q[:, 0]) / np.log(LEVELS[1] / first)
    high_scale = (q[:, -1] - q[:, -2]) / np.log((1 - LEVELS[-2]) / last)
    tail = low_scale * np.log(np.clip(level, 1e-9, first) / first)
    tail -= high_scale * np.log(np.clip(1 - level, 1e-9, last) / last)
    clipped: NDArray[np.float64] = np.clip(inner + tail, *limits)
    return clipped


def level_at(quantiles: NDArray[np.floating], value: NDArray[np.float64]) -> NDArray[np.float64]:
    """What share of each of k distributions lies below a value of its own, 0-1: the inverse of `value_at`."""
    q = quantiles.astype(float)
    right = np.clip((q <= value[:, None]).sum(axis=1), 1, len(LEVELS) - 1)
    rows = np.arange(len(q))
    low, high = q[rows, right - 1], q[rows, right]
    share = np.clip((value - low) / np.maximum(high - low, 1e-9), 0, 1)
    inner = LEVELS[right - 1] + share * (LEVELS[right] - LEVELS[right - 1])
    first, last = LEVELS[0], 1 - LEVELS[-1]
    low_scale = np.maximum((q[:, 1] - q[:, 0]) / np.log(LEVELS[1] / first), 1e-9)
    high_scale = np.maximum((q[:, -1] - q[:, -2]) / np.log((1 - LEVELS[-2]) / last), 1e-9)
    below = first * np.exp(np.minimum(value - q[:, 0], 0) / low_scale)
    above = 1 - last * np.exp(-np.maximum(value - q[:, -1], 0) / high_scale)
    return np.asarray(np.where(value < q[:, 0], below, np.where(value > q[:, -1], above, inner)))


# In the file the nets stand on the first axis: timing of people in general, timing of an artist, velocity.
FILED = 3
_GENERAL, _ARTIST = (0, 2), (1, 2)
_LAYER_ARRAYS = ("w_in", "w_rec", "b_in", "b_rec")
_ORIGIN = "origin.json"
_MOST_ORIGIN_BYTES = 10_000


def pack(arrays: Mapping[str, Floats], *, corpus: str = "", command: str = "") -> bytes:
    """The arrays of a prior (see `unpack`) as an .npz file in half precision, and its origin (see `PriorOrigin`).

    The same bytes for the same arguments.
    """
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **{name: a.astype(np.float16) for name, a in sorted(arrays.items())})
    with zipfile.ZipFile(file, "a") as archive:
        entry = zipfile.ZipInfo(_ORIGIN)  # dated 1980, as numpy dates its own
        archive.writestr(entry, json.dumps({"corpus": corpus, "command": command}))
    return file.getvalue()


def unpack(data: bytes) -> Prior:
    """The prior in an .npz file.

    Its arrays, with FILED nets on the first axis and two directions on the second: `w_in_0`, `w_rec_0`, `b_in_0`,
    `b_rec_0` and so on for each layer, as in `Layer`; `head` and `head_bias` as in `Nets`; `shared` as in `Prior`.
    A file without an origin tells its version alone. Raises MdgError where sizes, shapes or numbers are not those of a
    prior.
    """
    if len(data) > MAX_PRIOR_BYTES:
        raise MdgError(f"the prior has {len(data):,} bytes; at most {MAX_PRIOR_BYTES:,} are read")
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            arrays = {name: file[name].astype(np.float32) for name in file.files if name != _ORIGIN}
        _check(arrays)
        origin = _origin(data)
    except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise MdgError(f"not a prior: {error}; fit one with python -m mdg_pipeline.fit") from error
    return Prior(_nets(arrays, _GENERAL), _nets(arrays, _ARTIST), arrays["shared"], origin)


def _origin(data: bytes) -> PriorOrigin:
    """Raises ValueError and KeyError."""
    told = {"corpus": "", "command": ""}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if _ORIGIN in archive.namelist():
            if archive.getinfo(_ORIGIN).file_size > _MOST_ORIGIN_BYTES:
                raise ValueError(f"{_ORIGIN} is too long")
            told = json.loads(archive.read(_ORIGIN))
    if not isinstance(told, dict):
        raise ValueError(f"{_ORIGIN} holds no object")
    version = hashlib.sha256(data).hexdigest()[:12]
    return PriorOrigin(version, str(told["corpus"]), str(told["command"]))


def _nets(arrays: Mapping[str, Floats], which: tuple[int, ...]) -> Nets:
    def taken(name: str) -> Floats:
        array = arrays[name][list(which)]
        return np.ascontiguousarray(array.reshape(-1, *array.shape[2:]))

    depth = sum(name.startswith("w_rec_") for name in arrays)
    layers = tuple(Layer(*(taken(f"{name}_{index}") for name in _LAYER_ARRAYS)) for index in range(depth))
    return Nets(layers, arrays["head"][list(which)], arrays["head_bias"][list(which)])


def _check(arrays: Mapping[str, Floats]) -> None:
    """Raises ValueError or KeyError."""
    depth = sum(name.startswith("w_rec_") for name in arrays)
    hidden = arrays["w_rec_0"].shape[-2]
    if not 1 <= depth <= _MAX_LAYERS or not 1 <= hidden <= _MAX_HIDDEN:
        raise ValueError(f"{depth} layers of {hidden} units")
    outputs = LANES * len(LEVELS)
    expected: dict[str, tuple[int, ...]] = {
        "head": (FILED, 2 * hidden, outputs),
        "head_bias": (FILED, 1, outputs),
        "shared": (QUANTITIES, 3),
    }
    for index in range(depth):
        inputs = 2 * hidden if index else INPUTS
        shapes = (inputs, 3 * hidden), (hidden, 3 * hidden), (1, 3 * hidden), (1, 3 * hidden)
        expected |= {f"{name}_{index}": (FILED, 2, *s) for name, s in zip(_LAYER_ARRAYS, shapes, strict=True)}
    for name, shape in expected.items():
        if arrays[name].shape != shape:
            raise ValueError(f"{name} has shape {arrays[name].shape}, not {shape}")
        if not np.isfinite(arrays[name]).all():
            raise ValueError(f"{name} holds numbers that are not finite")
    if (arrays["shared"] < 0).any() or (arrays["shared"].sum(axis=1) > 1).any():
        raise ValueError("shared variances must be positive and sum to at most 1")


def read_prior(settings: Settings) -> Prior:
    """The prior that the operator fitted (`own_prior`), else the packaged one. Raises MdgError for a damaged file."""
    own = own_prior(settings)
    return unpack(own.read_bytes()) if own.is_file() else packaged_prior()


def packaged_prior() -> Prior:
    """The prior that comes with the product."""
    return unpack(resources.files("mdg_drummer").joinpath("data/human_prior.npz").read_bytes())


def own_prior(settings: Settings) -> Path:
    """Where a prior fitted on a corpus of the operator's is kept; it takes the place of the packaged one."""
    return settings.home / "human_prior.npz"
