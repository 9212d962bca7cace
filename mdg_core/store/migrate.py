"""Brings a database to the schema of this version (Alembic); safe to call from several processes at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from mdg_core.errors import MdgError
from mdg_core.store.connect import DatabaseUnavailable, describe

_LOCK = 0x6D6467  # "mdg"


def migrate(url: str) -> None:
    """Create or upgrade the schema. Raises DatabaseUnavailable, or MdgError when the server has no pgvector."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
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
