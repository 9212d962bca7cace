"""Which artists play alike: an artist's style from its takes, how far two styles lie apart, and what they share.

What belongs here: standardising, means and their reliability, the distance, its scale from 0 to 1, and the reason in
words. What does not: the columns themselves (`style_vector`), who is asked for and stored (`store.profiles`).

A column that one of two artists does not show is left out of their distance, never filled in.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from mdg_core.profile import NearStyle, PlayedStyle
from mdg_core.style_vector import COLUMNS, SIZE, STYLE_VECTOR_VERSION, WEIGHTS, Column

Basis = Literal["played", "archive", "words"]

FEW_TAKES: Final = 4  # fewer of an artist say little: small samples look far from everybody
QUANTILES: Final = np.linspace(0, 1, 21)  # of the distances between artists, that are stored
REFERENCE_FILE: Final = "style_reference.json"

_CLIP = 4.0  # deviations
_DOUBT = 2.0  # takes; as many again make a column's mean half as reliable as can be
_TYPICAL_WEIGHS = 0.5  # 0: as L1, 1: as Bray-Curtis; .4 to .75 do alike in `benchmarks.similar`
_TYPICAL = math.sqrt(2 / math.pi)  # mean absolute deviation of a normal distribution, in deviations
_LEAST_SHARED = 0.25  # of the columns' weight; who shares less cannot be compared
_PERFORMED = 0.5  # share of the takes, by weight, from which an artist counts as played
_LEAST_RELIABLE = 0.4  # for a column to be named as a reason
_LEAST_REASON = 0.25  # deviations between artists
_CLEARLY = 0.11  # nearer than the next, for one style to be said; the Groove MIDI takes of jazz are
_TIMED = [column.name for column in COLUMNS].index("low_downbeat")  # known where the playing keeps to a tempo
_LOOKED_AT = WEIGHTS * [column.block not in ("velocity", "feel") for column in COLUMNS]
_UNLIKE = 0.7  # what the difference of two artists takes from what they share
_REASONS = 2

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """What the columns are measured against, in the order of `COLUMNS`; fitted by `mdg_pipeline.fit.style`."""

    mean: Floats
    deviation: Floats
    artist_mean: Floats  # of artists' means, in deviations
    artist_deviation: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """The distances between the artists of a population, at `QUANTILES`; by the playing, and by the words."""

    playing: Floats
    words: Floats


@dataclass(frozen=True, slots=True)
class TakeStyle:
    """`columns` as `style_vector.style_columns` gives them; `performed`: it was played and not written."""

    columns: Sequence[float | None]
    weight: float
    performed: bool


@cache
def reference() -> Reference:
    stored = _stored()
    names = ("mean", "deviation", "artist_mean", "artist_deviation")
    return Reference(*(np.array(stored[name]) for name in names))


@cache
def default_scale() -> Scale:
    """Of the reference's artists, for as long as few others are known."""
    stored = _stored()
    return Scale(np.array(stored["playing"]), np.array(stored["words"]))


def _stored() -> dict[str, Any]:
    stored = json.loads((files("mdg_core") / "data" / REFERENCE_FILE).read_text("utf-8"))
    if stored["version"] != STYLE_VECTOR_VERSION or stored["columns"] != [column.name for column in COLUMNS]:
        raise ValueError(f"{REFERENCE_FILE} is of other columns: fit it anew with python -m mdg_pipeline.fit.style")
    return dict(stored)


@cache
def reference_styles() -> dict[str, PlayedStyle]:
    """The styles of the reference grooves, each as an artist of its own."""
    return {name: PlayedStyle(**style) for name, style in _stored()["styles"].items()}


def near_styles(style: PlayedStyle, limit: int = 3) -> list[NearStyle]:
    """The reference styles that the playing is nearest to; none under `FEW_TAKES` takes, which look far from all."""
    if style.takes < FEW_TAKES:
        return []
    known = reference_styles()
    apart = distances(style, list(known.values()))
    ranked = sorted((float(far), name) for far, name in zip(apart, known, strict=True) if not np.isnan(far))
    return [NearStyle(style=name, distance=round(far, 3)) for far, name in ranked[:limit]]


def clear_style(near: Sequence[NearStyle]) -> str | None:
    """The nearest style where no other is about as near; None where that cannot be told."""
    if len(near) < 2 or near[1].distance - near[0].distance < _CLEARLY:
        return None
    return near[0].style


def standardised(columns: Sequence[Sequence[float | None]], against: Reference) -> Floats:
    """(takes, columns) in deviations of the reference, within +-4; nan where a take does not show the column."""
    values = np.array([[np.nan if v is None else v for v in row] for row in columns]).reshape(-1, SIZE)
    return np.asarray(np.clip((values - against.mean) / against.deviation, -_CLIP, _CLIP))


def artist_style(takes: Sequence[TakeStyle], against: Reference | None = None) -> PlayedStyle | None:
    """An artist's style: of each column the mean over the takes that show it, and how reliable that is; None without
    takes.

    The reliability is the share of the takes' weight that shows the column, times n / (n + 2) for n such takes.
    """
    takes = [take for take in takes if len(take.columns) == SIZE and take.weight > 0]
    if not takes:
        return None
    values = standardised([take.columns for take in takes], against or reference())
    known = ~np.isnan(values)
    weights = np.array([take.weight for take in takes])
    shown = weights @ known
    mean = np.divide(weights @ np.nan_to_num(values), shown, out=np.zeros(SIZE), where=shown > 0)
    count = known.sum(axis=0)
    reliability = shown / weights.sum() * count / (count + _DOUBT)
    performed = weights @ np.array([take.performed for take in takes]) / weights.sum()
    return PlayedStyle(
        version=STYLE_VECTOR_VERSION,
        mean=[round(float(m), 4) if n else None for m, n in zip(mean, count, strict=True)],
        reliability=[round(float(r), 4) for r in reliability],
        takes=len(takes),
        performed=round(float(performed), 4),
    )


def comparable(style: PlayedStyle | None) -> bool:
    """Whether a stored style is of the columns of today."""
    return style is not None and style.version == STYLE_VECTOR_VERSION and len(style.mean) == SIZE


def placed(style: PlayedStyle) -> Floats:
    """Where to look for neighbours by L1: the weighted means, (SIZE,), 0 in the blocks that whole archives do not show.

    With these blocks, who lacks them would lie among the typical and not among its neighbours.
    """
    return np.asarray(_LOOKED_AT * np.array([m or 0.0 for m in style.mean]))


def distances(style: PlayedStyle, others: Sequence[PlayedStyle], against: Reference | None = None) -> Floats:
    """How far each of the others lies, (others,): the mean absolute difference over the columns that both show, by
    weight and reliability, over the root of how far the two lie from artists' mean; nan where they show too little in
    common.

    Without the latter the typical artist is a neighbour of everybody (hubs: Schnitzer et al., Local and global scaling
    reduce hubs in space, 2012), and people too hear the same difference as smaller among unusual things (Krumhansl,
    Concerning the applicability of geometric models to similarity data, 1978).
    """
    return np.asarray(_distances(*_arrays([style]), *_arrays(others), against or reference())[0])


def pair_distances(styles: Sequence[PlayedStyle], against: Reference | None = None) -> Floats:
    """The distances of all pairs that can be compared, in no order."""
    against = against or reference()
    mean, reliability = _arrays(styles)
    found = [
        _distances(mean[i : i + 1], reliability[i : i + 1], mean[i + 1 :], reliability[i + 1 :], against)[0]
        for i in range(len(styles) - 1)
    ]
    apart = np.concatenate(found) if found else np.zeros(0)
    return np.asarray(apart[~np.isnan(apart)])


def _arrays(styles: Sequence[PlayedStyle]) -> tuple[Floats, Floats]:
    mean = np.array([[m or 0.0 for m in style.mean] for style in styles]).reshape(-1, SIZE)
    return mean, np.array([style.reliability for style in styles]).reshape(-1, SIZE)


def _distances(mean: Floats, reliability: Floats, means: Floats, reliabilities: Floats, against: Reference) -> Floats:
    weight = WEIGHTS * np.sqrt(reliability[:, None] * reliabilities[None])
    shared = (weight > 0) @ WEIGHTS
    total = weight.sum(axis=2)
    apart = (weight * np.abs(mean[:, None] - means[None])).sum(axis=2)
    own, others = _unusual(mean, reliability, against), _unusual(means, reliabilities, against)
    unusual = (weight * (own[:, None] + others[None]) / 2).sum(axis=2)
    enough = shared >= _LEAST_SHARED * WEIGHTS.sum()
    scale = total ** (1 - _TYPICAL_WEIGHS) * unusual**_TYPICAL_WEIGHS
    return np.asarray(np.divide(apart, scale, out=np.full_like(apart, np.nan), where=enough & (scale > 0)))


def _unusual(mean: Floats, reliability: Floats, against: Reference) -> Floats:
    """How far each column lies from artists' mean, as far as it is known, and otherwise as far as is typical."""
    typical = _TYPICAL * against.artist_deviation
    return reliability * np.abs(mean - against.artist_mean) + (1 - reliability) * typical


def quantiles_of(apart: Floats) -> list[float]:
    """At `QUANTILES`."""
    return [round(float(value), 5) for value in np.quantile(apart, QUANTILES)]


def score(distance: float, scale: Floats) -> float:
    """1 - the share of pairs of artists that are nearer, 0-1; nearer than the nearest pair it goes on to 1."""
    return float(1 - np.interp(distance, [0.0, *scale[1:]], QUANTILES))


def basis_of(one: PlayedStyle, other: PlayedStyle) -> Basis:
    """What two artists were compared by: performances of both, or what at least one archive of written files holds."""
    return "played" if min(one.performed, other.performed) >= _PERFORMED else "archive"


def reason(one: PlayedStyle, other: PlayedStyle) -> str | None:
    """What sets both apart from others alike, in words; None where nothing does that is known well enough."""
    said: list[tuple[float, Column, str]] = []
    against = reference()
    times_known = min(one.reliability[_TIMED], other.reliability[_TIMED]) >= _LEAST_RELIABLE
    among_artists = zip(against.artist_mean.tolist(), against.artist_deviation.tolist(), strict=True)
    for index, (column, (mean, deviation)) in enumerate(zip(COLUMNS, among_artists, strict=True)):
        ours, theirs = one.mean[index], other.mean[index]
        if column.block == "strokes" and not times_known:  # so many a bar is not known either
            continue
        if ours is None or theirs is None or min(one.reliability[index], other.reliability[index]) < _LEAST_RELIABLE:
            continue
        a, b = (ours - mean) / deviation, (theirs - mean) / deviation
        shared = min(abs(a), abs(b)) - _UNLIKE * abs(a - b)
        saying = column.more if a > 0 else column.less
        if a * b <= 0 or shared < _LEAST_REASON or saying is None:
            continue
        words, bound = saying
        raw = np.array([ours, theirs]) * against.deviation[index] + against.mean[index]
        if (raw >= bound).all() if a > 0 else (raw <= bound).all():
            said.append((shared, column, words))
    said.sort(key=lambda item: -item[0])
    chosen: dict[str, str] = {}
    for _, column, words in said:
        if len(chosen) < _REASONS:
            chosen.setdefault(column.family, words)
    return f"both {' and '.join(chosen.values())}" if chosen else None
