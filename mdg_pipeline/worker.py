"""Runs one research request in this process, for a machine on which the Dagster daemon is not running.

`python -m mdg_pipeline.worker REQUEST_ID` is what `mdg research` starts then. It is the same job on the same
instance: the run, its events and its assets are there in the Dagster UI at the next `mdg up`.
"""

from __future__ import annotations

import os
import sys
from uuid import UUID

from mdg_core.errors import MdgError
from mdg_core.settings import Settings, load_settings
from mdg_core.store import embedded, requests
from mdg_core.store.connect import Connection, connect
from mdg_core.store.requests import ResearchRequest
from mdg_pipeline.instance import prepare
from mdg_pipeline.lake import Lake


def run_request(request_id: UUID, settings: Settings) -> bool:
    """Run the job for a queued request; True when the run succeeded. Raises MdgError."""
    with embedded.lease(settings) as url:
        os.environ.update(prepare(settings, url))
        with connect(url, name="mdg-worker") as conn, requests.sole_worker(conn, request_id) as alone:
            request = requests.get(conn, request_id)
            if request is None:
                raise MdgError(f"there is no research request {request_id}")
            if not alone:
                return True  # another command started it at the same moment
            return _execute(conn, Lake(settings.home / "lake"), request)


def _execute(conn: Connection, lake: Lake, request: ResearchRequest) -> bool:
    import dagster as dg

    from mdg_pipeline.chores import work_off
    from mdg_pipeline.definitions import defs
    from mdg_pipeline.defs.jobs import RESEARCH_JOB
    from mdg_pipeline.defs.partitions import artists
    from mdg_pipeline.defs.sensors import run_tags

    with dg.DagsterInstance.get() as instance:
        if request.artist_key in work_off(conn, lake, instance):
            raise MdgError("what was decided about this artist is still being done: try again in a minute")
        instance.add_dynamic_partitions(str(artists.name), [request.artist_key])
        result = defs.resolve_job_def(RESEARCH_JOB).execute_in_process(
            instance=instance, partition_key=request.artist_key, tags=run_tags(request), raise_on_error=False
        )
    return result.success


def main() -> int:
    try:
        return 0 if run_request(UUID(sys.argv[1]), load_settings()) else 1
    except (MdgError, ValueError, IndexError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
