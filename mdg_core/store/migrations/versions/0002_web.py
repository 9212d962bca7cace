"""What processes share when they ask web sources: turns, circuits, and the index of cached answers."""

from alembic import op

revision = "0002"
down_revision = "0001"

_UP = """
CREATE TABLE web_turn (
    key text PRIMARY KEY,
    next_slot timestamptz NOT NULL,      -- the first moment that nobody has reserved
    last_request timestamptz NOT NULL,
    held_until timestamptz NOT NULL,     -- nobody asks before: a backoff, or the service's own Retry-After
    held_because text NOT NULL DEFAULT ''
);

CREATE TABLE web_circuit (
    host text PRIMARY KEY,
    failures integer NOT NULL DEFAULT 0, -- in a row
    times_opened integer NOT NULL DEFAULT 0,
    open_until timestamptz,              -- null: closed
    reason text NOT NULL DEFAULT ''
);

CREATE TABLE web_page (
    key text PRIMARY KEY CHECK (key ~ '^[0-9a-f]{64}$'),
    source text NOT NULL,
    url text NOT NULL,
    final_url text NOT NULL,
    status smallint NOT NULL,
    content_type text NOT NULL,
    headers jsonb NOT NULL,
    etag text,
    last_modified text,
    blob text NOT NULL,
    fetched_at timestamptz NOT NULL,     -- when the body came
    checked_at timestamptz NOT NULL      -- when the service last confirmed it
);
"""


def upgrade() -> None:
    op.execute(_UP)


def downgrade() -> None:
    op.execute("DROP TABLE web_page, web_circuit, web_turn")
