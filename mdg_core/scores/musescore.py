"""MuseScore 3 and 4 (.mscx, as in .mscz): the staves of instruments with a drum set.

Notes carry their MIDI pitch. Reference: the files that MuseScore 3.6 and 4 write (its format has no document).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree.ElementTree import Element

from mdg_core.pattern import Metre
from mdg_core.scores.formats import ScoreError
from mdg_core.scores.written import (
    DYNAMICS,
    MAX_BARS,
    PLAIN,
    WrittenBar,
    WrittenHit,
    WrittenPart,
    bar_of,
    beams_of,
    check_length,
    checked_pitch,
    endings_of,
    graces,
    plays_of,
    quarters_of,
    tremolo,
    velocity_of,
)

_GRACES = ("acciaccatura", "appoggiatura", "grace4", "grace8", "grace16", "grace32")
_JUMPS = {"start": "dacapo", "segno": "dalsegno"}


@dataclass(slots=True)
class _Staff:
    """What holds over the bars of one staff while it is read."""

    metre: Metre = field(default_factory=lambda: Metre(4, 4))
    dynamic: int = PLAIN
    endings: dict[int, frozenset[int]] = field(default_factory=dict)  # bar -> times through
    repeats: int = 0


def read_mscx(root: Element) -> WrittenPart:
    """The drum part. Raises ScoreError, and ValueError and its like for numbers that are none."""
    score = root.find("Score")
    if root.tag != "museScore" or score is None:
        raise ScoreError("this is no MuseScore score; save it again in MuseScore")
    if root.get("version", "0").split(".")[0] in ("0", "1", "2"):
        raise ScoreError("the score was saved by an old MuseScore; open it in MuseScore 4 and save it again")
    drums = _drum_staves(score)
    bars: list[WrittenBar] = []
    # signs that hold for all staves stand in the first
    staves = [staff for staff in score.findall("Staff") if staff.findall("Measure")]
    for staff in staves:
        measures = staff.findall("Measure")
        check_length(len(measures))
        state = _Staff()
        is_first, is_drums = staff is staves[0], staff.get("id", "") in drums
        if not is_first and not is_drums:
            continue
        for number, measure in enumerate(measures):
            bar = _bar(state, measure, number)
            if is_first:
                bars.append(bar)
            if state.repeats and not bar.hits and number >= state.repeats:
                bar.hits = list(bars[number - state.repeats].hits)
            if is_drums and not is_first and number < len(bars):
                bars[number].hits += bar.hits
                bars[number].tempos = bars[number].tempos or bar.tempos
        if is_first:
            _put_endings(bars, state)
            if not is_drums:
                for bar in bars:
                    bar.hits = []
    tags = {tag.get("name"): tag.text or "" for tag in score.findall("metaTag")}
    return WrittenPart(bars, tags.get("workTitle", ""), tags.get("artist", ""))


def _drum_staves(score: Element) -> set[str]:
    """Ids of the staves of parts whose instrument is a drum set or sits on MIDI channel 10."""
    found: set[str] = set()
    count = 0
    for part in score.findall("Part"):
        staves = part.findall("Staff")
        ids = [staff.get("id") or str(count + number) for number, staff in enumerate(staves, start=1)]
        count += len(staves)
        instrument = part.find("Instrument")
        if instrument is not None and (instrument.find("Drum") is not None or instrument.findtext("useDrumset") == "1"):
            found.update(ids)
    return found


def _put_endings(bars: Sequence[WrittenBar], state: _Staff) -> None:
    for number, times in state.endings.items():
        if number < len(bars):
            bars[number].endings = times


def _bar(state: _Staff, measure: Element, number: int) -> WrittenBar:
    voices = measure.findall("voice")
    hits: list[WrittenHit] = []
    tempos: list[tuple[Fraction, float]] = []
    repeats = measure.find("measureRepeatCount")
    state.repeats = 0
    for voice in voices:
        _voice(state, voice, number, hits, tempos)
    if repeats is not None:
        state.repeats = max(1, state.repeats)
    length = Fraction(measure.get("len", "0")) * 4
    bar = bar_of(state.metre, length)
    bar.hits = [hit for hit in hits if hit.at < bar.length]
    bar.tempos = tempos
    bar.starts_repeat = measure.find("startRepeat") is not None
    if (end := measure.findtext("endRepeat")) is not None:
        bar.plays = plays_of(int(end))
    for sign in [*measure.findall("Marker"), *measure.findall("voice/Marker")]:
        label = (sign.findtext("label") or "").lower()
        bar.segno |= label.startswith("segno") or label == "varsegno"
        bar.fine |= label == "fine"
        bar.to_coda |= label == "coda"  # MuseScore labels the place that one leaves "coda"
        bar.coda |= label in ("codab", "varcoda")
    for sign in [*measure.findall("Jump"), *measure.findall("voice/Jump")]:
        bar.jump = _JUMPS.get(sign.findtext("jumpTo") or "", bar.jump)
    return bar


def _voice(  # noqa: PLR0912 - a case for each kind of element
    state: _Staff, voice: Element, number: int, hits: list[WrittenHit], tempos: list[tuple[Fraction, float]]
) -> None:
    now = Fraction(0)
    tuplets: list[Fraction] = []
    before: list[int] = []
    for item in voice:
        if item.tag == "TimeSig":
            state.metre = Metre(int(item.findtext("sigN") or 4), int(item.findtext("sigD") or 4))
        elif item.tag == "Tempo":
            tempos.append((now, float(item.findtext("tempo") or 0) * 60))
        elif item.tag == "Dynamic":
            state.dynamic = DYNAMICS.get(item.findtext("subtype") or "", state.dynamic)
        elif item.tag == "Tuplet":
            ratio = Fraction(int(item.findtext("normalNotes") or 1), int(item.findtext("actualNotes") or 1))
            tuplets.append(ratio)
        elif item.tag == "endTuplet":
            tuplets = tuplets[:-1]
        elif item.tag == "location":
            now += Fraction(item.findtext("fractions") or "0") * 4
        elif item.tag == "Spanner" and item.get("type") == "Volta":
            _volta(state, item, number)
        elif item.tag in ("MeasureRepeat", "RepeatMeasure"):
            state.repeats = int(item.findtext("subtype") or 1) if item.tag == "MeasureRepeat" else 1
        elif item.tag in ("Chord", "Rest"):
            if any(item.find(tag) is not None for tag in _GRACES):
                before += [int(note.findtext("pitch") or 0) for note in item.findall("Note")]
                continue
            length = _length(state, item)
            for ratio in tuplets:
                length *= ratio
            if item.tag == "Chord":
                hits += graces(now, before) + _strokes(state, item, now, length)
                before = []
            now += length


def _length(state: _Staff, item: Element) -> Fraction:
    kind = item.findtext("durationType") or "quarter"
    if kind == "measure":
        return Fraction(item.findtext("duration") or 0) * 4 or state.metre.bar_quarters
    return quarters_of(kind, int(item.findtext("dots") or 0))


def _strokes(state: _Staff, chord: Element, now: Fraction, length: Fraction) -> list[WrittenHit]:
    marks = " ".join(mark.findtext("subtype") or "" for mark in chord.findall("Articulation")).lower()
    sign = chord.findtext("TremoloSingleChord/subtype") or chord.findtext("Tremolo/subtype") or ""
    out: list[WrittenHit] = []
    for note in chord.findall("Note"):
        if any(
            spanner.get("type") == "Tie" and spanner.find("prev") is not None for spanner in note.findall("Spanner")
        ):
            continue  # the second note of a tie is no stroke
        pitch = checked_pitch(int(note.findtext("pitch") or 0))
        in_brackets = [symbol.findtext("name") or "" for symbol in note.findall("Symbol")]
        velocity = velocity_of(
            state.dynamic,
            accent="accent" in marks or "sforzato" in marks,
            marcato="marcato" in marks,
            ghost=note.findtext("ghost") == "1"
            or note.find("headParentheses") is not None
            or note.find("parentheses") is not None
            or any("Parenthesis" in name for name in in_brackets),
        )
        if sign[:1] == "r" and sign[1:].isdigit():
            out += tremolo(now, length, pitch, velocity, _stroke(chord, int(sign[1:])))
        else:
            out.append(WrittenHit(now, pitch, velocity))
    return out


def _stroke(chord: Element, subdivision: int) -> Fraction:
    """Of a tremolo r8, r16, r32: how long one stroke is; on an eighth one stem more counts as sixteenths."""
    return Fraction(4, min(subdivision, 128) * 2 ** beams_of(chord.findtext("durationType") or ""))


def _volta(state: _Staff, item: Element, number: int) -> None:
    volta, length = item.find("Volta"), item.findtext("next/location/measures")
    if volta is not None:
        times = endings_of(volta.findtext("endings") or "")
        for bar in range(number, number + min(int(length or 1), MAX_BARS)):
            state.endings[bar] = times
