"""How fast do clips come?  python -m benchmarks.generate_speed [GROOVE_FOLDER]

4 variations of 4 bars by the provider template, from a parsed profile to MIDI bytes, in process time of one core.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path
from uuid import UUID

from benchmarks.style import GROOVE, build_profiles
from mdg_core.profile import StyleProfile
from mdg_drummer.feel_prior import packaged_prior
from mdg_drummer.library import library_of
from mdg_drummer.request import GenerationRequest
from mdg_drummer.result import build_result
from mdg_drummer.template import generate

RUNS = 60


def milliseconds(profile: StyleProfile, runs: int = RUNS) -> list[float]:
    """Process time of each request, after one that loads what is loaded once."""
    library = library_of(profile, packaged_prior())

    def one(seed: int) -> float:
        request = GenerationRequest(artist=profile.artist.name, bars=4, variations=4, seed=seed, provider="template")
        began = time.process_time()
        build_result(UUID(int=seed), profile, generate(library, request, seed), request, seed)
        return (time.process_time() - began) * 1000

    one(0)
    return [one(seed) for seed in range(runs)]


def table(profiles: dict[str, StyleProfile]) -> list[str]:
    """Markdown: a row a profile."""
    rows = ["| profile | p50 ms | p95 ms |", "| --- | --- | --- |"]
    for name, profile in profiles.items():
        times = sorted(milliseconds(profile))
        rows.append(f"| {name} | {statistics.median(times):.1f} | {times[int(len(times) * 0.95)]:.1f} |")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description="Clips a second from profiles of the Groove MIDI Dataset's drummers.")
    parser.add_argument("groove", nargs="?", type=Path, default=GROOVE, help="folder of the dataset")
    args = parser.parse_args()
    if not (args.groove / "info.csv").is_file():
        sys.exit(f"The Groove MIDI Dataset is not at {args.groove}; give its folder as the argument.")
    print("\n".join(table(build_profiles(args.groove))))


if __name__ == "__main__":
    main()
