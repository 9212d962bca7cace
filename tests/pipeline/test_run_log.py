"""What a run says is kept as lines that name the request it works for."""

import json
import logging
from pathlib import Path

import pytest
import yaml

pytest.importorskip("dagster")

import dagster as dg
from dagster._core.test_utils import instance_for_test

from mdg_core.settings import Settings
from mdg_pipeline.instance import prepare
from mdg_pipeline.progress import ARTIST_TAG, REQUEST_TAG


@dg.op
def plays(context: dg.OpExecutionContext) -> None:
    context.log.info("context says")
    logging.getLogger("mdg_pipeline.collect.gather").warning("a module says")
    logging.getLogger("urllib3").warning("somebody else says")


@dg.job(executor_def=dg.in_process_executor)
def concert() -> None:
    plays()


def test_lines_name_task_run_and_artist(tmp_path: Path) -> None:
    prepare(Settings(home=tmp_path), "postgresql://u@h/db")
    written = yaml.safe_load((tmp_path / "dagster" / "dagster.yaml").read_text(encoding="utf-8"))
    with instance_for_test(overrides={"python_logs": written["python_logs"]}) as instance:
        result = concert.execute_in_process(instance=instance, tags={REQUEST_TAG: "t1", ARTIST_TAG: "elvin-jones"})
    lines = [json.loads(line) for line in (tmp_path / "logs" / "runs.log").read_text(encoding="utf-8").splitlines()]
    said = {line["event"]: line for line in lines}
    assert "somebody else says" not in said
    for event, level in (("context says", "info"), ("a module says", "warning")):
        line = said[event]
        assert line["level"] == level
        assert (line["task_id"], line["artist"], line["run_id"]) == ("t1", "elvin-jones", result.run_id)
        assert line["step_key"] == "plays"
    assert [line["event"] for line in lines].count("a module says") == 1
