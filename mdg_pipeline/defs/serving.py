"""The finished profile goes to Postgres, where the API reads it."""

import dagster as dg

from mdg_core.store import artists as artist_rows
from mdg_core.store import profiles, requests
from mdg_pipeline import outcome, versions
from mdg_pipeline.build.profile import content_hash, stored_embedding, stored_profile
from mdg_pipeline.defs.partitions import artists, checked_key
from mdg_pipeline.defs.profile import EMBEDDING, STYLE_PROFILE
from mdg_pipeline.defs.resources import Research
from mdg_pipeline.progress import DEPTH_TAG, LIBRARY_TAG
from mdg_pipeline.subject import subject_of


@dg.asset(
    key=["serving", "published_profile"],
    deps=[STYLE_PROFILE, EMBEDDING],
    partitions_def=artists,
    group_name="serving",
    kinds={"postgres"},
    code_version="1",
    description="The profile and its embedding in Postgres, published in one transaction.",
)
def published_profile(context: dg.AssetExecutionContext, research: Research) -> dg.MaterializeResult[None]:
    key = checked_key(context)
    reporter, lake = research.reporter(context), research.lake
    with reporter.guard():
        profile = stored_profile(lake, key)
        found = stored_embedding(lake, key, profile)
        digest = content_hash(profile)
        with research.connection() as conn, conn.transaction():
            artist_rows.find_or_create(conn, profile.artist.name)
            before = profiles.published(conn, key)
            version = profiles.publish(
                conn,
                profile,
                embedding=found.vector,
                content_hash=digest,
                built_from=versions.inputs(lake, subject_of(conn, key)),
            )
        stored = profile.model_copy(update={"version": version})
        message, result = outcome.published(lake, key, stored, before.profile if before else None)
        reporter.complete(message, result)
        if context.run.tags.get(DEPTH_TAG) == "quick":
            with research.connection() as conn:
                requests.submit(conn, key, depth="full", library=context.run.tags.get(LIBRARY_TAG))
        return dg.MaterializeResult(
            data_version=dg.DataVersion(digest),
            metadata={"version": version, "confidence": profile.confidence_score, "changes": result["changes"]},
        )
