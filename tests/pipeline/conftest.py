"""A pipeline on an ephemeral Dagster instance, a library and a lake in temporary folders, and the real database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from mdg_core.store import artists, requests
from mdg_core.store.connect import Connection
from mdg_core.store.requests import Depth, Kind, ResearchRequest
from mdg_pipeline.definitions import build_defs
from mdg_pipeline.defs.jobs import RESEARCH_JOB
from mdg_pipeline.defs.resources import Research
from mdg_pipeline.defs.sensors import run_tags
from mdg_pipeline.lake import Lake

GRID = """\
style: funk
tempo: 100

[Pocket]
    1   2   3   4  |1   2   3   4
CH  6.5.6.5.6.5.6.5.|6.5.6.5.6.5.6.5.
SN  ....8..2.2..8...|....8..2.2..8..2
BD  8.......7.7.....|8..7....7.7.....

[Turn]
role: fill
SN  6.6.8.8.9.9.9999
BD  8.......8.......
"""


@pytest.fixture
def _no_web(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested here is the road, not the sources, which have tests of their own."""
    monkeypatch.setenv("MDG_WEB__ENABLED", "false")
    monkeypatch.setenv("MDG_DEMO_LIBRARY", "false")  # nor the demo artists


@dataclass
class Pipeline:
    """Runs research jobs as the local worker does."""

    conn: Connection
    database_url: str
    home: Path
    library: Path
    instance: dg.DagsterInstance

    @property
    def lake(self) -> Lake:
        return Lake(self.home / "lake")

    @property
    def resource(self) -> Research:
        return Research(home=str(self.home), library=str(self.library), database_url=self.database_url)

    @property
    def defs(self) -> dg.Definitions:
        return build_defs({"research": self.resource})

    def write(self, path: str, content: str | bytes) -> Path:
        file = self.library / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    def research(
        self, name: str, kind: Kind = "research", depth: Depth = "full"
    ) -> tuple[ResearchRequest, dg.ExecuteInProcessResult]:
        """Ask for research and run it; the request as it stands then, and the run."""
        key = artists.find_or_create(self.conn, name).key
        request, _ = requests.submit(self.conn, key, kind=kind, depth=depth)
        self.instance.add_dynamic_partitions("artists", [key])
        result = self.defs.resolve_job_def(RESEARCH_JOB).execute_in_process(
            instance=self.instance, partition_key=key, tags=run_tags(request), raise_on_error=False
        )
        ended = requests.get(self.conn, request.id)
        assert ended is not None
        return ended, result


@pytest.fixture
def pipeline(_no_web: None, conn: Connection, database_url: str, tmp_path: Path) -> Iterator[Pipeline]:
    library = tmp_path / "library"
    library.mkdir()
    with dg.DagsterInstance.ephemeral() as instance:
        yield Pipeline(conn, database_url, tmp_path / "state", library, instance)


def materialised(result: dg.ExecuteInProcessResult) -> dict[str, str | None]:
    """Asset -> data version, of what a run materialised."""
    return {
        event.materialization.asset_key.to_user_string(): (event.materialization.tags or {}).get("dagster/data_version")
        for event in result.get_asset_materialization_events()
        for event in [event.step_materialization_data]
    }
