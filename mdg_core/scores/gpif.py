"""Guitar Pro 6 to 8: the XML (GPIF) within .gpx and .gp files; the tracks that are drum kits.

From version 7 on a track lists what each articulation sounds as; version 6 numbers its drums (`_GP6`).
Reference: the files themselves (the format has no document), and how alphaTab's PercussionMapper names the drums of
version 6.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    check_length,
    checked_pitch,
    endings_of,
    graces,
    plays_of,
    quarters_of,
    tremolo,
    velocity_of,
)

_TEMPO_UNITS = {1: 0.5, 2: 1.0, 3: 1.5, 4: 2.0, 5: 3.0}  # quarters in the beat that a tempo counts
_HEAVY_ACCENT, _ACCENT = 4, 8
# (element, variation) of version 6 -> GM pitch; other variations sound as the first
_GP6 = {0: 36, 1: 38, 2: 56, 3: 56, 4: 56, 5: 43, 6: 45, 7: 47, 8: 48, 9: 50, 10: 42, 11: 44, 12: 57, 13: 49, 14: 55,
        15: 51, 16: 52}  # fmt: skip
_GP6_VARIATIONS = {(1, 2): 37, (10, 1): 46, (10, 2): 46, (15, 2): 53}
# version 7 has numbers of its own where General MIDI has none
_OWN_NUMBERS = {91: 38, 92: 46, 93: 51, 94: 51, 95: 55, 96: 52, 97: 49, 98: 57, 99: 56, 100: 56, 102: 56, 103: 56,
                126: 51, 127: 53}  # fmt: skip


def read_gpif(root: Element) -> WrittenPart:
    """The drum part. Raises ScoreError, and ValueError and its like for what refers to nothing."""
    if root.tag != "GPIF":
        raise ScoreError("the file holds no Guitar Pro score; save it again")
    masters = root.findall("MasterBars/MasterBar")
    check_length(len(masters))
    kits = _kits(root)
    tables = {name: _by_id(root, name) for name in ("Bar", "Voice", "Beat", "Rhythm", "Note")}
    bars = []
    for master in masters:
        bar = _bar(master)
        references = (master.findtext("Bars") or "").split()
        for place, articulations in kits.items():
            if place < len(references) and references[place] in tables["Bar"]:
                voices = (tables["Bar"][references[place]].findtext("Voices") or "").split()
                for voice in voices:
                    if voice in tables["Voice"]:
                        bar.hits += _voice(tables, tables["Voice"][voice], articulations, bar.length)
        bars.append(bar)
    _put_tempos(root, bars)
    return WrittenPart(bars, root.findtext("Score/Title") or "", root.findtext("Score/Artist") or "")


def _kits(root: Element) -> dict[int, list[int]]:
    """Place of a drum staff among the bars of a master bar -> GM pitches of its articulations."""
    kits: dict[int, list[int]] = {}
    place = 0
    for track in root.findall("Tracks/Track"):
        kind = track.findtext("InstrumentSet/Type") or ""
        instrument = track.find("Instrument")
        table = track.find("GeneralMidi")
        is_kit = (
            "drum" in kind.lower()
            or "percussion" in kind.lower()
            or (instrument is not None and (instrument.get("ref") or "").startswith("drum"))
            or (table is not None and table.get("table") == "Percussion")
        )
        if is_kit:
            numbers = track.findall("InstrumentSet/Elements/Element/Articulations/Articulation")
            kits[place] = [int(each.findtext("OutputMidiNumber") or -1) for each in numbers]
        place += max(1, len(track.findall("Staves/Staff")))
    return kits


def _by_id(root: Element, name: str) -> dict[str, Element]:
    return {item.get("id", ""): item for item in root.findall(f"{name}s/{name}")}


def _bar(master: Element) -> WrittenBar:
    bar = bar_of(Metre.parse(master.findtext("Time") or "4/4"), Fraction(0))
    if (repeat := master.find("Repeat")) is not None:
        bar.starts_repeat = repeat.get("start") == "true"
        if repeat.get("end") == "true":
            bar.plays = plays_of(int(repeat.get("count") or 2))
    bar.endings = endings_of(master.findtext("AlternateEndings") or "")
    targets = {sign.text or "" for sign in master.findall("Directions/Target")}
    jumps = [sign.text or "" for sign in master.findall("Directions/Jump")]
    bar.segno, bar.coda, bar.fine = "Segno" in targets, "Coda" in targets, "Fine" in targets
    bar.to_coda = "DaCoda" in jumps
    bar.jump = next(
        ("dacapo" if jump.startswith("DaCapo") else "dalsegno" for jump in jumps if jump[:4] in ("DaCa", "DaSe")), ""
    )
    return bar


def _put_tempos(root: Element, bars: list[WrittenBar]) -> None:
    for change in root.findall("MasterTrack/Automations/Automation"):
        number = int(change.findtext("Bar") or 0)
        if change.findtext("Type") == "Tempo" and 0 <= number < len(bars):
            value, _, unit = (change.findtext("Value") or "").partition(" ")
            bar, share = bars[number], Fraction(change.findtext("Position") or 0)
            tempo = float(value) * _TEMPO_UNITS.get(int(unit or 2), 1.0)
            bar.tempos.append((bar.length * min(max(share, Fraction(0)), Fraction(1)), tempo))


def _voice(
    tables: Mapping[str, Mapping[str, Element]], voice: Element, articulations: list[int], length: Fraction
) -> list[WrittenHit]:
    hits: list[WrittenHit] = []
    now = Fraction(0)
    before: list[int] = []
    for reference in (voice.findtext("Beats") or "").split():
        beat = tables["Beat"][reference]
        notes = [tables["Note"][note] for note in (beat.findtext("Notes") or "").split()]
        notes = [note for note in notes if not _is_tied(note)]
        if beat.findtext("GraceNotes"):
            before += [_pitch(note, articulations) for note in notes]
            continue
        rhythm = beat.find("Rhythm")
        lasts = _length(tables["Rhythm"][rhythm.get("ref", "")]) if rhythm is not None else Fraction(1)
        dynamic = DYNAMICS.get((beat.findtext("Dynamic") or "").lower(), PLAIN)
        stroke = Fraction(beat.findtext("Tremolo") or 0)
        if now < length:
            hits += graces(now, before) if notes else []
            for note in notes:
                hits += tremolo(now, lasts, _pitch(note, articulations), _velocity(note, dynamic), stroke)
        before = [] if notes else before
        now += lasts
    return hits


def _is_tied(note: Element) -> bool:
    tie = note.find("Tie")
    return tie is not None and tie.get("destination") == "true"


def _length(rhythm: Element) -> Fraction:
    dots = rhythm.find("AugmentationDot")
    length = quarters_of(rhythm.findtext("NoteValue") or "Quarter", 0 if dots is None else int(dots.get("count") or 1))
    for name in ("PrimaryTuplet", "SecondaryTuplet"):
        if (tuplet := rhythm.find(name)) is not None:
            length *= Fraction(int(tuplet.get("den") or 1), int(tuplet.get("num") or 1))
    return length


def _pitch(note: Element, articulations: list[int]) -> int:
    place = note.findtext("InstrumentArticulation")
    pitch = articulations[int(place)] if place and 0 <= int(place) < len(articulations) else -1
    if pitch < 0:
        given = {item.get("name"): item for item in note.findall("Properties/Property")}
        if "Element" in given:
            element = int(given["Element"].findtext("Element") or 0)
            variation = int(given["Variation"].findtext("Variation") or 0) if "Variation" in given else 0
            pitch = _GP6_VARIATIONS.get((element, variation), _GP6[element])
        elif "Fret" in given:
            pitch = int(given["Fret"].findtext("Fret") or 0)
        else:
            pitch = int(given["Midi"].findtext("Number") or 0)
    return checked_pitch(_OWN_NUMBERS.get(pitch, pitch))


def _velocity(note: Element, dynamic: int) -> int:
    marks = int(note.findtext("Accent") or 0)
    ghost = (note.findtext("AntiAccent") or "None") != "None"
    return velocity_of(dynamic, accent=bool(marks & _ACCENT), marcato=bool(marks & _HEAVY_ACCENT), ghost=ghost)
