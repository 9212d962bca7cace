"""How a take is played, as a row of numbers in which takes, and so artists, can be compared.

What belongs here: the columns, each declared once with its block, its words and how it is taken from a take. What does
not: how takes become an artist and how artists compare (`likeness`), the numbers for people (`descriptors`).

The columns and their weights are those that told drummers apart and agreed with listeners' ratings of loops in trials
of several vectors; `benchmarks.similar` measures the former. Feel is what a drummer keeps from one session to the
next, form what changes with the songs. What a take does not show is None, never a guess: dynamics
of a file with one velocity, feel of a quantised one, and all that rests on time where the playing does not keep to the
file's. Only the strokes of such a take still count, for how its voices share them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mdg_core.descriptors import BY_NAME
from mdg_core.groove import GrooveFeatures
from mdg_core.kit import CYMBALS, HATS, RIDES, TOMS, VOICES, Voice
from mdg_core.pattern import Metre

STYLE_VECTOR_VERSION: Final = 2  # of what the columns mean and weigh; vectors of other versions are not compared

# weight of each block of columns, shared evenly by its columns
BLOCK_WEIGHTS: Final[dict[str, float]] = {
    "strokes": 1.0,
    "velocity": 0.8,
    "profile": 0.4,
    "form": 0.15,
    "feel": 0.6,
    "tempo": 0.15,
}

Floats = NDArray[np.float64]

_CODE = {voice.value: code for code, voice in enumerate(VOICES)}
_SNARES = (Voice.SNARE, Voice.SIDE_STICK, Voice.CLAP)
_KIT = {Voice.KICK, *_SNARES, *HATS, Voice.PEDAL_HAT, *TOMS, *RIDES, *CYMBALS}
_GROUPS: dict[str, tuple[Voice, ...]] = {
    "kick": (Voice.KICK,),
    "snare": _SNARES,
    "closed_hat": (Voice.CLOSED_HAT,),
    "open_hat": (Voice.OPEN_HAT,),
    "pedal_hat": (Voice.PEDAL_HAT,),
    "toms": TOMS,
    "ride": RIDES,
    "crash": CYMBALS,
    "percussion": tuple(voice for voice in VOICES if voice not in _KIT),
    "cymbals": (*HATS, *RIDES),  # those that keep time
    "low": (Voice.KICK,),
    "mid": (*_SNARES, *TOMS),
    "high": (*HATS, *RIDES, *CYMBALS),
    "all": VOICES,
}
_MEMBERS = np.array([[float(voice in voices) for voice in VOICES] for voices in _GROUPS.values()])
_LEVELS = 5
_DOWNBEAT, _HALF, _BEAT, _UPBEAT, _FINER = range(_LEVELS)  # levels of the metre
_LEAST_STROKES = 4  # for a mean of a group of voices
_COUNTED_BEATS = 4.0  # strokes are counted for so many beats, so that metres compare
_LEAST_SPREAD_MS = 0.5


class Strokes(NamedTuple):
    """Sums over the strokes of some voices on each of the five levels of the metre."""

    strokes: list[float]
    velocity: list[float]
    velocity_square: list[float]
    offset: list[float]  # ms, late positive
    offset_square: list[float]


@dataclass(frozen=True, slots=True)
class Playing:
    """A take's strokes by groups of voices and levels of the metre."""

    found: GrooveFeatures
    groups: dict[str, Strokes]
    places: list[int]  # of the bar, on each level
    four_beats: float  # how many times the take holds four beats


Extract = Callable[[Playing], float | None]  # None: the take does not show it
Saying = tuple[str, float]  # words of two artists, and the value from which (up to which) they are true of one


@dataclass(frozen=True, slots=True)
class Column:
    """One number of the vector.

    `more` and `less` say what two artists have in common who both lie at that end; None where no listener would
    name it. `family` keeps one fact from being said twice.
    """

    name: str
    block: str
    extract: Extract
    family: str
    more: Saying | None = None
    less: Saying | None = None


def playing_of(found: GrooveFeatures) -> Playing:
    """Sums of the take's cells."""
    metre = Metre.parse(found.metre)
    beats = metre.numerator / 3 if metre.is_compound else float(metre.bar_quarters)
    beat = (1.5 if metre.is_compound else 1.0) * found.steps_per_quarter
    levels = _levels(round(float(metre.bar_quarters) * found.steps_per_quarter), max(1, round(beat)))
    numbers = np.array(
        [
            (_CODE[c.voice], c.step, c.count, c.velocity, c.velocity_std or 0.0, c.offset_ms, c.offset_std_ms or 0.0)
            for c in found.cells
        ]
    ).T
    code, step = numbers[:2].astype(np.int64)
    count, velocity, velocity_std, offset, offset_std = numbers[2:]
    place = code * _LEVELS + levels[step]
    summed = (
        np.bincount(place, weights=values, minlength=len(VOICES) * _LEVELS).reshape(-1, _LEVELS)
        for values in (
            count,
            count * velocity,
            count * (velocity**2 + velocity_std**2),
            count * offset,
            count * (offset**2 + offset_std**2),
        )
    )
    by_group = zip(*((_MEMBERS @ sums).tolist() for sums in summed), strict=True)
    return Playing(
        found=found,
        groups={name: Strokes(*sums) for name, sums in zip(_GROUPS, by_group, strict=True)},
        places=np.bincount(levels, minlength=_LEVELS).tolist(),
        four_beats=max(found.bars, 1.0) * beats / _COUNTED_BEATS,
    )


@cache
def _levels(steps: int, beat: int) -> NDArray[np.int64]:
    """Of each step of a bar: downbeat, half of the bar, other beats, the beat's first division, all finer ones."""
    place = np.arange(steps)
    divided = beat // 2 if beat % 2 == 0 else beat // 3 if beat % 3 == 0 else beat
    level = np.where(place % max(1, divided) == 0, _UPBEAT, _FINER)
    if beat % 3 == 0:
        level = np.where(place % (beat // 3) == 0, _UPBEAT, level)
    level[::beat] = _BEAT
    if steps % (2 * beat) == 0 and steps // beat > 2:
        level[steps // 2] = _HALF
    level[0] = _DOWNBEAT
    return level


def _strokes(p: Playing, group: str) -> float:
    """log(1 + strokes in four beats)."""
    return math.log1p(sum(p.groups[group].strokes) / p.four_beats)


def _onsets(p: Playing, group: str, level: int) -> float | None:
    """How often a place of this level is struck, 0-1; None where the metre has no half, or the grid is not followed."""
    if not p.found.follows_grid or (level == _HALF and not p.places[level]):
        return None
    struck = p.groups[group].strokes[level] / max(p.found.bars, 1.0)
    return min(1.0, struck / max(1, p.places[level]))


def _mean(total: list[float], strokes: list[float]) -> float | None:
    return sum(total) / sum(strokes) if sum(strokes) >= _LEAST_STROKES else None


def _deviation(total: list[float], squares: list[float], strokes: list[float]) -> float | None:
    mean, square = _mean(total, strokes), _mean(squares, strokes)
    return None if mean is None or square is None else math.sqrt(max(0.0, square - mean**2))


def _loudness(p: Playing, group: str) -> float | None:
    """Velocity of the voices against the take's mean."""
    of = p.groups[group]
    mean = _mean(of.velocity, of.strokes)
    return None if mean is None or not p.found.shows_dynamics else mean - p.found.velocity_mean


def _variation(p: Playing, group: str) -> float | None:
    of = p.groups[group]
    return _deviation(of.velocity, of.velocity_square, of.strokes) if p.found.shows_dynamics else None


def _accent(p: Playing, group: str, on: slice, off: tuple[slice, ...]) -> float | None:
    """By how much louder the voices are on some levels than on others."""
    of = p.groups[group]
    louder = _mean(of.velocity[on], of.strokes[on])
    softer = _mean(*([value for part in off for value in values[part]] for values in (of.velocity, of.strokes)))
    return None if louder is None or softer is None or not p.found.shows_dynamics else louder - softer


def _lean(p: Playing, group: str) -> float | None:
    """Mean offset from the swung grid, ms, late positive."""
    of = p.groups[group]
    return _mean(of.offset, of.strokes) if p.found.shows_timing and p.found.follows_grid else None


def _looseness(p: Playing, group: str) -> float | None:
    """log of the deviation of the offsets, ms."""
    if not (p.found.shows_timing and p.found.follows_grid):
        return None
    of = p.groups[group]
    spread = _deviation(of.offset, of.offset_square, of.strokes)
    return None if spread is None else math.log(max(spread, _LEAST_SPREAD_MS))


def _dynamic(take: Callable[[GrooveFeatures], float | None], p: Playing) -> float | None:
    return take(p.found) if p.found.shows_dynamics else None


def _timed(take: Callable[[GrooveFeatures], float | None], p: Playing) -> float | None:
    """What rests on the file's tempo and bar lines."""
    return take(p.found) if p.found.follows_grid else None


def _is_triplet(found: GrooveFeatures) -> float:
    return float(found.steps_per_quarter % 3 == 0)


def _is_odd(found: GrooveFeatures) -> float:
    metre = Metre.parse(found.metre)
    return float(not metre.is_compound and metre.numerator % 2)


def _a_bar(strokes: float) -> float:
    return math.log1p(strokes)


_HAT_ACCENT = partial(_accent, group="cymbals", on=slice(_UPBEAT), off=(slice(_UPBEAT, _LEVELS),))
_BACKBEAT = partial(_accent, group="snare", on=slice(_BEAT, _UPBEAT), off=(slice(_BEAT), slice(_UPBEAT, _LEVELS)))


# the columns that are parameters of a profile, too, take from a take what those take
_DECLARED = {name: descriptor.extract for name, descriptor in BY_NAME.items()}


def _strokes_columns() -> list[Column]:
    def column(group: str, more: Saying | None, less: Saying | None = None) -> Column:
        return Column(f"{group}_strokes", "strokes", partial(_strokes, group=group), group, more, less)

    return [
        column("kick", ("play a busy kick", _a_bar(4)), ("play a sparse kick", _a_bar(3))),
        column("snare", ("play a busy snare", _a_bar(4)), ("play a sparse snare", _a_bar(2))),
        column("closed_hat", ("play busy closed hats", _a_bar(6)), ("leave the closed hats out", _a_bar(1))),
        column("open_hat", ("open the hats often", _a_bar(1))),
        column("pedal_hat", ("step the hats with the foot", _a_bar(1))),
        column("toms", ("play the toms a lot", _a_bar(2)), ("hardly play the toms", _a_bar(0.3))),
        column("ride", ("keep time on the ride", _a_bar(3)), ("leave the ride out", _a_bar(0.3))),
        column("crash", ("crash often", _a_bar(0.7))),
        column("percussion", ("play bells and hand percussion", _a_bar(1))),
    ]


def _velocity_columns() -> list[Column]:
    def column(
        name: str, extract: Extract, family: str, more: Saying | None = None, less: Saying | None = None
    ) -> Column:
        return Column(name, "velocity", extract, family, more, less)

    def taken(take: Callable[[GrooveFeatures], float | None]) -> Extract:
        return partial(_dynamic, take)

    columns = [
        column("velocity_mean", taken(_DECLARED["velocity_mean"]), "loudness", ("hit hard", 85), ("play softly", 65)),
        column(
            "velocity_spread",
            taken(_DECLARED["velocity_std"]),
            "dynamics",
            ("play with wide dynamics", 25),
            ("play with even dynamics", 20),
        ),
        column(
            "ghost_share",
            taken(_DECLARED["ghost_note_prob"]),
            "ghosts",
            ("play many ghost notes", 0.3),
            ("play few ghost notes", 0.1),
        ),
        column(
            "hat_accent", _HAT_ACCENT, "hat accent", ("accent the beats on the hats", 4), ("accent off the beats", -4)
        ),
        column("backbeat_accent", _BACKBEAT, "backbeat", ("put the backbeat far above the other snare strokes", 20)),
    ]
    for band, voices in (("low", "kick"), ("mid", "snare and toms"), ("high", "hats and cymbals")):
        loud, soft = (f"play the {voices} loud for the kit", 5.0), (f"keep the {voices} soft", -5.0)
        columns.append(column(f"{band}_level", partial(_loudness, group=band), f"{band} level", loud, soft))
        columns.append(column(f"{band}_variation", partial(_variation, group=band), "dynamics"))
    return columns


def _profile_columns() -> list[Column]:
    said: dict[tuple[str, str], Saying] = {
        ("low", "beat"): ("put the kick on the backbeats too", 0.5),
        ("low", "upbeat"): ("put the kick on the upbeats", 0.25),
        ("low", "finer"): ("put the kick between the eighths", 0.12),
        ("mid", "beat"): ("play the backbeat", 0.6),
        ("mid", "upbeat"): ("put the snare on the upbeats", 0.25),
        ("high", "finer"): ("play the cymbals between the eighths", 0.4),
    }
    levels = {"downbeat": _DOWNBEAT, "half_bar": _HALF, "beat": _BEAT, "upbeat": _UPBEAT, "finer": _FINER}
    return [
        Column(f"{band}_{place}", "profile", partial(_onsets, group=band, level=level), family, said.get((band, place)))
        for band, family in (("low", "kick"), ("mid", "snare"), ("high", "closed_hat"))
        for place, level in levels.items()
    ]


def _form_columns() -> list[Column]:
    def column(
        name: str,
        take: Callable[[GrooveFeatures], float | None],
        family: str,
        more: Saying,
        less: Saying | None = None,
    ) -> Column:
        return Column(name, "form", partial(_timed, take), family, more, less)

    return [
        column(
            "syncopation",
            _DECLARED["syncopation_level"],
            "syncopation",
            ("syncopate a lot", 8),
            ("syncopate little", 4),
        ),
        column(
            "swing_percent",
            lambda f: f.swing_eighths.percent if f.swing_eighths else None,
            "swing",
            ("swing their eighths", 56),
            ("play their eighths straight", 53),
        ),
        column(
            "swing_sixteenths",
            lambda f: f.swing_sixteenths.percent if f.swing_sixteenths else None,
            "swing",
            ("swing their sixteenths", 55),
            ("play their sixteenths straight", 53),
        ),
        Column(
            "density",
            "form",
            lambda p: _strokes(p, "all") if p.found.follows_grid else None,
            "density",
            ("play many strokes", _a_bar(18)),
            ("play few strokes", _a_bar(13)),
        ),
        column("fill_share", _DECLARED["fill_share"], "fills", ("play many fills", 0.2), ("play few fills", 0.08)),
        column("triplet_grid", _is_triplet, "swing", ("play in triplets", 0.5)),
        column("odd_metre", _is_odd, "metre", ("play in three or in odd metres", 0.5)),
    ]


def _feel_columns() -> list[Column]:
    columns = []
    for group, voices in (("kick", "the kick"), ("snare", "the snare"), ("cymbals", "hats and ride")):
        late, early = (f"lay {voices} back", 4.0), (f"push {voices} ahead", -4.0)
        loose, tight = (f"play {voices} loosely", math.log(16)), (f"play {voices} tightly", math.log(10))
        columns.append(Column(f"{group}_lean", "feel", partial(_lean, group=group), "lean", late, early))
        columns.append(
            Column(f"{group}_looseness", "feel", partial(_looseness, group=group), "looseness", loose, tight)
        )
    return columns


_TEMPO = Column(
    "tempo",
    "tempo",
    partial(_timed, lambda f: math.log2(f.beats_per_minute)),
    "tempo",
    ("play fast", math.log2(120)),
    ("play slowly", math.log2(90)),
)

COLUMNS: Final = (
    *_strokes_columns(),
    *_velocity_columns(),
    *_profile_columns(),
    *_form_columns(),
    *_feel_columns(),
    _TEMPO,
)
SIZE: Final = len(COLUMNS)
_PER_BLOCK = {block: sum(column.block == block for column in COLUMNS) for block in BLOCK_WEIGHTS}
WEIGHTS: Final = np.array([BLOCK_WEIGHTS[column.block] / _PER_BLOCK[column.block] for column in COLUMNS])


def style_columns(found: GrooveFeatures, stated: Mapping[str, float | None] | None = None) -> list[float | None]:
    """The take's vector in the order of `COLUMNS`; None for what it does not show.

    `stated` takes the place of what would be measured, by the columns' names: what a written groove says of itself.
    """
    playing, stated = playing_of(found), stated or {}
    values = [stated[c.name] if c.name in stated else c.extract(playing) for c in COLUMNS]
    return [None if value is None else round(float(value), 4) for value in values]
