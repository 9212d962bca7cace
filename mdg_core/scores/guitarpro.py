"""Guitar Pro 3 to 5, through PyGuitarPro: the percussion tracks, whose frets are General MIDI pitches."""

from __future__ import annotations

import io
import struct
from fractions import Fraction
from typing import Any

from mdg_core.pattern import Metre
from mdg_core.scores.formats import ScoreError
from mdg_core.scores.written import (
    PLAIN,
    WrittenBar,
    WrittenHit,
    WrittenPart,
    bar_of,
    check_length,
    checked_pitch,
    graces,
    plays_of,
    velocity_of,
)

_TICKS = 960  # of PyGuitarPro, a quarter
_FORTE = 95  # the velocity of a note without a mark
_JUMPS = {"Da Capo": "dacapo", "Da Segno": "dalsegno"}


def read_gp5(data: bytes) -> WrittenPart:
    """The percussion tracks. Raises ScoreError, and ValueError and its like for numbers that are none."""
    import guitarpro

    try:
        song = guitarpro.parse(io.BytesIO(data))
    except (guitarpro.GPException, struct.error, EOFError, OSError, UnicodeError, ArithmeticError) as error:
        raise ScoreError(f"the Guitar Pro file cannot be read ({error}); save it again, as .gp5") from error
    check_length(len(song.measureHeaders))
    bars = [_bar(header, number) for number, header in enumerate(song.measureHeaders)]
    if bars:
        bars[0].tempos.append((Fraction(0), float(song.tempo)))
    _fill_endings(bars)
    for track in song.tracks:
        is_drums = track.isPercussionTrack or (track.channel is not None and track.channel.isPercussionChannel)
        for bar, measure in zip(bars, track.measures, strict=False):
            for voice in measure.voices:
                _voice(bar, voice, is_drums=is_drums)
    return WrittenPart(bars, str(song.title or ""), str(song.artist or ""))


def _bar(header: Any, number: int) -> WrittenBar:
    bar = bar_of(Metre(header.timeSignature.numerator, header.timeSignature.denominator.value), Fraction(0))
    bar.starts_repeat = bool(header.isRepeatOpen)
    if header.repeatClose > 0:
        bar.plays = plays_of(int(header.repeatClose) + 1)
    bits = int(header.repeatAlternative or 0)
    bar.endings = frozenset(time + 1 for time in range(8) if bits >> time & 1)
    sign = header.direction.name if header.direction else ""
    leaves = header.fromDirection.name if header.fromDirection else ""
    bar.segno, bar.coda = sign == "Segno", sign == "Coda"
    bar.fine, bar.to_coda = sign == "Fine" or leaves == "Fine", leaves == "Da Coda"
    bar.jump = next((jump for name, jump in _JUMPS.items() if leaves.startswith(name)), "")
    return bar


def _fill_endings(bars: list[WrittenBar]) -> None:
    """An ending is marked on its first bar and reaches to the repeat sign behind it."""
    for number in range(1, len(bars)):
        before = bars[number - 1]
        if before.endings and not bars[number].endings and before.plays == 1 and _has_repeat_before_more(bars, number):
            bars[number].endings = before.endings


def _has_repeat_before_more(bars: list[WrittenBar], number: int) -> bool:
    for bar in bars[number:]:
        if bar.plays > 1:
            return True
        if bar.endings or bar.starts_repeat:
            return False
    return False


def _voice(bar: WrittenBar, voice: Any, *, is_drums: bool) -> None:
    now = Fraction(0)
    for beat in voice.beats:
        change = beat.effect.mixTableChange
        if change is not None and change.tempo is not None and change.tempo.value:
            bar.tempos.append((now, float(change.tempo.value)))
        if is_drums:
            for note in beat.notes:
                if note.type.name != "tie" and now < bar.length:
                    bar.hits += _strokes(note, now)
        if beat.status.name != "empty":
            now += _length(beat.duration)


def _length(duration: Any) -> Fraction:
    dots = Fraction(3, 2) if duration.isDotted else Fraction(1)
    return Fraction(4, duration.value) * dots * Fraction(duration.tuplet.times, duration.tuplet.enters)


def _strokes(note: Any, now: Fraction) -> list[WrittenHit]:
    effect = note.effect
    velocity = velocity_of(
        min(127, max(1, PLAIN + int(note.velocity) - _FORTE)),
        accent=effect.accentuatedNote,
        marcato=effect.heavyAccentuatedNote,
        ghost=effect.ghostNote,
    )
    before = graces(now, [effect.grace.fret]) if effect.grace is not None and 0 <= effect.grace.fret <= 127 else []
    return [*before, WrittenHit(now, checked_pitch(note.value), velocity)]
