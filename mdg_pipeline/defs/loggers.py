"""What a run writes to its standard error: the lines of runs.log, in place of Dagster's own format."""

import logging
import sys

import dagster as dg

from mdg_pipeline.run_log import OfRuns


def _json_lines(context: dg.InitLoggerContext) -> logging.Logger:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OfRuns())
    logger = logging.Logger("dagster", logging.INFO)
    logger.addHandler(handler)
    return logger


json_lines = dg.LoggerDefinition(_json_lines, description="A line of JSON for everything from INFO on.")
