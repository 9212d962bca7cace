"""What a file of the operator's is: by its first bytes where they tell, else by the suffix of its name.

What is not read is named with what to do about it.
"""

from __future__ import annotations

from dataclasses import dataclass

from mdg_core.scores import MEDIA_TYPES as SCORE_MEDIA_TYPES
from mdg_core.scores import format_of
from mdg_pipeline.documents import RawKind

HEAD_BYTES = 4096
GRID_MEDIA_TYPE = "text/x-step-grid"
MAP_MEDIA_TYPE = "text/x-note-map"
_MIDI_MEDIA_TYPE = "audio/midi"
_LITTER = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "icon"})

_READ: dict[str, tuple[RawKind, str]] = {
    ".mid": ("midi", _MIDI_MEDIA_TYPE),
    ".midi": ("midi", _MIDI_MEDIA_TYPE),
    ".kar": ("midi", _MIDI_MEDIA_TYPE),
    ".rmi": ("midi", _MIDI_MEDIA_TYPE),
    ".smf": ("midi", _MIDI_MEDIA_TYPE),
    ".grid": ("midi", GRID_MEDIA_TYPE),
    ".map": ("midi", MAP_MEDIA_TYPE),
    ".md": ("articles", "text/markdown"),
    ".txt": ("articles", "text/plain"),
    ".html": ("articles", "text/html"),
    ".htm": ("articles", "text/html"),
    ".pdf": ("articles", "application/pdf"),
}
IN_SHORT = (
    "what is read: MIDI (.mid .midi .kar .rmi .smf), step grids (.grid), scores (.musicxml .mxl .mscz .gp5 .gp ...), "
    "texts (.md .txt .html .pdf)"
)

_PROJECT = "export the drums as MIDI"
_AUDIO = "audio is not analysed yet; give the drums as MIDI"
_IMAGE = "a picture is not read; write down what it shows as .txt, .grid or MIDI"
_PACKED = "an archive is not opened; unpack it and leave the files here"
_OFFICE = "save it as .txt or .pdf"
_UNREAD: dict[str, str] = {
    ".als": f"an Ableton Live set is not read; {_PROJECT}",
    ".alc": f"an Ableton Live clip is not read; {_PROJECT}",
    ".adg": f"an Ableton Live rack is not read; {_PROJECT}",
    ".logicx": f"a Logic project is not read; {_PROJECT}",
    ".logic": f"a Logic project is not read; {_PROJECT}",
    ".band": f"a GarageBand project is not read; {_PROJECT}",
    ".cpr": f"a Cubase project is not read; {_PROJECT}",
    ".npr": f"a Nuendo project is not read; {_PROJECT}",
    ".flp": f"an FL Studio project is not read; {_PROJECT}",
    ".rpp": f"a Reaper project is not read; {_PROJECT}",
    ".ptx": f"a Pro Tools session is not read; {_PROJECT}",
    ".ptf": f"a Pro Tools session is not read; {_PROJECT}",
    ".song": f"a Studio One song is not read; {_PROJECT}",
    ".bwproject": f"a Bitwig project is not read; {_PROJECT}",
    ".reason": f"a Reason song is not read; {_PROJECT}",
    ".ardour": f"an Ardour session is not read; {_PROJECT}",
    ".sib": "a Sibelius score is not read; export it as MusicXML",
    ".mus": "a Finale score is not read; export it as MusicXML",
    ".musx": "a Finale score is not read; export it as MusicXML",
    ".dorico": "a Dorico score is not read; export it as MusicXML",
    ".enc": "an Encore score is not read; export it as MusicXML",
    ".ptb": "a Power Tab score is not read; open it in Guitar Pro or TuxGuitar and save it as .gp5",
    ".tg": "a TuxGuitar score is not read; save it as .gp5",
    ".abc": "ABC notation is not read; convert it to MIDI or MusicXML",
    ".ly": "a LilyPond score is not read; let LilyPond write MIDI",
    ".syx": "a sysex dump holds no playing; export the song as MIDI",
    ".csv": "a table is not read; export the drums as MIDI",
    ".json": "not read; export the drums as MIDI",
    **dict.fromkeys(
        (".wav", ".aif", ".aiff", ".mp3", ".flac", ".ogg", ".opus", ".m4a", ".aac", ".wma", ".w64"), _AUDIO
    ),
    **dict.fromkeys((".mp4", ".mov", ".mkv", ".avi", ".webm"), "a film is not read; give the drums as MIDI"),
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic", ".svg"), _IMAGE),
    **dict.fromkeys((".zip", ".gz", ".tgz", ".tar", ".rar", ".7z", ".bz2", ".xz"), _PACKED),
    **dict.fromkeys((".doc", ".docx", ".odt", ".rtf", ".pages", ".epub", ".ppt", ".pptx", ".xls", ".xlsx"), _OFFICE),
}
# folders that are one thing to whoever made them
PACKAGES = (".logicx", ".band", ".logic", ".bundle", ".app")


@dataclass(frozen=True, slots=True)
class Readable:
    """What a file is taken as."""

    kind: RawKind
    media_type: str


def is_litter(name: str) -> bool:
    """Whether an operating system left the file behind: nobody needs to hear of it."""
    return name.startswith(".") or name.lower() in _LITTER


def filetype(suffix: str, head: bytes) -> Readable | str:
    """What a file is, by its suffix (lower case, with the dot) and first `HEAD_BYTES`; or why it is not read."""
    if head.startswith(b"MThd") or (head.startswith(b"RIFF") and head[8:12] == b"RMID"):
        return Readable("midi", _MIDI_MEDIA_TYPE)
    if score := format_of(suffix, head):
        return Readable("midi", SCORE_MEDIA_TYPES[score])
    if suffix in _READ:
        return Readable(*_READ[suffix])
    if suffix in _UNREAD:
        return _UNREAD[suffix]
    if head.startswith((b"PK\x03\x04", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")):
        return _PACKED
    return f"not read; {IN_SHORT}"
