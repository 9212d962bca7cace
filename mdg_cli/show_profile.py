"""A profile as lines for a terminal."""

from __future__ import annotations

import textwrap

from mdg_core.profile import EXCELLENT_CONFIDENCE, USABLE_CONFIDENCE, Parameter, StyleProfile
from mdg_core.store.requests import ResearchRequest

_WIDTH = 96
_SHOWN = (
    ("tempo", "tempo_mode"),
    ("swing of eighths", "swing_percent"),
    ("of sixteenths", "swing_sixteenths"),
    ("ghost notes", "ghost_note_prob"),
    ("syncopation", "syncopation_level"),
    ("density", "density"),
    ("velocity", "velocity_mean"),
)


def grade(confidence: float) -> str:
    """The confidence in a word."""
    if confidence >= EXCELLENT_CONFIDENCE:
        return "excellent"
    return "usable" if confidence >= USABLE_CONFIDENCE else "low: more evidence would help"


def profile_lines(profile: StyleProfile) -> list[str]:
    """Some ten lines: who, how sure, the description, the main parameters with their evidence."""
    sources = ", ".join(f"{count} {kind}" for kind, count in profile.sources_count.items() if count)
    parts = ", ".join(f"{name} {value:.2f}" for name, value in profile.confidence_parts.items() if name != "score")
    lines = [
        f"{profile.artist.name}  (profile version {profile.version}, {profile.updated_at:%Y-%m-%d %H:%M} UTC)",
        f"confidence {profile.confidence_score:.2f} {grade(profile.confidence_score)} ({parts}) from {sources}",
        *textwrap.wrap(profile.text_description, _WIDTH),
    ]
    lines += [_parameter_line(label, profile.quantitative_params.get(name), name, profile) for label, name in _SHOWN]
    lines += [
        f"{'conflict':<17} {name}: {text}"
        for name, parameter in profile.quantitative_params.items()
        for text in parameter.conflicts
    ]
    roles = {role: sum(1 for p in profile.patterns if p.role == role) for role in ("groove", "fill", "intro", "outro")}
    styles = ", ".join(f"{s.style} ({s.documents})" for s in profile.styles[:6])
    lines.append(f"{'patterns':<17} " + ", ".join(_counted(count, role) for role, count in roles.items() if count))
    lines.append(f"{'styles':<17} {styles or 'not enough evidence'}")
    if profile.collaborators:
        named = ", ".join(item.name for item in profile.collaborators[:6])
        lines.append(f"{'played with':<17} {named}")
    return lines


def failure_lines(request: ResearchRequest | None) -> list[str]:
    """The sources that failed or came to no end in the last research, and when they are tried again."""
    failed = (request.result or {}).get("failed_sources", []) if request else []
    said = dict.fromkeys(f"{row['source']}: {row['message']}" for row in failed)
    return [f"{'failed source':<17} {line}" for line in said]


def _parameter_line(label: str, parameter: Parameter | None, name: str, profile: StyleProfile) -> str:
    if parameter is None or parameter.value is None:
        return f"{label:<17} not enough evidence"
    text = f"{label:<17} {parameter.value:.4g} {parameter.unit}"
    if name == "tempo_mode":
        low, high = (profile.quantitative_params[f"tempo_{end}"].value for end in ("min", "max"))
        text += f", from {low:g} to {high:g}"
        if parameter.modes:
            text += "; modes " + ", ".join(f"{mode.value:g} ({mode.share:.0%})" for mode in parameter.modes)
    elif parameter.spread is not None:
        text += f" ± {parameter.spread:.2g}"
    if parameter.decision:
        return f"{text}   {parameter.decision}"
    return f"{text}   confidence {parameter.confidence:.2f}, {_counted(parameter.evidence_count, 'document')}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def evidence_lines(profile: StyleProfile) -> list[str]:
    """Every parameter, technique and style with the documents or sentences behind it, the weightiest first."""
    lines: list[str] = []
    for name, parameter in profile.quantitative_params.items():
        value = "not enough evidence" if parameter.value is None else f"{parameter.value:.4g} {parameter.unit}"
        lines += ["", f"{name}: {value}, {parameter.decision or f'confidence {parameter.confidence:.2f}'}"]
        lines += [f"  mode {mode.value:g} {parameter.unit}, {mode.share:.0%} of the weight" for mode in parameter.modes]
        lines += [f"  conflict: {text}" for text in parameter.conflicts]
        documents = parameter.evidence[1 if parameter.pinned else 0 :]
        for item in documents:
            origin = f"{item.source}: {item.title} ({item.document[:12]})"
            lines.append(f"  {item.value:>9.3f}  weight {item.weight:>6.2f}  {origin}")
            lines += [f"             the same drums, counted once: {copy}" for copy in item.copies]
        shown = len({item.document for item in documents})
        if parameter.evidence_count > shown:
            lines.append(f"  and {_counted(parameter.evidence_count - shown, 'more document')} of less weight")
    for technique in profile.techniques:
        lines += ["", f"technique: {technique.name}"]
        lines += [
            f"  {said.source}: {said.title} ({said.document[:12]}): {said.sentence}" for said in technique.statements
        ]
    for style in profile.styles:
        lines += ["", f"style: {style.style}, {style.share:.0%} of the takes, {_counted(style.documents, 'document')}"]
        lines += [f"  {document[:12]}" for document in style.document_ids]
    return lines
