"""Features of all kinds -> the StyleProfile, kept in the lake until it is published."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from mdg_core.descriptors import BY_NAME
from mdg_core.errors import MdgError
from mdg_core.likeness import clear_style, near_styles
from mdg_core.profile import Artist, Parameter, StyleProfile, StyleSummary
from mdg_pipeline.analyse import tables
from mdg_pipeline.analyse.same_drums import Counted, counted_once
from mdg_pipeline.analyse.styles import style_of
from mdg_pipeline.analyse.takes import TakeRow
from mdg_pipeline.build.aggregate import Observation, parameter, with_copies
from mdg_pipeline.build.collaborators import collaborators
from mdg_pipeline.build.confidence import Bars, confidence
from mdg_pipeline.build.describe import facts, paragraph
from mdg_pipeline.build.feel import feels, is_performance
from mdg_pipeline.build.patterns import passages, templates, weighted_segments
from mdg_pipeline.build.performances import performances
from mdg_pipeline.build.playing import played_style
from mdg_pipeline.build.precedence import swing
from mdg_pipeline.build.reference import stand_ins
from mdg_pipeline.build.techniques import techniques
from mdg_pipeline.build.tempo import tempo_parameters
from mdg_pipeline.collect import library
from mdg_pipeline.collect.filetypes import MAP_MEDIA_TYPE
from mdg_pipeline.curation import SOURCE as OPERATOR
from mdg_pipeline.curation import pinned
from mdg_pipeline.documents import RAW_KINDS, Document
from mdg_pipeline.lake import Lake, profile_schema
from mdg_pipeline.subject import Subject

_TEMPO_TOLERANCE = 30.0
# name in the profile -> the pair of notes, as statements in texts name it
_SWINGS = {"swing_percent": "eighths", "swing_sixteenths": "sixteenths"}
_WORDS_WEIGHT = 2.0  # a statement in a text counts as much as two bars
_MAX_BARS = 16  # one long take does not outweigh many
_STYLE_DOCUMENTS = 8
_VOUCHED_FOR = (library.SOURCE, OPERATOR)  # the operator says whose these are
_VOLATILE = {"created_at", "updated_at", "version"}


def build_profile(lake: Lake, subject: Subject, worded: Callable[[Sequence[str]], str] = paragraph) -> StyleProfile:
    """The profile of what is in the lake now; the stored one is returned unchanged when it says the same.

    `worded` makes the description of the facts (`describe.facts`). Raises MdgError when nothing is known
    (`has_evidence`).
    """
    artist, curation = subject.artist, subject.curation
    key = artist.key
    if not has_evidence(lake, subject):
        raise MdgError(f"nothing is known about {artist.name}: collect the raw documents first")
    documents = _in_force(lake, subject)
    takes = [take for take in tables.takes(lake, key) if take.error is None and take.document in documents]
    counted = counted_once(takes, documents)
    takes = counted.takes
    documents = _doubted(documents, takes)
    texts = [row for row in tables.texts(lake, key) if row["document"] in documents]
    measured = _parameters(counted, texts, documents)
    params = pinned(with_copies(measured, documents, counted.copies), curation.pins)
    styles = _styles(counted, documents)
    trust = {key: document.trust for key, document in documents.items()}
    segments = list(weighted_segments(takes, trust))
    mentions = [str(row["name"]) for row in texts if row["kind"] == "style"]
    mentions += _styles_of(artist)
    borrowed = [] if segments else stand_ins(mentions)
    patterns = templates(segments or borrowed)
    named = techniques(texts, documents)
    used = {take.document for take in takes} | {str(row["document"]) for row in texts}
    parts = confidence(
        bars=_bars(takes, documents),
        kinds=len({documents[document].kind for document in used}),
        agreements=_agreements(params),
        quality=_quality(takes, texts, documents, subject.certainty),
    )
    playing = played_style((take, _weight(take, documents)) for take in takes)
    near = near_styles(playing) if playing else []
    feel = feels(take for take in takes if take.role == "groove")
    now = datetime.now(UTC)
    profile = StyleProfile(
        artist=artist,
        text_description=worded(
            facts(
                params,
                styles,
                patterns if segments else [],
                [technique.name for technique in named],
                genres=artist.genres,
                near=clear_style(near),
                borrowed=[item.style for item in borrowed],
                stated=feel[0].stated if feel else (),
            )
        ),
        quantitative_params=params,
        styles=styles,
        feel=feel,
        performances=performances((take, documents[take.document].trust * take.certainty) for take in takes),
        patterns=patterns,
        passages=passages(takes, trust),
        techniques=named,
        collaborators=collaborators(subject.query.bands, texts),
        playing=playing,
        near_styles=near,
        confidence_score=parts["score"],
        confidence_parts=parts,
        sources_count={kind: sum(1 for d in used if documents[d].kind == kind) for kind in RAW_KINDS},
        curation=list(curation.notes),
        created_at=now,
        updated_at=now,
    )
    return _store(lake, key, profile)


def has_evidence(lake: Lake, subject: Subject) -> bool:
    """Whether there is a document, or at least a genre of which reference grooves can stand in."""
    documents = _in_force(lake, subject).values()
    played_or_told = any(document.media_type != MAP_MEDIA_TYPE for document in documents)
    return bool(played_or_told or stand_ins(_styles_of(subject.artist)))


def _doubted(documents: Mapping[str, Document], takes: Iterable[TakeRow]) -> dict[str, Document]:
    """The documents, trusted less where their own texts name another artist or song."""
    vouched = {take.document: take.vouched for take in takes}
    return {key: replace(found, trust=found.trust * vouched.get(key, 1.0)) for key, found in documents.items()}


def _in_force(lake: Lake, subject: Subject) -> dict[str, Document]:
    return {
        document.id: document
        for kind in RAW_KINDS
        for document in lake.documents(kind, subject.artist.key)
        if not document.superseded and document.id not in subject.curation.excluded
    }


def _styles_of(artist: Artist) -> list[str]:
    return [style for genre in artist.genres if (style := style_of(genre))]


def stored_profile(lake: Lake, key: str) -> StyleProfile:
    """The profile that was built last. Raises MdgError when there is none."""
    rows = lake.read_table("profiles", key)
    if not rows:
        raise MdgError(f"no profile of {key} has been built yet: materialise profile/style_profile first")
    return StyleProfile.model_validate_json(rows[0]["profile"])


def content_hash(profile: StyleProfile) -> str:
    """Of what the profile says; when it was said is left out."""
    content = profile.model_dump(mode="json", exclude=_VOLATILE)
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def _store(lake: Lake, key: str, profile: StyleProfile) -> StyleProfile:
    rows = lake.read_table("profiles", key)
    if rows:
        before = StyleProfile.model_validate_json(rows[0]["profile"])
        if content_hash(before) == content_hash(profile):
            return before
        profile = profile.model_copy(update={"created_at": before.created_at})
    row = {
        "profile": profile.model_dump_json(),
        "confidence": profile.confidence_score,
        "updated_at": profile.updated_at,
    }
    lake.write_table("profiles", key, [row], profile_schema())
    return profile


def _parameters(
    counted: Counted, texts: Sequence[Mapping[str, object]], documents: Mapping[str, Document]
) -> dict[str, Parameter]:
    takes = counted.takes
    tempos = tempo_observations(counted, documents)
    tempos += [_statement(row, documents) for row in texts if row["kind"] == "tempo"]
    measured: dict[str, Parameter] = {}
    for name, descriptor in BY_NAME.items():
        observations = _observations(takes, name, documents)
        if name in _SWINGS:
            said = [row for row in texts if row["kind"] == "swing" and row["name"] == _SWINGS[name]]
            observations += [_statement(row, documents) for row in said]
            measured[name] = swing(observations, tolerance=descriptor.tolerance)
        else:
            measured[name] = parameter(observations, descriptor.unit, tolerance=descriptor.tolerance)
    return tempo_parameters(tempos, tolerance=_TEMPO_TOLERANCE) | measured


def tempo_observations(counted: Counted, documents: Mapping[str, Document]) -> list[Observation]:
    """One for each take that has a tempo; one that was found at several shares its weight among them."""
    out: list[Observation] = []
    for take in counted.takes:
        found = (take, *counted.retimed.get((take.document, take.item), ()))
        told = [_observation(each, each.beats_per_minute, documents) for each in found if each.beats_per_minute]
        share = _weight(take, documents) / max(1, len(told))
        out += [replace(observation, weight=share) for observation in told]
    return out


def _statement(row: Mapping[str, object], documents: Mapping[str, Document]) -> Observation:
    """A number that a sentence states; the sentence is its title."""
    document = documents[str(row["document"])]
    title = f"{document.title}: {row['excerpt']}"
    weight = document.trust * _WORDS_WEIGHT
    return Observation(document.id, document.source, document.kind, title, float(str(row["value"])), weight)


def _styles(counted: Counted, documents: Mapping[str, Document]) -> list[StyleSummary]:
    by_style: dict[str, list[TakeRow]] = defaultdict(list)
    for take in counted.takes:
        by_style[take.style].append(take)
    ranked = sorted(by_style.items(), key=lambda item: (-sum(_weight(t, documents) for t in item[1]), item[0]))
    total = sum(len(group) for group in by_style.values())
    return [
        StyleSummary(
            style=style,
            documents=len({take.document for take in group}),
            share=round(len(group) / total, 4),
            document_ids=_weightiest(group, documents),
            params=_without_evidence(_parameters(replace(counted, takes=group), [], documents)),
        )
        for style, group in ranked
    ]


def _weightiest(takes: Sequence[TakeRow], documents: Mapping[str, Document]) -> list[str]:
    ranked = sorted(takes, key=lambda take: (-_weight(take, documents), take.document))
    return list(dict.fromkeys(take.document for take in ranked))[:_STYLE_DOCUMENTS]


def _without_evidence(params: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """Documents and conflicts are listed once, with the artist's own parameters."""
    return {name: item.model_copy(update={"evidence": [], "conflicts": []}) for name, item in params.items()}


def _bars(takes: Sequence[TakeRow], documents: Mapping[str, Document]) -> Bars:
    """What the takes show, each weighted by the trust in its document; who is off the file's tempo shows nothing."""
    known = [(take, take.bars * documents[take.document].trust) for take in takes if take.follows_grid]
    return Bars(
        strokes=sum(bars for _, bars in known),
        dynamics=sum(bars for take, bars in known if take.shows_dynamics),
        timing=sum(bars for take, bars in known if is_performance(take)),
    )


def _weight(take: TakeRow, documents: Mapping[str, Document]) -> float:
    return documents[take.document].trust * take.certainty * min(take.bars, _MAX_BARS)


def _observation(take: TakeRow, value: float, documents: Mapping[str, Document]) -> Observation:
    document = documents[take.document]
    return Observation(take.document, document.source, document.kind, take.title, value, _weight(take, documents))


def _observations(takes: Iterable[TakeRow], name: str, documents: Mapping[str, Document]) -> list[Observation]:
    return [_observation(take, take.params[name], documents) for take in takes if name in take.params]


def _agreements(params: Mapping[str, Parameter]) -> dict[str, float]:
    tolerances = {name: descriptor.tolerance for name, descriptor in BY_NAME.items()} | {"tempo_mode": _TEMPO_TOLERANCE}
    return {
        name: 1 / (1 + params[name].spread / tolerance)  # type: ignore[operator]  # a value has a spread
        for name, tolerance in tolerances.items()
        if params[name].value is not None and not params[name].pinned  # a decision agrees with nobody
    }


def _quality(
    takes: Iterable[TakeRow],
    texts: Iterable[Mapping[str, object]],
    documents: Mapping[str, Document],
    certainty: float,
) -> float:
    """Mean trust; what was found by the artist's name is trusted as far as it is certain who that is."""

    def trust(document: str) -> float:
        found = documents[document]
        return found.trust * (1.0 if found.source in _VOUCHED_FOR else certainty)

    weights = [(trust(take.document) * take.certainty, float(min(take.bars, _MAX_BARS))) for take in takes]
    weights += [(trust(str(row["document"])), 1.0) for row in texts]
    total = sum(weight for _, weight in weights)
    return sum(trust * weight for trust, weight in weights) / total if total else 0.0
