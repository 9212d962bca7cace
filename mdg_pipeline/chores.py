"""The pipeline's share of what was decided about artists: taking one away, taking two apart that were merged.

The database says so already; what is left is the lake and Dagster's own record. The request sensor does it, and the
local worker before it researches.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mdg_core.store import chores, requests
from mdg_core.store.chores import Chore
from mdg_core.store.connect import Connection
from mdg_pipeline.documents import RAW_KINDS
from mdg_pipeline.lake import Lake

if TYPE_CHECKING:
    import dagster as dg

_log = logging.getLogger(__name__)

PARTITIONS = "artists"
# a run that was told to end and has not is taken for dead; what it writes is published no more in any case
_PATIENCE = timedelta(seconds=60)


def work_off(conn: Connection, lake: Lake, instance: dg.DagsterInstance) -> set[str]:
    """Do the chores that can be done now. Returns the keys of the artists who must wait for the others."""
    waiting: set[str] = set()
    for chore in chores.pending(conn):
        if chore.artist_key in waiting or not _is_done(conn, lake, instance, chore):
            waiting |= {chore.artist_key} | ({chore.other_key} if chore.other_key else set())
        else:
            chores.done(conn, chore.id)
    return waiting


def _is_done(conn: Connection, lake: Lake, instance: dg.DagsterInstance, chore: Chore) -> bool:
    if chore.kind == "separate":
        return _separate(conn, lake, chore)
    if not _end_runs(instance, chore.artist_key, is_late=datetime.now(UTC) - chore.created_at > _PATIENCE):
        return False
    lake.remove_artist(chore.artist_key)
    if chore.artist_key in instance.get_dynamic_partitions(PARTITIONS):
        instance.delete_dynamic_partition(PARTITIONS, chore.artist_key)
    return True


def _separate(conn: Connection, lake: Lake, chore: Chore) -> bool:
    latest = requests.latest(conn, chore.artist_key)
    if latest is not None and latest.status == "researching":
        return False  # it writes the documents that it has read before
    for kind in RAW_KINDS:
        left = set(chore.documents or ())
        if chore.documents is None and chore.other_key is not None:
            left = {document.id for document in lake.documents(kind, chore.other_key)}
        had = lake.documents(kind, chore.artist_key)
        kept = [document for document in had if document.id not in left]
        if len(kept) < len(had):
            lake.write_documents(kind, chore.artist_key, kept)
    requests.submit(conn, chore.artist_key)  # the profile is built anew from what is left
    return True


def _end_runs(instance: dg.DagsterInstance, key: str, *, is_late: bool) -> bool:
    """Whether no run is at work on the artist any more."""
    import dagster as dg
    from dagster._core.storage.dagster_run import NOT_FINISHED_STATUSES

    wanted = dg.RunsFilter(tags={"dagster/partition": key}, statuses=list(NOT_FINISHED_STATUSES))
    running = False
    for run in instance.get_runs(wanted):
        if is_late or run.status in (dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED):
            instance.report_run_canceled(run, "the artist was deleted")
            continue
        running = True
        if run.status is not dg.DagsterRunStatus.CANCELING:
            try:
                instance.run_launcher.terminate(run.run_id)
            except Exception as error:  # a launcher that cannot end runs, a code server that is away
                _log.warning("run %s of the deleted artist %s could not be told to end: %s", run.run_id, key, error)
    return not running
