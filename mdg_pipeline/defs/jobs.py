"""The jobs that people and sensors start."""

from __future__ import annotations

import dagster as dg

RESEARCH_JOB = "research"

research_job = dg.define_asset_job(
    RESEARCH_JOB,
    selection=dg.AssetSelection.groups("identity", "raw", "features", "profile", "serving"),
    executor_def=dg.in_process_executor,
    description="Research one artist: collect from every source, and rebuild the profile if anything changed.",
)

corpus_job = dg.define_asset_job(
    "corpus",
    selection=dg.AssetSelection.groups("corpus"),
    executor_def=dg.in_process_executor,
    description="Bring the views across artists up to date.",
)
