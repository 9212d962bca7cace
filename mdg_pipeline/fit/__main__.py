"""python -m mdg_pipeline.fit CORPUS --out FILE: fit the human prior on a folder of MIDI takes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mdg_pipeline.fit import fit_prior


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m mdg_pipeline.fit",
        description="Fit the humaniser's prior on played drum takes: every MIDI file in 4/4 below CORPUS. The folder "
        "right below CORPUS says who plays; an info.csv like that of the Groove MIDI Dataset is heeded.",
    )
    parser.add_argument("corpus", type=Path, metavar="CORPUS", help="folder of MIDI files")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the prior, an .npz file")
    parser.add_argument("--seed", type=int, default=0, help="default %(default)s")
    parser.add_argument("--epochs", type=float, default=6, help="passes over the corpus, default %(default)s")
    parser.add_argument("--hidden", type=int, default=64, help="units of a layer, default %(default)s")
    parser.add_argument("--layers", type=int, default=2, help="of a net, default %(default)s")
    parser.add_argument("--workers", type=int, default=2, help="nets fitted at a time, default %(default)s")
    args = parser.parse_args()
    try:
        report = fit_prior(
            args.corpus,
            args.out,
            seed=args.seed,
            epochs=args.epochs,
            hidden=args.hidden,
            layers=args.layers,
            workers=args.workers,
            progress=True,
        )
    except (FileNotFoundError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(
        f"{args.out}: {report.size / 1e6:.2f} MB from {report.takes} takes of {report.players} players. "
        f"On {report.held_out_takes} takes held out: offsets {report.offset_error:.4f} sixteenths off, "
        f"velocities {report.velocity_error:.1f}."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
