"""Postgres: the connection, the schema and every SQL statement of the project."""
