"""Which notes of a file are drums, and which voice a track of its own for a drum holds.

What belongs here: the evidence of each part (a track's notes on one channel): its channel, program, bank and
system-exclusive messages, its name, its pitches and how they are played. What does not: which map its pitches
speak (`mapchoice`).

A part is never drums when a pitched program or the name of another instrument says what it is, unless it plays a kit on
channel 10; names are evidence, not proof: what is played like a melody is none, whatever its name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mdg_core.charts import is_chart
from mdg_core.filenotes import Notes
from mdg_core.kit import HATS, VOICES, Voice
from mdg_core.maps import GM, MAPS
from mdg_core.partnames import PartName, part_name
from mdg_core.smf import MidiError, Smf

DRUM_CHANNEL = 9  # channel 10 as people count
_ON_CHANNEL_10 = "channel 10 of track"

_HELD_QUARTERS = 0.4  # a shorter note says nothing of being held
_TOGETHER = 16  # parts of a quarter
_KICK, _SNARE, _HAT = (35, 36), (37, 38, 39, 40), (42, 44, 46)
_BACKBONE = (*_KICK, *_SNARE, *_HAT)  # what most hits of any kit are
_TIME = (*_HAT, 51, 53, 59)
_KIT_CORE = (*_BACKBONE, *_TIME, 41, 43, 45, 47, 48, 49, 50, 52, 55, 57)  # what a kit has without hand percussion
_KIT = tuple(sorted(GM.reading.keys() | MAPS["xg"].reading.keys() | MAPS["roland_td"].reading.keys()))
_LANE_PITCHES = 2  # a track of one drum has so many pitches at most
_KEEPS_TIME = 0.25  # share of all strokes from which cymbals are no crashes
_PERCUSSIVE = range(112, 120)  # GM programs (from 0) of bells, wood blocks, toms: beside a drum's name no contradiction
_PIANO = 0  # the program that a file has when nobody chose one
_KIT_PROGRAMS = (0, 1, 8, 16, 24, 25, 32, 40, 48, 56)  # on channel 10 they choose a kit (GS, GM2, XG)
_LINE_NOTES, _LINE_PITCHES = 16, 4  # a line of fewer says little
_LINE_TOGETHER = 0.02
_LONG_LINE = 32  # notes of a line that is refused though its notes are short
_SOFT = (33, 31)  # the soft kick and snare of XG
_TOMS, _CRASHES, _PAD_HATS = (41, 43, 45, 47, 48, 50), (49, 52, 55, 57), (22, 26)
_HAND_PERCUSSION = 60  # the lowest pitch of it in General MIDI
_SCALE = np.array([0, 2, 4, 5, 7, 9, 11])
_IN_SCALE = 0.85
# Shares of strokes that come one at a time. With these no take of the Groove MIDI Dataset is taken for a sure bass,
# not even when all but one of the strokes that coincide are taken out of each.
_LIMB, _LIMBS = 0.08, 0.65
_SNARE_OF_SOLOS, _TIME_ALONE, _ALONE = 0.3, 0.6, 0.95
_BAR_NOTES, _ON_ONE_NOTE, _ROOTS = 4, 0.6, 3
_NO_KIT = 0.15
_LIKELY_BASS = 0.3  # how sure it is that such a part is drums all the same


@dataclass(slots=True)
class Parts:
    """The parts of a file that are drums."""

    chosen: NDArray[np.bool_]  # of each note
    certainty: float  # 0-1, that they are drums
    lanes: dict[int, PartName] = field(default_factory=dict)  # track * 16 + channel -> the one drum it is named for
    samplers: frozenset[str] = frozenset()  # maps that the names of the parts speak for
    declared: str = ""  # "gs" or "xg"


@dataclass(frozen=True, slots=True)
class _Part:
    code: int  # track * 16 + channel
    notes: Notes
    name: PartName
    program: int | None  # the first that is chosen for it
    declared: bool | None  # by bank or system-exclusive messages: drums, not drums, or nothing said
    quarter: int

    @property
    def channel(self) -> int:
        return self.code % 16

    @property
    def where(self) -> str:
        return f"channel {self.channel + 1} of track {self.code // 16 + 1}"


def drum_parts(file: Smf, notes: Notes, names: list[str], warnings: list[str]) -> Parts:
    """Find the drums among the notes of a file. Raises MidiError when there are none."""
    group = notes.track * 16 + notes.channel
    declared, system = _declarations(file)
    programs = _programs(file)
    quarter = max(1, file.division & 0x7FFF)
    parts = []
    for code in np.flatnonzero(np.bincount(group)).tolist():
        program = programs.get((code // 16, code % 16), programs.get((-1, code % 16)))
        name = part_name(names[code // 16])
        here = notes if (group == code).all() else notes.where(group == code)
        parts.append(_Part(code, here, name, program, declared.get(code % 16), quarter))
    sure = _chosen(parts, warnings)
    if not sure:
        left_out = [text for text in warnings if text.startswith(_ON_CHANNEL_10)]
        why = f": {left_out[0]}; if it is drums," if left_out else "; put them on channel 10 or"
        raise MidiError(f"no drums among the {len(notes.tick)} notes{why} name the track 'Drums'")
    if len(sure) > 1:
        warnings.append(f"{len(sure)} drum parts were merged")
    mine = [part for part in parts if part.code in sure]
    weight = sum(len(part.notes.tick) for part in mine)
    return Parts(
        np.ones(len(group), dtype=bool) if len(mine) == len(parts) else np.isin(group, list(sure)),
        sum(sure[part.code] * len(part.notes.tick) for part in mine) / weight,
        _lanes(mine),
        frozenset(part.name.sampler for part in mine if part.name.sampler),
        system,
    )


def _chosen(parts: list[_Part], warnings: list[str]) -> dict[int, float]:
    """Code of each drum part -> how sure it is that it is one."""
    sure: dict[int, float] = {}
    for part in parts:
        certainty, why = _by_what_it_says(part)
        if certainty:
            sure[part.code] = certainty
            if part.channel != DRUM_CHANNEL:
                warnings.append(f"drums on {part.where}, {why}")
            elif why:
                warnings.append(why)
        elif part.channel == DRUM_CHANNEL:
            warnings.append(f"{_ON_CHANNEL_10} {part.code // 16 + 1} {why} and was left out")
    free = [part for part in parts if part.code not in sure and _is_free(part)]
    if not sure:
        found = {part.code: 0.55 for part in free if is_kit(part.notes, part.quarter) or _is_chart(part)}
        found = found or {part.code: 0.5 for part in free if _is_moved_kit(part.notes, part.quarter, 8)}
        lanes = {} if found else _unnamed_lanes(free)
        sure = found or lanes
        warnings += [f"drums on channel {c % 16 + 1} of track {c // 16 + 1}, by their pitches" for c in sure]
    else:
        for part in free:
            if any(_are_siblings(part, other) for other in parts if other.code in sure):
                sure[part.code] = 0.7
                warnings.append(f"drums on {part.where}, beside the other drums")
    return sure


def _by_what_it_says(part: _Part) -> tuple[float, str]:
    """How sure its channel, messages and name make it that a part is drums (0: they do not), and why in words."""
    melody = is_melody(part.notes, part.quarter)
    if part.channel == DRUM_CHANNEL:
        return _on_the_drum_channel(part, melody)
    if part.declared:
        return (0.5 if melody else 1.0), "by its bank or system-exclusive message"
    if part.program in _PERCUSSIVE and part.name.said == "other" and is_kit(part.notes, part.quarter):
        return 0.6, "by its program and its pitches"  # a synthetic drum that plays a kit
    if part.name.said in ("", "other") or part.declared is False or _is_pitched(part) or melody:
        return 0.0, ""
    if part.name.plain or part.name.sampler or _is_one_drum(part):
        known = share(part.notes.pitch, _KIT) >= 0.5 or part.name.sampler or part.name.said == "piece"
        return (0.95 if known else 0.75), "by its name"
    return (0.75 if is_kit(part.notes, part.quarter) else 0.0), "by its name"


def _on_the_drum_channel(part: _Part, melody: bool) -> tuple[float, str]:
    """As `_by_what_it_says`, for channel 10."""
    said, plain = part.name.said, part.name.plain
    if part.declared is False and not _has_kit(part.notes, part.quarter):
        return 0.0, "is set to a pitched instrument"
    if said in ("drums", "percussion", "piece") and (plain or part.name.sampler):
        return (0.9 if melody else 1.0), ""
    return (0.0, "reads as a melody") if melody else _unless_another_instrument(part)


def _unless_another_instrument(part: _Part) -> tuple[float, str]:  # noqa: PLR0911 - a case for each kind of evidence
    """As `_by_what_it_says`, for a part of channel 10 that is not named for drums: a kit, unless played as a line.

    The name of another instrument or a pitched program that chooses no kit makes a line sure; else it has to be held.
    """
    said, plain = part.name.said, part.name.plain
    another = said == "other" and plain
    pitched = part.program is not None and part.program not in (*_KIT_PROGRAMS, *_PERCUSSIVE)
    held = sustained_share(part.notes, part.quarter) > 0.5
    line = _is_line(part.notes, part.quarter)
    if another and (held or line or not _has_kit(part.notes, part.quarter)):
        return 0.0, "is named for another instrument"
    if pitched and (held or line):
        return 0.0, "is set to a pitched instrument, and played as one"
    if line and (how_bass_like := _bass_line(part.notes, part.quarter)):
        if held or how_bass_like == "sure":
            return 0.0, "reads as a line such as a bass plays"
        return (
            _LIKELY_BASS,
            f"plays one note at a time on {part.where}, as a bass does; name the track 'Bass' if it is one",
        )
    if line and held:
        linear = min(share(part.notes.pitch, of) for of in (_KICK, _SNARE, _TIME)) >= 0.1
        return (0.5 if linear else 0.0), "" if linear else "reads as a line"
    if held and together_share(part.notes, part.quarter) <= _LINE_TOGETHER and share(part.notes.pitch, _KIT_CORE) == 0:
        return 0.5, f"holds one note at a time on {part.where}, as a melody does, above a kit's pitches"
    return (0.7 if another else 1.0), ""


def _is_line(notes: Notes, quarter: int) -> bool:
    """One note at a time over several pitches, as a bass plays; a drummer's limbs coincide, if he plays a beat."""
    if len(notes.tick) < _LINE_NOTES or len(np.unique(notes.pitch)) < _LINE_PITCHES:
        return False
    return together_share(notes, quarter) <= _LINE_TOGETHER


def _bass_line(notes: Notes, quarter: int) -> Literal["sure", "likely", ""]:
    """Of what comes one note at a time: how much speaks for melody, whatever its notes last.

    Likely: enough notes of one diatonic scale, most of them below the hand percussion, that do not divide the playing
    as a drummer's limbs do. Sure: also on pitches that no kit has beside its own, or the bars stay on a note each and
    move on with the harmony.
    """
    shares = np.bincount(notes.pitch, minlength=128) / len(notes.pitch)
    if len(notes.pitch) < _LONG_LINE or shares[_HAND_PERCUSSION:].sum() > 0.5:
        return ""
    classes = np.bincount(np.arange(128) % 12, weights=shares, minlength=12)
    if max(classes[(_SCALE + tonic) % 12].sum() for tonic in range(12)) < _IN_SCALE:
        return ""
    if _follows_harmony(notes, quarter):
        return "sure"
    if _shares_like_a_kit(shares):
        return ""
    return "sure" if _beside_a_kit(shares) >= _NO_KIT else "likely"


def _beside_a_kit(shares: NDArray[np.float64]) -> float:
    """The share of the notes (128,) beyond one kick, one snare, and the toms, cymbals and bells of a kit."""
    kit = (*_TOMS, *_TIME, *_PAD_HATS, *_CRASHES, 37, 54, 56)
    return float(1 - shares[list(kit)].sum() - shares[[*_KICK]].max() - shares[[38, 40]].max())


def _shares_like_a_kit(shares: NDArray[np.float64]) -> bool:
    """Whether the pitches (128,) divide the playing as a drummer's limbs do.

    A beat is mostly one kick, one snare and one cymbal, a solo mostly snare, a jazz drummer's time mostly cymbal; a
    track for a part of the kit holds its toms or its cymbals alone. A bass goes across drums of every kind.
    """
    drums, time = (*_SOFT, *_KICK, *_SNARE, *_TOMS), (*_TIME, *_PAD_HATS)
    alone = max(shares[list(drums)].sum(), shares[[*time, *_CRASHES]].sum()) >= _ALONE
    kick, snare, beat = (float(shares[list(of)].max()) for of in ((*_KICK, _SOFT[0]), (*_SNARE, _SOFT[1]), time))
    limbs = min(kick, snare) >= _LIMB and kick + snare + beat >= _LIMBS
    return bool(alone or limbs or snare >= _SNARE_OF_SOLOS or shares[list(time)].sum() >= _TIME_ALONE)


def _follows_harmony(notes: Notes, quarter: int) -> bool:
    """Whether most bars (of four quarters) stay on one note, and that note is another from bar to bar."""
    bars, bar = np.unique(notes.tick // (4 * quarter), return_inverse=True)
    table = np.zeros((len(bars), 128))
    np.add.at(table, (bar, notes.pitch), 1)
    table = table[table.sum(axis=1) >= _BAR_NOTES]
    if not len(table):
        return False
    on_one = table.max(axis=1) >= _ON_ONE_NOTE * table.sum(axis=1)
    roots = np.bincount(table[on_one].argmax(axis=1), minlength=128)
    return bool(on_one.mean() >= 0.5 and np.count_nonzero(roots >= 0.1 * len(table)) >= _ROOTS)


def _is_one_drum(part: _Part) -> bool:
    """Whether a part plays one pitch and its name holds a drum, whatever else it holds ("Fat Snare", "kick.wav")."""
    return part.name.said == "piece" and bool((part.notes.pitch == part.notes.pitch[0]).all())


def _is_chart(part: _Part) -> bool:
    """Whether a part that nothing names is the drum track of a rhythm-game chart."""
    chart = is_chart(np.bincount(part.notes.pitch, minlength=128))
    return chart and together_share(part.notes, part.quarter) > 0.1


def _is_pitched(part: _Part) -> bool:
    """Whether its program says that it is another instrument; the piano that nobody chose says little."""
    program = part.program
    return program is not None and program != _PIANO and program not in _PERCUSSIVE


def _is_free(part: _Part) -> bool:
    """Whether nothing says what a part is."""
    free = part.channel != DRUM_CHANNEL and part.declared is None
    free &= part.program is None or part.program in _PERCUSSIVE
    return free and part.name.said != "other"


def _are_siblings(part: _Part, drums: _Part) -> bool:
    """A track of one or two kit pitches, played short, on the channel of a track that is drums (not channel 10)."""
    pitches = np.unique(part.notes.pitch)
    few = len(pitches) <= _LANE_PITCHES and set(pitches.tolist()) <= set(_KIT)
    return part.channel == drums.channel and few and sustained_share(part.notes, part.quarter) < 0.5


def _unnamed_lanes(free: list[_Part]) -> dict[int, float]:
    """Tracks of a drum each that nothing names: together they are a kit, each on pitches of its own."""
    lanes = [part for part in free if len(np.unique(part.notes.pitch)) <= _LANE_PITCHES]
    lanes = [part for part in lanes if share(part.notes.pitch, _KIT_CORE) == 1]
    pitches = {pitch for part in lanes for pitch in part.notes.pitch.tolist()}
    whole = all(pitches & set(voice) for voice in (_KICK, _SNARE, _TIME))
    return {part.code: 0.55 for part in lanes} if whole and len(lanes) > 2 else {}


def _lanes(parts: list[_Part]) -> dict[int, PartName]:
    """The parts that are one drum by their name; a name that says more only beside another part of one drum."""
    pieces = [part for part in parts if part.name.said == "piece"]
    several = sum(_is_one_drum(part) for part in pieces) > 1
    return {part.code: part.name for part in pieces if _is_lane(part) or (several and _is_one_drum(part))}


def _is_lane(part: _Part) -> bool:
    return part.name.plain and len(np.unique(part.notes.pitch)) <= max(_LANE_PITCHES, len(part.name.voices))


def lane_codes(
    parts: Parts, notes: Notes, codes: NDArray[np.int64], general: NDArray[np.int64]
) -> tuple[NDArray[np.int64], list[str]]:
    """The voices of drum notes: where a track is named for one drum and its pitches say another, by its name.

    `codes` are the voices by the chosen map and `general` by General MIDI: the first that the name allows holds. Also
    what is not sure about them, in words: cymbals that keep time, and tracks on pitches that mean other drums here.
    """
    group = notes.track * 16 + notes.channel
    out = codes.copy()
    doubts: list[str] = []
    renamed: set[int] = set()  # pitches that mean what their tracks are named for
    for code, name in parts.lanes.items():
        kin = [VOICES.index(voice) for voice in name.voices]
        here = (group == code) & ~np.isin(codes, kin)
        meant = kin[0]
        if name.voices[0] is Voice.CRASH and Voice.RIDE in name.voices and here.mean() >= _KEEPS_TIME:
            hats = any(other.voices[0] in HATS for other in parts.lanes.values())
            meant = VOICES.index(Voice.RIDE if hats else Voice.CLOSED_HAT)
            doubts.append(f"track {code // 16 + 1} is named for cymbals and keeps time; read as {VOICES[meant]}")
        out = np.where(here, np.where(np.isin(general, kin), general, meant), out)
        renamed.update(notes.pitch[here].tolist())
    for code in np.unique(group).tolist():
        if code not in parts.lanes and renamed.issuperset(notes.pitch[group == code].tolist()):
            doubts.append(
                f"track {code // 16 + 1} lies on the pitch of tracks named for other drums; name it for its own"
            )
    return out, doubts


def share(pitch: NDArray[np.int64], of: tuple[int, ...]) -> float:
    """The share of the notes that lie on certain pitches."""
    return float(np.count_nonzero(_table(of)[pitch])) / len(pitch)


@cache
def _table(pitches: tuple[int, ...]) -> NDArray[np.bool_]:
    table = np.zeros(128, dtype=bool)
    table[list(pitches)] = True
    return table


def sustained_share(notes: Notes, quarter: int) -> float:
    """Share of notes that are held and last until the next onset, as sung lines do and strokes rarely."""
    onsets = np.unique(notes.tick)
    following = np.searchsorted(onsets, notes.tick, side="right")
    inner = following < len(onsets)
    if not inner.any():
        return 0.0
    gap = onsets[following[inner]] - notes.tick[inner]
    return float((notes.length[inner] >= np.maximum(0.8 * gap, _HELD_QUARTERS * quarter)).mean())


def together_share(notes: Notes, quarter: int) -> float:
    """How much of the playing falls beside a note of another pitch, within a sixteenth of a beat.

    Limbs coincide, if not to the tick; a line does not.
    """
    order = np.argsort(notes.tick, kind="stable")
    near = np.diff(notes.tick[order]) <= quarter / _TOGETHER
    return float(np.count_nonzero(near & (np.diff(notes.pitch[order]) != 0))) / len(order)


def _has_kit(notes: Notes, quarter: int) -> bool:
    """Kick, and snare or hat, in quantity, among few pitches that carry the part, struck together."""
    counts = np.bincount(notes.pitch, minlength=128)
    total = int(counts.sum())
    kick, snare, hat = (int(counts[list(of)].sum()) / total for of in (_KICK, _SNARE, _TIME))
    few = float(np.sort(counts)[-5:].sum()) / total >= 0.6
    return few and kick >= 0.04 and (snare >= 0.04 or hat >= 0.1) and together_share(notes, quarter) > 0.1


def is_melody(notes: Notes, quarter: int) -> bool:
    """Positive evidence of a line or chords: over many pitches, few of a kit's backbone, held, or off any kit."""
    if len(notes.tick) < 16 or len(np.unique(notes.pitch)) < 6:
        return False
    if share(notes.pitch, _BACKBONE) >= 0.5 or _has_kit(notes, quarter) or _is_moved_kit(notes, quarter, 24):
        return False
    if any(share(notes.pitch, tuple(MAPS[name].reading)) >= 0.9 and _fits(notes, name, quarter) for name in MAPS):
        return False
    if share(notes.pitch, _KIT) < 0.5:
        return True
    above_kit = float((notes.pitch >= 60).mean())
    held = sustained_share(notes, quarter)
    return held > 0.5 and (together_share(notes, quarter) < 0.1 or above_kit > 0.3)


def _fits(notes: Notes, name: str, quarter: int) -> bool:
    """Whether a map finds kick, snare and a time-keeping cymbal in quantity, and strokes that coincide."""
    reading = MAPS[name].reading
    kinds = ({Voice.KICK}, {Voice.SNARE}, {Voice.CLOSED_HAT, Voice.OPEN_HAT, Voice.RIDE, Voice.PEDAL_HAT})
    shares = [share(notes.pitch, tuple(p for p, v in reading.items() if v in kind)) for kind in kinds]
    return min(shares) >= 0.08 and sum(shares) >= 0.6 and together_share(notes, quarter) > 0.2


def is_kit(notes: Notes, quarter: int) -> bool:
    """Drums on a channel that does not say so: kick, and snare or hat, carry it, and limbs coincide.

    A line on the pitches of a kit is a bass; only a bare kick and a snare that keeps a backbeat, with or without one
    cymbal, struck short, may come one at a time.
    """
    counts = np.bincount(notes.pitch, minlength=128)
    kick, snare, time = (int(counts[list(of)].sum()) / int(counts.sum()) for of in (_KICK, _SNARE, _TIME))
    carries = kick >= 0.04 and (snare >= 0.04 or time >= 0.1) and share(notes.pitch, (*_BACKBONE, *_TIME)) >= 0.6
    if together_share(notes, quarter) > 0.1:
        return carries
    busiest = [int(counts[list(of)].max()) / len(notes.pitch) for of in (_KICK, _SNARE, _TIME)]
    bare = (kick + snare > 0.95 and min(kick, snare) >= 0.2) or (sum(busiest) >= 0.9 and min(busiest) >= 0.15)
    bare &= sustained_share(notes, quarter) < 0.2
    backbeat = np.rint(notes.tick[np.isin(notes.pitch, _SNARE)] / quarter).astype(np.int64) % 2
    return carries and bare and float((backbeat == backbeat[0]).mean()) >= 0.8


def _is_moved_kit(notes: Notes, quarter: int, most: int) -> bool:
    """A beat an octave or two off: few pitches (`most`), a busy hat, kick and snare that take turns, struck short."""
    if (
        len(np.unique(notes.pitch)) > most
        or sustained_share(notes, quarter) > 0.5
        or together_share(notes, quarter) < 0.15
    ):
        return False
    for octaves in (-24, -12, 12, 24):
        pitch = notes.pitch + octaves
        kick, snare = np.isin(pitch, _KICK), np.isin(pitch, _SNARE)
        hat = np.isin(pitch, _TIME)
        both = np.intersect1d(notes.tick[kick], notes.tick[snare])
        parted = len(both) <= 0.25 * min(kick.sum(), snare.sum())
        if min(kick.mean(), snare.mean()) >= 0.08 and hat.mean() >= 0.35 and parted and share(pitch, _KIT_CORE) > 0.95:
            return True
    return False


def _programs(file: Smf) -> dict[tuple[int, int], int]:
    """(track, channel) -> its first program, and (-1, channel) -> the first of that channel in the file."""
    found: dict[tuple[int, int], int] = {}
    for index, track in enumerate(file.tracks):
        for event in np.flatnonzero((track.status & 0xF0) == 0xC0).tolist():
            channel, program = int(track.status[event]) & 0x0F, file.data[int(track.start[event])] & 0x7F
            found.setdefault((index, channel), program)
            found.setdefault((-1, channel), program)
    return found


def _declarations(file: Smf) -> tuple[dict[int, bool], str]:
    """Channel -> whether its messages make it drums, and the system ("gs", "xg") that the file sets up."""
    declared: dict[int, bool] = {}
    system = ""
    data = np.frombuffer(file.data, dtype=np.uint8)
    for track in file.tracks:
        for event in track.long:
            if event.kind == 0xF0:
                part, of = _rhythm_part(event.payload)
                system = _system(event.payload) or (of if any(part.values()) else "") or system
                declared |= part
    for track in file.tracks:
        changes = np.flatnonzero((track.status & 0xF0) == 0xB0)
        for change in changes[data[track.start[changes]] == 0].tolist():  # bank select, coarse
            bank, channel = file.data[int(track.start[change]) + 1], int(track.status[change]) & 0x0F
            # GM2 has its rhythm kits in bank 120, XG in 126 and 127; in GS these are an older module's sounds
            if bank == 120 or (bank in (126, 127) and system != "gs"):
                declared.setdefault(channel, True)
                system = system or ("gs" if bank == 120 else "xg")
    return declared, system


def _system(payload: bytes) -> str:
    """The system that a system-exclusive message resets a module to: GS or GM2 ("gs"), XG ("xg"), else ""."""
    if payload[:1] == b"\x41" and payload[2:7] == b"\x42\x12\x40\x00\x7f":
        return "gs"
    if payload[:1] == b"\x7e" and payload[2:4] == b"\x09\x03":
        return "gs"
    return "xg" if payload[:1] == b"\x43" and payload[2:6] == b"\x4c\x00\x00\x7e" else ""


def _rhythm_part(payload: bytes) -> tuple[dict[int, bool], str]:
    """The channel that a system-exclusive message makes a rhythm part or a pitched one, and the system it is of.

    GS: "use for rhythm part", address 40 1x 15; part blocks count from channel 10 (SC-88 owner's manual). XG: part
    mode, address 08 nn 07 (XG specification).
    """
    if len(payload) >= 8 and payload[0] == 0x41 and payload[2:5] == b"\x42\x12\x40" and payload[6] == 0x15:
        block = payload[5] & 0x0F
        if payload[5] & 0xF0 == 0x10:
            return {DRUM_CHANNEL if block == 0 else block - 1 if block < 10 else block: payload[7] > 0}, "gs"
    if len(payload) >= 7 and payload[0] == 0x43 and payload[2:4] == b"\x4c\x08" and payload[5] == 0x07:
        return {payload[4] & 0x0F: payload[6] > 0}, "xg"
    return {}, ""
