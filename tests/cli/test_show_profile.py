"""What `mdg profile` says beyond the plain numbers: modes, conflicts, who was played with."""

from __future__ import annotations

from datetime import UTC, datetime

from mdg_cli.show_profile import evidence_lines, profile_lines
from mdg_core.kit import Voice
from mdg_core.profile import Artist, Collaborator, Mode, Parameter, PatternTemplate, StyleProfile

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def number(value: float, unit: str, **more: object) -> Parameter:
    return Parameter.model_validate(
        {"value": value, "unit": unit, "spread": 1.0, "confidence": 0.5, "evidence_count": 4, **more}
    )


PROFILE = StyleProfile(
    artist=Artist(key="lever", name="Lever"),
    text_description="Tempos lie between 70 and 146 BPM.",
    quantitative_params={
        "tempo_mode": number(144, "BPM", modes=[Mode(value=144, share=0.6), Mode(value=72, share=0.4)]),
        "tempo_min": number(70, "BPM"),
        "tempo_max": number(146, "BPM"),
        "swing_percent": number(50, "%", conflicts=["words say 67 % (1 document, wikipedia)"]),
    },
    collaborators=[Collaborator(name="Nora Finch", relation="played with", documents=1)],
    confidence_score=0.5,
    confidence_parts={"score": 0.5},
    sources_count={"midi": 4},
    created_at=NOW,
    updated_at=NOW,
)


def test_modes_conflicts_and_collaborators_are_shown() -> None:
    lines = "\n".join(profile_lines(PROFILE))
    assert "144 BPM, from 70 to 146; modes 144 (60%), 72 (40%)" in lines
    assert "conflict          swing_percent: words say 67 % (1 document, wikipedia)" in lines
    assert "played with       Nora Finch" in lines


def test_the_evidence_lists_them_by_parameter() -> None:
    lines = evidence_lines(PROFILE)
    assert "  mode 72 BPM, 40% of the weight" in lines
    assert lines[lines.index("swing_percent: 50 %, confidence 0.50") + 1].startswith("  conflict: words say 67 %")


def test_one_of_a_kind_is_told_in_the_singular() -> None:
    patterns = [
        PatternTemplate(
            id=role, name=role, role=role, style="rock", metre="4/4", steps_per_quarter=4, bars=1, weight=1.0,
            tempo=None, documents=[],
            lanes={Voice.KICK: "9..............."},
        )
        for role in ("groove", "fill", "fill")
    ]  # fmt: skip
    assert "patterns          1 groove, 2 fills" in profile_lines(PROFILE.model_copy(update={"patterns": patterns}))


def test_a_profile_of_an_earlier_version_is_read() -> None:
    """Fields that were added have defaults, so that what is stored stays valid."""
    stored = PROFILE.model_dump(mode="json", exclude={"collaborators"})
    for parameter in stored["quantitative_params"].values():
        del parameter["modes"], parameter["conflicts"]
    read = StyleProfile.model_validate(stored)
    assert read.quantitative_params["tempo_mode"].modes == []
    assert read.schema_version == 1
