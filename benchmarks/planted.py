"""Kits in disguise: grooves of ours and real takes, written as archives hold drums, with the voices that were planted.

What belongs here: the making of such files, for `benchmarks.reading` and its sample in the tests. Another kind of
disguise is another function in `KINDS`, from a random generator and strokes to a `Planted`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mdg_core.gridfile import GridGroove, parse_gridfile
from mdg_core.kit import Voice
from mdg_core.maps import GM, MAPS
from mdg_core.pattern import Pattern
from mdg_core.smf import META_TRACK_NAME, chunk, meta_event, track_chunk

ROOT = Path(__file__).resolve().parents[1]
TICKS = 480
DRUMS = 9

V = Voice
Event = tuple[int, bytes]


@dataclass(frozen=True)
class Stroke:
    tick: int
    voice: Voice
    velocity: int


@dataclass
class Planted:
    """A file, and how often each voice is in it (None: there are no drums in it)."""

    data: bytes
    voices: dict[Voice, int] | None


@dataclass
class Part:
    """A track to be written."""

    notes: list[tuple[int, int, int]] = field(default_factory=list)  # tick, pitch, velocity
    channel: int = DRUMS
    name: bytes = b""
    length: int = 60
    before: list[Event] = field(default_factory=list)

    def events(self) -> list[Event]:
        out = ([(0, meta_event(META_TRACK_NAME, self.name))] if self.name else []) + self.before
        following: dict[int, int] = {}
        for tick, pitch, velocity in sorted(self.notes, reverse=True):
            end = min(tick + self.length, following.get(pitch, 1 << 60))
            following[pitch] = tick
            out += [
                (tick, bytes((0x90 | self.channel, pitch, velocity))),
                (end, bytes((0x80 | self.channel, pitch, 0))),
            ]
        return sorted(out, key=lambda event: (event[0], event[1][0] & 0xF0 == 0x90))


def written(*parts: Part, one_track: bool = False) -> bytes:
    """A file of format 1, or all in one track of format 0."""
    tracks = [part.events() for part in parts]
    if one_track:
        tracks = [sorted((event for track in tracks for event in track), key=lambda e: (e[0], e[1][0] & 0xF0 == 0x90))]
    else:
        tracks.insert(0, [(0, meta_event(META_TRACK_NAME, b"song"))])
    head = b"".join(value.to_bytes(2, "big") for value in (0 if one_track else 1, len(tracks), TICKS))
    return chunk(b"MThd", head) + b"".join(track_chunk([*t, (t[-1][0] if t else 0, b"\xff\x2f\x00")]) for t in tracks)


def every_groove(bars: int = 1) -> list[list[Stroke]]:
    """The grooves and fills of data/, each repeated to at least so many bars."""
    return [_strokes(groove.pattern, bars) for groove in shipped()]


def grooves() -> list[list[Stroke]]:
    """The grooves of data/ that a whole kit plays, each repeated to at least eight bars."""
    found = [_strokes(groove.pattern, 8) for groove in shipped() if groove.role == "groove"]
    return [strokes for strokes in found if has_kit(strokes)]


def shipped() -> list[GridGroove]:
    """The grooves and fills of data/, as they are written."""
    paths = sorted([*(ROOT / "data/reference/grooves").glob("*.grid"), *(ROOT / "data/library").glob("*/*.grid")])
    return [groove for path in paths for groove in parse_gridfile(path.read_text("utf-8"))]


def _strokes(pattern: Pattern, bars: int) -> list[Stroke]:
    step = TICKS / pattern.steps_per_quarter
    length = round(pattern.steps * step)
    strokes = [
        Stroke(round(hit.step * step) + turn * length, hit.voice, hit.velocity)
        for turn in range(-(-bars // pattern.bars))
        for hit in pattern.hits
    ]
    return sorted(strokes, key=lambda s: s.tick)


def has_kit(strokes: list[Stroke]) -> bool:
    """Kick, snare and a time-keeping cymbal, each a twentieth of the strokes: less is no kit that a map shows in."""
    kinds = ({V.KICK}, {V.SNARE, V.SIDE_STICK, V.CLAP}, {V.CLOSED_HAT, V.OPEN_HAT, V.PEDAL_HAT, V.RIDE, V.RIDE_BELL})
    return all(sum(s.voice in kind for s in strokes) >= 0.05 * len(strokes) for kind in kinds)


def _counts(strokes: list[Stroke]) -> dict[Voice, int]:
    counts: dict[Voice, int] = {}
    for stroke in {(s.tick, s.voice) for s in strokes}:
        counts[stroke[1]] = counts.get(stroke[1], 0) + 1
    return counts


def _notes(strokes: list[Stroke], name: str = "gm", octaves: int = 0) -> list[tuple[int, int, int]]:
    once = {(s.tick, MAPS[name].writing[s.voice] + 12 * octaves): s.velocity for s in strokes}
    return [(tick, pitch, velocity) for (tick, pitch), velocity in once.items()]


def _heard(strokes: list[Stroke], name: str) -> list[Stroke]:
    """The strokes whose voice the map has, so that they can be heard again; the others are not planted."""
    note_map = MAPS[name]
    return [s for s in strokes if note_map.reading.get(note_map.writing[s.voice]) is s.voice]


DRUM_NAMES = [
    *(text.encode() for text in ("Drums", "drum kit", "DRUMS 1", "Batterie", "Batteria", "Bateria", "Schlagzeug",
    "Trommeln", "Perkusja", "Bicí", "bubny", "Davul", "Slagverk", "Trummor", "Rummut", "Dobok", "Ударные", "Барабаны",
    "Ударні", "ドラム", "ドラムス", "鼓", "架子鼓", "드럼", "Ντραμς", "Slagwerk", "Bębny", "Batería")),
    "Ударные".encode("cp1251"), "барабаны".encode("koi8-r"), "ドラム".encode("shift_jis"), "드럼".encode("euc_kr"),
    "鼓组".encode("gbk"), "爵士鼓".encode("big5"), "Batería".encode("latin-1"), "Bicí".encode("cp1250"),
    "Τύμπανα".encode("cp1253"),
]  # fmt: skip
LANE_NAMES: dict[str, dict[Voice, bytes]] = {
    "english": {V.KICK: b"Kick", V.SNARE: b"Snare", V.CLOSED_HAT: b"Hi-Hat", V.OPEN_HAT: b"Open Hat", V.RIDE: b"Ride",
                V.CRASH: b"Crash", V.FLOOR_TOM: b"Floor Tom", V.MID_TOM: b"Mid Tom", V.HIGH_TOM: b"High Tom"},
    "short": {V.KICK: b"BD", V.SNARE: b"SD", V.CLOSED_HAT: b"CH", V.OPEN_HAT: b"OH", V.RIDE: b"RD", V.CRASH: b"CR",
              V.FLOOR_TOM: b"FT", V.MID_TOM: b"MT", V.HIGH_TOM: b"HT"},
    "french": {V.KICK: b"Grosse caisse", V.SNARE: b"Caisse claire", V.CLOSED_HAT: b"Charley", V.RIDE: b"Ride",
               V.CRASH: b"Crash", V.FLOOR_TOM: b"Tom basse"},
    "russian": {V.KICK: "Бочка".encode("cp1251"), V.SNARE: "Малый барабан".encode("cp1251"),
                V.CLOSED_HAT: "Хай-хэт".encode("cp1251"), V.RIDE: "Райд".encode(), V.CRASH: "Крэш".encode()},
    "japanese": {V.KICK: "バスドラム".encode("shift_jis"), V.SNARE: "スネア".encode("shift_jis"),
                 V.CLOSED_HAT: "ハイハット".encode(), V.RIDE: "ライド".encode(), V.CRASH: "クラッシュ".encode()},
}  # fmt: skip


def clean(rng: np.random.Generator, strokes: list[Stroke]) -> Planted:
    return Planted(written(Part(_notes(strokes)), one_track=bool(rng.integers(2))), _counts(_heard(strokes, "gm")))


def by_name(rng: np.random.Generator, strokes: list[Stroke]) -> Planted:
    name = DRUM_NAMES[rng.integers(len(DRUM_NAMES))]
    part = Part(_notes(strokes), channel=int(rng.integers(9)), name=name)
    return Planted(written(part, *_company(rng)), _counts(strokes))


def unnamed(rng: np.random.Generator, strokes: list[Stroke]) -> Planted:
    part = Part(_notes(strokes), channel=int(rng.choice([0, 15, 3])))
    return Planted(written(part, one_track=bool(rng.integers(2))), _counts(strokes))


def octave(rng: np.random.Generator, strokes: list[Stroke]) -> Planted:
    kit = [s for s in strokes if list(Voice).index(s.voice) < list(Voice).index(V.COWBELL)]
    part = Part(
        _notes(kit, octaves=int(rng.choice([-2, -1, 1, 2]))), channel=int(rng.choice([0, DRUMS])), name=b"Drums"
    )
    return Planted(written(part), _counts(kit))


def sampler(rng: np.random.Generator, strokes: list[Stroke]) -> Planted:
    names = {"addictive_drums_2": b"Addictive Drums 2", "superior_drummer": b"SD3", "bfd": b"BFD3",
             "roland_td": b"TD-17",
             "steven_slate": b"SSD5", "rhythm_game": b"PART DRUMS", "ableton": b"Ableton Core Kit"}  # fmt: skip
    name = str(rng.choice(list(names)))
    kit = _heard(strokes, name)
    return Planted(written(Part(_notes(kit, name), name=names[name]), *_company(rng)), _counts(kit))


def unnamed_sampler(rng: np.random.Generator, strokes: list[Stroke]) -> Planted:
    """Nothing names the map, and each drum lies on one of its two usual pitches."""
    name = str(rng.choice(["addictive_drums_2", "superior_drummer", "roland_td", "rhythm_game"]))
    kit = _heard(strokes, name)
    note_map = MAPS[name]
    pitches = {v: [p for p, voice in note_map.reading.items() if voice is v] for v in note_map.reading.values()}
    choice = {voice: int(rng.choice(options[:2])) for voice, options in pitches.items()}
    return Planted(written(Part([(s.tick, choice[s.voice], s.velocity) for s in kit])), _counts(kit))


def gs_or_xg(rng: np.random.Generator, strokes: list[Stroke]) -> Planted:
    """A rhythm part declared on another channel; XG with its soft kick and snare."""
    channel = int(rng.choice([0, 4, 10, 15]))
    block = channel + 1 if channel < 9 else channel
    gs = bytes((0x41, 0x10, 0x42, 0x12, 0x40, 0x10 | block, 0x15, 1, 0, 0xF7))
    xg = bytes((0x43, 0x10, 0x4C, 0x08, channel, 0x07, 1, 0xF7))
    if rng.integers(2):
        return Planted(written(Part(_notes(strokes), channel, before=[_sysex(gs)]), *_company(rng)), _counts(strokes))
    soft = {36: 33, 38: 31}
    notes = [(tick, soft.get(pitch, pitch), velocity) for tick, pitch, velocity in _notes(strokes)]
    return Planted(written(Part(notes, channel, before=[_sysex(xg)]), *_company(rng)), _counts(strokes))


def bank(rng: np.random.Generator, strokes: list[Stroke]) -> Planted:
    channel = int(rng.choice([0, 4, 15]))
    select = [(0, bytes((0xB0 | channel, 0, int(rng.choice([120, 127]))))), (0, bytes((0xC0 | channel, 8)))]
    return Planted(written(Part(_notes(strokes), channel, before=select), *_company(rng)), _counts(strokes))


def lanes(rng: np.random.Generator, strokes: list[Stroke]) -> Planted:
    """A track for each drum, on the pitches of GM, all on 60, or each on one of its own."""
    names = LANE_NAMES[str(rng.choice(list(LANE_NAMES)))]
    kit = [s for s in strokes if s.voice in names]
    how = int(rng.integers(3))
    parts = []
    for index, voice in enumerate(sorted({s.voice for s in kit}, key=list(Voice).index)):
        pitch = (GM.writing[voice], 60, 60 + index)[how]
        channel = (0, DRUMS, index % 9)[int(rng.integers(3))] if how == 0 else (0, index % 9)[int(rng.integers(2))]
        notes = [(s.tick, pitch, s.velocity) for s in kit if s.voice is voice]
        parts.append(Part(sorted(set(notes)), channel, names[voice]))
    return Planted(written(*parts, *_company(rng)), _counts(kit))


def noise(rng: np.random.Generator, strokes: list[Stroke]) -> Planted:
    """A few notes on pitches that no kit has."""
    notes = _notes(strokes)
    stray = rng.choice(len(notes), max(1, len(notes) // 12), replace=False)
    extra = [(notes[i][0], int(rng.choice([5, 93, 95, 110])), 90) for i in stray]
    return Planted(written(Part(sorted({*notes, *extra}))), _counts(strokes))


def in_company(rng: np.random.Generator, strokes: list[Stroke]) -> Planted:
    return Planted(written(Part(_notes(strokes)), *_company(rng), _bass(rng, 33), _chords(rng, 0)), _counts(strokes))


KINDS: dict[str, Callable[[np.random.Generator, list[Stroke]], Planted]] = {
    kind.__name__: kind
    for kind in (clean, by_name, unnamed, octave, sampler, unnamed_sampler, gs_or_xg, bank, lanes, noise, in_company)
}


def without_drums(rng: np.random.Generator) -> Planted:
    """A bass, a piano, strings on many channels, or a melody on channel 10."""
    match int(rng.integers(6)):
        case 0:
            parts = [_bass(rng, None)]
        case 1:
            parts = [_bass(rng, 33, b"Bass"), _chords(rng, 0)]
        case 2:
            parts = [_chords(rng, None), _melody(rng, 1)]
        case 3:
            parts = [_line(rng, channel, 48 + 3 * channel, b"") for channel in range(8)]
        case 4:
            parts = [_melody(rng, DRUMS)]
        case _:
            parts = [Part(_chords(rng, None).notes, 0, b"Drum Song", 400), _bass(rng, None)]
    return Planted(written(*parts, one_track=len(parts) == 1 and bool(rng.integers(2))), None)


def _sysex(payload: bytes) -> Event:
    return (0, b"\xf0" + bytes((len(payload),)) + payload)


def _company(rng: np.random.Generator) -> list[Part]:
    """Other instruments, or none."""
    others = [_bass(rng, 33), _bass(rng, None, b"Bass"), _chords(rng, 0), _melody(rng, 11)]
    return [part for part in others if rng.integers(2)]


def _bass(rng: np.random.Generator, program: int | None, name: bytes = b"") -> Part:
    pitches = rng.choice([36, 38, 40, 41, 43, 35, 33, 42, 45], size=int(rng.integers(2, 6)), replace=False)
    length = int(rng.choice([120, 235, 470]))
    notes = [(i * 240, int(rng.choice(pitches)), 90) for i in range(64)]
    return Part(notes, 12, name, length, [(0, bytes((0xCC, program)))] if program is not None else [])


def _chords(rng: np.random.Generator, program: int | None) -> Part:
    notes = []
    for bar in range(16):
        root = int(rng.choice([48, 50, 53, 55, 57]))
        notes += [(bar * 960, root + interval, 80) for interval in (-12, 0, 4, 7)]
        notes += [(bar * 960 + 480, root + interval, 70) for interval in (0, 4, 7)]
    return Part(notes, 13, b"", 450, [(0, bytes((0xCD, program)))] if program is not None else [])


def _melody(rng: np.random.Generator, channel: int) -> Part:
    return _line(rng, channel, 60, b"")


def _line(rng: np.random.Generator, channel: int, start: int, name: bytes) -> Part:
    scale = (0, 2, 4, 5, 7, 9, 11, 12, 14, 16)
    place, notes = 4, []
    for i in range(48):
        place = int(np.clip(place + rng.choice([-2, -1, 1, 2]), 0, len(scale) - 1))
        notes.append((i * 240, start + scale[place], 85))
    return Part(notes, channel, name, 230)
