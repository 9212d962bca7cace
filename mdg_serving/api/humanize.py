"""POST /humanize: the client's own clip, played by people in general or by an artist."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Self

from fastapi import APIRouter, Request
from pydantic import ConfigDict, Field, model_validator

from mdg_core.artist import artist_key
from mdg_core.errors import UsageError
from mdg_core.maps import MAPS
from mdg_core.pattern import Metre
from mdg_core.profile import StyleProfile
from mdg_core.store import profiles
from mdg_core.together import needs_none, one_of
from mdg_core.worded import Worded
from mdg_drummer.fields import ArtistName, DrumMapText, MetreText, Tempo, note_map_of
from mdg_drummer.ownnotes import OwnNotes
from mdg_drummer.request import MAX_SEED
from mdg_serving.api.flat import NotesFlat, joined, numbers_of
from mdg_serving.api.research import no_profile
from mdg_serving.database import Pool, Pooled, lend
from mdg_serving.problems import CHANGES, responses

router = APIRouter(tags=["generation"])

MAX_CLIP_BARS = 1024
_MAX_BASE64 = 500_000  # within the cap of a body
_TEMPO = 120.0


class HumanizeRequest(Worded):
    """A clip to be played: a MIDI file or notes, one of the two."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "artist": "Elvin Jones",
                    "seed": 3,
                    "notes": [
                        {"pitch": 36, "start": 0, "velocity": 100},
                        {"pitch": 42, "start": 0.5, "velocity": 80},
                        {"pitch": 38, "start": 1, "velocity": 110},
                    ],
                }
            ],
            # a file brings its tempo, time signature and length itself
            **one_of("midi", "notes"),
            **needs_none("midi", "tempo", "time_signature", "bars"),
        },
    )

    artist: ArtistName | None = Field(default=None, description="who plays it; null: people in general")
    midi: str | None = Field(
        default=None,
        min_length=1,
        max_length=_MAX_BASE64,
        description="a MIDI file with drums, in base64",
        json_schema_extra={"format": "midi-base64"},
    )
    notes: OwnNotes | None = None
    tempo: Tempo | None = Field(default=None, description=f"of the notes, quarter notes a minute; null: {_TEMPO:g}")
    time_signature: MetreText | None = Field(default=None, description="of the notes; null: 4/4")
    bars: int | None = Field(default=None, ge=1, le=MAX_CLIP_BARS, description="of the notes; null: up to the last one")
    drum_map: DrumMapText | None = Field(
        default=None,
        description=f"what the pitches are: one of {', '.join(MAPS)}, or the lines of a map of one's own; null: heard "
        "from the clip",
    )
    timing_amount: float = Field(default=1.0, ge=0, le=1, description="0 leaves the timing, 1 is as played")
    velocity_amount: float = Field(default=1.0, ge=0, le=1, description="0 leaves the velocities, 1 is as played")
    keep_accents: bool = Field(default=False, description="leave the accents of the clip as loud as they are")
    deterministic: bool = Field(default=False, description="play what is expected, draw nothing")
    seed: int = Field(default=0, ge=0, le=MAX_SEED, description="the same seed gives the same clip")
    again: bool = Field(default=False, description="also play a file that says it was humanised before")

    @model_validator(mode="after")
    def _from_one(self) -> Self:
        if (self.midi is None) == (self.notes is None):
            raise ValueError("give midi or notes, one of the two")
        if self.midi is not None and (self.tempo or self.time_signature or self.bars):
            raise ValueError("a MIDI file brings its tempo, time signature and length itself: give them with notes")
        return self


class HumanizedNote(Worded):
    pitch: int
    start: float = Field(description="quarter notes from the start of the clip")
    duration: float
    velocity: int


class _Humanized(Worded):
    artist: str | None
    artist_key: str | None
    profile_version: int | None
    seed: int


class HumanizeResult(_Humanized):
    midi: str = Field(description="the played file, in base64; everything else in the client's own file stays")
    notes: list[HumanizedNote] = Field(description="all notes of the file by time, those that are no drums as well")
    warnings: list[str] = Field(description="what was heard of the clip that the person should know, in words")


class FlatHumanizeResult(_Humanized):
    """The result with `notes_flat=true`."""

    notes_flat: list[float] = Field(description="pitch, start, duration, velocity of each note, in quarter notes")
    message: str = Field(description="the warnings as one text")


@router.post(
    "/humanize",
    responses=responses(
        **CHANGES,
        e404="the artist has no profile yet",
        e413="the body is too large",
        e422="the clip cannot be played; `detail` says why",
    ),
)
def post_humanize(
    body: HumanizeRequest, request: Request, pool: Pooled, notes_flat: NotesFlat = False
) -> HumanizeResult | FlatHumanizeResult:
    """The same notes in the same order, moved and struck as people do, or as an artist does.

    The clip's pulse, its loudness (crescendos, accents) and its length stay; nothing is stored.
    """
    # numpy and the humaniser behind them are a fifth of the server's start
    from mdg_core.midi import MidiError  # noqa: PLC0415
    from mdg_drummer.humanise_file import HumanisedBeforeError, humanise_file  # noqa: PLC0415
    from mdg_drummer.humanise_notes import midi_of_notes, notes_in  # noqa: PLC0415

    profile = _profile(pool, body.artist) if body.artist is not None else None
    note_map = note_map_of(body.drum_map) if body.drum_map is not None else None
    if body.notes is not None:
        metre = Metre.parse(body.time_signature or "4/4")
        data = midi_of_notes(
            body.notes, tempo=body.tempo or _TEMPO, metre=metre, bars=body.bars, note_map=note_map or MAPS["gm"]
        )
    else:
        data = _decoded(body.midi or "")
    try:
        played = humanise_file(
            data,
            prior=request.app.state.tools().libraries.prior,
            feels=profile.feel if profile else (),
            like=profile.artist.name if profile else None,
            note_map=note_map,
            seed=body.seed,
            deterministic=body.deterministic,
            timing=body.timing_amount,
            velocity=body.velocity_amount,
            keep_accents=body.keep_accents,
            again=body.again,
        )
    except HumanisedBeforeError as error:
        raise UsageError(f"{error}, or set `again`") from error
    except MidiError as error:
        raise UsageError(f"the clip cannot be played: {error}") from error
    unknown = profile is not None and not any(feel.tells_timing for feel in profile.feel)
    said = ["not enough evidence of the artist's micro-timing: people in general play"] if unknown else []
    who: dict[str, Any] = {
        "artist": profile.artist.name if profile else None,
        "artist_key": profile.artist.key if profile else None,
        "profile_version": profile.version if profile else None,
        "seed": body.seed,
    }
    notes = [note._asdict() for note in notes_in(played.midi)]
    remarks = [*said, *played.notes]
    if notes_flat:
        return FlatHumanizeResult(**who, notes_flat=numbers_of(notes), message=joined(remarks))
    midi = base64.b64encode(played.midi).decode()
    return HumanizeResult(**who, midi=midi, notes=[HumanizedNote(**note) for note in notes], warnings=remarks)


def _profile(pool: Pool, name: str) -> StyleProfile:
    with lend(pool) as conn:
        found = profiles.published(conn, artist_key(name))
        if found is None:
            raise no_profile(conn, name)
    return found.profile


def _decoded(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise UsageError("midi: is not base64; send the bytes of a .mid file in base64") from None
    if not data.startswith((b"MThd", b"RIFF")):
        raise UsageError("midi: is no MIDI file (it does not begin with MThd)")
    return data
