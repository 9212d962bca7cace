"""MusicXML (partwise or timewise, 2.0 to 4.0): the unpitched notes of its parts.

A stroke's drum is its instrument's `midi-unpitched` (counted from 1); without one, its place on the staff and its
note head, by the conventions of Norman Weinberg, Guide to Standardized Drumset Notation (Percussive Arts Society
1998). Reference: the MusicXML 4.0 documents of the W3C Music Notation Community Group.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree.ElementTree import Element

from mdg_core.pattern import Metre
from mdg_core.scores.formats import ScoreError
from mdg_core.scores.written import (
    DYNAMICS,
    PLAIN,
    WrittenBar,
    WrittenHit,
    WrittenPart,
    bar_of,
    beams_of,
    check_length,
    endings_of,
    graces,
    plays_of,
    quarters_of,
    tremolo,
    velocity_of,
)

_DRUM_CHANNEL = 10
_FORTE = 90  # what the `dynamics` of a note is a percentage of
_CROSSES = ("x", "circle-x", "circled", "cross", "slash")
# place on the staff -> GM pitch, for round heads and for crosses
_ROUND = {"D4": 36, "E4": 35, "F4": 36, "G4": 41, "A4": 43, "B4": 45, "C5": 38, "D5": 47, "E5": 48, "F5": 50, "G5": 42}
_CROSS = {"D4": 44, "E4": 44, "C5": 37, "D5": 59, "E5": 56, "F5": 51, "G5": 42, "A5": 49, "B5": 52, "C6": 55, "D6": 57}
_OPEN_HAT, _CLOSED_HAT, _BELL, _RIDE = 46, 42, 53, 51

_MOST_SWING = 20  # of either note of a pair


@dataclass(slots=True)
class _Part:
    """What holds over the bars of one part while it is read."""

    pitches: dict[str, int]  # instrument -> GM pitch
    is_drums: bool  # by its MIDI channel: then pitched notes are drums too
    divisions: int = 1
    metre: Metre = field(default_factory=lambda: Metre(4, 4))
    dynamic: int = PLAIN
    ending: frozenset[int] = frozenset()  # the bracket that the bars stand under
    repeats: int = 0  # bars that a sign of repetition stands for, 0 when there is none
    swing: tuple[Fraction, Fraction] | None = None  # of the pairs of notes, see `_swing`


def read_musicxml(root: Element) -> WrittenPart:
    """The drum part. Raises ScoreError, and ValueError and its like for numbers that are none."""
    if root.tag not in ("score-partwise", "score-timewise"):
        raise ScoreError("the XML is no MusicXML score; export it as MusicXML")
    bars: list[WrittenBar] = []
    for identity, measures in _measures(root).items():
        check_length(len(measures))
        part = _part(root, identity)
        own: list[list[WrittenHit]] = []
        for number, measure in enumerate(measures):
            read = _bar(part, measure, upbeat=number == 0 or measure.get("implicit") == "yes")
            if part.repeats and not read.hits and number >= part.repeats:
                read.hits = list(own[number - part.repeats])
            own.append(read.hits)
            if number == len(bars):
                bars.append(read)
            else:
                _merge(bars[number], read)
    return WrittenPart(bars, root.findtext("work/work-title") or root.findtext("movement-title") or "", _artist(root))


def _artist(root: Element) -> str:
    """Only where a score says so: its composer need not be who plays."""
    return next((e.text or "" for e in root.iter("creator") if (e.get("type") or "").lower() == "artist"), "")


def _measures(root: Element) -> dict[str, list[Element]]:
    if root.tag == "score-partwise":
        return {part.get("id", ""): part.findall("measure") for part in root.findall("part")}
    parts: dict[str, list[Element]] = {}
    for measure in root.findall("measure"):
        for part in measure.findall("part"):
            part.set("implicit", measure.get("implicit", "no"))
            parts.setdefault(part.get("id", ""), []).append(part)
    return parts


def _part(root: Element, identity: str) -> _Part:
    pitches: dict[str, int] = {}
    is_drums = False
    for found in root.findall("part-list/score-part"):
        if found.get("id", "") != identity:
            continue
        for instrument in found.findall("midi-instrument"):
            pitch = int(instrument.findtext("midi-unpitched") or 0) - 1
            if 0 <= pitch <= 127:
                pitches[instrument.get("id", "")] = pitch
            is_drums |= int(instrument.findtext("midi-channel") or 0) == _DRUM_CHANNEL
    return _Part(pitches, is_drums)


def _merge(bar: WrittenBar, other: WrittenBar) -> None:
    """The same bar of a further part: its strokes, and what only it has of tempos and repeats."""
    bar.hits += [hit for hit in other.hits if hit.at < 0 or hit.at < bar.length]
    bar.tempos = bar.tempos or other.tempos
    bar.starts_repeat |= other.starts_repeat
    bar.plays = max(bar.plays, other.plays)
    bar.endings = bar.endings or other.endings
    bar.segno, bar.coda = bar.segno or other.segno, bar.coda or other.coda
    bar.fine, bar.to_coda = bar.fine or other.fine, bar.to_coda or other.to_coda
    bar.jump = bar.jump or other.jump


def _bar(part: _Part, measure: Element, *, upbeat: bool) -> WrittenBar:
    now = longest = start = Fraction(0)
    hits: list[WrittenHit] = []
    tempos: list[tuple[Fraction, float]] = []
    before: list[int] = []  # grace notes that wait for their stroke
    marks = WrittenBar(part.metre, Fraction(0), endings=part.ending)
    for item in measure:
        length = Fraction(item.findtext("duration") or 0) / part.divisions
        if item.tag == "attributes":
            _attributes(part, item)
        elif item.tag == "note":
            pitch = _pitch(part, item)
            if item.find("grace") is not None:
                before += [pitch] if pitch is not None else []
                continue
            if item.find("chord") is None:
                start, now = now, now + length
            if pitch is not None and not any(tie.get("type") == "stop" for tie in item.findall("tie")):
                at = _swung(part, start)
                hits += graces(at, before) + _strokes(part, item, at, length, pitch)
                before = []
        elif item.tag == "backup":
            now = max(Fraction(0), now - length)
        elif item.tag == "forward":
            now += length
        elif item.tag in ("direction", "sound"):
            offset = Fraction(item.findtext("offset") or 0) / part.divisions
            tempos += [(max(Fraction(0), now + offset), tempo) for tempo in _tempos(item)]
            _direction(part, item, marks)
        elif item.tag == "barline":
            _barline(part, item, marks)
        longest = max(longest, now)
    nominal = part.metre.bar_quarters
    bar = bar_of(part.metre, longest if upbeat and longest < nominal else nominal)
    bar.hits = [hit for hit in hits if hit.at < bar.length]
    bar.tempos = tempos
    _merge(bar, marks)
    return bar


def _attributes(part: _Part, item: Element) -> None:
    if divisions := item.findtext("divisions"):
        part.divisions = int(Fraction(divisions))
        if part.divisions < 1:
            raise ValueError("divisions below 1")
    if (time := item.find("time")) is not None and time.find("senza-misura") is None:
        beats = [text.text or "" for text in time.findall("beats")]
        types = [int(text.text or 0) for text in time.findall("beat-type")]
        finest = max(types)
        # 3+2/8, and several signatures side by side
        numerator = sum(
            sum(int(beat) for beat in text.split("+")) * finest // unit for text, unit in zip(beats, types, strict=True)
        )
        part.metre = Metre(numerator, finest)
    for sign in item.findall("measure-style/measure-repeat"):
        part.repeats = int(sign.text or 1) if sign.get("type") == "start" else 0


def _pitch(part: _Part, note: Element) -> int | None:
    """The GM pitch of a drum note; None for a rest, a cue and what is no drum."""
    if note.find("rest") is not None or note.find("cue") is not None:
        return None
    unpitched, instrument = note.find("unpitched"), note.find("instrument")
    if unpitched is None and not part.is_drums:
        return None
    known = part.pitches.get(instrument.get("id", "")) if instrument is not None else None
    if known is None and instrument is None and len(part.pitches) == 1:
        known = next(iter(part.pitches.values()))
    if known is not None:
        return known
    if unpitched is None:
        step, octave = note.findtext("pitch/step") or "C", int(note.findtext("pitch/octave") or 0)
        alter = round(float(note.findtext("pitch/alter") or 0))
        return 12 * (octave + 1) + {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[step] + alter
    place = f"{unpitched.findtext('display-step') or 'C'}{unpitched.findtext('display-octave') or 5}"
    return _by_place(place, note.findtext("notehead") or "normal")


def _by_place(place: str, head: str) -> int:
    if head in ("diamond", "triangle") and place == "F5":
        return _BELL
    if head in _CROSSES:
        pitch = _CROSS.get(place, _CLOSED_HAT)
        return _OPEN_HAT if pitch == _CLOSED_HAT and head in ("circle-x", "circled") else pitch
    return _ROUND.get(place) or _CROSS.get(place, 38)


def _strokes(part: _Part, note: Element, start: Fraction, length: Fraction, pitch: int) -> list[WrittenHit]:
    velocity = part.dynamic
    if own := note.get("dynamics"):
        velocity = min(127, max(1, round(float(own) * _FORTE / 100)))
    marks = {mark.tag for mark in note.findall("notations/articulations/*")}
    head = note.find("notehead")
    velocity = velocity_of(
        velocity,
        accent="accent" in marks,
        marcato="strong-accent" in marks,
        ghost=head is not None and head.get("parentheses") == "yes",
    )
    if pitch == _CLOSED_HAT and note.find("notations/technical/open") is not None:
        pitch = _OPEN_HAT
    sign = note.find("notations/ornaments/tremolo")
    if sign is None or sign.get("type", "single") != "single":
        return [WrittenHit(start, pitch, velocity)]
    beams = beams_of(note.findtext("type") or "") + int(sign.text or 0)
    return tremolo(start, length, pitch, velocity, Fraction(1, 2**beams))


def _tempos(item: Element) -> list[float]:
    """In quarter notes a minute; what is to be played goes before what is printed."""
    sound = item if item.tag == "sound" else item.find("sound")
    if sound is not None and sound.get("tempo"):
        return [float(sound.get("tempo", ""))]
    for metronome in item.findall("direction-type/metronome"):
        unit, printed = metronome.findtext("beat-unit"), metronome.findtext("per-minute") or ""
        digits = printed.strip(" ca.≈=~")
        if unit and digits.replace(".", "", 1).isdigit():
            return [float(Fraction(digits) * quarters_of(unit, len(metronome.findall("beat-unit-dot"))))]
    return []


def _direction(part: _Part, item: Element, marks: WrittenBar) -> None:
    for sign in item.findall("direction-type/dynamics/*"):
        part.dynamic = DYNAMICS.get(sign.tag, part.dynamic)
    sound = item if item.tag == "sound" else item.find("sound")
    if sound is not None and (swing := sound.find("swing")) is not None:
        part.swing = _swing(swing)
    given = sound.attrib if sound is not None else {}
    marks.segno |= "segno" in given or item.find("direction-type/segno") is not None
    marks.coda |= "coda" in given or ("tocoda" not in given and item.find("direction-type/coda") is not None)
    marks.to_coda |= "tocoda" in given
    marks.fine |= "fine" in given
    marks.jump = next((jump for jump in ("dacapo", "dalsegno") if jump in given), marks.jump)


def _swing(said: Element) -> tuple[Fraction, Fraction] | None:
    """(length of the pair in quarters, share of its first note) of what is written straight; None for straight."""
    first, second = int(said.findtext("first") or 0), int(said.findtext("second") or 0)
    if said.find("straight") is not None or not (0 < first <= _MOST_SWING and 0 < second <= _MOST_SWING):
        return None
    pair = Fraction(1, 2) if (said.findtext("swing-type") or "eighth") == "16th" else Fraction(1)
    return pair, Fraction(first, first + second)


def _swung(part: _Part, at: Fraction) -> Fraction:
    """Where a stroke is played that is written at `at`, in quarters from its bar: the second of a pair moves."""
    if part.swing is None:
        return at
    pair, share = part.swing
    return at - pair / 2 + share * pair if at % pair == pair / 2 else at


def _barline(part: _Part, item: Element, marks: WrittenBar) -> None:
    if (repeat := item.find("repeat")) is not None:
        if repeat.get("direction") == "forward":
            marks.starts_repeat = True
        else:
            marks.plays = plays_of(int(repeat.get("times") or 2))
    if (ending := item.find("ending")) is None:
        return
    if ending.get("type") == "start":
        part.ending = marks.endings = endings_of(ending.get("number") or "")
    else:
        part.ending = frozenset()
