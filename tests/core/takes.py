"""Makers of MIDI files for the tests: raw tracks of any kind, and takes with planted playing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from mdg_core.kit import Voice
from mdg_core.maps import GM
from mdg_core.pattern import Metre

TICKS = 9600  # a quarter, in planted takes: fine enough that rounding does not hide a millisecond


def vlq(value: int) -> bytes:
    out = [value & 0x7F]
    while value := value >> 7:
        out.insert(0, value & 0x7F | 0x80)
    return bytes(out)


def meta(kind: int, payload: bytes) -> bytes:
    return bytes((0xFF, kind)) + vlq(len(payload)) + payload


def tempo(bpm: float) -> bytes:
    return meta(0x51, round(60e6 / bpm).to_bytes(3, "big"))


def metre(numerator: int, log2_denominator: int) -> bytes:
    return meta(0x58, bytes((numerator, log2_denominator, 24, 8)))


def track(events: Sequence[tuple[int, bytes]], *, end: bool = True) -> bytes:
    """An MTrk chunk from (absolute tick, event)."""
    body, now = b"", 0
    for tick, event in sorted(events, key=lambda e: e[0]):
        body += vlq(tick - now) + event
        now = tick
    body += vlq(0) + meta(0x2F, b"") if end else b""
    return b"MTrk" + len(body).to_bytes(4, "big") + body


def smf(*tracks: bytes, file_format: int = 1, division: int = 480) -> bytes:
    header = b"".join(value.to_bytes(2, "big") for value in (file_format, len(tracks), division))
    return b"MThd" + (6).to_bytes(4, "big") + header + b"".join(tracks)


def on(pitch: int, velocity: int = 100, channel: int = 9) -> bytes:
    return bytes((0x90 | channel, pitch, velocity))


def off(pitch: int, channel: int = 9) -> bytes:
    return bytes((0x80 | channel, pitch, 0))


def rock_beat(bars: int = 2, channel: int = 9, ticks: int = 480) -> list[tuple[int, bytes]]:
    """Kick on 1 and 3, snare on 2 and 4, eighths on the hat."""
    events: list[tuple[int, bytes]] = []
    for eighth in range(8 * bars):
        struck = [42] + ([36] if eighth % 4 == 0 else []) + ([38] if eighth % 4 == 2 else [])
        for pitch in struck:
            events += [
                (eighth * ticks // 2, on(pitch, 100, channel)),
                (eighth * ticks // 2 + ticks // 8, off(pitch, channel)),
            ]
    return events


@dataclass
class Planted:
    """Strokes at notated places, played with a swing, offsets and noise that the tests know."""

    bpm: float = 120.0
    metre: Metre = field(default_factory=Metre)
    eighth_ratio: float = 1.0
    sixteenth_ratio: float = 1.0
    offset_ms: dict[Voice, float] = field(default_factory=dict)
    noise_ms: float = 0.0
    velocity_noise: float = 0.0
    seed: int = 0
    strokes: list[tuple[float, Voice, float]] = field(default_factory=list)

    def add(self, quarter: float, voice: Voice, velocity: float = 100.0) -> None:
        self.strokes.append((quarter, voice, velocity))

    def played(self, quarter: float) -> float:
        """A place notated in straight sixteenths (or anything in a straight take), as it is swung."""
        beat, phase = divmod(quarter, 1.0)
        long = self.eighth_ratio / (1 + self.eighth_ratio)
        short = self.sixteenth_ratio / (1 + self.sixteenth_ratio)
        if self.sixteenth_ratio != 1.0:
            half, rest = divmod(phase, 0.5)
            phase = half * 0.5 + (rest * 2 * short if rest <= 0.25 else short / 2 + (rest - 0.25) * 2 * (1 - short))
        if self.eighth_ratio != 1.0:
            phase = phase * 2 * long if phase <= 0.5 else long + (phase - 0.5) * 2 * (1 - long)
        return beat + phase

    def midi(self) -> bytes:
        """The take as a file; it starts one bar in, so that early strokes have room."""
        rng = np.random.default_rng(self.seed)
        bar = float(self.metre.bar_quarters)
        events = [(0, tempo(self.bpm)), (0, metre(self.metre.numerator, self.metre.denominator.bit_length() - 1))]
        for quarter, voice, velocity in self.strokes:
            late_ms = self.offset_ms.get(voice, 0.0) + rng.normal(0, self.noise_ms)
            tick = round((bar + self.played(quarter) + late_ms * self.bpm / 60_000) * TICKS)
            level = int(np.clip(round(velocity + rng.normal(0, self.velocity_noise)), 1, 127))
            events += [(tick, on(GM.writing[voice], level)), (tick + TICKS // 16, off(GM.writing[voice]))]
        return smf(track(events), file_format=0, division=TICKS)
