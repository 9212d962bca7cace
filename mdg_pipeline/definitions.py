"""The Dagster code location: everything under `defs`, put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from mdg_pipeline.defs import (
    corpus,
    curation,
    features,
    identity,
    jobs,
    loggers,
    profile,
    raw,
    schedules,
    sensors,
    serving,
    upkeep,
)
from mdg_pipeline.defs.resources import Research


def build_defs(resource_overrides: Mapping[str, Any] | None = None) -> dg.Definitions:
    """The definitions; tests replace resources."""
    return dg.Definitions(
        assets=dg.load_assets_from_modules([identity, raw, features, profile, serving, corpus]),
        jobs=[jobs.research_job, jobs.corpus_job, upkeep.prune_job, upkeep.history_job, *curation.JOBS],
        sensors=[sensors.research_requests],
        schedules=[
            schedules.corpus_hourly,
            schedules.prune_daily,
            schedules.history_daily,
            schedules.popular_artists_ahead,
        ],
        resources={"research": Research(), **(resource_overrides or {})},
        executor=dg.in_process_executor,
        loggers={"console": loggers.json_lines},
    )


defs = build_defs()
