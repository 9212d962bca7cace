"""Which note map a drum part speaks, by the weight of all evidence.

What belongs here: reading the same strokes by every map and weighing the readings. What does not: the maps
(`maps`), which notes are drums (`drumparts`).

Each reading is weighed as in a naive Bayes classifier: how probable its voices are where in the beat they are
struck, whether kick, snare and a time-keeping cymbal are there, how usual the map is, and what the file says
(the name of a sampler, a system-exclusive message, the positions of a hi-hat pedal).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mdg_core.kit import CYMBALS, HATS, RIDES, TOMS, VOICES, NoteMap, Voice
from mdg_core.maps import GM, MAPS, ROLAND_TD

GUESSED = 0.6  # the most that a reading is certain which nothing but the playing speaks for
FEW = 0.05  # share of the strokes from which a voice carries a part

V = Voice
# How often the voices of a group are struck on the even beats, on the odd beats and between them: shares of all
# strokes, the mean of the grooves and fills of data/ and of every sixth take of the Groove MIDI Dataset; hand
# percussion, which hardly one of them has, as often as shakers (`python -m benchmarks.reading --fit`). A drummer
# chooses one cymbal for a stretch, so that those which keep time are one group.
_GROUPS: dict[str, tuple[tuple[Voice, ...], tuple[float, float, float]]] = {
    "kick": ((V.KICK,), (0.066, 0.026, 0.105)),
    "snare": ((V.SNARE, V.SIDE_STICK, V.CLAP), (0.038, 0.075, 0.192)),
    "time": ((*HATS, V.PEDAL_HAT, *RIDES), (0.076, 0.075, 0.187)),
    "toms": (TOMS, (0.018, 0.025, 0.091)),
    "cymbals": (CYMBALS, (0.004, 0.002, 0.003)),
    "shakers": ((V.TAMBOURINE, V.SHAKER, V.COWBELL), (0.004, 0.004, 0.008)),
    "others": (tuple(list(Voice)[list(Voice).index(V.HIGH_BONGO) :]), (0.004, 0.004, 0.008)),
}
_UNNAMED = 1e-4  # probability of a stroke on a pitch that the map does not name
_SILENT = 0.002  # of a choke or a click
_TRACE = 0.01  # of the strokes: less tells nothing
_DISPUTED = 0.005  # of the strokes; where so many can be another drum a reading is not sure
_ON_THE_BEAT = 0.09  # of a quarter
# What `_is_odd` counts, as GM has it; the last are pads of Roland and of samplers, "as ..." where Superior Drummer has
# the rims of its toms.
_ODD_KINDS: dict[str, tuple[int, ...]] = {
    "crash": (49, 57), "second crash": (52, 55), "ride": (51,), "second ride": (59,), "hats": (22, 26, 42, 46),
    "floor toms": (41, 43), "mid toms": (45, 47), "high toms": (48, 50), "congas": tuple(range(60, 65)),
    "metals": (*range(65, 69), 71, 72), "hands": tuple(range(60, 83)), "pads": (17, *range(21, 27)),
    "as floor toms": (73, 75), "as mid toms": (78, 80), "as high toms": (82,),
}  # fmt: skip
_TIME_KEEPING = 0.25  # share of the strokes that a time-keeping cymbal has
_AS_TOMS = 0.15  # and toms at most
_FAR_LESS = 0.25  # of what is compared with: no second choice

# In natural logarithms. A stroke weighs less than its likelihood, since the strokes of a loop repeat each other.
_STROKES = 14.0  # weight of the mean log likelihood
_FEW_STROKES = 48  # so many strokes count half: a handful says little of a map
_MISSING = {"kick": 5.0, "snare": 3.0, "time": 5.0}
_PRIOR = {"gm": 0.0, "roland_td": -2.0, "gs": -2.5, "xg": -2.5, "ableton": -9.0, "addictive_drums_2": -6.0,
          "superior_drummer": -6.0, "bfd": -8.0, "steven_slate": -9.0, "rhythm_game": -6.0}  # fmt: skip
_OCTAVES = {-2: -8.0, -1: -6.0, 1: -6.0, 2: -8.0}
_CLOSE = 8.0  # a rival that finds a whole kit is not ruled out so near
_SOFT_KICK = 33  # of XG; no other map has a drum there that is struck often
_SAID = 3.0  # the name of a sampler or a system-exclusive message


@dataclass(frozen=True, slots=True)
class Hints:
    """What a file says of its map besides its notes."""

    samplers: frozenset[str] = frozenset()  # names of maps that tracks are named for
    declared: str = ""  # "gs" or "xg": by a system-exclusive message
    hat_positions: int = 0  # how many different positions of a hi-hat pedal (controller 4) it gives
    named: bool = True  # the part is known to be drums before its pitches are looked at


@dataclass(frozen=True, slots=True)
class Reading:
    """The map that was chosen."""

    note_map: NoteMap
    certainty: float  # 0-1, that the voices are right
    warnings: list[str] = field(default_factory=list)


def choose_map(pitch: NDArray[np.int64], tick: NDArray[np.int64], quarter: int, hints: Hints) -> Reading:
    """The map that a part speaks; `quarter` is the length of a quarter note in ticks."""
    counts = np.bincount(pitch, minlength=128)
    plain = None if hints.samplers or not _is_plain(counts) else _plain_reading(counts, hints)
    odd = _is_odd(counts, ROLAND_TD if plain and plain.note_map is ROLAND_TD else GM)
    if plain and not odd:
        return plain
    table = _candidates()
    weights, whole = _weights(table, _places_of(pitch, tick, quarter), len(pitch) / (len(pitch) + _FEW_STROKES), hints)
    return _judged(table.maps, weights, whole, counts, hints, odd=odd)


def _is_plain(counts: NDArray[np.int64]) -> bool:
    """Whether GM, or Roland's pads, name all but a trace of it, and a kit is in it or nothing but cymbals and snare."""
    total = int(counts.sum())
    kick, snare, time, shaken, crashes, latin, outside = (counts @ _plain_columns()).tolist()
    if outside > _TRACE * total or crashes > 0.25 * total:
        return False
    keeps_time = time >= 2 * FEW * total or shaken >= 2 * FEW * total
    return bool(keeps_time and kick >= FEW * total and snare >= FEW * total and latin <= 0.1 * total)


def _is_odd(counts: NDArray[np.int64], read_as: NoteMap) -> bool:
    """Whether a part plays a map's second choices without the first, as parts of other maps seem to.

    In GM a splash or china without any crash; the second ride with neither the first nor hats; a tambourine or one tom
    that is struck as a time-keeping cymbal would be, and neither such a cymbal nor low toms; timbales, agogos and
    whistles beside neither congas nor low toms; claves, triangle or shaker as seldom as the tom that a sampler has
    there, and not that tom. In either, hand percussion beside pads of a hi-hat that GM does not have.
    """
    total = int(counts.sum())
    of = dict(zip(_ODD_KINDS, (counts @ _odd_columns()).tolist(), strict=True))
    if of["hands"] > 0 and of["pads"] > 0:
        return True
    if read_as is not GM:
        return False
    trace, keeps_time = _DISPUTED * total, of["ride"] + of["second ride"] + of["hats"]
    busiest = max(int(counts[48]), int(counts[50])) + int(counts[54])
    alone = of["floor toms"] + of["mid toms"] == 0  # a fill goes over several toms
    seldom = [of[f"as {tom}"] for tom in ("floor toms", "mid toms", "high toms") if of[tom] == 0]
    return bool(
        (of["second crash"] > trace and not of["crash"])
        or (of["second ride"] > trace and of["ride"] + of["hats"] <= _FAR_LESS * of["second ride"])
        or (alone and busiest > _TIME_KEEPING * total and keeps_time <= _FAR_LESS * busiest)
        or (alone and of["metals"] > trace and of["congas"] == 0)
        or (any(trace < strokes <= _AS_TOMS * total for strokes in seldom) and of["congas"] == 0)
    )


@cache
def _odd_columns() -> NDArray[np.int64]:
    """Pitch x `_ODD_KINDS`."""
    table = np.zeros((128, len(_ODD_KINDS)), dtype=np.int64)
    for column, pitches in enumerate(_ODD_KINDS.values()):
        table[list(pitches), column] = 1
    return table


@cache
def _plain_columns() -> NDArray[np.int64]:
    """Pitch x (kick, snare, time, shakers, cymbals, hand percussion, none of them), as GM and Roland have them."""
    table = np.zeros((128, 7), dtype=np.int64)
    kinds = [_GROUPS[name][0] for name in ("kick", "snare", "time", "shakers", "cymbals", "others")]
    for pitch in range(128):
        voice = GM.reading.get(pitch) if 35 <= pitch <= 82 else ROLAND_TD.reading.get(pitch) if pitch > 21 else None
        named = voice is not None and (pitch >= 35 or pitch in (22, 26))
        for column, kind in enumerate(kinds):
            table[pitch, column] = named and voice in kind
        table[pitch, 6] = not named
    return table


def _plain_reading(counts: NDArray[np.int64], hints: Hints) -> Reading | None:
    """GM, or the Roland pads that share most of its pitches, when there is more than one sign of them.

    None where pitches that GM does not name are struck, and the pads do not explain them for certain.
    """
    struck = counts.tolist()
    total = sum(struck)
    latin = sum(struck[60:83]) > FEW * total  # hand percussion, which a pad kit has not
    signs = 2 * (struck[22] > 1) + (struck[26] > 1) + (struck[58] > 1 and not latin) + 2 * (hints.hat_positions > 2)
    signs += struck[22] + struck[26] > FEW * total
    if signs - 2 * latin >= 2:
        return Reading(ROLAND_TD, 1.0)
    if struck[22] + struck[26] > _TRACE * total:
        return None
    doubtful = (struck[22] + struck[26] + struck[58]) / total
    return Reading(GM, GUESSED if doubtful > _DISPUTED else 1.0 - doubtful)


def _places_of(pitch: NDArray[np.int64], tick: NDArray[np.int64], quarter: int) -> NDArray[np.float64]:
    """Shares of the strokes by pitch and place in the beat, 128 x 3."""
    beat = tick / quarter
    nearest = np.rint(beat)
    place = np.where(np.abs(beat - nearest) > _ON_THE_BEAT, 2, nearest.astype(np.int64) % 2)
    shares = np.bincount(pitch * 3 + place, minlength=384).reshape(128, 3)
    return np.asarray(shares / shares.sum())


@dataclass(frozen=True, slots=True)
class _Candidates:
    """m readings, with what weighing them needs."""

    maps: tuple[NoteMap, ...]
    octaves: tuple[int, ...]  # by how many each is moved
    likelihood: NDArray[np.float64]  # m x 128 x 3, the logarithm
    strokes: NDArray[np.float64]  # m x 128, 1 where the pitch is a stroke
    groups: NDArray[np.float64]  # m x 128 x groups, 1 where the pitch is a voice of the group
    voices: NDArray[np.int64]  # m x 128, indices into VOICES, -1 where the map has none
    prior: NDArray[np.float64]  # m


@cache
def _candidates() -> _Candidates:
    maps = (*MAPS.values(), *(_moved(GM, octaves) for octaves in _OCTAVES))
    likelihood = np.full((len(maps), 128, 3), np.log(_UNNAMED))
    strokes, groups = np.ones((len(maps), 128)), np.zeros((len(maps), 128, len(_GROUPS)))
    codes = np.full((len(maps), 128), -1)
    for i, note_map in enumerate(maps):
        for pitch, voice in note_map.reading.items():
            codes[i, pitch] = VOICES.index(voice)
            for group, (voices, places) in enumerate(_GROUPS.values()):
                if voice in voices:
                    likelihood[i, pitch] = np.log(places)
                    groups[i, pitch, group] = 1
        silent = list(note_map.silent | note_map.holds.keys())
        if note_map.holds:  # a chart is full of markers and of easier levels
            likelihood[i, silent], strokes[i, silent] = 0, 0
        else:
            likelihood[i, silent] = np.log(_SILENT)
    octaves = (*(0 for _ in MAPS), *_OCTAVES)
    prior = np.array([_OCTAVES[n] if n else _PRIOR[m.name] for m, n in zip(maps, octaves, strict=True)])
    return _Candidates(maps, octaves, likelihood, strokes, groups, codes, prior)


def _moved(note_map: NoteMap, octaves: int) -> NoteMap:
    """The map for a part that lies so many octaves away from it."""
    reading = {p + 12 * octaves: voice for p, voice in note_map.reading.items() if 0 <= p + 12 * octaves <= 127}
    return NoteMap(f"{note_map.name} {octaves:+d} octave{'s' if abs(octaves) > 1 else ''}", reading, note_map.writing)


def _weights(
    table: _Candidates, places: NDArray[np.float64], trust: float, hints: Hints
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The logarithm of how well each candidate explains a part, up to a constant, and whether it finds a whole kit.

    `trust` (0-1) is how much the strokes count.
    """
    of_pitch = places.sum(axis=1)
    heard = np.maximum(table.strokes @ of_pitch, 0.01)
    likelihood = np.tensordot(table.likelihood, places, axes=2) / heard
    shares = np.tensordot(of_pitch, table.groups, axes=(0, 1)) / heard[:, None]
    played = _STROKES * likelihood - np.where(heard < 0.5, 100.0, 0.0)
    whole = np.ones(len(table.maps), dtype=bool)
    for group, name in enumerate(_GROUPS):
        if name in _MISSING:
            played -= _MISSING[name] * (shares[:, group] < FEW)
            whole &= shares[:, group] >= FEW
    weights: NDArray[np.float64] = trust * played + table.prior
    for i, note_map in enumerate(table.maps):
        if note_map.name in hints.samplers or note_map.name == hints.declared:
            weights[i] += _SAID - table.prior[i]  # how usual a map is does not matter where the file names it
        elif note_map is ROLAND_TD and hints.hat_positions > 2:
            weights[i] += 2.0
    return weights, whole


def _judged(
    readings: tuple[NoteMap, ...],
    weights: NDArray[np.float64],
    whole: NDArray[np.bool_],
    counts: NDArray[np.int64],
    hints: Hints,
    *,
    odd: bool,
) -> Reading:
    """The best reading, how sure it is, and in words what speaks for it and against it."""
    best = int(weights.argmax())
    voices = _candidates().voices
    gm = readings.index(GM)
    if (voices[gm] == voices[best])[counts > 0].all():
        best = gm  # a map that hears every stroke as GM does says no more than GM
    chosen = readings[best]
    odds = np.exp(weights - weights[best])
    agreement = (voices == voices[best]) @ counts / counts.sum()  # shares of the strokes that get the same voice
    certainty = float((odds * agreement).sum() / odds.sum())
    warnings: list[str] = []
    said = chosen.name in hints.samplers or chosen.name == hints.declared
    if octaves := _candidates().octaves[best]:
        certainty = min(certainty, GUESSED)
        away = f"{'an octave' if abs(octaves) == 1 else 'two octaves'} {'up' if octaves > 0 else 'down'}"
        warnings.append(f"the whole part lies {away}; it is read as General MIDI moved there")
    elif chosen is not GM and not said:
        certainty = min(certainty, GUESSED)
        warnings.append(f"the notes fit the map {chosen.name} ({chosen.title}) best; nothing in the file names it")
    elif chosen is not GM:
        warnings.append(f"read with the map {chosen.name} ({chosen.title}), which the file names")
    rivals = [(odds[i], readings[i]) for i in range(len(readings)) if agreement[i] < 0.95 and odds[i] > 0.3]
    if odd and not said:
        certainty = min(certainty, GUESSED)
    if not said and not whole[best] and (whole & (weights > weights[best] - _CLOSE) & (agreement < 0.95)).any():
        certainty = min(certainty, GUESSED)  # another map would find a whole kit
    low = int(counts[17:35].sum())
    if not said and chosen is GM and low > _TRACE * counts.sum() and counts[_SOFT_KICK] <= FEW * counts.sum():
        certainty = min(certainty, GUESSED)
        warnings.append("pitches below 35 mean different drums in different maps; name the right map if this is wrong")
    if rivals:
        rival = max(rivals, key=lambda pair: pair[0])[1]
        warnings.append(f"the map {rival.name} explains the notes about as well; name the right one if this is wrong")
    return Reading(chosen, certainty, warnings)
