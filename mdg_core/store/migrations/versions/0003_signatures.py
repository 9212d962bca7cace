"""The ranking of grooves by how telling they are."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE pattern_signature (
            artist_key text NOT NULL REFERENCES artist (key),
            pattern_id text NOT NULL,
            typical double precision NOT NULL,
            untypical double precision NOT NULL,
            rank integer NOT NULL,
            PRIMARY KEY (artist_key, pattern_id)
        )
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE pattern_signature")
