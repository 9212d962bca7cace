"""`describe`: every descriptor of a take, in one frozen record."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mdg_core.downbeat import METRE_UNKNOWN
from mdg_core.groove.doubles import Doubles, doubles
from mdg_core.groove.dynamics import accent_steps, ghosts, shows_dynamics
from mdg_core.groove.felt_tempo import ALTERNATES, HALF_TIME, FeltTempo, felt_tempo, rewritten
from mdg_core.groove.fit import grid_fit, lies_on_steps, unfollowed
from mdg_core.groove.frame import Frame, frame_of
from mdg_core.groove.hands import HandPattern, Subdivision, hand_pattern, open_hat_steps, subdivision
from mdg_core.groove.parts import main_tempo
from mdg_core.groove.structure import structure
from mdg_core.groove.syncopation import kit_syncopation, lhl_of_groups, metric_weights
from mdg_core.kit import HATS, RIDES, VOICES
from mdg_core.midi import Take
from mdg_core.pattern import Pattern
from mdg_core.quantise import on_grid
from mdg_core.stretches import Prepared, Stretch, left_out_note, prepared, stretches_of
from mdg_core.swing import Swing

MIN_OFFSETS = 4
_DOUBTED = 0.8
_UNKNOWN = 0.7  # with `_DOUBTED` below the three fifths from which a reading is sure
MIN_SPAN_BARS = 0.9  # a bar, less a rest at its end


@dataclass(frozen=True, slots=True)
class VoiceFeatures:
    """How one voice is played over the take."""

    hits: int
    hits_per_bar: float
    hits_per_step: list[float]  # for each step of the bar, the share of the bars that play it
    velocity_mean: float
    velocity_std: float | None
    push_ms: float | None  # mean offset from the swung grid: below 0 pushed, above 0 dragged
    push_std_ms: float | None
    syncopation: float | None  # LHL, mean a bar
    accent_steps: list[int] | None


@dataclass(frozen=True, slots=True)
class Cell:
    """How one voice plays one place of the bar."""

    voice: str
    step: int  # within the bar
    offset_ms: float  # mean, against the swung grid, late positive
    offset_std_ms: float | None  # None for a single hit
    velocity: float  # mean
    velocity_std: float | None
    count: int


@dataclass(frozen=True, slots=True)
class GrooveFeatures:
    """The descriptors of one take; None where it has not enough evidence. JSON-able by `dataclasses.asdict`.

    Steps count from the bar line, bars from the start of the file, both from 0; a bar is one of
    `metre`. Of several hits of a voice in one cell the loudest stands for them, except in `hits`.
    """

    metre: str
    steps_per_quarter: int
    subdivision: Subdivision | None
    grid_fit: float  # 1: all hits on the swung grid; 0: no nearer to it than chance
    follows_grid: bool  # whether the playing surely keeps to the file's tempo; if not, feel and patterns mean nothing
    shift_ms: (
        float  # by which all of it lay late, taken off before anything else was measured; 0 where it does not follow
    )
    shows_dynamics: bool  # whether velocities vary as played ones do
    shows_timing: bool  # whether strokes lie off the grid as played ones do
    hits: int
    bars: float  # from the first hit to the last
    seconds: float  # likewise
    tempo: float  # quarters a minute that most bars have
    beats_per_minute: float  # as felt: of dotted quarters in compound metres
    felt_factor: float  # felt beats to a written one: 2 in a song written at half tempo, 0.5 at double, else 1
    swing_eighths: Swing | None
    swing_sixteenths: Swing | None
    hits_per_bar: float | None
    syncopation: float | None  # Witek et al. 2014, mean a bar
    velocity_mean: float
    velocity_std: float | None
    ghost_share: float | None  # of the snare's notes; see `shown_ghost_share`
    ghost_velocity: float | None
    ghost_threshold: float | None  # velocity that parts the snare's soft mode from the loud; None where it has one mode
    hat_pattern: HandPattern | None
    ride_pattern: HandPattern | None
    open_hat_steps: list[int] | None
    fill_bars: list[int] | None
    fill_share: float | None  # of the bars
    crash_after_fill: float | None  # of the fills
    bar_distance: float | None
    repetition: float | None
    phrase_bars: int | None
    voices: dict[str, VoiceFeatures]
    cells: list[Cell]
    doubles: list[Doubles]
    notes: tuple[str, ...]  # what was done to the take before it was measured, for the person
    doubts: tuple[str, ...]  # what of its metre, bar lines or tempo is not clear

    @property
    def shown_ghost_share(self) -> float | None:
        """`ghost_share`, None where there are no ghost notes and the velocities are too few to show any."""
        return self.ghost_share if self.ghost_share or self.shows_dynamics else None


@dataclass(frozen=True, slots=True)
class Described:
    """All bars of one metre of a take, one after another."""

    take: Take  # its strokes, in its own pulse and the note values that are felt
    features: GrooveFeatures
    pattern: Pattern  # on the grid of the features; offsets are against the grid that is not swung
    bars: tuple[int, ...] | None  # which bars of the file these are, from 0; None where it is one metre throughout


def describe(take: Take) -> GrooveFeatures:
    """Every descriptor of a take in its main metre; the modules of this package define them and name their sources.

    The take's shift and its count-in are taken off and its bar lines settled first (`mdg_core.stretches`).
    """
    ready, stretches = _cut(take)
    return _described(stretches[0].take, ready)[1]


def certainty_of(take: Take, found: GrooveFeatures) -> float:
    """0-1: how sure the reading of the drums is, a fifth less for each thing that was not clear of their time, and less
    than three fifths where the strokes leave open which metre or tempo it is."""
    open_questions = len({METRE_UNKNOWN, ALTERNATES, HALF_TIME}.intersection(found.doubts))
    return take.certainty * _DOUBTED ** len(found.doubts) * _UNKNOWN**open_questions


def describe_stretches(take: Take) -> list[Described]:
    """`describe` of each metre of a take that has enough bars, the main one first."""
    ready, stretches = _cut(take)
    out = []
    for stretch in stretches:
        take, found = _described(stretch.take, ready)
        pattern = on_grid(take, stretch.metre, found.steps_per_quarter)
        out.append(Described(take, found, pattern, stretch.bars or None))
    return out


def _cut(take: Take) -> tuple[Prepared, list[Stretch]]:
    """The take made ready, its stretches of one metre, and a note of the bars that are in none of them."""
    ready = prepared(take)
    stretches = stretches_of(ready.take)
    note = left_out_note(ready.take, stretches)
    return (replace(ready, notes=(*ready.notes, note)) if note else ready), stretches


def _described(take: Take, ready: Prepared) -> tuple[Take, GrooveFeatures]:
    """A stretch in the note values in which its beat is felt, and its descriptors."""
    frame = frame_of(take)
    felt = felt_tempo(frame, main_tempo(take, frame.metre).bpm)
    if felt.factor == 1:
        return take, _features(take, frame, ready, felt)
    take = rewritten(take, felt.factor)
    return take, _features(take, frame_of(take), ready, felt)


def _features(take: Take, frame: Frame, ready: Prepared, felt: FeltTempo) -> GrooveFeatures:
    whole_bar = frame.span_bars >= MIN_SPAN_BARS
    ghost = ghosts(frame)
    form = structure(frame)
    bars_with_hits = frame.bars - frame.first_bar
    tempo, tempo_note = main_tempo(take, frame.metre)
    fit = grid_fit(frame)
    does_not_follow = unfollowed(fit, len(frame.step))
    follows_grid = does_not_follow is None
    # a take that drifts lies nowhere as a whole
    shift_note = ready.shift_note if follows_grid else None
    told = (shift_note, *ready.notes, felt.note(tempo / felt.factor), tempo_note, frame.swing_note)
    return GrooveFeatures(
        metre=str(frame.metre),
        steps_per_quarter=frame.steps_per_quarter,
        subdivision=subdivision(frame),
        grid_fit=fit,
        follows_grid=follows_grid,
        shift_ms=ready.shift_ms if follows_grid else 0.0,
        shows_dynamics=shows_dynamics(take.velocity, take.voice_code),
        shows_timing=not lies_on_steps(frame),
        hits=len(take),
        bars=frame.span_bars,
        seconds=float(take.onset_seconds[-1] - take.onset_seconds[0]),
        tempo=tempo,
        beats_per_minute=tempo / frame.metre.tempo_quarters,
        felt_factor=felt.factor,
        swing_eighths=frame.eighths,
        swing_sixteenths=frame.sixteenths,
        hits_per_bar=len(frame.step) / frame.span_bars if whole_bar else None,
        syncopation=kit_syncopation(frame) if whole_bar else None,
        velocity_mean=float(take.velocity.mean()),
        velocity_std=_std(take.velocity),
        ghost_share=ghost.share if ghost else None,
        ghost_velocity=ghost.velocity if ghost else None,
        ghost_threshold=ghost.threshold if ghost else None,
        hat_pattern=hand_pattern(frame, *HATS),
        ride_pattern=hand_pattern(frame, *RIDES),
        open_hat_steps=open_hat_steps(frame),
        fill_bars=form.fill_bars,
        fill_share=None if form.fill_bars is None else len(form.fill_bars) / bars_with_hits,
        crash_after_fill=form.crash_after_fill,
        bar_distance=form.bar_distance,
        repetition=form.repetition,
        phrase_bars=form.phrase_bars,
        voices=_voices(take, frame),
        cells=cells(frame),
        doubles=doubles(frame),
        notes=tuple(note for note in told if note),
        doubts=tuple(doubt for doubt in (*ready.doubts, felt.doubt, does_not_follow) if doubt),
    )


def _std(values: NDArray[np.int64] | NDArray[np.float64]) -> float | None:
    return float(values.std()) if len(values) > 1 else None


def _voices(take: Take, frame: Frame) -> dict[str, VoiceFeatures]:
    struck = np.bincount(take.voice_code, minlength=len(VOICES))
    strokes = np.bincount(frame.code)
    codes = np.flatnonzero(strokes)
    counts, index = strokes[codes], (np.cumsum(strokes > 0) - 1)[frame.code]
    velocity, velocity_std = _moments(frame.velocity, index, counts)
    push, push_std = _moments(frame.offset_ms, index, counts)
    size = frame.steps_per_bar
    cell = index * size + frame.in_bar
    profile = np.bincount(cell, minlength=len(codes) * size).reshape(-1, size)
    levels = np.bincount(cell, weights=frame.velocity, minlength=len(codes) * size).reshape(-1, size)
    per_step = (profile / (frame.bars - frame.first_bar)).tolist()
    bars = max(frame.span_bars, 1.0)
    whole_bar = frame.span_bars >= MIN_SPAN_BARS
    syncopation = lhl_of_groups(frame.step, index, metric_weights(frame.metre, frame.steps_per_quarter))
    accents = accent_steps(profile, levels, bars)
    out: dict[str, VoiceFeatures] = {}
    for i, (code, count) in enumerate(zip(codes.tolist(), counts.tolist(), strict=True)):
        out[VOICES[code].value] = VoiceFeatures(
            hits=int(struck[code]),
            hits_per_bar=count / bars,
            hits_per_step=per_step[i],
            velocity_mean=velocity[i],
            velocity_std=velocity_std[i] if count > 1 else None,
            push_ms=push[i] if count >= MIN_OFFSETS else None,
            push_std_ms=push_std[i] if count >= MIN_OFFSETS else None,
            syncopation=syncopation[i] / bars if whole_bar else None,
            accent_steps=accents[i],
        )
    return out


def cells(frame: Frame) -> list[Cell]:
    """Timing and velocity of every voice at every place of the bar that it plays, by voice and step."""
    size = frame.steps_per_bar
    key = frame.code * size + frame.in_bar
    strokes = np.bincount(key)
    used = np.flatnonzero(strokes)
    counts, index = strokes[used], (np.cumsum(strokes > 0) - 1)[key]
    offset, offset_std = _moments(frame.offset_ms, index, counts)
    velocity, velocity_std = _moments(frame.velocity, index, counts)
    return [
        Cell(
            voice=VOICES[place // size].value,
            step=place % size,
            offset_ms=o,
            offset_std_ms=os if count > 1 else None,
            velocity=v,
            velocity_std=vs if count > 1 else None,
            count=count,
        )
        for place, count, o, os, v, vs in zip(
            used.tolist(), counts.tolist(), offset, offset_std, velocity, velocity_std, strict=True
        )
    ]


def _moments(
    values: NDArray[np.int64] | NDArray[np.float64], index: NDArray[np.intp], counts: NDArray[np.intp]
) -> tuple[list[float], list[float]]:
    """Mean and standard deviation of each group."""
    mean = np.bincount(index, weights=values) / counts
    variance = np.bincount(index, weights=(values - mean[index]) ** 2) / counts
    return mean.tolist(), np.sqrt(variance).tolist()
