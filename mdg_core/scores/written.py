"""The bars of a written drum part, the order in which repeats have them played, and that as MIDI."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from mdg_core import smf
from mdg_core.drumparts import DRUM_CHANNEL
from mdg_core.pattern import Metre
from mdg_core.scores.formats import ScoreError
from mdg_core.timemap import MICROSECONDS_PER_MINUTE

MAX_BARS = 4_000  # written, and played
_MAX_PLAYS = 100
_MAX_DOTS = 4
MAX_HITS = 200_000
TICKS_PER_QUARTER = 960
PLAIN, GHOST, ACCENT, MARCATO = 80, 36, 104, 118  # velocities of what a page shows without a dynamic
_GRACE_QUARTERS = Fraction(1, 16)  # before its note: a flam
_GRACE_VELOCITY = 50
_HIT_QUARTERS = Fraction(1, 16)
_FASTEST_STROKE = Fraction(1, 8)  # a thirty-second
_MOST_BEATS = 32
# a written dynamic -> velocity
DYNAMICS = {"pppp": 8, "ppp": 20, "pp": 33, "p": 49, "mp": 64, "mf": 80, "f": 96, "ff": 112, "fff": 120, "ffff": 126}
_MIN_TEMPO, _MAX_TEMPO = 10.0, 600.0
# note values by all names that formats give them, in quarters
_QUARTERS = {name: Fraction(32, 2**halved) for halved, names in enumerate((
    ("maxima",), ("long", "longa"), ("breve", "doublewhole"), ("whole",), ("half",), ("quarter",), ("eighth",),
    ("16th",), ("32nd",), ("64th",), ("128th",), ("256th",), ("512th",), ("1024th",),
)) for name in names}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WrittenHit:
    """A stroke: `at` in quarters from its bar (a grace note of the first beat lies before it), a GM pitch."""

    at: Fraction
    pitch: int
    velocity: int = PLAIN


@dataclass(slots=True)
class WrittenBar:
    """A bar; `length` in quarters, tempos in quarter notes a minute at quarters from its start."""

    metre: Metre
    length: Fraction
    hits: list[WrittenHit] = field(default_factory=list)
    tempos: list[tuple[Fraction, float]] = field(default_factory=list)
    starts_repeat: bool = False
    plays: int = 1  # how often what ends here is played
    endings: frozenset[int] = frozenset()  # the times through in which this bar is played; empty: always
    segno: bool = False
    coda: bool = False
    fine: bool = False
    to_coda: bool = False
    jump: str = ""  # "dacapo" or "dalsegno", behind this bar


@dataclass(slots=True)
class WrittenPart:
    """The drum part of a score; bars of several drum staves are merged."""

    bars: list[WrittenBar]
    title: str = ""
    artist: str = ""


def check_length(bars: int) -> None:
    """Raises ScoreError for a score of too many bars."""
    if bars > MAX_BARS:
        raise ScoreError(f"the score has more than {MAX_BARS:,} bars; split it")


def checked_pitch(number: int) -> int:
    """A MIDI pitch; ValueError where it is none."""
    if not 0 <= number <= 127:
        raise ValueError(f"a pitch of {number}")
    return number


def quarters_of(value: str, dots: int = 0) -> Fraction:
    """How many quarters a note value lasts ("half", "16th"). Raises KeyError for a name that is none."""
    return _QUARTERS[value.lower()] * (2 - Fraction(1, 2 ** min(dots, _MAX_DOTS)))


def beams_of(value: str) -> int:
    """How many beams a note value has: 1 of an eighth; 0 of longer ones and of a name that is none."""
    quarters = _QUARTERS.get(value.lower(), Fraction(1))
    return max(0, quarters.denominator.bit_length() - 1)


def plays_of(times: int) -> int:
    """How often what stands before a repeat sign is played."""
    return max(2, min(times, _MAX_PLAYS))


def graces(at: Fraction, pitches: Sequence[int]) -> list[WrittenHit]:
    """Grace notes, in their order, before the stroke at `at`: one is a flam, two a drag."""
    count = len(pitches)
    return [WrittenHit(at - _GRACE_QUARTERS * (count - i), pitch, _GRACE_VELOCITY) for i, pitch in enumerate(pitches)]


def tremolo(at: Fraction, length: Fraction, pitch: int, velocity: int, stroke: Fraction) -> list[WrittenHit]:
    """A note of a length written as repeated strokes; one stroke where they are too fast to be counted (a roll)."""
    count = int(length / stroke) if _FASTEST_STROKE <= stroke < length else 1
    return [WrittenHit(at + stroke * number, pitch, velocity) for number in range(max(1, count))]


def bar_of(metre: Metre, length: Fraction) -> WrittenBar:
    """A bar of a length in quarters; one that is shorter than its metre (an upbeat) has a metre of its own."""
    if length <= 0 or length == metre.bar_quarters:
        return WrittenBar(metre, metre.bar_quarters)
    for denominator in (metre.denominator, 4, 8, 16, 32):
        numerator = length * denominator / 4
        if numerator.denominator == 1 and numerator <= _MOST_BEATS:
            return WrittenBar(Metre(int(numerator), denominator), length)
    return WrittenBar(metre, metre.bar_quarters)


def endings_of(text: str) -> frozenset[int]:
    """The times through that "1, 2." over an ending names."""
    return frozenset(int(number) for number in re.findall(r"[0-9]{1,3}", text))


def velocity_of(dynamic: int, *, accent: bool = False, marcato: bool = False, ghost: bool = False) -> int:
    """The velocity of a note under a written dynamic (`PLAIN` where none is)."""
    if ghost:
        return max(1, dynamic - (PLAIN - GHOST))
    louder = MARCATO - PLAIN if marcato else ACCENT - PLAIN if accent else 0
    return min(127, dynamic + louder)


def order(bars: Sequence[WrittenBar]) -> list[int]:
    """Indices of the bars as played: repeats with their endings, then D.C. or D.S. once, without repeats.

    At most MAX_BARS are played; a score that jumps without end is cut there.
    """
    played: list[int] = []
    start = index = 0
    time = 1
    jumped = False
    while index < len(bars) and len(played) < MAX_BARS:
        bar = bars[index]
        coda = _first(bars, "coda", index + 1) if bar.to_coda else None
        if bar.starts_repeat and index != start:
            start, time = index, 1
        if bar.endings and (jumped or time not in bar.endings) and not (jumped and _is_last_ending(bars, index)):
            index += 1
            continue
        played.append(index)
        if jumped and bar.fine:
            break
        if jumped and coda is not None:
            index = coda
            continue
        if bar.jump and not jumped:
            jumped = True
            start = index = (_first(bars, "segno", 0) or 0) if bar.jump == "dalsegno" else 0
            continue
        if bar.plays > 1 and not jumped:
            if time < max(bar.plays, max(bar.endings, default=0)):
                time, index = time + 1, start
                continue
            start, time = index + 1, 1
        elif bar.endings and not (index + 1 < len(bars) and bars[index + 1].endings):
            start, time = index + 1, 1
        index += 1
    return played


def _is_last_ending(bars: Sequence[WrittenBar], index: int) -> bool:
    """Whether no other ending follows the one of this bar."""
    endings = bars[index].endings
    while index < len(bars) and bars[index].endings == endings:
        index += 1
    return index == len(bars) or not bars[index].endings


def _first(bars: Sequence[WrittenBar], mark: str, start: int) -> int | None:
    return next((index for index in range(start, len(bars)) if getattr(bars[index], mark)), None)


def to_midi(part: WrittenPart) -> bytes:
    """The part as played, on channel 10. Raises ScoreError when it holds no stroke or too many."""
    if not any(bar.hits for bar in part.bars):
        raise ScoreError("the score has no drum staff with notes in it; nothing of other instruments is read")
    conductor: list[tuple[int, bytes]] = [(0, smf.meta_event(1, f"@T{text}".encode()[:200]))
                                          for text in (part.title, part.artist) if text]  # fmt: skip
    # a pitch at a tick -> its velocity; the louder of two staves counts
    strokes: dict[tuple[int, int], int] = {}
    now, metre, tempo = Fraction(0), None, None
    for index in order(part.bars):
        bar = part.bars[index]
        if bar.metre != metre:
            metre = bar.metre
            signature = bytes((metre.numerator, metre.denominator.bit_length() - 1, 24, 8))
            conductor.append((_tick(now), smf.meta_event(smf.META_METRE, signature)))
        for at, quarters in bar.tempos:
            if _MIN_TEMPO <= quarters <= _MAX_TEMPO and quarters != tempo:
                tempo = quarters
                payload = round(MICROSECONDS_PER_MINUTE / quarters).to_bytes(3, "big")
                conductor.append((_tick(now + at), smf.meta_event(smf.META_TEMPO, payload)))
        for hit in bar.hits:
            key = (_tick(max(Fraction(0), now + hit.at)), hit.pitch)
            strokes[key] = max(strokes.get(key, 0), hit.velocity)
        if len(strokes) > MAX_HITS:
            raise ScoreError(f"the score has more than {MAX_HITS:,} drum notes; split it")
        now += bar.length
    end = _tick(now)
    messages: list[tuple[int, bytes]] = []
    for (tick, pitch), velocity in strokes.items():
        messages.append((tick, bytes((0x90 | DRUM_CHANNEL, pitch, velocity))))
        messages.append((tick + _tick(_HIT_QUARTERS) - 1, bytes((0x80 | DRUM_CHANNEL, pitch, 0))))
    messages.sort()
    end = max(end, messages[-1][0])
    finish = (end, smf.meta_event(smf.META_END, b""))
    name = (0, smf.meta_event(smf.META_TRACK_NAME, b"Drums"))
    conductor.sort(key=lambda event: event[0])
    header = (1).to_bytes(2, "big") + (2).to_bytes(2, "big") + TICKS_PER_QUARTER.to_bytes(2, "big")
    tracks = smf.track_chunk([*conductor, finish]) + smf.track_chunk([name, *messages, finish])
    return smf.chunk(b"MThd", header) + tracks


def _tick(quarters: Fraction) -> int:
    return round(quarters * TICKS_PER_QUARTER)
