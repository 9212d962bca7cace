"""Whether a file's own texts name another artist or song than the place where it lies.

The file is kept: files of one band lie in the folder of its drummer, covers under the song's first singer. The doubt
is told and lowers the trust (`DOUBTED`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from anyascii import anyascii

from mdg_core import smf

DOUBTED = 0.5  # of the document's trust
_HALF = "it counts half"
_TEXT, _NAME, _LYRIC = 1, smf.META_TRACK_NAME, 5
_MOST_TEXTS = 40
_SHORTEST_SONG = 3  # letters
_PAIR = re.compile(r"^\s*(.{2,60}?)\s+[-–—]\s+(.{2,60}?)\s*$")
_BY = re.compile(r"\b(?:by|performed by|as made famous by|in the style of)\s+([A-Z0-9].{1,60})$", re.IGNORECASE)
# who typed, sold or programmed the file, and what tracks are called: these name no artist and no song
_NO_NAMES = re.compile(
    r"\b(sequenc\w*|arrang\w*|program\w*|copyright|midi|karaoke|www|http\w*|com|e-?mail|edited|transcri\w*|written|"
    r"words|music by|lyrics|compos\w*|track|channel|chan|drums?|kit|bass|guitar|gtr|piano|keys|organ|strings?|brass|"
    r"horns?|sax|vocals?|voice|melody|lead|pad|synth|perc\w*|snare|kick|hats?|hihat|cymbals?|toms?|left|right|intro|"
    r"verse|chorus|bridge|outro|fill|take|bpm|version|untitled|tempo|gm|gs|xg|part)\b|\(c\)|©|@",
    re.IGNORECASE,
)


def doubts(data: bytes, artist_names: Sequence[str], title: str) -> list[str]:
    """What the file's texts name against these names and the title (of the file), in words; mostly nothing.

    Raises MidiError for bytes that are no MIDI file.
    """
    names = [words for name in artist_names if (words := _words(name))]
    pairs = _named(smf.parse(data))
    ours = [(one, other) for one, other in pairs if _is_of(names, one) or _is_of(names, other)]
    for one, other in ours or pairs:
        song = other if _is_of(names, one) else one
        if all(_is_in(_words(text), _words(title)) for text in (one, other) if text):
            return []  # whoever named the file knows
        if not ours and one and other:
            return [f"its own text names {one!r} and {other!r}, not this artist: {_HALF}"]
        if not ours and one:
            return [f"its own text names {one!r}, not this artist: {_HALF}"]
        song = song or other
        if song and not _is_of(names, song) and _is_song(title) and _differs(song, title):
            return [f"its own text names another song, {song!r}: {_HALF}"]
    return []


def _is_of(names: Sequence[Sequence[str]], text: str) -> bool:
    return any(_is_in(name, _words(text)) for name in names)


def _named(file: smf.Smf) -> list[tuple[str, str]]:
    """(artist, song) pairs that the texts name, "" for what they do not."""
    tags: list[str] = []
    found: list[tuple[str, str]] = []
    for number, track in enumerate(file.tracks[:16]):
        for event in track.long[:_MOST_TEXTS]:
            if event.kind not in (_TEXT, _NAME, _LYRIC):
                continue
            text = " ".join(event.payload[:200].decode("utf-8", "replace").split())
            if text.startswith("@T"):
                tags.append(text[2:].strip())
            elif event.kind == _LYRIC or (event.kind == _NAME and number > 0) or _NO_NAMES.search(text):
                continue
            elif pair := _PAIR.match(text):
                found.append((pair[1], pair[2]))
            elif by := _BY.search(text):
                found.append((by[1].strip(), text[: by.start()].strip(" ,-")))
    return _of_tags(tags) + found


def _of_tags(tags: Sequence[str]) -> list[tuple[str, str]]:
    """Karaoke files tag the title first, then who sings; one tag can hold both."""
    told = [tag for tag in tags if tag and not _NO_NAMES.search(tag)][:2]
    if not told:
        return []
    if pair := _PAIR.match(told[0]):
        return [(pair[1], pair[2])]
    return [(told[1] if len(told) > 1 else "", told[0])]


def _is_song(title: str) -> bool:
    """Whether a file's name names a song: not just a number or what kind of playing it is."""
    letters = re.sub(r"[^a-z]", "", "".join(_words(title)))
    return len(letters) >= _SHORTEST_SONG and not _NO_NAMES.search(title)


def _differs(text: str, title: str) -> bool:
    one, other = set(_words(text)), set(_words(title))
    return bool(one and other) and not one & other and "".join(_words(text)) not in "".join(_words(title))


def _words(text: str) -> tuple[str, ...]:
    folded = anyascii(text).lower().replace("'", "").replace("&", " and ")
    return tuple(word for word in re.findall(r"[a-z0-9]+", folded) if word not in ("the", "and", "a", "of"))


def _is_in(name: Sequence[str], text: Sequence[str]) -> bool:
    joined = f" {' '.join(text)} "
    return f" {' '.join(name)} " in joined or (len(text) > 0 and "".join(name) == "".join(text))
