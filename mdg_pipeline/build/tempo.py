"""Many tempi -> the tempo parameters of a profile; outliers go out within a mode, not across modes."""

from __future__ import annotations

from collections.abc import Sequence

from mdg_core.profile import Mode, Parameter
from mdg_pipeline.build.aggregate import Observation, evidence_of, parameter, weighted_mode
from mdg_pipeline.build.modes import Modes, tempo_modes

MODE_WIDTH = 10.0  # BPM that count as one tempo


def tempo_parameters(tempos: Sequence[Observation], *, tolerance: float) -> dict[str, Parameter]:
    """tempo_avg, tempo_min, tempo_max and tempo_mode in beats a minute; `tolerance` as in `aggregate.parameter`."""
    usable = [item for item in tempos if item.weight > 0]
    if not usable:
        nothing = parameter(usable, "BPM", tolerance=tolerance)
        return {f"tempo_{end}": nothing for end in ("avg", "min", "max", "mode")}
    modes = tempo_modes(usable)
    average = parameter(modes.kept, "BPM", tolerance=tolerance, keep_all=True)
    low, high = (end(modes.kept, key=lambda item: item.value) for end in (min, max))
    return {
        "tempo_avg": average,
        "tempo_min": _valued(average, low.value, [low]),
        "tempo_max": _valued(average, high.value, [high]),
        "tempo_mode": _mode(modes, tolerance),
    }


def _mode(modes: Modes, tolerance: float) -> Parameter:
    """The tempo at which the weightiest mode is densest, with the other modes and the conflicts beside it."""
    centres = [weighted_mode(group, MODE_WIDTH) for group in modes.groups]
    total = sum(item.weight for item in modes.kept)
    main = modes.groups[0]
    near = [item for item in main if abs(item.value - centres[0]) <= MODE_WIDTH]
    found = _valued(parameter(main, "BPM", tolerance=tolerance, keep_all=True), centres[0], near or main)
    several = [
        Mode(value=round(centre, 1), share=round(sum(item.weight for item in group) / total, 3))
        for centre, group in zip(centres, modes.groups, strict=True)
    ]
    return found.model_copy(update={"modes": several if len(several) > 1 else [], "conflicts": modes.conflicts})


def _valued(like: Parameter, value: float, evidence: Sequence[Observation]) -> Parameter:
    told = {"value": round(value, 1), "evidence": evidence_of(evidence), "evidence_count": len(evidence)}
    return like.model_copy(update=told)
