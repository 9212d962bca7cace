"""What happens by the clock."""

from datetime import UTC, datetime, timedelta

import dagster as dg

from mdg_core.store import artists as artist_rows
from mdg_core.store import profiles, requests
from mdg_pipeline.ahead import PER_TICK, next_ones, popular_artists
from mdg_pipeline.defs.jobs import corpus_job, research_job
from mdg_pipeline.defs.partitions import artists
from mdg_pipeline.defs.resources import Research
from mdg_pipeline.defs.upkeep import history_job, prune_job
from mdg_pipeline.progress import AHEAD_TAG, AHEAD_VALUE, ARTIST_TAG

_LOWEST_PRIORITY = "-10"  # people's runs have 0

corpus_hourly = dg.ScheduleDefinition(
    job=corpus_job,
    cron_schedule="17 * * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="The views across artists, every hour.",
)

prune_daily = dg.ScheduleDefinition(
    job=prune_job,
    cron_schedule="43 4 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Removes kept answers of web sources that are too old or too many; documents are never removed.",
)

history_daily = dg.ScheduleDefinition(
    job=history_job,
    cron_schedule="53 4 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Removes clips and requests that are too old or too many, by the settings `retention`; profiles stay.",
)


@dg.schedule(
    job=research_job,
    cron_schedule="37 * * * *",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description=f"Off until you switch it on: researches the artists of data/reference/popular_artists.txt ahead, "
    f"{PER_TICK} an hour, those without a profile first, then those whose profile is stale. People go first: nothing "
    "is started while a request is open, one such run works at a time, and it has the lowest priority.",
)
def popular_artists_ahead(
    context: dg.ScheduleEvaluationContext, research: Research
) -> dg.SkipReason | list[dg.RunRequest]:
    return runs_ahead(context.instance, research)


def runs_ahead(instance: dg.DagsterInstance, research: Research) -> dg.SkipReason | list[dg.RunRequest]:
    """The runs of one tick."""
    now = datetime.now(UTC)
    older_than = now - timedelta(days=research.settings.research.stale_after_days)
    with research.connection() as conn:
        if requests.list_open(conn):
            return dg.SkipReason("a request is open: people go first")
        tried = _tried_since(instance, older_than)
        wanted = next_ones(popular_artists(), profiles.confirmed_at(conn), tried, older_than=older_than)
        for artist in wanted:
            artist_rows.find_or_create(conn, artist.name)
    if not wanted:
        return dg.SkipReason("every popular artist has a profile that is not stale, or was tried lately")
    keys = [artist.key for artist in wanted]
    instance.add_dynamic_partitions(str(artists.name), keys)
    return [
        dg.RunRequest(
            run_key=f"{key}:{now:%Y-%m-%d}",
            partition_key=key,
            tags={ARTIST_TAG: key, AHEAD_TAG: AHEAD_VALUE, "dagster/priority": _LOWEST_PRIORITY},
        )
        for key in keys
    ]


def _tried_since(instance: dg.DagsterInstance, since: datetime) -> set[str]:
    """The artists of the runs that this schedule started, waiting and failed ones too."""
    runs = instance.get_runs(dg.RunsFilter(tags={AHEAD_TAG: AHEAD_VALUE}, created_after=since))
    return {run.tags[ARTIST_TAG] for run in runs}
