"""The schema is compared by one query; Alembic is loaded where it differs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

import mdg_core.store
from mdg_core.store import connect as connecting
from mdg_core.store.connect import Connection, open_pool
from mdg_core.store.migrate import latest, migrate


def test_the_latest_migration_is_alembics_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(mdg_core.store.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [latest()]


def test_a_schema_that_is_up_to_date_needs_no_alembic(database_url: str) -> None:
    code = (
        "import sys; from mdg_core.store.migrate import migrate; "
        "migrate(sys.argv[1]); print({'alembic', 'sqlalchemy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, database_url], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_an_older_schema_is_brought_up_to_date(database_url: str, conn: Connection) -> None:
    conn.execute("UPDATE mdg.alembic_version SET version_num = '0013'")
    conn.execute("DROP INDEX generation_ended, generation_by_research, llm_call_by_generation, research_request_ended")
    migrate(database_url)
    row = conn.execute("SELECT version_num FROM mdg.alembic_version").fetchone()
    assert row == {"version_num": latest()}
    assert conn.execute("SELECT to_regclass('generation_ended') AS made").fetchone() != {"made": None}


def test_a_pool_hands_out_no_connection_that_has_ended(database_url: str, conn: Connection) -> None:
    pool = open_pool(database_url, name="mdg-test-ended", size=1)
    try:
        with pool.connection() as lent:
            before = lent.info.backend_pid
        conn.execute("SELECT pg_terminate_backend(%s)", (before,))
        for _ in range(100):  # until the server has said so
            if not conn.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", (before,)).fetchone():
                break
        with pool.connection() as lent:
            assert lent.info.backend_pid != before
    finally:
        pool.close()


def test_a_connection_that_waits_costs_no_question(conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(_: psycopg.Connection) -> None:
        raise AssertionError

    monkeypatch.setattr(connecting.ConnectionPool, "check_connection", asked)
    connecting._check(conn)
