"""python -m mdg_pipeline.fit.style GROOVE: fit what the style vector is measured against.

The reference are the drummers of the Groove MIDI Dataset and the artists of data/library, each counting once. What few
of them play at all is measured with the styles of data/reference/grooves too. The scale of distances is that of the
drummers and artists with enough takes; styles lie farther apart than people do.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from mdg_core import likeness
from mdg_core.artist import artist_key
from mdg_core.likeness import Floats, Reference
from mdg_core.profile import Artist, PlayedStyle, StyleProfile
from mdg_core.style_vector import COLUMNS, STYLE_VECTOR_VERSION
from mdg_pipeline.analyse import tables
from mdg_pipeline.analyse.takes import TakeRow
from mdg_pipeline.build.embed import embed, style_text
from mdg_pipeline.build.playing import played_style
from mdg_pipeline.build.profile import build_profile
from mdg_pipeline.collect.base import ArtistQuery
from mdg_pipeline.collect.filetypes import GRID_MEDIA_TYPE
from mdg_pipeline.collect.library import SOURCE
from mdg_pipeline.documents import Document
from mdg_pipeline.lake import Lake
from mdg_pipeline.subject import Subject

_ROOT = Path(__file__).resolve().parents[2]
_OUT = _ROOT / "mdg_core" / "data" / likeness.REFERENCE_FILE
_MAX_BARS = 16
_NO_STYLE = "odd-metres"  # reference grooves of many styles
_LEAST_DEVIATION = 1e-3
_DIGITS = 5

_Takes = dict[str, list[TakeRow]]


def heard(lake: Lake, name: str, paths: Sequence[Path]) -> list[TakeRow]:
    """The takes of these .mid and .grid files, kept in the lake as a research would keep them."""
    key = artist_key(name)
    documents = [_document(lake, path) for path in paths]
    lake.write_documents("midi", key, list({document.id: document for document in documents}.values()))
    tables.midi_features(lake, ArtistQuery(key, name), lambda _: None)
    return [take for take in tables.takes(lake, key) if take.error is None]


def profile_of(lake: Lake, name: str) -> StyleProfile:
    """What a research would make of what was `heard`."""
    key = artist_key(name)
    return build_profile(lake, Subject(Artist(key=key, name=name), ArtistQuery(key, name)))


def people(groove: Path) -> dict[str, list[Path]]:
    """The drummers of the dataset and the artists of the demo library, with their files."""
    folders = [path for path in sorted(groove.iterdir()) if path.is_dir()]
    folders += [path for path in sorted((_ROOT / "data" / "library").iterdir()) if path.is_dir()]
    found = {folder.name: sorted([*folder.rglob("*.mid"), *folder.rglob("*.grid")]) for folder in folders}
    return {name: paths for name, paths in found.items() if paths}


def styles() -> dict[str, list[Path]]:
    return {path.stem: [path] for path in sorted((_ROOT / "data" / "reference" / "grooves").glob("*.grid"))}


def fit_reference(artists: _Takes, styles: _Takes | None = None) -> Reference:
    """Mean and deviation of each column over takes, each artist counting once, and of the artists' own means.

    A deviation is at least half of that with the styles: who plays no bells says nothing of how bells are played.
    """
    mean, deviation = _moments(artists)
    _, wider = _moments(artists | dict(styles or {}))
    deviation = np.maximum(deviation, np.maximum(wider / 2, _LEAST_DEVIATION))
    of_takes = Reference(mean, deviation, np.zeros_like(mean), np.ones_like(mean))
    own = [style_of(takes, of_takes) for takes in artists.values()]
    means = np.array([[np.nan if m is None else m for m in style.mean] for style in own if style])
    spread = np.maximum(np.nanstd(means, axis=0), _LEAST_DEVIATION)
    return Reference(mean, deviation, np.nanmean(means, axis=0), spread)


def _moments(groups: _Takes) -> tuple[Floats, Floats]:
    """Mean and deviation of each column, each group that shows it counting once."""
    mean, square, counted = (np.zeros(len(COLUMNS)) for _ in range(3))
    for takes in groups.values():
        values = np.array([[np.nan if v is None else v for v in take.style_columns] for take in takes])
        known = (~np.isnan(values)).sum(axis=0)
        mean += np.nan_to_num(values).sum(axis=0) / np.maximum(known, 1)
        square += (np.nan_to_num(values) ** 2).sum(axis=0) / np.maximum(known, 1)
        counted += known > 0
    mean, square = mean / counted, square / counted
    return mean, np.sqrt(np.maximum(square - mean**2, 0))


def style_of(takes: Sequence[TakeRow], against: Reference | None = None) -> PlayedStyle | None:
    """The style of takes that are all trusted alike."""
    return played_style(((take, float(min(take.bars, _MAX_BARS))) for take in takes), against)


def words_scale(lake: Lake, names: Sequence[str]) -> list[float]:
    """The cosine distances between the embedded descriptions."""
    profiles = [profile_of(lake, name) for name in names]
    texts = np.array([embed(style_text(profile, profile.text_description)) for profile in profiles])
    return likeness.quantiles_of((1 - texts @ texts.T)[np.triu_indices(len(texts), 1)])


def _document(lake: Lake, path: Path) -> Document:
    data = path.read_bytes()
    return Document(
        id=lake.put_blob(data),
        source=SOURCE,
        kind="midi",
        uri=f"{path.parent.name}/{path.name}",
        title=path.stem,
        media_type=GRID_MEDIA_TYPE if path.suffix == ".grid" else "audio/midi",
        size_bytes=len(data),
        trust=1.0,
        licence="",
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _write(
    against: Reference, own: Mapping[str, PlayedStyle], playing: Sequence[float], words: Sequence[float]
) -> None:
    parts = {
        "mean": against.mean,
        "deviation": against.deviation,
        "artist_mean": against.artist_mean,
        "artist_deviation": against.artist_deviation,
        "playing": playing,
        "words": words,
    }
    head: dict[str, Any] = {"version": STYLE_VECTOR_VERSION, "columns": [column.name for column in COLUMNS]}
    rounded = {name: [round(float(value), _DIGITS) for value in values] for name, values in parts.items()}
    named = {"styles": {name: style.model_dump(mode="json") for name, style in own.items()}}
    _OUT.write_text(json.dumps(head | rounded | named, indent=1) + "\n", encoding="utf-8")
    likeness.reference.cache_clear()
    likeness.reference_styles.cache_clear()


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m mdg_pipeline.fit.style", description=f"Fit the reference of the style vector, {_OUT.name}."
    )
    parser.add_argument("groove", type=Path, metavar="GROOVE", help="folder of the Groove MIDI Dataset")
    groove = parser.parse_args().groove
    if not (groove / "info.csv").is_file():
        print(f"the Groove MIDI Dataset is not at {groove}", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder))
        artists = {name: heard(lake, name, paths) for name, paths in people(groove).items()}
        written = {name: heard(lake, name, paths) for name, paths in styles().items()}
        against = fit_reference(artists, written)
        of_styles = {
            name.replace("-", " "): style
            for name, takes in written.items()
            if name != _NO_STYLE and (style := style_of(takes, against))
        }
        known = {name: takes for name, takes in artists.items() if len(takes) >= likeness.FEW_TAKES}
        own = [style for takes in known.values() if (style := style_of(takes, against))]
        playing = likeness.quantiles_of(likeness.pair_distances(own, against))
        _write(against, of_styles, playing, [0.0] * len(playing))  # profiles are measured against it
        _write(against, of_styles, playing, words_scale(lake, list(known)))
    print(f"{_OUT}: {len(COLUMNS)} columns, {len(artists)} artists, {len(known)} of them in the scale")
    return 0


if __name__ == "__main__":
    sys.exit(main())
