"""Features -> the StyleProfile."""

from collections.abc import Iterator
from functools import partial

import dagster as dg

from mdg_core.profile import USABLE_CONFIDENCE, StyleProfile
from mdg_pipeline import versions
from mdg_pipeline.build import show, wording
from mdg_pipeline.build.profile import build_profile, content_hash
from mdg_pipeline.defs.partitions import artists, checked_key
from mdg_pipeline.defs.resources import Research
from mdg_pipeline.progress import DEPTH_TAG
from mdg_pipeline.subject import subject_of

STYLE_PROFILE = ["profile", "style_profile"]


@dg.asset(
    key=STYLE_PROFILE,
    deps=[["features", "text"], ["features", "audio"], ["features", "midi"]],
    partitions_def=artists,
    group_name="profile",
    kinds={"pydantic"},
    code_version=versions.CODE["profile/style_profile"],
    check_specs=[
        dg.AssetCheckSpec(name, asset=STYLE_PROFILE, partitions_def=artists, description=description)
        for name, description in (
            ("usable", f"The confidence is at least {USABLE_CONFIDENCE}."),
            ("has_grooves", "There is at least one groove to play."),
        )
    ],
    description="How this artist's drummer plays: parameters with evidence, feel, patterns, confidence.",
)
def style_profile(
    context: dg.AssetExecutionContext, research: Research
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    key = checked_key(context)
    with research.reporting(context) as reporter:
        reporter.report("profile", "building the profile", fraction=0.1)
        with research.connection() as conn:
            subject = subject_of(conn, key)
        worded = partial(
            wording.reword,
            lake=research.lake,
            key=key,
            settings=research.settings,
            lend=research.connection,
            may_ask=context.run.tags.get(DEPTH_TAG) != "quick",  # the full research behind it asks
        )
        profile = build_profile(research.lake, subject, worded)
        reporter.report("profile", f"confidence {profile.confidence_score:.2f}")
        yield dg.MaterializeResult(
            data_version=dg.DataVersion(content_hash(profile)),
            metadata={
                "artist": profile.artist.name,
                "confidence": profile.confidence_score,
                "description": profile.text_description,
                "wording": wording.told(research.lake, key, profile.text_description),
                "parameters": dg.MetadataValue.md(show.parameters_table(profile)),
                "evidence": dg.MetadataValue.md(show.evidence_table(profile)),
                "signature_groove": dg.MetadataValue.md(show.groove_block(profile)),
                "feel": dg.MetadataValue.md(show.feel_plot(profile)),
            },
        )
        yield _usable(profile)
        yield _has_grooves(profile)


def _usable(profile: StyleProfile) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name="usable",
        passed=profile.confidence_score >= USABLE_CONFIDENCE,
        severity=dg.AssetCheckSeverity.WARN,
        metadata=dict(profile.confidence_parts),
    )


def _has_grooves(profile: StyleProfile) -> dg.AssetCheckResult:
    grooves = sum(1 for pattern in profile.patterns if pattern.role == "groove")
    return dg.AssetCheckResult(
        check_name="has_grooves",
        passed=grooves > 0,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"grooves": grooves},
    )
