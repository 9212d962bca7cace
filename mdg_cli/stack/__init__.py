"""The stack of `mdg up`: Postgres, Dagster and the API as one, under one supervisor."""
