"""How near the measured swing is to a planted one, by ratio and kind of playing, over tempi and looseness.

    python -m benchmarks.swing [--seeds 3] [--seed 1]

Sixteen bars each. Every stroke has human noise of 5, 10 or 15 ms (a normal distribution) and every voice a lean of its
own (4 ms). The planted ratio is compared with what is heard, and with the best that a listener could do who knows of
each stroke which note it is meant to be: the noise of so many strokes alone moves the ratio, the more the faster the
tempo and the harder the swing, by the square of 1 + ratio.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from mdg_core.groove import describe
from mdg_core.kit import Voice
from mdg_core.maps import GM
from mdg_core.midi import ClipNote, read_midi, write_midi
from mdg_core.pattern import Metre

LOOSENESS_MS = (5.0, 10.0, 15.0)
LEAN_MS = 4.0
BARS = 16
NEAR = 0.1

Stroke = tuple[float, Voice, int]  # quarters as notated straight, voice, velocity


@dataclass(frozen=True)
class Kind:
    """A bar of playing whose short notes are on the off-beats of a level, and which voices its swing is heard in."""

    unit: float  # quarters of a long-short pair: 1 for eighths, 0.5 for sixteenths
    strokes: Sequence[Stroke]
    told_by: Sequence[Voice]
    ratios: Sequence[float]
    tempi: Sequence[float]


def _line(voice: Voice, places: Sequence[float], velocity: int) -> list[Stroke]:
    return [(place, voice, velocity) for place in places]


def _every(step: float, start: float = 0.0) -> list[float]:
    return [float(place) for place in np.arange(start, 4, step)]


K, S, H, R, P = Voice.KICK, Voice.SNARE, Voice.CLOSED_HAT, Voice.RIDE, Voice.PEDAL_HAT
BACKBEAT = _line(K, (0, 2), 100) + _line(S, (1, 3), 105)
EIGHTHS = ((1.0, 1.2, 1.5, 1.8, 2.2, 2.6, 3.0), (70, 110, 150, 190, 240))
SIXTEENTHS = ((1.0, 1.07, 1.2, 1.3, 1.6, 1.8, 2.0), (70, 85, 100, 120))
KINDS = {
    "hats in eighths": Kind(1, BACKBEAT + _line(H, _every(0.5), 80) + _line(K, (1.5, 3.5), 90), (H,), *EIGHTHS),
    "ride with skip beats": Kind(
        1, _line(R, (0, 1, 1.5, 2, 3, 3.5), 80) + _line(P, (1, 3), 70) + _line(S, (2.5,), 50) + _line(K, (0,), 60),
        (R,), *EIGHTHS,
    ),
    "shuffled snare and hats": Kind(
        1, BACKBEAT + _line(H, _every(0.5), 80) + _line(S, _every(1, 0.5), 45), (H,), *EIGHTHS
    ),
    "kick and snare over hats in quarters": Kind(
        1, BACKBEAT + _line(H, _every(1), 80) + _line(K, (1.5, 3.5), 90) + _line(S, (0.5, 2.5), 50), (H, K, S), *EIGHTHS
    ),
    "hats in sixteenths": Kind(
        0.5, BACKBEAT + _line(H, _every(0.25), 75) + _line(S, (1.75,), 45) + _line(K, (2.25,), 90), (H, K, S),
        *SIXTEENTHS,
    ),
    "kick and ghosts, hats in eighths": Kind(
        0.5, BACKBEAT + _line(H, _every(0.5), 80) + _line(S, (1.75, 3.25), 45) + _line(K, (2.25,), 90), (H, K, S),
        *SIXTEENTHS,
    ),
    "half-time shuffle": Kind(
        0.5,
        _line(K, (0, 2.75), 100) + _line(S, (2,), 110) + _line(H, _every(0.25), 75) + _line(S, _every(0.5, 0.25), 40),
        (H, K, S), *SIXTEENTHS,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """The error of the ratio that is heard, None where it is not, and of the one that knows each stroke."""

    heard: float | None
    knowing: float


def answer(kind: Kind, ratio: float, bpm: float, noise_ms: float, seed: int) -> Answer:
    rng = np.random.default_rng(seed)
    lean = {voice: rng.normal(0, LEAN_MS) for voice in (K, S, H, R, P)}
    long = ratio / (1 + ratio)
    clip: list[ClipNote] = []
    late: dict[tuple[Voice, bool], list[float]] = defaultdict(list)  # pairs, by voice and whether it is a short note
    for bar, (place, voice, velocity) in product(range(BARS), sorted(kind.strokes)):
        pair, rest = divmod(place / kind.unit, 1)
        off = (lean[voice] + rng.normal(0, noise_ms)) * bpm / 60_000
        late[voice, rest > 0].append(off / kind.unit)
        at = (pair + (long if rest else 0)) * kind.unit + 4 * bar + 4 + off
        clip.append(ClipNote(GM.writing[voice], at, 0.1, velocity + int(rng.integers(-5, 6))))
    found = describe(read_midi(write_midi(clip, tempo=bpm, metre=Metre(), name="", quarters=4 * BARS + 8)))
    swing = found.swing_eighths if kind.unit == 1 else found.swing_sixteenths
    short = [(late[voice, True], late[voice, False]) for voice in kind.told_by if late[voice, True]]
    known = long + np.average([np.mean(s) - np.mean(b) for s, b in short], weights=[len(s) for s, _ in short])
    heard = swing.ratio - ratio if swing and swing.sure_percent is not None else None
    return Answer(heard, float(known / (1 - known)) - ratio)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3, help="takes of each kind, ratio, tempo and looseness")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    print(
        f"error of the ratio: median (its sign kept), 90 % and share within {NEAR}; of who knows each stroke the same"
    )
    print(f"{'kind':<38}{'ratio':>6}{'takes':>6}{'unknown':>8}{'bias':>8}{'90 %':>6}{'near':>6}   knowing 90 %  near")
    seed = arguments.seed * 1_000_000
    for name, kind in KINDS.items():
        for ratio in kind.ratios:
            answers = []
            for bpm, noise in product(kind.tempi, LOOSENESS_MS):
                for _ in range(arguments.seeds):
                    seed += 1
                    answers.append(answer(kind, ratio, bpm, noise, seed))
            heard = np.array([each.heard for each in answers if each.heard is not None])
            knowing = np.abs([each.knowing for each in answers if each.heard is not None])
            row = f"{name:<38}{ratio:6}{len(answers):6}{len(answers) - len(heard):8}"
            if len(heard):
                of_heard = f"{np.median(heard):+8.2f}{np.quantile(np.abs(heard), 0.9):6.2f}"
                of_heard += f"{np.mean(np.abs(heard) <= NEAR):6.0%}"
                row += f"{of_heard}{np.quantile(knowing, 0.9):15.2f}{np.mean(knowing <= NEAR):6.0%}"
            print(row, flush=True)


if __name__ == "__main__":
    main()
