"""Which note map a drum part speaks, by the weight of all evidence.

What belongs here: reading the same strokes by every map and weighing the readings. What does not: the maps
(`maps`), which notes are drums (`drumparts`).

Each reading is weighed as in a naive Bayes classifier: how probable its voices are where in the beat they are
struck, whether kick, snare and a time-keeping cymbal are there, how usual the map is, and what the file says
(the name of a sampler, a system-exclusive message, the positions of a hi-hat pedal). General MIDI is what channel 10
means: a better score alone is not enough for a map that the file does not name (`_speaks`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mdg_core.charts import is_chart
from mdg_core.kit import CYMBALS, HATS, RIDES, TOMS, VOICES, NoteMap, Voice
from mdg_core.maps import GM, MAPS, ROLAND_TD

GUESSED = 0.6  # the most that a reading is certain which nothing but the playing speaks for
CHART = MAPS["rhythm_game"]
FEW = 0.05  # share of the strokes from which a voice carries a part

V = Voice
# How often the voices of a group are struck on the even beats, on the odd beats and between them: shares of all
# strokes, the mean of the grooves and fills of data/ and of every sixth take of the Groove MIDI Dataset; hand
# percussion, which hardly one of them has, as often as shakers (`python -m benchmarks.reading --fit`). A drummer
# chooses one cymbal for a stretch, so that those which keep time are one group.
_GROUPS: dict[str, tuple[tuple[Voice, ...], tuple[float, float, float]]] = {
    "kick": ((V.KICK,), (0.066, 0.026, 0.105)),
    "snare": ((V.SNARE, V.SIDE_STICK, V.CLAP), (0.038, 0.075, 0.192)),
    "time": ((*HATS, V.PEDAL_HAT, *RIDES), (0.075, 0.075, 0.183)),
    "toms": (TOMS, (0.018, 0.026, 0.096)),
    "cymbals": (CYMBALS, (0.004, 0.003, 0.004)),
    "shakers": ((V.TAMBOURINE, V.SHAKER, V.COWBELL), (0.004, 0.004, 0.008)),
    "others": (tuple(list(Voice)[list(Voice).index(V.HIGH_BONGO) :]), (0.004, 0.004, 0.008)),
}
_UNNAMED = 1e-4  # probability of a stroke on a pitch that the map does not name
_SILENT = 0.002  # of a choke or a click
_FEWEST = 0.5  # of the strokes that GM has to name
_MOST = 0.9  # of the strokes that a map which the file declares has to name
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
# What GM has no such use for, so that an unnamed part speaks for a map there: its hats and pads that GM does not name
# or has as a crash and a tom, or, of `_CYMBALS_ALONE`, its cymbals where GM has one of two bongos and one of three
# congas (60, 62).
_OWN: dict[str, tuple[tuple[int, ...], float]] = {  # and the share of the strokes that the busiest of them has
    "addictive_drums_2": ((49, 50), 0.13), "superior_drummer": ((17, 21, 22, 24, 25), 0.05),
    "rhythm_game": ((98, 99, 100), 0.13),
}  # fmt: skip
_CYMBALS_ALONE = ("addictive_drums_2", "superior_drummer")
_USUAL = (42, 46, 51)  # the cymbals that keep time in GM

# In natural logarithms. A stroke weighs less than its likelihood, since the strokes of a loop repeat each other.
_STROKES = 14.0  # weight of the mean log likelihood
_FEW_STROKES = 48  # so many strokes count half: a handful says little of a map
_MISSING = {"kick": 5.0, "snare": 3.0, "time": 5.0}
_PRIOR = {"gm": 0.0, "roland_td": -2.0, "gs": -2.5, "xg": -2.5, "ableton": -9.0, "addictive_drums_2": -3.0,
          "superior_drummer": -3.0, "bfd": -8.0, "steven_slate": -9.0, "rhythm_game": -6.0}  # fmt: skip
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
    if is_chart(counts) and hints.samplers <= {CHART.name}:
        return _told(CHART, 1.0) if hints.samplers else _guessed(CHART)
    if hints.declared and not hints.samplers and _names(MAPS[hints.declared], counts) >= _MOST:
        return Reading(MAPS[hints.declared], 1.0)
    plain = None if hints.samplers or not _is_plain(counts) else _plain_reading(counts, hints)
    odd = _is_odd(counts, ROLAND_TD if plain and plain.note_map is ROLAND_TD else GM)
    if plain and not odd:
        return plain
    table = _candidates()
    weights, whole = _weights(table, _places_of(pitch, tick, quarter), len(pitch) / (len(pitch) + _FEW_STROKES), hints)
    speaks = _speaks(table, counts, plain is not None) & whole
    admitted = _is_general(table, counts, hints) | speaks
    admitted |= np.array([_is_named(note_map, hints) for note_map in table.maps])
    if not speaks.any() and _names(GM, counts) < _FEWEST:
        admitted[:] = True  # GM would lose most of it
    return _judged(table.maps, weights, whole, admitted, counts, hints, odd=odd)


def _is_plain(counts: NDArray[np.int64]) -> bool:
    """Whether GM, or Roland's pads, name all but a trace of it, and a kit is in it or nothing but cymbals and snare."""
    total = int(counts.sum())
    kick, snare, time, shaken, crashes, hands, outside = (counts @ _plain_columns()).tolist()
    if outside > _TRACE * total or crashes > 0.25 * total:
        return False
    if hands > 2 * FEW * total and int(counts[list(_USUAL)].sum()) <= 2 * FEW * total:
        return False  # the cymbals of a sampler stand where GM has hand percussion
    keeps_time = time >= 2 * FEW * total or shaken >= 2 * FEW * total
    return bool(keeps_time and kick >= FEW * total and snare >= FEW * total)


def _is_odd(counts: NDArray[np.int64], read_as: NoteMap) -> bool:
    """Whether a part plays a map's second choices without the first, as parts of other maps seem to.

    In GM a splash or china without any crash; the second ride with neither the first nor hats; a tambourine or one tom
    that is struck as a time-keeping cymbal would be, and neither such a cymbal nor low toms; timbales, agogos and
    whistles beside neither congas nor low toms; claves, triangle or shaker as seldom as the tom that a sampler has
    there, and not that tom. In either, hand percussion beside pads of a hi-hat that GM does not have.
    """
    total = int(counts.sum())
    of = _kinds(counts)
    if of["hands"] > 0 and of["pads"] > 0:
        return True
    if read_as is not GM:
        return False
    trace, keeps_time = _DISPUTED * total, of["ride"] + of["second ride"] + of["hats"]
    busiest = max(int(counts[48]), int(counts[50]))
    alone = of["floor toms"] + of["mid toms"] == 0  # a fill goes over several toms
    return bool(
        (of["second crash"] > trace and not of["crash"])
        or (of["second ride"] > trace and of["ride"] + of["hats"] <= _FAR_LESS * of["second ride"])
        or (alone and busiest > _TIME_KEEPING * total and keeps_time <= 0.5 * busiest)
        or (alone and busiest + counts[54] > _TIME_KEEPING * total and keeps_time <= _FAR_LESS * (busiest + counts[54]))
        or (alone and of["metals"] > trace and of["congas"] == 0)
        or bool(_foreign_toms(of, total))
        or _strains_gm(counts)
    )


def _strains_gm(counts: NDArray[np.int64]) -> bool:
    """Whether GM makes crashes keep time, has many whistles, guiros and cuicas, or a shaker that keeps time alone."""
    total = int(counts.sum())
    groups = ((49, 52, 55, 57), (58, *range(71, 75), 78, 79), (82,), (*_USUAL, 44, 53, 59))
    crashes, odd, shaker, time = (int(counts[list(of)].sum()) for of in groups)
    return crashes > _TIME_KEEPING * total or odd > FEW * total or (shaker > FEW * total and time <= shaker)


def _kinds(counts: NDArray[np.int64]) -> dict[str, int]:
    """Strokes by `_ODD_KINDS`."""
    return dict(zip(_ODD_KINDS, (counts @ _odd_columns()).tolist(), strict=True))


def _foreign_toms(of: dict[str, int], total: int) -> list[str]:
    """Toms of Superior Drummer among the hand percussion of GM, struck as seldom as toms and in their place."""
    toms = [tom for tom in ("floor toms", "mid toms", "high toms") if of[tom] == 0 and of["congas"] == 0]
    return [tom for tom in toms if _DISPUTED * total < of[f"as {tom}"] <= _AS_TOMS * total]


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
    if _pad_signs(counts, hints) - 2 * _has_latin(counts) >= 2:
        return Reading(ROLAND_TD, 1.0)
    if struck[22] + struck[26] > _TRACE * total:
        return None
    doubtful = (struck[22] + struck[26] + struck[58]) / total
    return Reading(GM, GUESSED if doubtful > _DISPUTED else 1.0 - doubtful)


def _pad_signs(counts: NDArray[np.int64], hints: Hints) -> int:
    """Signs of Roland's pads; two make one sure, since others use the open edge of its hats (26) or its rim (58)."""
    edge, open_edge, rim = (int(counts[pitch]) > 1 for pitch in (22, 26, 58))
    return 2 * edge + open_edge + (rim and not _has_latin(counts)) + 2 * (hints.hat_positions > 2)


def _has_latin(counts: NDArray[np.int64]) -> bool:
    """Hand percussion, which a pad kit has not."""
    return int(counts[60:83].sum()) > FEW * int(counts.sum())


def _names(note_map: NoteMap, counts: NDArray[np.int64]) -> float:
    """Share of the notes that a map names, be it as silent."""
    return float(counts[[*note_map.reading, *note_map.silent, *note_map.holds]].sum()) / float(counts.sum())


def _is_general(table: _Candidates, counts: NDArray[np.int64], hints: Hints) -> NDArray[np.bool_]:
    """Of each candidate, whether it is General MIDI, or what extends it and is not ruled out."""
    general = {"gm", "gs", "xg", *({ROLAND_TD.name} if _pad_signs(counts, hints) >= 2 else ())}
    return np.array([m.name in general for m in table.maps])


def _speaks(table: _Candidates, counts: NDArray[np.int64], gm_kit: bool) -> NDArray[np.bool_]:
    """Of each candidate, whether the part does what only that map explains; `gm_kit`: GM finds a kit in it."""
    shares = counts / counts.sum()
    kick, snare, alone, low_bongo, mute, congas, hat, high_timbale = (
        float(shares[list(of)].sum()) for of in ((35, 36), (38, 40), (60, 62), (61,), (62,), (63, 64), (66, 75), (65,))
    )
    cymbals = alone > _AS_TOMS and low_bongo + congas <= _FAR_LESS * alone
    hands = (congas > FEW or mute <= FEW) and (hat <= _TIME_KEEPING or high_timbale > FEW)  # no kit two octaves up
    spoken = np.zeros(len(table.maps), dtype=bool)
    for i, (note_map, octaves) in enumerate(zip(table.maps, table.octaves, strict=True)):
        pitches, least = _OWN.get(note_map.name, ((0,), 1.0))
        own = float(shares[list(pitches)].max()) > least
        away = octaves != 0 and min(kick, snare) <= FEW and not (hands and octaves == 2)
        spoken[i] = not gm_kit and (own or away or (cymbals and note_map.name in _CYMBALS_ALONE))
        if note_map.name == "superior_drummer":
            spoken[i] |= len(_foreign_toms(_kinds(counts), int(counts.sum()))) > 1
    return spoken


def _is_named(note_map: NoteMap, hints: Hints) -> bool:
    return note_map.name in hints.samplers or note_map.name == hints.declared


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
    named = np.array([_is_named(note_map, hints) for note_map in table.maps])
    played = _STROKES * likelihood - np.where((heard < 0.5) & ~named, 100.0, 0.0)
    whole = np.ones(len(table.maps), dtype=bool)
    for group, name in enumerate(_GROUPS):
        if name in _MISSING:
            played -= _MISSING[name] * (shares[:, group] < FEW)
            whole &= shares[:, group] >= FEW
    weights: NDArray[np.float64] = trust * played + table.prior
    for i, note_map in enumerate(table.maps):
        if named[i]:
            weights[i] += _SAID - table.prior[i]  # how usual a map is does not matter where the file names it
        elif note_map is ROLAND_TD and hints.hat_positions > 2:
            weights[i] += 2.0
    return weights, whole


def _judged(
    readings: tuple[NoteMap, ...],
    weights: NDArray[np.float64],
    whole: NDArray[np.bool_],
    admitted: NDArray[np.bool_],
    counts: NDArray[np.int64],
    hints: Hints,
    *,
    odd: bool,
) -> Reading:
    """The best reading of those that are admitted, how sure it is, and in words what speaks for it and against it."""
    best = int(np.where(admitted, weights, -np.inf).argmax())
    voices = _candidates().voices
    gm = readings.index(GM)
    if (voices[gm] == voices[best])[counts > 0].all():
        best = gm  # a map that hears every stroke as GM does says no more than GM
    chosen = readings[best]
    odds = np.where(admitted, np.exp(np.minimum(weights - weights[best], 0.0)), 0.0)
    agreement = (voices == voices[best]) @ counts / counts.sum()  # shares of the strokes that get the same voice
    certainty = float((odds * agreement).sum() / odds.sum())
    warnings: list[str] = []
    said = _is_named(chosen, hints)
    if octaves := _candidates().octaves[best]:
        certainty = min(certainty, GUESSED)
        away = f"{'an octave' if abs(octaves) == 1 else 'two octaves'} {'up' if octaves > 0 else 'down'}"
        warnings.append(f"the whole part lies {away}; it is read as General MIDI moved there")
    elif chosen is not GM:
        reading = _told(chosen, certainty) if said else _guessed(chosen, certainty)
        certainty, warnings = reading.certainty, reading.warnings
    rivals = [(odds[i], readings[i]) for i in range(len(readings)) if agreement[i] < 0.95 and odds[i] > 0.3]
    if odd and not said:
        certainty = min(certainty, GUESSED)
    if not said and not whole[best] and (whole & (weights > weights[best] - _CLOSE) & (agreement < 0.95)).any():
        certainty = min(certainty, GUESSED)  # another map would find a whole kit
    if not said and (whole & ~admitted & (weights > weights[best]) & (agreement < 0.95)).any():
        certainty = min(certainty, GUESSED)
    if odd and not said and chosen is GM and _strains_gm(counts):
        warnings.append(
            "crashes keep time, or hand percussion does what no drummer has it do: another map may be right"
        )
    low = int(counts[17:35].sum())
    if not said and chosen is GM and low > _TRACE * counts.sum() and counts[_SOFT_KICK] <= FEW * counts.sum():
        certainty = min(certainty, GUESSED)
        warnings.append("pitches below 35 mean different drums in different maps; name the right map if this is wrong")
    if rivals:
        rival = max(rivals, key=lambda pair: pair[0])[1]
        warnings.append(f"the map {rival.name} explains the notes about as well; name the right one if this is wrong")
    return Reading(chosen, certainty, warnings)


def _told(note_map: NoteMap, certainty: float) -> Reading:
    """A map that the file names."""
    return Reading(note_map, certainty, [f"read with the map {note_map.name} ({note_map.title}), which the file names"])


def _guessed(note_map: NoteMap, certainty: float = GUESSED) -> Reading:
    """A map that only the notes speak for."""
    warning = f"the notes fit the map {note_map.name} ({note_map.title}) best; nothing in the file names it"
    return Reading(note_map, min(certainty, GUESSED), [warning])
