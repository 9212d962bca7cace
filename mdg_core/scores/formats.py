"""Which score format a file is in, by its first bytes where they tell, else by its suffix."""

from __future__ import annotations

from typing import Literal

from mdg_core.errors import MdgError

ScoreFormat = Literal["musicxml", "mxl", "mscx", "mscz", "gp5", "gpx", "gp"]
MEDIA_TYPES: dict[ScoreFormat, str] = {
    "musicxml": "application/vnd.recordare.musicxml+xml",
    "mxl": "application/vnd.recordare.musicxml",
    "mscx": "application/x-musescore+xml",
    "mscz": "application/x-musescore",
    "gp5": "application/x-guitar-pro",
    "gpx": "application/x-guitar-pro-6",
    "gp": "application/x-guitar-pro-7",
}
_BY_SUFFIX: dict[str, ScoreFormat] = {
    ".musicxml": "musicxml",
    ".mxl": "mxl",
    ".mscx": "mscx",
    ".mscz": "mscz",
    ".gp3": "gp5",
    ".gp4": "gp5",
    ".gp5": "gp5",
    ".gpx": "gpx",
    ".gp": "gp",
}
_ZIPPED = ("mxl", "mscz", "gp")
_XML_HEAD = 4096


class ScoreError(MdgError):
    """A score that drums cannot be read from; the message says why and what to do."""


def format_of(suffix: str, head: bytes) -> ScoreFormat | None:
    """The format of a file by its suffix (lower case, with the dot) and its first bytes; None where it is no score."""
    if head[1:19] == b"FICHIER GUITAR PRO":
        return "gp5"
    if head.startswith((b"BCFZ", b"BCFS")):
        return "gpx"
    by_suffix = _BY_SUFFIX.get(suffix)
    if head.startswith(b"PK\x03\x04"):
        return by_suffix if by_suffix in _ZIPPED else "mxl" if by_suffix == "musicxml" else None
    text = head[:_XML_HEAD].replace(b"\0", b"")  # also UTF-16
    if b"<score-partwise" in text or b"<score-timewise" in text:
        return "musicxml"
    if b"<museScore" in text:
        return "mscx"
    return by_suffix
