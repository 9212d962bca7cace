"""Who each artist is, and which artist a request means."""

from alembic import op

revision = "0004"
down_revision = "0003"

_UP = """
CREATE TABLE artist_identity (
    artist_key text PRIMARY KEY REFERENCES artist (key),
    mbid text CHECK (mbid ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'),
    name text NOT NULL,                    -- as the source writes it
    kind text,                             -- Person, Group, ...
    disambiguation text NOT NULL DEFAULT '',
    aliases jsonb NOT NULL DEFAULT '[]',
    drummers jsonb NOT NULL DEFAULT '[]',  -- the most important first
    bands jsonb NOT NULL DEFAULT '[]',
    genres jsonb NOT NULL DEFAULT '[]',
    years text,
    source text NOT NULL CHECK (source IN ('musicbrainz', 'typed')),
    certainty real NOT NULL CHECK (certainty BETWEEN 0 AND 1),
    decided_by text NOT NULL CHECK (decided_by IN ('auto', 'operator')),
    candidates jsonb NOT NULL DEFAULT '[]', -- those among whom nobody has decided yet
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- the operator's decision that comes with a request: an artist's MBID, or 'none' for none of the known ones
ALTER TABLE research_request ADD COLUMN mbid text
    CHECK (mbid ~ '^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|none)$');
"""


def upgrade() -> None:
    op.execute(_UP)


def downgrade() -> None:
    op.execute("DROP TABLE artist_identity; ALTER TABLE research_request DROP COLUMN mbid")
