"""How fast takes are read and described, against bare parsing by MIDI libraries in the same run.

    python -m benchmarks.features_speed [FOLDER] [--repeat 3]

FOLDER is searched for .mid files (default: ../shared/groove beside the checkout, the Groove MIDI
Dataset). Files are in memory before the clock starts; every figure is the best of the repeats, in
files a second of process time on one core.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import time
from collections.abc import Callable
from pathlib import Path

from mdg_core.groove import describe
from mdg_core.midi import read_midi
from mdg_core.quantise import quantise

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "groove"


def contestants() -> dict[str, Callable[[bytes], object]]:
    found: dict[str, Callable[[bytes], object]] = {
        "read": read_midi,
        "read, quantise": lambda data: quantise(read_midi(data)),
        "read, describe": lambda data: describe(read_midi(data)),
    }
    if importlib.util.find_spec("mido"):
        import mido

        found["mido: parse only"] = lambda data: mido.MidiFile(file=io.BytesIO(data), clip=True)
    if importlib.util.find_spec("pretty_midi"):
        import pretty_midi

        found["pretty_midi: parse only"] = lambda data: pretty_midi.PrettyMIDI(io.BytesIO(data))
    return found


def files_per_second(work: Callable[[bytes], object], files: list[bytes], repeat: int) -> float:
    best = float("inf")
    for _ in range(repeat):
        start = time.process_time()
        for data in files:
            work(data)
        best = min(best, time.process_time() - start)
    return len(files) / best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--repeat", type=int, default=3)
    arguments = parser.parse_args()
    files = [path.read_bytes() for path in sorted(arguments.folder.rglob("*.mid"))]
    if not files:
        parser.error(f"no .mid files in {arguments.folder}")
    print(f"{len(files)} files, {sum(map(len, files)) / len(files):,.0f} bytes each on average")
    for name, work in contestants().items():
        print(f"{name:<24} {files_per_second(work, files, arguments.repeat):8.0f} files/s")


if __name__ == "__main__":
    main()
