"""Drum voices, and which MIDI pitch means which voice.

What belongs here: the names of the instruments of a kit and the published note maps.
What does not: where in time a voice plays (`pattern`), how files are read (`midi`).

Octaves are named the way Live names them: pitch 36 is C1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Voice(StrEnum):
    """One instrument of the kit, by the name that profiles, grids and the API use."""

    KICK = "kick"
    SNARE = "snare"
    SIDE_STICK = "side_stick"
    CLAP = "clap"
    CLOSED_HAT = "closed_hat"
    OPEN_HAT = "open_hat"
    PEDAL_HAT = "pedal_hat"
    FLOOR_TOM = "floor_tom"
    MID_TOM = "mid_tom"
    HIGH_TOM = "high_tom"
    RIDE = "ride"
    RIDE_BELL = "ride_bell"
    CRASH = "crash"
    CHINA = "china"
    SPLASH = "splash"
    COWBELL = "cowbell"
    TAMBOURINE = "tambourine"
    SHAKER = "shaker"
    HIGH_BONGO = "high_bongo"
    LOW_BONGO = "low_bongo"
    MUTE_CONGA = "mute_conga"
    HIGH_CONGA = "high_conga"
    LOW_CONGA = "low_conga"
    HIGH_TIMBALE = "high_timbale"
    LOW_TIMBALE = "low_timbale"
    HIGH_AGOGO = "high_agogo"
    LOW_AGOGO = "low_agogo"
    HIGH_WOOD_BLOCK = "high_wood_block"
    LOW_WOOD_BLOCK = "low_wood_block"
    CLAVES = "claves"
    GUIRO = "guiro"
    CUICA = "cuica"
    TRIANGLE = "triangle"
    WHISTLE = "whistle"
    VIBRASLAP = "vibraslap"


V = Voice
VOICES = tuple(Voice)  # arrays hold voices as indices into this

HATS = (V.CLOSED_HAT, V.OPEN_HAT)  # played with the stick; the pedal hat is played with the foot
RIDES = (V.RIDE, V.RIDE_BELL)
TOMS = (V.FLOOR_TOM, V.MID_TOM, V.HIGH_TOM)
CYMBALS = (V.CRASH, V.CHINA, V.SPLASH)  # those that mark a place, not those that keep time


@dataclass(frozen=True, eq=False)
class NoteMap:
    """What the pitches of one instrument mean.

    `reading` maps MIDI pitches (0-127) to voices and may be partial; `writing` has a pitch for
    every `Voice`, the nearest sound where the instrument has no such voice.
    """

    name: str
    reading: Mapping[int, Voice]
    writing: Mapping[Voice, int]


# General MIDI Level 1 percussion key map, 35-81 (MMA, 1991), with GM2's maracas-like shaker (82).
# Cabasa (69) and maracas (70) are read as shakers, the two crashes and rides as one voice each.
_GM_READING: dict[int, Voice] = {
    35: V.KICK, 36: V.KICK, 37: V.SIDE_STICK, 38: V.SNARE, 39: V.CLAP, 40: V.SNARE,
    41: V.FLOOR_TOM, 42: V.CLOSED_HAT, 43: V.FLOOR_TOM, 44: V.PEDAL_HAT, 45: V.MID_TOM, 46: V.OPEN_HAT,
    47: V.MID_TOM, 48: V.HIGH_TOM, 49: V.CRASH, 50: V.HIGH_TOM, 51: V.RIDE, 52: V.CHINA, 53: V.RIDE_BELL,
    54: V.TAMBOURINE, 55: V.SPLASH, 56: V.COWBELL, 57: V.CRASH, 58: V.VIBRASLAP, 59: V.RIDE,
    60: V.HIGH_BONGO, 61: V.LOW_BONGO, 62: V.MUTE_CONGA, 63: V.HIGH_CONGA, 64: V.LOW_CONGA,
    65: V.HIGH_TIMBALE, 66: V.LOW_TIMBALE, 67: V.HIGH_AGOGO, 68: V.LOW_AGOGO, 69: V.SHAKER, 70: V.SHAKER,
    71: V.WHISTLE, 72: V.WHISTLE, 73: V.GUIRO, 74: V.GUIRO, 75: V.CLAVES, 76: V.HIGH_WOOD_BLOCK,
    77: V.LOW_WOOD_BLOCK, 78: V.CUICA, 79: V.CUICA, 80: V.TRIANGLE, 81: V.TRIANGLE, 82: V.SHAKER,
}  # fmt: skip

_GM_WRITING: dict[Voice, int] = {
    V.KICK: 36, V.SNARE: 38, V.SIDE_STICK: 37, V.CLAP: 39, V.CLOSED_HAT: 42, V.OPEN_HAT: 46, V.PEDAL_HAT: 44,
    V.FLOOR_TOM: 43, V.MID_TOM: 47, V.HIGH_TOM: 50, V.RIDE: 51, V.RIDE_BELL: 53, V.CRASH: 49, V.CHINA: 52,
    V.SPLASH: 55, V.COWBELL: 56, V.TAMBOURINE: 54, V.SHAKER: 70, V.HIGH_BONGO: 60, V.LOW_BONGO: 61,
    V.MUTE_CONGA: 62, V.HIGH_CONGA: 63, V.LOW_CONGA: 64, V.HIGH_TIMBALE: 65, V.LOW_TIMBALE: 66,
    V.HIGH_AGOGO: 67, V.LOW_AGOGO: 68, V.HIGH_WOOD_BLOCK: 76, V.LOW_WOOD_BLOCK: 77, V.CLAVES: 75, V.GUIRO: 73,
    V.CUICA: 79, V.TRIANGLE: 81, V.WHISTLE: 71, V.VIBRASLAP: 58,
}  # fmt: skip

GM = NoteMap("gm", _GM_READING, _GM_WRITING)

# Roland TD modules (TD-11 and relatives, the kit of the Groove MIDI Dataset): edges and rims have
# pitches of their own, two of them (52, 55) on cymbals that GM gives to china and splash.
ROLAND_TD = NoteMap(
    "roland_td",
    _GM_READING | {22: V.CLOSED_HAT, 26: V.OPEN_HAT, 52: V.CRASH, 55: V.CRASH, 58: V.FLOOR_TOM},
    # 58 is a tom rim there; the short dry wood block is the nearest sound to a vibraslap
    _GM_WRITING | {V.MID_TOM: 45, V.HIGH_TOM: 48, V.VIBRASLAP: 76},
)

# Live's core-kit racks: sixteen pads from C1 (36) to D#2 (51). Kick, rim, snare, clap, hats and cymbals
# stand where GM has them; the toms are the three white pads F1, G1 and A1. A pad outside the sixteen is
# silent, so every other voice is written to the pad that sounds nearest to it.
ABLETON = NoteMap(
    "ableton",
    _GM_READING | {43: V.MID_TOM, 45: V.HIGH_TOM},
    {
        V.KICK: 36, V.SNARE: 38, V.SIDE_STICK: 37, V.CLAP: 39, V.CLOSED_HAT: 42, V.OPEN_HAT: 46, V.PEDAL_HAT: 44,
        V.FLOOR_TOM: 41, V.MID_TOM: 43, V.HIGH_TOM: 45, V.RIDE: 51, V.RIDE_BELL: 51, V.CRASH: 49, V.CHINA: 49,
        V.SPLASH: 49, V.COWBELL: 37, V.TAMBOURINE: 44, V.SHAKER: 44, V.HIGH_BONGO: 45, V.LOW_BONGO: 43,
        V.MUTE_CONGA: 45, V.HIGH_CONGA: 43, V.LOW_CONGA: 41, V.HIGH_TIMBALE: 45, V.LOW_TIMBALE: 41,
        V.HIGH_AGOGO: 37, V.LOW_AGOGO: 37, V.HIGH_WOOD_BLOCK: 37, V.LOW_WOOD_BLOCK: 37, V.CLAVES: 37,
        V.GUIRO: 44, V.CUICA: 45, V.TRIANGLE: 51, V.WHISTLE: 46, V.VIBRASLAP: 44,
    },
)  # fmt: skip

NOTE_MAPS: dict[str, NoteMap] = {note_map.name: note_map for note_map in (GM, ROLAND_TD, ABLETON)}

_ROLAND_ONLY = (22, 26, 58)
_LATIN = range(60, 82)


def detect_map(pitch_counts: Mapping[int, int], *, hat_positions: bool = False) -> NoteMap:
    """The map that a take's pitches speak for (pitch -> how often it is struck).

    Roland TD when a pitch occurs that only its pads send (hi-hat edges 22 and 26, tom rim 58) or
    the file gives the positions of a hi-hat pedal (controller 4), unless hand percussion (60-81)
    occurs too, which a pad kit has not: then 58 is GM's vibraslap.
    """
    roland = hat_positions or any(pitch_counts.get(pitch, 0) for pitch in _ROLAND_ONLY)
    latin = any(pitch_counts.get(pitch, 0) for pitch in _LATIN)
    return ROLAND_TD if roland and not latin else GM
