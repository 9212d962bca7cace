"""Brings a database to the schema of this version (Alembic); safe to call from several processes at once."""

from __future__ import annotations

from pathlib import Path

import psycopg

from mdg_core.errors import MdgError
from mdg_core.store.connect import DatabaseUnavailable, connect, describe

_LOCK = 0x6D6467  # "mdg"
_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(url: str) -> None:
    """Create or upgrade the schema, where it is another than this version's.

    Raises DatabaseUnavailable, or MdgError when the server has no pgvector.
    """
    if _version(url) != latest():
        _upgrade(url)


def latest() -> str:
    """The revision of this version's schema: the highest number among the migrations."""
    return max(path.name.split("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def _version(url: str) -> str | None:
    """The revision of the database's schema; None before the first one. Raises DatabaseUnavailable."""
    with connect(url) as conn:
        try:
            row = conn.execute("SELECT version_num FROM mdg.alembic_version").fetchone()
        except psycopg.errors.UndefinedTable:
            return None
    return row["version_num"] if row else None


def _upgrade(url: str) -> None:
    # loaded here: they take longer than most commands, and are hardly ever needed
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from sqlalchemy import create_engine, text  # noqa: PLC0415
    from sqlalchemy.exc import DBAPIError, OperationalError  # noqa: PLC0415

    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
            connection.commit()
            try:
                _require_pgvector(connection.execute(text(_PGVECTOR)).one_or_none(), url)
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                connection.commit()
            finally:
                connection.rollback()
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
    except OperationalError as error:
        raise DatabaseUnavailable(f"the database at {describe(url)} does not answer: {error.orig}") from error
    except DBAPIError as error:
        raise MdgError(f"the database at {describe(url)} could not be brought up to date: {error.orig}") from error
    finally:
        engine.dispose()


_PGVECTOR = "SELECT default_version, installed_version FROM pg_available_extensions WHERE name = 'vector'"


def _require_pgvector(found: object, url: str) -> None:
    if found is None:
        raise MdgError(
            f"the Postgres server at {describe(url)} does not have pgvector. Install the extension on that server "
            "(package postgresql-NN-pgvector), or unset DATABASE_URL to use the embedded server, which has it."
        )
