"""What the name of a track says of its part, in the languages of the people who name tracks.

What belongs here: decoding the bytes of a name, and the word list `data/part_names.txt`. What does not: what a part is,
which needs more than its name (`drumparts`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

from mdg_core.kit import HATS, RIDES, TOMS, Voice
from mdg_core.maps import MAPS

MAX_NAME = 200  # bytes of a name that are looked at

V = Voice
# sections that name several voices; the first is meant where the pitch does not say which
_KINDS: dict[str, tuple[Voice, ...]] = {
    "hats": (*HATS, V.PEDAL_HAT),
    "toms": (V.MID_TOM, V.HIGH_TOM, V.FLOOR_TOM),
    "cymbals": (V.CRASH, V.CHINA, V.SPLASH, *RIDES, *HATS, V.PEDAL_HAT),
    "congas": (V.HIGH_CONGA, V.LOW_CONGA, V.MUTE_CONGA),
    "bongos": (V.HIGH_BONGO, V.LOW_BONGO),
    "timbales": (V.HIGH_TIMBALE, V.LOW_TIMBALE),
    "agogos": (V.HIGH_AGOGO, V.LOW_AGOGO),
    "wood_blocks": (V.HIGH_WOOD_BLOCK, V.LOW_WOOD_BLOCK),
    "hand": (
        V.HIGH_CONGA, V.LOW_CONGA, V.MUTE_CONGA, V.HIGH_BONGO, V.LOW_BONGO, V.HIGH_TIMBALE, V.LOW_TIMBALE,
        V.HIGH_AGOGO, V.LOW_AGOGO, V.HIGH_WOOD_BLOCK, V.LOW_WOOD_BLOCK,
    ),
}  # fmt: skip
_HANDS = {"congas", "bongos", "timbales", "agogos", "wood_blocks", "hand", *list(Voice)[list(Voice).index(V.COWBELL) :]}
# voices that a player reaches with one stick on one instrument: a lane of one may hold the others
_KIN: tuple[frozenset[Voice], ...] = (
    frozenset({V.SNARE, V.SIDE_STICK}), frozenset({*HATS, V.PEDAL_HAT}), frozenset(TOMS), frozenset(RIDES),
    frozenset({V.CRASH, V.CHINA, V.SPLASH}),
)  # fmt: skip

# What the bytes of a name may be where they are not UTF-8. The first that gives a known word is taken; else Latin-1.
# Single-byte code pages come first, since double-byte ones accept almost anything.
_ENCODINGS = ("cp1252", "cp1250", "cp1251", "koi8-r", "cp866", "cp1253", "cp1254", "shift_jis", "euc_kr", "gbk", "big5")
_FOLDED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")  # KickDrum
_UNSPACED = re.compile("[\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff]")  # Thai, Hangul, kana, Han
_STRANGE = re.compile(r"[^\w\s\-.,:;/&+()\[\]#'!\"]")  # what no name holds, so that the code page is another
_PHRASE = re.compile(r"\s*,\s*|\n")


Said = Literal["drums", "percussion", "piece", "other", ""]


@dataclass(frozen=True, slots=True)
class PartName:
    """What a name says. `plain` when it says nothing else: a title like "Drum song" has a word too many."""

    said: Said
    voices: tuple[Voice, ...] = ()  # of a piece: the voice that is meant, then those that its lane may hold as well
    plain: bool = True
    sampler: str = ""  # the name of the map that it speaks for


def decoded(payload: bytes) -> str:
    """The text of a name: UTF-8, else the first code page that gives a word of the list, else Latin-1."""
    payload = payload[:MAX_NAME]
    try:
        return payload.decode("utf-8").strip("\0 ")
    except UnicodeDecodeError:
        return _from_code_page(payload)


@lru_cache(maxsize=1024)
def _from_code_page(payload: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            text = payload.decode(encoding).strip("\0 ")
        except UnicodeDecodeError:
            continue
        if not _STRANGE.search(text) and part_name(text).said:
            return text
    return payload.decode("latin-1").strip("\0 ")


@lru_cache(maxsize=4096)
def part_name(text: str) -> PartName:
    """What the name of a track says of its part."""
    found, plain = _phrases(text)
    sampler = next((section[4:] for section in found if section.startswith("map ")), "")
    said = {section for section in found if section != "neutral" and not section.startswith("map ")}
    pieces = [section for section in said if section not in ("drums", "percussion", "other")]
    if "other" in said:  # two instruments in one name, as in "Bass and drums", say nothing
        return PartName("other" if said == {"other"} else "", plain=plain and said == {"other"}, sampler=sampler)
    if len(pieces) == 1:
        return PartName("piece", _voices(pieces[0]), plain, sampler)
    hands = "drums" not in said and set(pieces) <= _HANDS
    if "drums" in said or (pieces and not hands):
        return PartName("drums", plain=plain, sampler=sampler)
    if pieces or "percussion" in said:
        return PartName("percussion", plain=plain, sampler=sampler)
    return PartName("drums" if sampler else "", plain=plain, sampler=sampler)


def _voices(section: str) -> tuple[Voice, ...]:
    if section in _KINDS:
        return _KINDS[section]
    voice = Voice(section)
    return (voice, *sorted(next((kin for kin in _KIN if voice in kin), frozenset()) - {voice}))


def _phrases(text: str) -> tuple[list[str], bool]:
    """The sections whose phrases the text holds, the longest phrase first, and whether it holds nothing else."""
    spaced, unspaced, longest = _words()
    folded = fold(text)
    found: list[str] = []
    if _UNSPACED.search(folded):
        for phrase, section in unspaced:
            if phrase in folded:
                found.append(section)
                folded = folded.replace(phrase, " ")
    tokens = _TOKEN.findall(folded)
    plain = True
    at = 0
    while at < len(tokens):
        for size in range(min(longest, len(tokens) - at), 0, -1):
            if known := spaced.get(" ".join(tokens[at : at + size])):
                found.append(known)
                at += size
                break
        else:
            plain &= tokens[at].isdigit()
            at += 1
    return found, plain


def fold(text: str) -> str:
    """Without case and accents, and with a space where a word starts inside another (KickDrum)."""
    marked = unicodedata.normalize("NFKD", _HUMP.sub(" ", text).replace("&", " and ")).casefold().translate(_FOLDED)
    return "".join(char for char in marked if not unicodedata.combining(char))


@cache
def _words() -> tuple[dict[str, str], tuple[tuple[str, str], ...], int]:
    """Phrase -> section; the phrases of scripts without spaces, longest first; the most words of a phrase."""
    spaced: dict[str, str] = {}
    unspaced: dict[str, str] = {}
    for section, line in _lines():
        for phrase in _PHRASE.split(line):
            folded = fold(phrase.strip())
            if not folded:
                continue
            if _UNSPACED.search(folded):
                unspaced.setdefault(folded, section)
            else:
                spaced.setdefault(" ".join(_TOKEN.findall(folded)), section)
    ordered = sorted(unspaced.items(), key=lambda item: -len(item[0]))
    return spaced, tuple(ordered), max(phrase.count(" ") for phrase in spaced) + 1


def _lines() -> list[tuple[str, str]]:
    """(section, line of phrases); the words of the maps come first, since a sampler's name may hold a drum's."""
    lines = [(f"map {name}", ", ".join(note_map.words)) for name, note_map in MAPS.items() if note_map.words]
    section = ""
    for raw in resources.files("mdg_core").joinpath("data/part_names.txt").read_text("utf-8").splitlines():
        line = raw.partition("#")[0].strip()
        if line.startswith("["):
            section = line.strip("[]")
        elif line:
            lines.append((section, line))
    return lines
