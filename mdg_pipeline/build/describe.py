"""The profile in sentences: every clause rests on a parameter or a finding that the profile carries.

The sentences are the template's text, and the facts that a language model may word anew (`wording`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mdg_core.pattern import Metre
from mdg_core.profile import Mode, Parameter, PatternTemplate, StyleSummary, VoiceTiming
from mdg_pipeline.build.tempo import MODE_WIDTH

_SWING_STRAIGHT = 53.0  # percent; below it an eighth-note pair sounds even
_SWING_TRIPLET = 63.0
_OFTEN = 0.34  # of the files near the commonest tempo, at least, for "most often"
_LEAST_SHARE = 0.05  # of the takes or grooves, for a style, a metre or another swing to be named
_LAG_HEARD = 3.0  # ms; what lies nearer is on the beat
_MIN_CONFIDENCE = 0.2  # what is known less well than this is not put into words


NO_EVIDENCE = "There is not enough evidence to describe the drumming."


def facts(
    params: Mapping[str, Parameter],
    styles: Sequence[StyleSummary],
    patterns: Sequence[PatternTemplate],
    techniques: Sequence[str],
    *,
    genres: Sequence[str] = (),
    near: str | None = None,
    borrowed: Sequence[str] = (),
    stated: Sequence[VoiceTiming] = (),
) -> list[str]:
    """One sentence each, without the artist's name; none when there is not enough evidence.

    `patterns` are the artist's own, `genres` those that MusicBrainz lists, `near` the style whose reference grooves the
    playing is clearly nearest to; `borrowed` are the styles whose reference grooves stand in for the artist's own;
    `stated` is what the texts of grooves say of voices.
    """
    parts = [
        *_styles(styles, genres, near),
        _tempo(params, patterns),
        *_swing(params, styles),
        *_stated(stated),
        _dynamics(params),
        _activity(params),
        _metres(patterns),
    ]
    if techniques:
        parts.append(f"Writing about the playing mentions {_series(techniques[:6])}.")
    if borrowed:
        named = _series(list(dict.fromkeys(borrowed)))
        parts.append(f"No drumming was at hand: reference grooves of {named} stand in.")
    return [part for part in parts if part]


def paragraph(sentences: Sequence[str]) -> str:
    """The sentences as one text; says so when there are none."""
    return " ".join(sentences) or NO_EVIDENCE


def _styles(styles: Sequence[StyleSummary], genres: Sequence[str], near: str | None) -> Iterator[str]:
    """What folders and tags call the takes: "mostly" where it holds for over half of all, unlabelled ones too."""
    named = [summary for summary in styles if summary.style != "unknown" and summary.share >= _LEAST_SHARE]
    if named and named[0].share > 0.5:
        others = [summary.style for summary in named[1:5]]
        yield f"Plays mostly {named[0].style}" + (f", and also {_series(others)}" if others else "") + "."
    elif named:
        yield f"Some of the takes are labelled {_series([summary.style for summary in named[:5]])}."
    if genres:
        yield f"MusicBrainz lists {_series(genres[:4])}."
    if near:
        yield f"The strokes are nearest to reference grooves of {near}."


def _tempo(params: Mapping[str, Parameter], patterns: Sequence[PatternTemplate]) -> str:
    average, low, high = (_known(params, name) for name in ("tempo_mode", "tempo_min", "tempo_max"))
    if average is None or low is None or high is None:
        return ""
    if high - low < 6:
        return f"Tempo is around {average:.0f} BPM{_dotted(patterns)}."
    modes = [f"{mode.value:.0f}" for mode in params["tempo_mode"].modes]
    if not modes and _gathers(params, high - low):
        modes = [f"{average:.0f}"]
    often = f", most often around {_series(modes)}" if modes else ""
    return f"Tempos lie between {low:.0f} and {high:.0f} BPM{_dotted(patterns)}{often}."


def _gathers(params: Mapping[str, Parameter], width: float) -> bool:
    """Whether the files stand nearer together about the commonest tempo than evenly spread ones would."""
    near, known = params["tempo_mode"].evidence_count, params["tempo_avg"].evidence_count
    return bool(known) and near / known >= max(_OFTEN, 2 * MODE_WIDTH / width)


def _dotted(patterns: Sequence[PatternTemplate]) -> str:
    """What a tempo counts, where that is no quarter note."""
    compound = [Metre.parse(pattern.metre).is_compound for pattern in patterns if pattern.role == "groove"]
    if not any(compound):
        return ""
    return " in dotted beats" if all(compound) else " (in compound metres of dotted beats)"


def _swing(params: Mapping[str, Parameter], styles: Sequence[StyleSummary]) -> list[str]:
    """Of one kind over all; where some styles are swung and others straight, which are which."""
    known = [(s.style, value) for s in styles if s.style != "unknown" and (value := _known(s.params, "swing_percent"))]
    straight = [style for style, value in known if value < _SWING_STRAIGHT]
    swung = [f"{style} ({value:.0f} %)" for style, value in known if value >= _SWING_STRAIGHT]
    if straight and swung:
        return [
            f"Eighth notes are straight in {_series(straight[:4])}.",
            f"Eighth notes swing in {_series(swung[:4])}.",
        ]
    swing, sixteenths = params.get("swing_percent"), _known(params, "swing_sixteenths")
    if swing is None or swing.value is None or swing.confidence < _MIN_CONFIDENCE:
        said = []
    elif len(swing.modes) > 1:
        said = [_by_share(swing.modes)]
    elif swing.value >= _SWING_STRAIGHT:
        return [f"Eighth notes {_mostly(swing)}{_how(swing.value)} ({swing.value:.0f} %)."]
    else:
        said = [f"Time is {_mostly(swing)}straight ({swing.value:.0f} %)."]
    if sixteenths is not None and sixteenths >= _SWING_STRAIGHT:
        said.append(f"Sixteenths swing ({sixteenths:.0f} %).")
    return said


def _mostly(swing: Parameter) -> str:
    """A qualifier where some of the takes are of the other kind, though they are too few to be a mode."""
    swings = swing.value is not None and swing.value >= _SWING_STRAIGHT
    other = sum(item.weight for item in swing.evidence if (item.value >= _SWING_STRAIGHT) != swings)
    return "mostly " if other > _LEAST_SHARE * sum(item.weight for item in swing.evidence) else ""


def _stated(timings: Sequence[VoiceTiming]) -> Iterator[str]:
    """Lag and swing of voices that are written so, not measured."""
    lags: dict[float, list[str]] = {}
    for timing in timings:
        if timing.lag_ms is not None and abs(timing.lag_ms) >= _LAG_HEARD:
            lags.setdefault(timing.lag_ms, []).append(_name(timing))
    if lags:
        parts = [
            f"the {_series(voices)} {abs(lag):.0f} ms {'behind' if lag > 0 else 'ahead of'} the beat"
            for lag, voices in sorted(lags.items())
        ]
        yield f"Written grooves put {_series(parts)}."
    for level in ("eighths", "sixteenths"):
        swings = {_name(timing): getattr(timing, f"swing_{level}") for timing in timings}
        parts = [f"{voice} ({value:.0f} %)" for voice, value in swings.items() if (value or 0) >= _SWING_STRAIGHT]
        if parts:
            yield f"Written grooves swing {level} on the {_series(parts)}."


def _name(timing: VoiceTiming) -> str:
    return timing.voice.replace("_", " ")


def _by_share(modes: Sequence[Mode]) -> str:
    """What part of the playing has which swing, the greatest first."""
    parts = [
        f"{_how(mode.value)} in {mode.share:.0%} of the playing"
        + (f" (swing {mode.value:.0f} %)" if mode.value >= _SWING_STRAIGHT else "")
        for mode in modes
    ]
    return f"Eighth notes {_series(parts)}."


def _how(percent: float) -> str:
    if percent < _SWING_STRAIGHT:
        return "are straight"
    return "swing hard" if percent >= _SWING_TRIPLET else "swing lightly"


def _dynamics(params: Mapping[str, Parameter]) -> str:
    ghosts = _known(params, "ghost_note_prob")
    if ghosts is None:
        return ""
    if ghosts >= 0.4:
        words = "The snare is full of ghost notes"
    elif ghosts >= 0.15:
        words = "Ghost notes fill in between the snare's accents"
    else:
        words = "The snare plays few ghost notes"
    if round(ghosts, 2) == 0:
        return "The snare plays hardly any ghost notes."
    return f"{words} ({ghosts:.0%} of its strokes)."


def _activity(params: Mapping[str, Parameter]) -> str:
    syncopation, density = _known(params, "syncopation_level"), _known(params, "density")
    if density is None:
        return ""
    words = f"About {density:.0f} strokes a bar"
    if syncopation is None:
        return words + "."
    level = (
        "strongly syncopated"
        if syncopation >= 18
        else "moderately syncopated"
        if syncopation >= 8
        else "mostly on the beat"
    )
    return f"{words}, {level}."


def _metres(patterns: Sequence[PatternTemplate]) -> str:
    weights: dict[str, float] = {}
    for pattern in patterns:
        if pattern.role == "groove":
            weights[pattern.metre] = weights.get(pattern.metre, 0.0) + pattern.weight
    total = sum(weights.values())
    common = [metre for metre in sorted(weights, key=lambda m: -weights[m]) if weights[metre] >= _LEAST_SHARE * total]
    other = [metre for metre in common if metre != "4/4"]
    if not other:
        return ""
    return f"Plays in {_series((['4/4'] if '4/4' in common else []) + other)}."


def _known(params: Mapping[str, Parameter], name: str) -> float | None:
    found = params.get(name)
    return found.value if found and found.confidence >= _MIN_CONFIDENCE else None


def _series(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
