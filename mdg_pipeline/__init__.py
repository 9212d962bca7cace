"""The research pipeline: sources -> documents -> features -> StyleProfile -> Postgres, run by Dagster."""
