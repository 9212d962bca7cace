"""Grooves of ours whose time is written as archives write it, and how often tempo, metre, shift and voices come back.

    python -m benchmarks.disguised_time [--files 60] [--seed 1]     a table by kind of disguise

Right: the tempo that is felt within 1 %, the metre, the voices within 2 % of the strokes and, where all of it was
moved, the shift within 6 ms. Wrong and sure: not right, and a certainty above .6 after what every doubt about the time
takes from it. Another kind is another function in `KINDS`.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np

from benchmarks.planted import DRUMS, Event, has_kit, shipped
from benchmarks.planted import Stroke as TickStroke
from benchmarks.reading import SURE
from mdg_core.groove import certainty_of, describe_stretches
from mdg_core.kit import Voice
from mdg_core.maps import GM
from mdg_core.midi import read_midi
from mdg_core.pattern import Hit, Metre, Pattern
from mdg_core.smf import META_METRE, META_TEMPO, chunk, meta_event, track_chunk

SHIFT_MS = 6.0
BARS = 12
LARGEST_SHIFT = 0.45 / 4  # quarters
SMPTE = 0xE728  # 25 frames of 40 ticks, a thousand a second

Stroke = tuple[float, Voice, int]  # quarters, voice, velocity


@dataclass(frozen=True)
class Planted:
    """A file, and what must be heard in it."""

    data: bytes
    beats_per_minute: float
    metre: Metre
    voices: Counter[Voice]
    shift_ms: float = 0.0


@cache
def patterns() -> tuple[Pattern, ...]:
    """The shipped grooves that a whole kit plays and that GM has the voices of."""
    found = [groove.pattern for groove in shipped() if groove.role == "groove"]
    return tuple(
        pattern
        for pattern in found
        if has_kit([TickStroke(0, hit.voice, hit.velocity) for hit in pattern.hits])
        and all(GM.reading.get(GM.writing[hit.voice]) is hit.voice for hit in pattern.hits)
    )


def chosen(rng: np.random.Generator, fits: Callable[[Pattern], bool]) -> Pattern:
    found = [pattern for pattern in patterns() if fits(pattern)]
    return found[rng.integers(len(found))]


def strokes_of(pattern: Pattern) -> list[Stroke]:
    """The groove over at least so many bars, from quarter 0."""
    length = float(pattern.metre.bar_quarters) * pattern.bars
    return sorted(
        (turn * length + hit.step / pattern.steps_per_quarter, hit.voice, hit.velocity)
        for turn in range(-(-BARS // pattern.bars))
        for hit in pattern.hits
    )


def written(
    strokes: Iterable[Stroke],
    tempos: Iterable[tuple[float, float]],  # quarters, bpm
    metres: Iterable[tuple[float, Metre]],
    *,
    division: int = 480,
    ticks: float | None = None,  # a quarter
    tempo_track: int = 0,
) -> bytes:
    ticks = ticks or division

    def at(quarters: float) -> int:
        return max(0, round(quarters * ticks))

    head: list[list[Event]] = [[], []]
    head[tempo_track] += [(at(q), meta_event(META_TEMPO, round(60e6 / bpm).to_bytes(3, "big"))) for q, bpm in tempos]
    head[0] += [
        (at(q), meta_event(META_METRE, bytes((m.numerator, m.denominator.bit_length() - 1, 24, 8)))) for q, m in metres
    ]
    notes = {(at(q), GM.writing[voice]): velocity for q, voice, velocity in strokes}
    for (tick, pitch), velocity in notes.items():
        head[1] += [(tick, bytes((0x90 | DRUMS, pitch, velocity))), (tick + 1, bytes((0x80 | DRUMS, pitch, 0)))]
    tracks = [sorted(track, key=lambda e: (e[0], e[1][0] & 0xF0 == 0x90)) for track in head]
    header = b"".join(value.to_bytes(2, "big") for value in (1, 2, division))
    ended = [[*track, (track[-1][0] if track else 0, b"\xff\x2f\x00")] for track in tracks]
    return chunk(b"MThd", header) + b"".join(track_chunk(track) for track in ended)


def _voices(strokes: Iterable[Stroke]) -> Counter[Voice]:
    return Counter(voice for _, voice, _ in strokes)


def _is_simple(pattern: Pattern) -> bool:
    return not pattern.metre.is_compound and pattern.metre.denominator == 4


def _is_four(pattern: Pattern) -> bool:
    return str(pattern.metre) == "4/4"


def _backbeat(rng: np.random.Generator) -> Pattern:
    """A beat in eighths whose note values can be told from its figure, which none of the shipped grooves is plain
    enough for: backbeat on 2 and 4, kicks on 1 and 3 and on one more eighth or two, hat or ride in eighths."""
    cymbal = (Voice.CLOSED_HAT, Voice.RIDE)[rng.integers(2)]
    hits = []
    for bar in range(2):
        kicks = {0, 8, *rng.choice([6, 10, 14], size=int(rng.integers(3)), replace=False).tolist()}
        places = [(cymbal, at, (95, 70)[at // 2 % 2]) for at in range(0, 16, 2)]
        places += [(Voice.KICK, at, 105) for at in kicks] + [(Voice.SNARE, at, 110) for at in (4, 12)]
        hits += [Hit(16 * bar + at, voice, velocity + int(rng.integers(-5, 6))) for voice, at, velocity in places]
    return Pattern(Metre(), 2, 4, tuple(sorted(hits)))


def _bpm(rng: np.random.Generator, low: float = 70, high: float = 180) -> float:
    return float(rng.uniform(low, high))


def _plain(pattern: Pattern, bpm: float, data: bytes, strokes: list[Stroke], shift_ms: float = 0.0) -> Planted:
    return Planted(data, bpm / pattern.metre.tempo_quarters, pattern.metre, _voices(strokes), shift_ms)


def shifted(rng: np.random.Generator) -> Planted:
    pattern, bpm = chosen(rng, _is_simple), _bpm(rng, 60, 200)
    shift = float(rng.uniform(-LARGEST_SHIFT, LARGEST_SHIFT))
    start = float(pattern.metre.bar_quarters)
    strokes = [(start + q + shift, v, s) for q, v, s in strokes_of(pattern)]
    data = written(strokes, [(0, bpm)], [(0, pattern.metre)], division=960)
    return _plain(pattern, bpm, data, strokes, shift * 60_000 / bpm)


def halved(rng: np.random.Generator) -> Planted:
    """At half its tempo, in notes of half the length."""
    pattern, bpm = _backbeat(rng), _bpm(rng, 85, 165)
    strokes = [(q / 2, v, s) for q, v, s in strokes_of(pattern)]
    return _plain(pattern, bpm, written(strokes, [(0, bpm / 2)], [(0, pattern.metre)]), strokes)


def doubled(rng: np.random.Generator) -> Planted:
    pattern, bpm = _backbeat(rng), _bpm(rng, 100, 195)
    strokes = [(q * 2, v, s) for q, v, s in strokes_of(pattern)]
    return _plain(pattern, bpm, written(strokes, [(0, bpm * 2)], [(0, pattern.metre)]), strokes)


def counted_in(rng: np.random.Generator) -> Planted:
    pattern, bpm = chosen(rng, _is_four), _bpm(rng)
    click = (Voice.SIDE_STICK, Voice.CLOSED_HAT, Voice.COWBELL)[rng.integers(3)]
    beat = [(4 + q, v, s) for q, v, s in strokes_of(pattern)]
    count = [(float(i), click, 90) for i in range(4)]
    return _plain(pattern, bpm, written([*count, *beat], [(0, bpm)], [(0, pattern.metre)]), [*count, *beat])


def pickup(rng: np.random.Generator) -> Planted:
    """A beat of snares before the first bar, and no metre that would say where that is."""
    pattern, bpm = chosen(rng, _is_four), _bpm(rng)
    strokes: list[Stroke] = [(0.0, Voice.SNARE, 90), (0.5, Voice.SNARE, 100)]
    strokes += [(1 + q, v, s) for q, v, s in strokes_of(pattern)]
    return _plain(pattern, bpm, written(strokes, [(0, bpm)], []), strokes)


def without_metre(rng: np.random.Generator) -> Planted:
    pattern, bpm = chosen(rng, lambda p: str(p.metre) in ("4/4", "3/4")), _bpm(rng)
    strokes = strokes_of(pattern)
    return _plain(pattern, bpm, written(strokes, [(0, bpm)], []), strokes)


def late_metre(rng: np.random.Generator) -> Planted:
    """The metre and tempo stand some ticks or a bar after the start."""
    pattern, bpm = chosen(rng, _is_simple), _bpm(rng)
    start = float(pattern.metre.bar_quarters)
    late = (1 / 480, 1 / 8, start)[rng.integers(3)]
    strokes = [(start + q, v, s) for q, v, s in strokes_of(pattern)]
    return _plain(pattern, bpm, written(strokes, [(0, bpm)], [(late, pattern.metre)]), strokes)


def tempo_on_track_2(rng: np.random.Generator) -> Planted:
    pattern, bpm = chosen(rng, _is_simple), _bpm(rng)
    strokes = strokes_of(pattern)
    return _plain(pattern, bpm, written(strokes, [(0, bpm)], [(0, pattern.metre)], tempo_track=1), strokes)


def ramp(rng: np.random.Generator) -> Planted:
    """Faster or slower by up to a fifth, in steps of a bar; all of it may lie late."""
    pattern, bpm = chosen(rng, _is_four), _bpm(rng, 80, 160)
    change = float(rng.uniform(-0.2, 0.2))
    strokes = strokes_of(pattern)
    bars = int(strokes[-1][0] // 4) + 1
    tempos = [(4.0 * i, bpm * (1 + change * i / bars)) for i in range(bars)]
    first, last = strokes[0][0], strokes[-1][0]
    lengths = [(max(0.0, min(last, q + 4) - max(first, q)), b) for q, b in tempos]
    mean = (last - first) / sum(length / b for length, b in lengths)
    return _plain(pattern, mean, written(strokes, tempos, [(0, pattern.metre)]), strokes)


def division(rng: np.random.Generator) -> Planted:
    pattern, bpm = chosen(rng, _is_simple), _bpm(rng)
    strokes = strokes_of(pattern)
    ticks = int(rng.choice([24, 96, 384, 480, 960]))
    return _plain(pattern, bpm, written(strokes, [(0, bpm)], [(0, pattern.metre)], division=ticks), strokes)


def smpte(rng: np.random.Generator) -> Planted:
    """Ticks of a millisecond: nothing says the tempo, and such a file is written at the usual 120."""
    pattern = chosen(rng, _is_four)
    strokes = strokes_of(pattern)
    return _plain(pattern, 120, written(strokes, [], [(0, pattern.metre)], division=SMPTE, ticks=500), strokes)


def compound(rng: np.random.Generator) -> Planted:
    pattern, bpm = chosen(rng, lambda p: p.metre.is_compound), _bpm(rng, 90, 240)
    strokes = strokes_of(pattern)
    return _plain(pattern, bpm, written(strokes, [(0, bpm)], [(0, pattern.metre)]), strokes)


def triplets(rng: np.random.Generator) -> Planted:
    pattern, bpm = chosen(rng, lambda p: p.steps_per_quarter in (3, 6) and _is_simple(p)), _bpm(rng, 60, 160)
    strokes = strokes_of(pattern)
    return _plain(pattern, bpm, written(strokes, [(0, bpm)], [(0, pattern.metre)]), strokes)


KINDS: dict[str, Callable[[np.random.Generator], Planted]] = {
    kind.__name__: kind
    for kind in (
        shifted, halved, doubled, counted_in, pickup, without_metre, late_metre, tempo_on_track_2, ramp, division,
        smpte, compound, triplets,
    )
}  # fmt: skip


def verdict(planted: Planted) -> tuple[list[str], float]:
    """What did not come back as it was planted, and how sure the reading is."""
    take = read_midi(planted.data)
    main = describe_stretches(take)[0].features
    wrong = []
    if abs(main.beats_per_minute / planted.beats_per_minute - 1) > 0.01:
        wrong.append("tempo")
    if main.metre != str(planted.metre):
        wrong.append("metre")
    if abs(main.shift_ms - planted.shift_ms) > SHIFT_MS:
        wrong.append("shift")
    heard = Counter(take.voice)
    apart = sum(abs(heard[voice] - planted.voices[voice]) for voice in heard | planted.voices)
    if apart > 0.02 * planted.voices.total():
        wrong.append("voices")
    return wrong, certainty_of(take, main)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=60, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    print(f"{'kind':<18} files  right  wrong and sure  what")
    right_of_all = sure_of_all = 0
    for name, kind in KINDS.items():
        verdicts = [verdict(kind(rng)) for _ in range(arguments.files)]
        right = sum(not wrong for wrong, _ in verdicts)
        sure = sum(bool(wrong) and certainty > SURE for wrong, certainty in verdicts)
        what = Counter(word for wrong, _ in verdicts for word in wrong)
        print(f"{name:<18} {arguments.files:5}  {right / arguments.files:5.1%}  {sure:14}  {dict(what) or ''}")
        right_of_all, sure_of_all = right_of_all + right, sure_of_all + sure
    count = arguments.files * len(KINDS)
    print(f"{'all':<18} {count:5}  {right_of_all / count:5.1%}  {sure_of_all:14}")


if __name__ == "__main__":
    main()
