"""The numbers that describe playing, each declared once: profiles, evidence and displays derive from this table.

What belongs here: a descriptor's name, unit, range, and how it is taken from a take. What does not: how the measures
are defined (`groove`), how many takes become one number (`mdg_pipeline.build`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from mdg_core.groove import GrooveFeatures

# what a file must hold before the number means anything: where the strokes are, how hard they are, how early or late
Kind = Literal["strokes", "dynamics", "timing"]


@dataclass(frozen=True, slots=True)
class Descriptor:
    """One number of a style."""

    name: str  # in profiles
    label: str  # for people
    unit: str
    low: float  # the least and the greatest value that it can have
    high: float
    tolerance: float  # the spread, in `unit`, at which agreement counts half
    kind: Kind
    extract: Callable[[GrooveFeatures], float | None]  # None: the take does not show it
    source: str  # where the measure is defined
    rests_on_time: bool = True  # then a take that does not follow its grid does not show it
    steers: str = ""  # what a pinned value does to clips; empty where it does nothing


DESCRIPTORS: tuple[Descriptor, ...] = (
    Descriptor(
        "swing_percent", "swing of eighths", "%", 50.0, 80.0, 5.0, "strokes",
        lambda f: f.swing_eighths.sure_percent if f.swing_eighths else None,
        "beat-upbeat ratio, Friberg & Sundström 2002",
        steers="the swing of eighths, unless a request gives one",
    ),
    Descriptor(
        "swing_sixteenths", "swing of sixteenths", "%", 50.0, 80.0, 5.0, "strokes",
        lambda f: f.swing_sixteenths.sure_percent if f.swing_sixteenths else None,
        "the same on the halves of the beat",
        steers="the swing of sixteenths, unless a request gives one",
    ),
    Descriptor(
        "ghost_note_prob", "ghost notes", "of snare strokes", 0.0, 1.0, 0.25, "dynamics",
        lambda f: f.shown_ghost_share,
        "soft mode of the snare's velocities, Otsu 1979",
        steers="ghost notes come or go on the snare",
    ),
    Descriptor(
        "syncopation_level", "syncopation", "Witek points a bar", 0.0, 200.0, 8.0, "strokes",
        lambda f: f.syncopation,
        "Witek et al. 2014",
        steers="kicks and a backbeat move off the beats or onto them",
    ),
    Descriptor(
        "density", "density", "strokes a bar", 0.0, 200.0, 8.0, "strokes",
        lambda f: f.hits_per_bar,
        "strokes over bars, from the first stroke to the last",
        steers="strokes come or go as by the option density",
    ),
    Descriptor(
        "velocity_mean", "velocity", "MIDI velocity", 1.0, 127.0, 20.0, "dynamics",
        lambda f: f.velocity_mean if f.shows_dynamics else None,
        "mean of all strokes",
        rests_on_time=False,
        steers="the mean velocity of a clip",
    ),
    Descriptor(
        "velocity_std", "spread of velocity", "MIDI velocity", 0.0, 63.0, 12.0, "dynamics",
        lambda f: f.velocity_std if f.shows_dynamics else None,
        "standard deviation of all strokes",
        rests_on_time=False,
        steers="the spread of the velocities of a clip",
    ),
    Descriptor(
        "fill_share", "bars with a fill", "of bars", 0.0, 1.0, 0.2, "strokes",
        lambda f: f.fill_share,
        "bars that depart from the groove on snare and toms (mdg_core.groove.structure)",
        steers="phrases of four bars end in a fill as often; 0 none, from 0.25 on each",
    ),
    Descriptor(
        "crash_after_fill", "crashes after fills", "of fills", 0.0, 1.0, 0.4, "strokes",
        lambda f: f.crash_after_fill,
        "fills after which a bar begins with a crash (mdg_core.groove.structure)",
        steers="as many fills are followed by a crash",
    ),
    Descriptor(
        "bar_distance", "distance between bars", "cells", 0.0, 200.0, 10.0, "strokes",
        lambda f: f.bar_distance,
        "mean over all pairs of bars of the cells in which they differ (mdg_core.groove.structure)",
    ),
)  # fmt: skip

BY_NAME: dict[str, Descriptor] = {descriptor.name: descriptor for descriptor in DESCRIPTORS}


def values_of(found: GrooveFeatures) -> dict[str, float]:
    """What the take shows, by the descriptors' names."""
    shown = [item for item in DESCRIPTORS if found.follows_grid or not item.rests_on_time]
    values = {descriptor.name: descriptor.extract(found) for descriptor in shown}
    return {name: round(float(value), 4) for name, value in values.items() if value is not None}
