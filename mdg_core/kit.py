"""Drum voices, and what a map from MIDI pitches to them is.

What belongs here: the names of the instruments of a kit. What does not: the published note maps (`maps`), where in
time a voice plays (`pattern`), how files are read (`midi`).

Octaves are named the way Live names them: pitch 36 is C1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    silent: frozenset[int] = frozenset()  # pitches that are no strokes: chokes, markers, clicks
    holds: Mapping[int, tuple[int, Voice]] = field(default_factory=dict)  # while held, that pitch is that voice
    title: str = ""
    source: str = ""
    words: tuple[str, ...] = ()  # names of tracks that speak for it, in plain lower-case words
