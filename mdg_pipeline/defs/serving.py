"""The finished profile goes to Postgres, where the API reads it; the embedding of its words follows."""

import dagster as dg

from mdg_core.store import artists as artist_rows
from mdg_core.store import neighbours, profiles, requests
from mdg_pipeline import outcome, versions
from mdg_pipeline.build.profile import content_hash, stored_profile
from mdg_pipeline.defs.partitions import artists, checked_key
from mdg_pipeline.defs.profile import STYLE_PROFILE
from mdg_pipeline.defs.resources import Research
from mdg_pipeline.progress import DEPTH_TAG, LIBRARY_TAG
from mdg_pipeline.subject import subject_of

PUBLISHED = ["serving", "published_profile"]


@dg.asset(
    key=PUBLISHED,
    deps=[STYLE_PROFILE],
    partitions_def=artists,
    group_name="serving",
    kinds={"postgres"},
    code_version="2",
    description="The profile in Postgres, with the numbers by which artists are compared, in one transaction.",
)
def published_profile(context: dg.AssetExecutionContext, research: Research) -> dg.MaterializeResult[None]:
    key = checked_key(context)
    lake = research.lake
    with research.reporting(context) as reporter:
        profile = stored_profile(lake, key)
        digest = content_hash(profile)
        with research.connection() as conn, conn.transaction():
            artist_rows.find_or_create(conn, profile.artist.name)
            before = profiles.published(conn, key)
            version = profiles.publish(
                conn,
                profile,
                content_hash=digest,
                built_from=versions.inputs(lake, subject_of(conn, key)),
            )
            stored = profile.model_copy(update={"version": version})
            message, result = outcome.published(lake, key, stored, before.profile if before else None)
            # with the profile, so that a research that was cancelled meanwhile leaves the one that there was
            reporter.complete(conn, message, result)
        with research.connection() as conn:
            neighbours.rescale(conn)  # so that the first artists are told apart by each other at once
        if context.run.tags.get(DEPTH_TAG) == "quick":
            with research.connection() as conn:
                requests.submit(conn, key, depth="full", library=context.run.tags.get(LIBRARY_TAG))
        return dg.MaterializeResult(
            data_version=dg.DataVersion(digest),
            metadata={"version": version, "confidence": profile.confidence_score, "changes": result["changes"]},
        )


@dg.asset(
    key=["profile", "embedding"],
    deps=[PUBLISHED],
    partitions_def=artists,
    group_name="serving",
    kinds={"pytorch", "postgres"},
    code_version=versions.CODE["profile/embedding"],
    description="What describes the style in words, as 384 numbers; the artist's name is not part of it. By it artists "
    "are compared of whom there is no playing. The request does not wait for it.",
)
def embedding(context: dg.AssetExecutionContext, research: Research) -> dg.MaterializeResult[None]:
    from mdg_pipeline.build.embed import MODEL, stored_embedding

    key = checked_key(context)
    found = stored_embedding(research.lake, key, stored_profile(research.lake, key))
    with research.connection() as conn:
        profiles.store_embedding(conn, key, found.vector)
    return dg.MaterializeResult(
        data_version=dg.DataVersion(found.text_hash),
        metadata={"text": found.text, "dimensions": len(found.vector), "model": MODEL},
    )
