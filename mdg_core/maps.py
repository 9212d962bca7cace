"""Note maps: which MIDI pitch means which voice, as text files.

What belongs here: the maps that come with the product (`data/maps/*.map`), their format, a user's own file. What does
not: which map a file speaks (`mapchoice`).

A map file is plain text, one thing a line; what follows a # is a comment:

    title: My sampler
    source: its manual, page 12
    words: my sampler, ms 1    names of tracks that speak for this map
    based on: gm               what this file does not name is taken from that map
    36 kick                    a MIDI pitch (0-127) and a voice of `mdg_core.kit`, by its full name
    24-29 closed_hat           several pitches
    78 -                       no stroke: a choke, a click, a marker
    110 holds 98 high_tom      while 110 is held, a stroke on 98 is a high tom
    write crash 49             the pitch that the voice is written to, where it is not the first that names it

A voice that the map has no pitch for is written to the nearest sound that it has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Final

from mdg_core.errors import UsageError
from mdg_core.kit import NoteMap, Voice

MAX_CHARACTERS = 100_000
SUFFIX = ".map"

V = Voice
# The nearest sounds, nearest first, for a kit that has no such voice; every chain ends at the snare or the kick.
_NEAREST: Final[dict[Voice, tuple[Voice, ...]]] = {
    V.KICK: (V.FLOOR_TOM, V.SNARE), V.SNARE: (V.CLAP, V.SIDE_STICK, V.KICK), V.SIDE_STICK: (V.SNARE,),
    V.CLAP: (V.SNARE,), V.CLOSED_HAT: (V.OPEN_HAT, V.RIDE, V.SNARE), V.OPEN_HAT: (V.CLOSED_HAT, V.RIDE),
    V.PEDAL_HAT: (V.CLOSED_HAT, V.OPEN_HAT), V.FLOOR_TOM: (V.MID_TOM, V.HIGH_TOM, V.KICK),
    V.MID_TOM: (V.HIGH_TOM, V.FLOOR_TOM, V.SNARE), V.HIGH_TOM: (V.MID_TOM, V.FLOOR_TOM, V.SNARE),
    V.RIDE: (V.RIDE_BELL, V.CLOSED_HAT), V.RIDE_BELL: (V.RIDE, V.COWBELL), V.CRASH: (V.SPLASH, V.CHINA, V.RIDE),
    V.CHINA: (V.CRASH,), V.SPLASH: (V.CRASH,), V.COWBELL: (V.RIDE_BELL, V.SIDE_STICK),
    V.TAMBOURINE: (V.SHAKER, V.CLOSED_HAT), V.SHAKER: (V.TAMBOURINE, V.PEDAL_HAT, V.CLOSED_HAT),
    V.HIGH_BONGO: (V.HIGH_CONGA, V.HIGH_TOM), V.LOW_BONGO: (V.LOW_CONGA, V.MID_TOM),
    V.MUTE_CONGA: (V.HIGH_CONGA, V.HIGH_TOM), V.HIGH_CONGA: (V.HIGH_BONGO, V.MID_TOM),
    V.LOW_CONGA: (V.LOW_BONGO, V.FLOOR_TOM), V.HIGH_TIMBALE: (V.HIGH_TOM,), V.LOW_TIMBALE: (V.FLOOR_TOM,),
    V.HIGH_AGOGO: (V.COWBELL,), V.LOW_AGOGO: (V.COWBELL,), V.HIGH_WOOD_BLOCK: (V.CLAVES, V.SIDE_STICK),
    V.LOW_WOOD_BLOCK: (V.HIGH_WOOD_BLOCK, V.SIDE_STICK), V.CLAVES: (V.HIGH_WOOD_BLOCK, V.SIDE_STICK),
    V.GUIRO: (V.SHAKER,), V.CUICA: (V.HIGH_TOM,), V.TRIANGLE: (V.RIDE_BELL,), V.WHISTLE: (V.OPEN_HAT,),
    V.VIBRASLAP: (V.HIGH_WOOD_BLOCK, V.SIDE_STICK),
}  # fmt: skip

_KEY = re.compile(r"(title|source|words|based on)\s*:\s*(.*)", re.IGNORECASE)
_NOTE = re.compile(r"([0-9]{1,3})(?:\s*-\s*([0-9]{1,3}))?\s+([a-z_]+|-)", re.IGNORECASE)
_HOLDS = re.compile(r"([0-9]{1,3})\s+holds\s+([0-9]{1,3})\s+([a-z_]+)", re.IGNORECASE)
_WRITE = re.compile(r"write\s+([a-z_]+)\s+([0-9]{1,3})", re.IGNORECASE)
_WORDS = re.compile(r"\s*,\s*")


class MapError(UsageError):
    """A note map that cannot be read; the message names the line and what to write there."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {message}" if line else message)
        self.line = line


@dataclass(slots=True)
class _Lines:
    """What the lines of a map file say."""

    keys: dict[str, str] = field(default_factory=dict)
    reading: dict[int, Voice] = field(default_factory=dict)
    silent: set[int] = field(default_factory=set)
    holds: dict[int, tuple[int, Voice]] = field(default_factory=dict)
    writing: dict[Voice, int] = field(default_factory=dict)


def parse_map(text: str, *, name: str = "own") -> NoteMap:
    """Read a map file as the docstring of this module describes it.

    Raises MapError naming the line for anything else, for a pitch that is named twice, and for a map without a voice.
    """
    return _parse(text, name, MAPS)


def named_map(name_or_path: str | Path) -> NoteMap:
    """The map of that name, or the one in that file.

    Raises MapError when there is neither, when the file cannot be read, or when it is no map.
    """
    name = str(name_or_path)
    if name.lower() in MAPS:
        return MAPS[name.lower()]
    path = Path(name_or_path)
    if not path.is_file():
        raise MapError(f"{name[:200]!r} is no note map and no file; name a file, or use one of {', '.join(MAPS)}")
    try:
        if path.stat().st_size > 4 * MAX_CHARACTERS:
            raise MapError(f"{path.name}: larger than {4 * MAX_CHARACTERS:,} bytes; this is no note map")
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MapError(f"{path.name}: not UTF-8 text; save the map as plain text in UTF-8") from error
    except OSError as error:
        raise MapError(f"{path.name}: {error.strerror}") from error
    try:
        return parse_map(text, name=path.stem)
    except MapError as error:
        raise MapError(f"{path.name}: {error}") from error


def _parse(text: str, name: str, bases: dict[str, NoteMap]) -> NoteMap:
    if len(text) > MAX_CHARACTERS:
        raise MapError(f"longer than {MAX_CHARACTERS:,} characters; this is no note map", 1)
    lines = _Lines()
    for number, raw in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        if line := raw.partition("#")[0].strip():
            _read_line(line, lines, number, bases)
    base = bases[lines.keys["based on"]] if "based on" in lines.keys else None
    taken = lines.reading.keys() | lines.silent | lines.holds.keys()
    inherited = {pitch: voice for pitch, voice in base.reading.items() if pitch not in taken} if base else {}
    reading = lines.reading | inherited
    if not reading:
        raise MapError("the map names no pitch; write lines like '36 kick'", 1)
    return NoteMap(
        name=name,
        reading=reading,
        writing=_writing(lines, base),
        silent=frozenset(lines.silent | ((base.silent - taken) if base else set())),
        holds=lines.holds | ({p: h for p, h in base.holds.items() if p not in taken} if base else {}),
        title=lines.keys.get("title", name),
        source=lines.keys.get("source", ""),
        words=tuple(word for word in _WORDS.split(lines.keys.get("words", "").lower()) if word),
    )


def _read_line(line: str, lines: _Lines, number: int, bases: dict[str, NoteMap]) -> None:
    if key := _KEY.fullmatch(line):
        _add_key(lines, key[1].lower(), key[2].strip(), number, bases)
    elif holds := _HOLDS.fullmatch(line):
        pitch = _free(lines, int(holds[1]), number)
        lines.holds[pitch] = (_pitch(holds[2], number), _voice(holds[3], number))
    elif write := _WRITE.fullmatch(line):
        lines.writing[_voice(write[1], number)] = _pitch(write[2], number)
    elif note := _NOTE.fullmatch(line):
        first = _pitch(note[1], number)
        last = _pitch(note[2], number) if note[2] else first
        if last < first:
            raise MapError(f"{first}-{last}: write the lower pitch first", number)
        for pitch in range(first, last + 1):
            if note[3] == "-":
                lines.silent.add(_free(lines, pitch, number))
            else:
                lines.reading[_free(lines, pitch, number)] = _voice(note[3], number)
    else:
        raise MapError(f"{line[:40]!r} is no note; write lines like '36 kick'", number)


def _add_key(lines: _Lines, key: str, value: str, number: int, bases: dict[str, NoteMap]) -> None:
    if not value:
        raise MapError(f"{key} needs a value, or leave the line out", number)
    if key in lines.keys:
        raise MapError(f"{key} is given twice; keep one", number)
    if key == "based on":
        value = value.lower()
        if value not in bases:
            raise MapError(f"{value[:40]!r} is no map to base on; use one of {', '.join(bases)}", number)
    lines.keys[key] = value


def _pitch(text: str, number: int) -> int:
    if int(text) > 127:
        raise MapError(f"{text} is no MIDI pitch; it must be within 0 and 127", number)
    return int(text)


def _free(lines: _Lines, pitch: int, number: int) -> int:
    _pitch(str(pitch), number)
    if pitch in lines.reading or pitch in lines.silent or pitch in lines.holds:
        raise MapError(f"pitch {pitch} is named twice; keep one line", number)
    return pitch


def _voice(text: str, number: int) -> Voice:
    try:
        return Voice(text.lower())
    except ValueError as error:
        raise MapError(f"{text[:40]!r} is no voice; use one of {', '.join(Voice)}", number) from error


def _writing(lines: _Lines, base: NoteMap | None) -> dict[Voice, int]:
    """A pitch for every voice: as written, else the first that names it, else the base's, else the nearest sound's."""
    own = dict(lines.writing)
    for pitch, voice in lines.reading.items():
        own.setdefault(voice, pitch)
    if base:
        own = dict(base.writing) | own
    return {voice: _nearest(voice, own) for voice in Voice}


def _nearest(voice: Voice, own: dict[Voice, int]) -> int:
    tried, waiting = set[Voice](), [voice]
    while waiting:
        current = waiting.pop(0)
        if current in own:
            return own[current]
        tried.add(current)
        waiting += [near for near in _NEAREST[current] if near not in tried and near not in waiting]
    return next(iter(own.values()))


def _shipped() -> dict[str, NoteMap]:
    """The maps of `data/maps`, those that others are based on first."""
    folder = resources.files("mdg_core").joinpath("data/maps")
    texts = {entry.name.removesuffix(SUFFIX): entry.read_text("utf-8") for entry in folder.iterdir()}
    maps: dict[str, NoteMap] = {}
    for name in sorted(texts, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)):
        maps[name] = _parse(texts[name], name, maps)
    return maps


_ORDER = ("gm", "roland_td", "ableton", "gs", "xg")
MAPS: dict[str, NoteMap] = _shipped()
GM, ROLAND_TD, ABLETON = MAPS["gm"], MAPS["roland_td"], MAPS["ableton"]
