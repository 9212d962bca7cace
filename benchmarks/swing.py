"""How near the measured swing is to a planted one, by ratio and level, over tempi and kinds of playing.

    python -m benchmarks.swing

Sixteen bars each, every stroke with human noise of 8 ms (a normal distribution); three kinds: the hats swing with all
other voices, and for sixteenths the hats play eighths while kick and ghost notes alone swing between them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mdg_core.groove import describe
from mdg_core.kit import Voice
from mdg_core.maps import GM
from mdg_core.midi import ClipNote, read_midi, write_midi
from mdg_core.pattern import Metre

RATIOS = (1.0, 1.07, 1.2, 1.3, 1.6, 1.8, 2.2, 2.8)
TEMPI = (60, 80, 100, 120, 160, 200, 240)
NOISE_MS = 8.0
BARS = 16

EIGHTH, SIXTEENTH = "hats in eighths", "hats in sixteenths"
KICKS = "kick and ghosts alone"
HATS = {EIGHTH: 0.5, SIXTEENTH: 0.25, KICKS: 0.5}
BETWEEN: dict[str, Sequence[tuple[float, Voice]]] = {
    EIGHTH: ((1.5, Voice.KICK), (3.5, Voice.KICK)),
    SIXTEENTH: ((1.75, Voice.SNARE), (2.25, Voice.KICK)),
    KICKS: ((1.75, Voice.SNARE), (2.25, Voice.KICK), (3.25, Voice.SNARE)),
}


def played(kind: str, ratio: float, bpm: float, seed: int) -> bytes:
    """A beat whose short notes are late by the ratio, at the level of the kind."""
    rng = np.random.default_rng(seed)
    unit = 1.0 if kind == EIGHTH else 0.5
    long = ratio / (1 + ratio)

    def at(quarters: float) -> float:
        whole, part = divmod(quarters / unit, 1)
        swung = (whole + (long if part else 0.0)) * unit
        return max(0.0, swung + 4 + rng.normal(0, NOISE_MS) * bpm / 60_000)

    strokes = [(beat, (Voice.KICK, Voice.SNARE)[beat % 2]) for beat in range(4 * BARS)]
    notes = [(float(beat), voice) for beat, voice in strokes]
    notes += [(i * HATS[kind], Voice.CLOSED_HAT) for i in range(round(4 * BARS / HATS[kind]))]
    notes += [(4.0 * bar + place, voice) for bar in range(BARS) for place, voice in BETWEEN[kind]]
    clip = [ClipNote(GM.writing[voice], at(place), 0.1, int(rng.integers(70, 110))) for place, voice in notes]
    return write_midi(clip, tempo=bpm, metre=Metre(), name=kind, quarters=4 * BARS + 8)


def measured(kind: str, ratio: float, bpm: float, seed: int) -> float | None:
    found = describe(read_midi(played(kind, ratio, bpm, seed)))
    swing = found.swing_eighths if kind == EIGHTH else found.swing_sixteenths
    return swing.ratio if swing else None


def main() -> None:
    print("worst error of the ratio over the tempi 60 to 240 (in brackets how many of them were not measured)")
    print(f"{'planted':<24}" + "".join(f"{ratio:>10}" for ratio in RATIOS))
    for kind in HATS:
        cells = []
        for ratio in RATIOS:
            answers = [measured(kind, ratio, bpm, seed) for bpm in TEMPI for seed in range(2)]
            errors = [abs(answer - ratio) for answer in answers if answer is not None]
            cells.append(f"{max(errors):.2f} ({len(answers) - len(errors)})" if errors else "-")
        print(f"{kind:<24}" + "".join(f"{cell:>10}" for cell in cells))


if __name__ == "__main__":
    main()
