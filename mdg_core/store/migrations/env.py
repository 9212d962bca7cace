"""Alembic's entry: runs the migrations on the connection that `mdg_core.store.migrate` hands over."""

from alembic import context
from sqlalchemy import text

connection = context.config.attributes["connection"]
connection.execute(text("CREATE SCHEMA IF NOT EXISTS mdg"))
connection.execute(text("SET search_path TO mdg, public"))
connection.commit()
# Dagster keeps an alembic_version table too: ours lives in our own schema
context.configure(connection=connection, version_table_schema="mdg", transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
