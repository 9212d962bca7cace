"""Fitting the nets of the human prior.

Three nets of one shape: timing of people in general, timing of a player whose habits are told, and
velocity with the habits told in part of the examples, so that it does without them too. Loss: the
quantile (pinball) loss over `feel_prior.LEVELS` at the cells that are hit. The weights kept are the
exponential moving average over the steps (Polyak & Juditsky 1992).

A player's habits in an example are sums over others of the player's takes, of a random number of them:
the net learns what to make of little evidence, and never sees the answer.
"""

from __future__ import annotations

import copy
import multiprocessing
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mdg_drummer.feel_prior import (
    CENTRES,
    FILED,
    INPUTS,
    LANES,
    LEVELS,
    QUANTITIES,
    UNITS,
    Floats,
    features,
    mean_of,
    no_habits,
    pack,
    unpack,
)
from mdg_pipeline.fit.residuals import shared_variance
from mdg_pipeline.fit.takes import GridTake, corpus_hash, read_corpus, windows_of

if TYPE_CHECKING:
    import torch

_HOP = 4  # sixteenths between the windows of training: they start on every beat
_BATCH = 256
_RATE, _WEIGHT_DECAY = 6e-3, 1e-2
_WARM_STEPS, _COOLING = 100, 0.4  # the rate rises over so many steps and falls to nothing in the last share
_INPUT_DROPOUT, _DROPOUT = 0.1, 0.3
_AVERAGING = 0.999
_CLIP = 1.0
_ALL_OTHERS, _MOST_OTHERS = 0.25, 40  # how often all others of the player's takes are told, and else at most how many
# In some examples habits and playing are moved together, which teaches the net to follow players unlike those
# of the corpus: by how many ms and how much velocity, standard deviation over players and over lanes.
_MOVED, _SHIFT, _LANE_SHIFT = 0.25, (10.0, 16.0), (4.0, 8.0)
_HELD_OUT = 12  # every so manieth take is kept for what the nets leave


@dataclass(frozen=True, slots=True)
class _Net:
    """What one of the filed nets learns; habits are told in `told` of the examples."""

    name: str
    quantity: int
    told: float


_NETS = (_Net("timing in general", 0, 0.0), _Net("timing of an artist", 0, 0.7), _Net("velocity", 1, 0.7))
if len(_NETS) != FILED:
    raise AssertionError("the nets are those that feel_prior reads")


@dataclass(frozen=True, slots=True)
class Report:
    """What a fit used, and how well it does on the takes that it kept aside (people in general, without habits)."""

    takes: int
    players: int
    windows: int
    size: int  # bytes of the file
    held_out_takes: int
    offset_error: float  # mean absolute, sixteenths
    velocity_error: float


@dataclass(frozen=True, slots=True)
class _Plan:
    epochs: float
    hidden: int
    layers: int
    seed: int
    progress: bool


def fit_prior(
    corpus: Path,
    out: Path,
    *,
    seed: int = 0,
    epochs: float = 6,
    hidden: int = 64,
    layers: int = 2,
    workers: int = 2,
    progress: bool = False,
) -> Report:
    """Fit the prior on a folder of MIDI takes and write it to a file.

    Parameters
    ----------
    corpus
        See the package's docstring for what is read. At least two takes.
    out
        The .npz file.
    epochs
        Passes over the windows, one from every beat.
    hidden, layers
        Size of each net.
    workers
        Nets fitted at a time, a process each; 1 stays in this one. The result does not depend on it.
    progress
        Say on standard error how it goes.

    Raises
    ------
    FileNotFoundError
        There is no such folder.
    ValueError
        Fewer than two of its files can be used.
    """
    say: Callable[[str], None] = _tell if progress else _hush
    takes = [take for take in read_corpus(corpus, say) if take.split == "train"]
    if len(takes) < 2:
        raise ValueError(f"{corpus} has {len(takes)} takes in 4/4 of two bars or more; at least two are needed")
    held = takes[_HELD_OUT // 2 :: _HELD_OUT] or takes[-1:]
    fitted = [take for take in takes if take not in held]
    windows = len(windows_of(fitted, _HOP))
    say(f"{len(fitted)} takes in {windows} windows, {len(held)} takes held out")
    plan = _Plan(epochs, hidden, layers, seed, progress)
    if workers > 1:
        with ProcessPoolExecutor(min(workers, FILED), multiprocessing.get_context("spawn")) as pool:
            nets = list(pool.map(_fit_net, range(FILED), [fitted] * FILED, [plan] * FILED))
    else:
        nets = [_fit_net(index, fitted, plan) for index in range(FILED)]
    arrays = {name: np.stack([net[name] for net in nets]) for name in nets[0]}

    rest = windows_of(held)
    prior = unpack(pack(arrays | {"shared": np.zeros((QUANTITIES, 3), np.float32)}))
    data = pack(
        arrays | {"shared": shared_variance(prior, rest)},
        corpus=corpus_hash(corpus),
        command=fit_command(corpus, seed=seed, epochs=epochs, hidden=hidden, layers=layers),
    )
    found = prior.quantiles(rest.hits, rest.positions, rest.tempo)
    errors = [np.abs(mean_of(found[q]) - rest.target(q))[rest.hits].mean() for q in range(QUANTITIES)]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(data)
    return Report(
        takes=len(fitted),
        players=len({take.player for take in fitted}),
        windows=windows,
        size=len(data),
        held_out_takes=len(held),
        offset_error=float(errors[0]),
        velocity_error=float(errors[1]),
    )


def fit_command(corpus: Path, *, seed: int = 0, epochs: float = 6, hidden: int = 64, layers: int = 2) -> str:
    """What fits the same prior again; the corpus goes by the name of its folder."""
    return (
        f"python -m mdg_pipeline.fit {corpus.resolve().name} --out human_prior.npz --seed {seed} --epochs {epochs:g} "
        f"--hidden {hidden} --layers {layers}"
    )


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _hush(text: str) -> None:
    del text


def _fit_net(index: int, takes: Sequence[GridTake], plan: _Plan) -> dict[str, Floats]:
    """One net, as arrays of `feel_prior.unpack` without their first axis."""
    import torch

    torch.set_num_threads(1)  # a net this small gains nothing from more, and sums stay in one order
    torch.manual_seed(plan.seed * FILED + index)
    rng = np.random.default_rng((plan.seed, index))
    net, windows, habits = _NETS[index], windows_of(takes, _HOP), _HabitsOfOthers(takes)
    model = _model(plan)
    average = copy.deepcopy(model)
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=_WEIGHT_DECAY)
    levels = torch.tensor(LEVELS, dtype=torch.float32)
    batch = min(_BATCH, len(windows))
    steps = max(1, round(plan.epochs * len(windows) / batch))
    target = (windows.target(net.quantity) - CENTRES[net.quantity]) / UNITS[net.quantity]
    order = np.empty(0, np.int64)
    losses: list[float] = []
    model.train()
    for step in range(steps):
        if len(order) < batch:
            order = rng.permutation(len(windows))
        chosen, order = order[:batch], order[batch:]
        part = windows[chosen]
        known, shift = habits.draw(part.take, net, rng)
        x = torch.from_numpy(features(part.hits, part.positions, part.tempo, known)[net.quantity])
        hit = torch.from_numpy(part.hits.transpose(1, 0, 2).copy())
        shifted = target[chosen] + shift[:, None] / _unit(net.quantity, part.tempo)[:, None, None]
        error = torch.from_numpy(shifted.transpose(1, 0, 2).copy())[hit][:, None] - model(x)[hit]
        loss = torch.maximum(levels * error, (levels - 1) * error).mean()
        for group in optimiser.param_groups:
            group["lr"] = _RATE * min(1, (step + 1) / _WARM_STEPS, (1 - step / steps) / _COOLING)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(model.parameters(), _CLIP)
        optimiser.step()
        keep = min(_AVERAGING, (1 + step) / (10 + step))
        with torch.no_grad():
            for mean, now in zip(average.parameters(), model.parameters(), strict=True):
                mean.lerp_(now, 1 - keep)
        losses.append(loss.item())
        if plan.progress and ((step + 1) % 100 == 0 or step + 1 == steps):
            _tell(f"{net.name}: step {step + 1} of {steps}, loss {np.mean(losses[-100:]):.4f}")
    return _arrays(average, plan.layers)


class _HabitsOfOthers:
    """Habits of a take's player out of the player's other takes."""

    def __init__(self, takes: Sequence[GridTake]) -> None:
        self.sums = np.stack([take.habits() for take in takes])
        self.player = [take.player for take in takes]
        pools: dict[str, list[int]] = defaultdict(list)
        for index, take in enumerate(takes):
            pools[take.player].append(index)
        self.pools = {player: np.array(pool) for player, pool in pools.items()}
        self.totals = {player: self.sums[pool].sum(axis=0) for player, pool in self.pools.items()}

    def draw(self, takes: NDArray[np.int64], net: _Net, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """For each take the sums over a random choice of the others of its player, of nobody where not told.

        Also what to add to the take's own values, (n, LANES) in ms or velocity: those told are moved by it too.
        """
        out = no_habits(len(takes))
        for row, take in enumerate(takes.tolist()):
            pool = self.pools[self.player[take]]
            if rng.random() >= net.told or len(pool) < 2:
                continue
            if rng.random() < _ALL_OTHERS:
                out[row] = self.totals[self.player[take]] - self.sums[take]
            else:
                some = rng.choice(pool, min(len(pool) - 1, int(_MOST_OTHERS ** rng.random())) + 1, replace=False)
                out[row] = self.sums[some[some != take][: max(1, len(some) - 1)]].sum(axis=0)
        all_lanes = rng.normal(0, _SHIFT[net.quantity], (len(takes), 1))
        each_lane = rng.normal(0, _LANE_SHIFT[net.quantity], (len(takes), LANES))
        told = out[:, net.quantity, 0].sum(axis=1) > 0  # of each lane
        moved = rng.random((len(takes), 1)) < _MOVED
        shift: Floats = np.where(told & moved, all_lanes + each_lane, 0).astype(np.float32)
        count, total, squares = (out[:, net.quantity, part] for part in range(3))
        squares += shift[:, None] * (2 * total + shift[:, None] * count)
        total += shift[:, None] * count
        return out, shift


def _unit(quantity: int, tempo: Floats) -> Floats:
    """What the nets call one, in ms at a tempo or in velocity."""
    return UNITS[quantity] * 15000 / tempo if quantity == 0 else np.full_like(tempo, UNITS[quantity])


def _model(plan: _Plan) -> torch.nn.Module:
    import torch

    class Model(torch.nn.Module):
        """(cells, n, INPUTS) -> (cells, n, LANES, levels)."""

        def __init__(self) -> None:
            super().__init__()
            self.drop_inputs = torch.nn.Dropout(_INPUT_DROPOUT)
            between = _DROPOUT if plan.layers > 1 else 0.0
            self.rnn = torch.nn.GRU(INPUTS, plan.hidden, plan.layers, bidirectional=True, dropout=between)
            self.drop = torch.nn.Dropout(_DROPOUT)
            self.head = torch.nn.Linear(2 * plan.hidden, LANES * len(LEVELS))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            read, _ = self.rnn(self.drop_inputs(x))
            out: torch.Tensor = self.head(self.drop(read))
            return out.view(*x.shape[:2], LANES, len(LEVELS))

    return Model()


def _arrays(model: torch.nn.Module, layers: int) -> dict[str, Floats]:
    weights = {name: tensor.detach().numpy() for name, tensor in model.named_parameters()}
    arrays = {"head": weights["head.weight"].T, "head_bias": weights["head.bias"][None]}
    for layer in range(layers):
        for name, source in (("w_in", "weight_ih"), ("w_rec", "weight_hh"), ("b_in", "bias_ih"), ("b_rec", "bias_hh")):
            ways = [weights[f"rnn.{source}_l{layer}{way}"] for way in ("", "_reverse")]
            arrays[f"{name}_{layer}"] = np.stack([way.T if way.ndim == 2 else way[None] for way in ways])
    return arrays
