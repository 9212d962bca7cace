"""What operators decided: exclusions, additions, pins, merges."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE curation (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            artist_key text NOT NULL REFERENCES artist (key),
            action text NOT NULL CHECK (action IN
                ('exclude', 'include', 'url', 'file', 'pin', 'unpin', 'drummers', 'merge')),
            subject text NOT NULL,
            value jsonb,
            note text NOT NULL CHECK (note <> ''),
            created_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX curation_by_artist ON curation (artist_key, id);
        ALTER TABLE artist ADD COLUMN merged_into text REFERENCES artist (key);
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE curation; ALTER TABLE artist DROP COLUMN merged_into")
