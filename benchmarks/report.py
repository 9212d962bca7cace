"""All benchmarks that need only what is installed and a corpus: the sections of RESULTS.md.

Those that start servers of their own are run by themselves: `benchmarks.serving`, `benchmarks.research`.
"""

from __future__ import annotations

import importlib.util
import platform
from collections.abc import Iterator
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
ATTRIBUTION = (
    "Takes: Groove MIDI Dataset v1.0.0 (Gillick, Roberts, Engel, Eck & Bamman, Google LLC, CC BY 4.0). Fitted on its "
    "split train, measured on validation."
)

Section = tuple[str, list[str]]


def corpus_problem(corpus: Path) -> str | None:
    """Why the corpus cannot be used, and what to do; None when it can."""
    if not (corpus / "info.csv").is_file():
        return f"The Groove MIDI Dataset is not at {corpus}: give its folder, mdg bench CORPUS."
    if importlib.util.find_spec("sklearn") is None:
        return 'The classifier and the peers need scikit-learn: pip install -e ".[dev]".'
    return None


def sections(corpus: Path, *, seeds: int) -> Iterator[Section]:
    """Titles and lines of Markdown, each as soon as it is measured."""
    from benchmarks import features_speed, generate_speed, humanise, style

    profiles = style.build_profiles(corpus)
    yield (
        "Style: clips of each drummer, `benchmarks/style.py`",
        style.tables(corpus, seeds=seeds, profiles=profiles),
    )
    yield "Humaniser, `benchmarks/humanise.py`", _humaniser(humanise.table(corpus, style.HELD_OUT), humanise.COLUMNS)
    largest = max(profiles, key=lambda name: len(profiles[name].patterns))
    yield (
        "Speed of generation, 4 variations of 4 bars, process time, `benchmarks/generate_speed.py`",
        generate_speed.table({largest: profiles[largest]}),
    )
    files = [path.read_bytes() for path in sorted(corpus.rglob("*.mid"))]
    rows = [
        f"| {name} | {features_speed.files_per_second(work, files, 1):.0f} |"
        for name, work in features_speed.contestants().items()
    ]
    yield (
        "Speed of reading, `benchmarks/features_speed.py`",
        ["| of a take | takes a second and core |", "| --- | --- |", *rows],
    )


def document(parts: list[Section]) -> str:
    """RESULTS.md."""
    head = [
        "# Results",
        "",
        f"Written by `mdg bench`. {ATTRIBUTION} Python {platform.python_version()} on {platform.machine()}, one core.",
    ]
    return "\n".join([*head, *(line for title, lines in parts for line in ("", f"## {title}", "", *lines))]) + "\n"


def _humaniser(found: dict, columns: tuple[str, ...]) -> list[str]:  # type: ignore[type-arg]
    rows = ["| model | " + " | ".join(columns) + " |", "| --- |" + " --- |" * len(columns)]
    for name, (mean, deviation) in found.items():
        cells = [f"{m:.4g}" + (f" ± {s:.2g}" if s > 0 else "") for m, s in zip(mean, deviation, strict=True)]
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
    return rows
