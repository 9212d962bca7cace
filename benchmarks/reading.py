"""How often the drums of disguised kits come back with the planted voices, and how often they come back wrong and sure.

    python -m benchmarks.reading [--files 200] [--seed 1]     a table by kind of disguise
    python -m benchmarks.reading --takes FOLDER               real takes (the Groove MIDI Dataset) disguised
    python -m benchmarks.reading --fit [FOLDER]               the shares of `mdg_core.mapchoice._GROUPS`

Right: every voice is heard as often as it was planted, within 1 %; or, without drums, the file is refused. Wrong and
sure: not right, and a certainty above .6.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks.planted import KINDS, TICKS, Planted, Stroke, every_groove, grooves, has_kit, without_drums
from mdg_core.kit import Voice
from mdg_core.mapchoice import _GROUPS, _ON_THE_BEAT
from mdg_core.midi import MidiError, read_midi
from mdg_core.smf import parse

SURE = 0.6
GROOVE_CORPUS = Path(__file__).resolve().parents[2] / "shared" / "groove"


def verdict(planted: Planted) -> tuple[bool, float]:
    """Whether a file came back as it was planted, and the certainty of its reading (0 when it was refused)."""
    parse(planted.data)
    try:
        take = read_midi(planted.data)
    except MidiError:
        return planted.voices is None, 0.0
    if planted.voices is None:
        return False, take.certainty
    heard = Counter({Voice(v): n for v, n in Counter(take.voice).items()})
    wrong = sum(abs(heard[v] - planted.voices.get(v, 0)) for v in set(heard) | set(planted.voices))
    return wrong <= 0.01 * sum(planted.voices.values()), take.certainty


def real_takes(folder: Path, every: int = 10) -> list[list[Stroke]]:
    """The strokes of one take of so many, in ticks of the planted files."""
    found = []
    for path in sorted(folder.rglob("*.mid"))[::every]:
        take = read_midi(path.read_bytes())
        ticks = np.rint(take.onset_quarters * TICKS).astype(int).tolist()
        strokes = [Stroke(t, v, s) for t, v, s in zip(ticks, take.voice, take.velocity.tolist(), strict=True)]
        found.append(list({(s.tick, s.voice): s for s in strokes}.values()))
    return found


def whole_kits(takes: list[list[Stroke]]) -> list[list[Stroke]]:
    """Those that are long enough and play enough of a kit to be heard in disguise."""
    return [strokes for strokes in takes if len(strokes) > 60 and has_kit(strokes)]


def fitted(folder: Path) -> dict[str, list[float]]:
    """The share of each group of voices at each place in the beat, the mean of our grooves and of real takes.

    Hand percussion, of which they have next to none, gets what shakers have: never is more than they can say.
    """
    tables = []
    for takes in (every_groove(), real_takes(folder, every=6)):
        table = np.zeros((len(_GROUPS), 3))
        for strokes in takes:
            for stroke in strokes:
                beat = stroke.tick / TICKS
                place = 2 if abs(beat - round(beat)) > _ON_THE_BEAT else round(beat) % 2
                group = next(i for i, (voices, _) in enumerate(_GROUPS.values()) if stroke.voice in voices)
                table[group, place] += 1 / len(strokes)
        tables.append(table / len(takes))
    shares = dict(zip(_GROUPS, np.mean(tables, axis=0).round(3), strict=True))
    shares["others"] = np.maximum(shares["others"], shares["shakers"])
    return {name: row.tolist() for name, row in shares.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=200, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--takes", type=Path)
    parser.add_argument("--fit", type=Path, nargs="?", const=GROOVE_CORPUS)
    arguments = parser.parse_args()
    if arguments.fit:
        for name, shares in fitted(arguments.fit).items():
            print(f"{name:<10} {shares}")
        return
    sources = whole_kits(real_takes(arguments.takes)) if arguments.takes else grooves()
    rng = np.random.default_rng(arguments.seed)
    print(f"{'kind':<18} files  right  wrong and sure")
    right_of_all = sure_of_all = count = 0
    for name in (*KINDS, "without_drums"):
        right = sure = 0
        for _ in range(arguments.files):
            strokes = sources[rng.integers(len(sources))]
            came_back, certainty = verdict(KINDS[name](rng, strokes) if name in KINDS else without_drums(rng))
            right += came_back
            sure += not came_back and certainty > SURE
        print(f"{name:<18} {arguments.files:5}  {right / arguments.files:5.1%}  {sure}")
        right_of_all, sure_of_all, count = right_of_all + right, sure_of_all + sure, count + arguments.files
    print(f"{'all':<18} {count:5}  {right_of_all / count:5.1%}  {sure_of_all}")


if __name__ == "__main__":
    main()
