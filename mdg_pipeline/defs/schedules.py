"""What happens by the clock."""

import dagster as dg

from mdg_pipeline.defs.jobs import corpus_job

corpus_hourly = dg.ScheduleDefinition(
    job=corpus_job,
    cron_schedule="17 * * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="The views across artists, every hour.",
)
