"""From played patterns to what a client gets: notes in beats, MIDI bytes, and the result as JSON.

A beat here is a quarter note, as in every sequencer's clip.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, NamedTuple
from uuid import UUID

from mdg_core.kit import NoteMap, Voice
from mdg_core.midi import CLIP_TICKS_PER_QUARTER, TickNote, write_tracks
from mdg_core.package import package_version
from mdg_core.pattern import Metre, Pattern
from mdg_core.profile import StyleProfile
from mdg_core.stepgrid import lanes_of
from mdg_drummer.bars import Grid
from mdg_drummer.feel_prior import PriorOrigin
from mdg_drummer.request import GenerationRequest, PlayedRequest
from mdg_drummer.template import Clips, Variation
from mdg_drummer.written.answer import Idea
from mdg_drummer.written.prompt import PROMPT_VERSION
from mdg_llm.base import Failure
from mdg_llm.outcome import Outcome

COUNT_IN = "count-in"  # its marker
_LONGEST_TICKS = CLIP_TICKS_PER_QUARTER // 4
_FIRST_CLICK, _CLICK = 100, 84  # velocities of a count-in
# failures of one model that are said though another wrote the clips: they stay until a person mends them
_FOR_A_PERSON = (Failure.AUTH, Failure.QUOTA, Failure.BAD_REQUEST, Failure.BUDGET)


class PlayedNote(NamedTuple):
    """A note of a clip, and the voice and step that it plays."""

    note: TickNote
    voice: str
    step: int


# a stroke before it is laid into a clip: tick, pitch, velocity, voice, step; plain, since there are thousands
Stroke = tuple[int, int, int, str, int]


def notes_of(pattern: Pattern, note_map: NoteMap) -> list[PlayedNote]:
    """The hits as notes that are laid into the clip."""
    pitches, per = note_map.writing, pattern.steps_per_quarter
    strokes = [(hit, hit.offset, hit.velocity) for hit in pattern.hits]
    strokes += [(hit, double.offset, double.velocity) for hit in pattern.hits for double in hit.doubles]
    at = (
        (round((hit[0] + offset) * CLIP_TICKS_PER_QUARTER / per), pitches[hit[1]], velocity, hit[1].value, hit[0])
        for hit, offset, velocity in strokes
    )
    return laid(at, round(pattern.quarters * CLIP_TICKS_PER_QUARTER))


def laid(strokes: Iterable[Stroke], end: int) -> list[PlayedNote]:
    """The strokes as notes: none before the clip or at its end, none that overlaps the next of its pitch.

    Where two voices share a pitch at one tick the louder stays.
    """
    at: dict[tuple[int, int], Stroke] = {}
    for stroke in strokes:
        place = (min(max(stroke[0], 0), end - 1), stroke[1])
        known = at.get(place)
        if known is None or known[2] < stroke[2]:
            at[place] = stroke
    out: list[PlayedNote] = []
    following: dict[int, int] = {}
    for tick, pitch in sorted(at, reverse=True):
        _, _, velocity, voice, step = at[tick, pitch]
        length = min(_LONGEST_TICKS, following.get(pitch, end) - tick)
        following[pitch] = tick
        out.append(PlayedNote(TickNote(tick, pitch, length, velocity), voice, step))
    return out[::-1]


def counted_in(notes: list[PlayedNote], grid: Grid, note_map: NoteMap) -> list[PlayedNote]:
    """The notes after a bar of clicks on the metre's beats; the steps of the clicks are below 0."""
    per_step = CLIP_TICKS_PER_QUARTER / grid.steps_per_quarter
    bar = round(grid.steps * per_step)
    clicks = []
    for beat in range(int(grid.steps / grid.beat)):
        step = beat * grid.beat
        velocity = _CLICK if beat else _FIRST_CLICK
        click = TickNote(round(step * per_step), note_map.writing[Voice.SIDE_STICK], _LONGEST_TICKS, velocity)
        clicks.append(PlayedNote(click, Voice.SIDE_STICK.value, int(step) - grid.steps))
    return clicks + [played._replace(note=played.note._replace(tick=played.note.tick + bar)) for played in notes]


@dataclass(frozen=True, slots=True)
class FileHead:
    """What a MIDI file says beside its notes; `quarters` is its length, a count-in included."""

    name: str
    artists: tuple[str, ...]
    tempo: float
    metre: Metre
    quarters: Fraction
    markers: tuple[tuple[int, str], ...] = ()  # tick, text


def midi_of(notes: list[PlayedNote], head: FileHead, *, split: bool = False) -> bytes:
    """The notes as a Standard MIDI File (`mdg_core.midi.write_tracks`); `split`: a track for each voice.

    Names are protected and styles are not: the file says that it is inspired by the artists, and not by them.
    """
    return write_tracks(
        split_by_voice(notes) if split else [(head.name, [played.note for played in notes])],
        tempo=head.tempo,
        metre=head.metre,
        name=head.name,
        quarters=head.quarters,
        markers=head.markers,
        text=f"inspired by {' and '.join(head.artists)}, played by MidiDrumiGen" if head.artists else "",
    )


def markers_of(name: str, metre: Metre, *, count_in: bool) -> tuple[tuple[int, str], ...]:
    """Of a clip: where it begins after a count-in."""
    bar = round(metre.bar_quarters * CLIP_TICKS_PER_QUARTER)
    return ((0, COUNT_IN), (bar, name)) if count_in else ()


def split_by_voice(notes: Iterable[PlayedNote]) -> list[tuple[str, list[TickNote]]]:
    """The notes of each voice under its name, in the order of the kit."""
    tracks: dict[str, list[TickNote]] = {}
    for played in notes:
        tracks.setdefault(played.voice, []).append(played.note)
    return [(voice.value.replace("_", " "), tracks[voice]) for voice in Voice if voice in tracks]


def named(artists: Sequence[str], what: str) -> str:
    """The name of a clip, a song or a section: `Elvin Jones - groove 1`."""
    return f"{' and '.join(artists)} - {what}"


def build_result(
    generation_id: UUID,
    profile: StyleProfile,
    clips: Clips,
    request: GenerationRequest,
    seed: int,
    asked: Outcome[list[Idea]] | None = None,
) -> tuple[dict[str, Any], list[bytes]]:
    """The result as JSON, and the MIDI file of each variation; `asked` is what came of asking language models."""
    note_map = request.note_map
    metre = clips.variations[0].pattern.metre
    midi: list[bytes] = []
    variations: list[dict[str, Any]] = []
    for index, variation in enumerate(clips.variations, 1):
        name = named(clips.artists, f"{request.section} {index}")
        notes = notes_of(variation.pattern, note_map)
        if request.count_in:
            notes = counted_in(notes, Grid(metre, variation.pattern.steps_per_quarter), note_map)
        head = FileHead(
            name,
            clips.artists,
            clips.tempo,
            metre,
            variation.pattern.quarters + request.count_in * metre.bar_quarters,
            markers_of(name, metre, count_in=request.count_in),
        )
        midi.append(midi_of(notes, head, split=request.split))
        variations.append(_variation(generation_id, index, name, variation, notes))
    return {
        **made_of(generation_id, profile, clips.artists, request, seed),
        **made_with(clips.prior),
        "provider": (asked and asked.provider) or "template",
        "model": asked.model if asked else None,
        "tempo": clips.tempo,
        "time_signature": str(metre),
        "bars": request.bars,
        "count_in": float(metre.bar_quarters) if request.count_in else 0.0,
        "section": request.section,
        "style": clips.style,
        "cost_usd": asked.cost_usd if asked else 0.0,
        "notes": [*_asking_notes(asked, clips), *clips.notes],
        "llm": _history(asked) if asked else None,
        "variations": variations,
    }, midi


def made_of(
    generation_id: UUID, profile: StyleProfile, artists: Sequence[str], request: PlayedRequest, seed: int
) -> dict[str, Any]:
    """What the results of clips and songs say of the request and the profile; `artists`: one, or the two of a blend."""
    return {
        "generation_id": str(generation_id),
        "artist": profile.artist.name,
        "artist_key": profile.artist.key,
        "blend": {"artist": artists[1], "amount": request.blend.amount} if request.blend else None,
        "confidence": profile.confidence_score,
        "profile_version": profile.version,
        "drum_map": request.note_map.name,
        "seed": seed,
    }


def made_with(prior: PriorOrigin) -> dict[str, Any]:
    """What a result rests on beside the request, its seed and the profile."""
    return {
        "prior": {"version": prior.version, "corpus": prior.corpus},
        "package_version": package_version(),
    }


def _asking_notes(asked: Outcome[list[Idea]] | None, clips: Clips) -> list[str]:
    """What a producer should know of the models' part: why there is none, that the budget is spent, what is none
    of theirs."""
    if asked is None:
        return []
    if asked.value is None:
        return [f"from templates: {asked.reason}"]
    notes = [f"{skip.provider} {skip.reason}" for skip in asked.skips if skip.failure in _FOR_A_PERSON]
    notes += [call.error for call in asked.calls if call.failure in _FOR_A_PERSON and call.error]
    filled = [str(index) for index, v in enumerate(clips.variations, 1) if v.origin == "template"]
    if filled:
        plural = "s" if len(filled) > 1 else ""
        notes.append(f"variation{plural} {', '.join(filled)} from templates: {asked.provider} gave too few valid clips")
    return notes


def _history(asked: Outcome[list[Idea]]) -> dict[str, Any]:
    """Every call with its tokens, cost and failure, who was not asked, and what was repaired."""
    return {
        "prompt_version": PROMPT_VERSION,
        "calls": [
            {
                "provider": call.provider,
                "model": call.model,
                "seconds": round(call.seconds, 3),
                "tokens": asdict(call.usage),
                "cost_usd": call.cost_usd,
                "failure": call.failure,
                "error": call.error,
            }
            for call in asked.calls
        ],
        "skipped": [asdict(skip) for skip in asked.skips],
        "repairs": [list(idea.repairs) for idea in asked.value or []],
    }


def _variation(
    generation_id: UUID, index: int, name: str, variation: Variation, notes: list[PlayedNote]
) -> dict[str, Any]:
    return {
        "index": index,
        "name": name,
        "origin": variation.origin,
        "based_on": variation.lead,
        "notes": listed(notes),
        "steps_per_quarter": variation.pattern.steps_per_quarter,
        "grid": {voice.value: lane for voice, lane in lanes_of(variation.pattern).items()},
        "midi_url": f"/api/v1/generations/{generation_id}/{index}.mid",
        "novelty": round(variation.novelty, 3),
        "distance": None if variation.distance is None else round(variation.distance, 2),
    }


def listed(notes: Iterable[PlayedNote]) -> list[dict[str, Any]]:
    """The notes as JSON, in quarter notes."""
    return [
        {
            "pitch": note.pitch,
            "start": note.tick / CLIP_TICKS_PER_QUARTER,
            "duration": note.length / CLIP_TICKS_PER_QUARTER,
            "velocity": note.velocity,
            "voice": voice,
            "step": step,
        }
        for note, voice, step in notes
    ]
