"""The pictures of the README.  python -m benchmarks.pictures [GROOVE_FOLDER] [--drummer NAME]

One generated groove as a grid, and the feel that it is played with, of a drummer of the Groove MIDI Dataset.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.style import GROOVE, build_profiles
from mdg_core.kit import Voice
from mdg_core.pattern import Pattern
from mdg_drummer.feel_prior import packaged_prior
from mdg_drummer.library import library_of
from mdg_drummer.request import GenerationRequest
from mdg_drummer.template import generate
from mdg_pipeline.build.show import feel_picture

FOLDER = Path(__file__).with_name("pictures")
SEED = 2


def groove_picture(pattern: Pattern, path: Path) -> None:
    """Each stroke where it falls, against the grid; the darker, the louder."""
    from matplotlib.figure import Figure

    voices = [voice for voice in Voice if any(hit.voice is voice for hit in pattern.hits)]
    figure = Figure(figsize=(9, 0.45 + 0.32 * len(voices)), layout="constrained")
    axes = figure.subplots()
    for step in range(pattern.steps + 1):
        strong = step % pattern.steps_per_bar == 0
        axes.axvline(step, color="black" if strong else "#dddddd", linewidth=1.0 if strong else 0.5, zorder=0)
    strokes = [(h.step + h.offset, h.voice, h.velocity) for h in pattern.hits]
    strokes += [(h.step + double.offset, h.voice, double.velocity) for h in pattern.hits for double in h.doubles]
    axes.scatter(
        [onset for onset, _, _ in strokes],
        [voices.index(voice) for _, voice, _ in strokes],
        c=[velocity for _, _, velocity in strokes],
        s=[12 + velocity / 2 for _, _, velocity in strokes],
        cmap="Greys",
        vmin=-20,
        vmax=127,
        edgecolors="#444444",
        linewidths=0.4,
    )
    axes.set_yticks(range(len(voices)), [voice.replace("_", " ") for voice in voices])
    quarters = range(0, pattern.steps, pattern.steps_per_quarter)
    beats = int(pattern.metre.bar_quarters)
    axes.set_xticks(list(quarters), [str(index % beats + 1) for index in range(len(quarters))])
    axes.set(xlim=(-1, pattern.steps), ylim=(-0.6, len(voices) - 0.4))
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    figure.savefig(path, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the pictures of the README.")
    parser.add_argument("groove", nargs="?", type=Path, default=GROOVE, help="folder of the dataset")
    parser.add_argument("--drummer", default="drummer1")
    args = parser.parse_args()
    if not (args.groove / "info.csv").is_file():
        sys.exit(f"The Groove MIDI Dataset is not at {args.groove}; give its folder as the argument.")
    profile = build_profiles(args.groove)[args.drummer]
    request = GenerationRequest(artist=args.drummer, style="funk", bars=2, variations=1, seed=SEED, provider="template")
    clip = generate(library_of(profile, packaged_prior()), request, SEED).variations[0].pattern
    FOLDER.mkdir(exist_ok=True)
    groove_picture(clip, FOLDER / "groove.png")
    (FOLDER / "feel.png").write_bytes(feel_picture(next(f for f in profile.feel if f.style == "funk")))


if __name__ == "__main__":
    main()
