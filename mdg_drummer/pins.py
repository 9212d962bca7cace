"""What an operator has pinned, as targets of generation. Requests come before pins, pins before what was measured.

In a blend a pinned number lies between those of the two artists, as the measured ones do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mdg_core.pins import PINNABLE
from mdg_core.profile import StyleProfile
from mdg_drummer.request import GenerationRequest

_TRIPLETS, _AS_TRIPLETS = 200 / 3, 1.0  # percent of the long note, and how near to it is the same


def pinned_value(profile: StyleProfile, name: str) -> float | None:
    """The pinned value within its bounds; None where it is not pinned."""
    parameter = profile.quantitative_params.get(name)
    if parameter is None or not parameter.pinned or parameter.value is None:
        return None
    return PINNABLE[name].within(parameter.value)


def pinned_tempo(profile: StyleProfile) -> float | None:
    """The tempo of a clip of which none was asked for; None where only bounds or nothing are pinned."""
    for name in ("tempo_mode", "tempo_avg"):
        tempo = pinned_value(profile, name)
        if tempo is not None:
            return tempo
    return None


def within_pins(profile: StyleProfile, tempo: float) -> float:
    """The tempo, or the pinned bound that it lies beyond."""
    low, high = pinned_value(profile, "tempo_min"), pinned_value(profile, "tempo_max")
    tempo = tempo if low is None else max(tempo, low)
    return tempo if high is None else min(tempo, high)


def is_no_triplet(swing: float | None) -> bool:
    """Whether a pinned swing cannot be had from grooves that are written in triplets."""
    return swing is not None and abs(swing - _TRIPLETS) > _AS_TRIPLETS


@dataclass(frozen=True, slots=True)
class Targets:
    """What the strokes of a clip are steered to; None: as they are."""

    ghosts: float | None = None  # of the snare's strokes, 0-1
    density: float | None = None  # strokes a bar
    syncopation: float | None = None  # Witek points a bar
    level: float | None = None  # mean velocity
    spread: float | None = None  # standard deviation of the velocities
    fills: float | None = None  # of the bars, 0-1
    crashes: float | None = None  # of the fills, 0-1
    swings: bool = False  # whether a swing is pinned that is not that of triplets; the feel holds it

    @property
    def move_strokes(self) -> bool:
        return any(target is not None for target in (self.ghosts, self.density, self.syncopation))

    def beside(self, request: GenerationRequest) -> Targets:
        """Those that a clip must still meet after the request has had its say."""
        return replace(
            self,
            density=None if request.density else self.density,
            syncopation=None if request.syncopation else self.syncopation,
        )


def targets_of(profile: StyleProfile) -> Targets:
    return Targets(
        ghosts=pinned_value(profile, "ghost_note_prob"),
        density=pinned_value(profile, "density"),
        syncopation=pinned_value(profile, "syncopation_level"),
        level=pinned_value(profile, "velocity_mean"),
        spread=pinned_value(profile, "velocity_std"),
        fills=pinned_value(profile, "fill_share"),
        crashes=pinned_value(profile, "crash_after_fill"),
        swings=any(is_no_triplet(pinned_value(profile, name)) for name in ("swing_percent", "swing_sixteenths")),
    )
