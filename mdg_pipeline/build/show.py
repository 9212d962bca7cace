"""A profile as Markdown and pictures for the Dagster UI."""

from __future__ import annotations

import base64
import io

from mdg_core.profile import Evidence, Feel, StyleProfile
from mdg_core.stepgrid import draw

_EVIDENCE_ROWS = 60
_LEAST_PLOTTED = 0.02  # of its voice's strokes: what is rarer is no habit
_VOICES_PLOTTED = 6


def parameters_table(profile: StyleProfile) -> str:
    rows = ["| parameter | value | spread | confidence | documents |", "| --- | --- | --- | --- | --- |"]
    for name, item in profile.quantitative_params.items():
        value = "not enough evidence" if item.value is None else f"{item.value:.4g} {item.unit}"
        spread = "" if item.spread is None else f"{item.spread:.3g}"
        value += f", {_cell(item.decision)}" if item.decision else ""
        value += "".join(f"; {mode.value:.4g} ({mode.share:.0%})" for mode in item.modes)
        rows.append(f"| {name} | {value} | {spread} | {item.confidence:.2f} | {item.evidence_count} |")
    conflicts = [
        f"{name}: {_cell(text)}" for name, item in profile.quantitative_params.items() for text in item.conflicts
    ]
    return "\n".join([*rows, *(f"\n{conflict}" for conflict in conflicts)])


def evidence_table(profile: StyleProfile) -> str:
    rows = ["| parameter | document | source | value | weight |", "| --- | --- | --- | --- | --- |"]
    rows += [
        f"| {name} | {_cell(item.title)}{_copies(item)} | {item.source} | {item.value:g} | {item.weight:.2f} |"
        for name, parameter in profile.quantitative_params.items()
        for item in parameter.evidence[:4]
    ]
    return "\n".join(rows[: _EVIDENCE_ROWS + 2])


def _copies(item: Evidence) -> str:
    return f" (the same drums: {_cell(', '.join(item.copies))})" if item.copies else ""


def groove_block(profile: StyleProfile) -> str:
    """The weightiest groove as a step grid."""
    grooves = [pattern for pattern in profile.patterns if pattern.role == "groove"]
    if not grooves:
        return "no groove yet"
    first = max(grooves, key=lambda pattern: pattern.weight)
    return f"{_cell(first.name)}, {first.style}\n```\n{draw(first.pattern())}\n```"


def feel_plot(profile: StyleProfile) -> str:
    """Mean offset by place in the bar, a line a voice, as an inline picture."""
    if not profile.feel or not profile.feel[0].cells:
        return "not enough evidence of micro-timing"
    picture = base64.b64encode(feel_picture(profile.feel[0])).decode()
    return f"![offset by place in the bar](data:image/png;base64,{picture})"


def feel_picture(feel: Feel) -> bytes:
    """A PNG: mean offset by place in the bar with half a standard deviation either way, a line a voice."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.2), layout="constrained")
    axes = figure.subplots()
    counts: dict[str, int] = {}
    for cell in feel.cells:
        counts[cell.voice] = counts.get(cell.voice, 0) + cell.count
    for voice in sorted(counts, key=lambda name: -counts[name])[:_VOICES_PLOTTED]:
        own = [c for c in feel.cells if c.voice == voice and c.count >= _LEAST_PLOTTED * counts[voice]]
        cells = sorted(own, key=lambda cell: cell.step)
        axes.errorbar(
            [cell.step / feel.steps_per_quarter + 1 for cell in cells],
            [cell.offset_ms for cell in cells],
            yerr=[cell.offset_spread_ms / 2 for cell in cells],
            label=voice,
            marker="o",
            capsize=2,
            linewidth=1,
        )
    axes.axhline(0, color="grey", linewidth=0.8)
    axes.set(xlabel=f"quarter of the bar ({feel.metre})", ylabel="ms, late is up")
    axes.legend(fontsize="small", ncols=3)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=90)
    return buffer.getvalue()


def _cell(text: str) -> str:
    return text.replace("|", "/").replace("`", "'").replace("\n", " ")
