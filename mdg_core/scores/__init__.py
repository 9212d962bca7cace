"""Written scores -> the drums as a MIDI file, which `mdg_core.midi` reads like any other.

What belongs here: MusicXML, MuseScore and Guitar Pro. Each reader gives the bars of the drum staves
(`written`), which are put in the order in which they are played. A score shows where the strokes are and which are
accented or ghosted: no micro-timing, and no other dynamics than those written.

The readers need the extra `scores`; its packages are loaded only where a score is read.
"""

from __future__ import annotations

from mdg_core.scores.formats import MEDIA_TYPES, ScoreError, ScoreFormat, format_of

__all__ = ["MEDIA_TYPES", "ScoreError", "ScoreFormat", "format_of", "score_to_midi"]


def score_to_midi(data: bytes, suffix: str) -> bytes:
    """The drum staves of a score as a Standard MIDI File: channel 10, tempo, metres, repeats played out.

    `suffix` (lower case, with the dot) tells the format where the bytes do not.

    Raises ScoreError saying what to do: it is no score, holds no drum staff, is damaged or beyond the caps, or the
    extra `scores` is not installed.
    """
    from mdg_core.scores import reading
    from mdg_core.scores.written import to_midi

    found = format_of(suffix, data)
    if found is None:
        raise ScoreError(f"{suffix or 'the file'} is no score that is read: use MusicXML, MuseScore or Guitar Pro")
    return to_midi(reading.read(data, found))
