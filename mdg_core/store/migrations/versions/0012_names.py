"""Names that are found by what is typed, artists that are taken away or apart, requests that may be sent twice."""

from alembic import op
from sqlalchemy import text

from mdg_core.artist import words_of
from mdg_core.spelling import grams_of

revision = "0012"
down_revision = "0011"

_UP = """
ALTER TABLE artist ADD COLUMN grams bit(512) NOT NULL DEFAULT 0::bit(512);  -- mdg_core.spelling

ALTER TABLE published_profile ADD COLUMN styles text[] NOT NULL DEFAULT '{}';
UPDATE published_profile p SET styles = ARRAY(
    SELECT style->>'style' FROM style_profile s, jsonb_array_elements(s.profile->'styles') AS style
    WHERE s.artist_key = p.artist_key AND s.version = p.version LIMIT 5);

-- what the pipeline has to do in its lake after a decision that holds here already
CREATE TABLE chore (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('remove', 'separate')),
    artist_key text NOT NULL,  -- of an artist who may be gone
    other_key text,            -- separate: whose documents leave those of the artist
    documents text[],          -- separate: their ids; null: all that the other has
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX chore_by_artist ON chore (artist_key);

ALTER TABLE curation DROP CONSTRAINT curation_action_check;
ALTER TABLE curation ADD CONSTRAINT curation_action_check CHECK (action IN
    ('exclude', 'include', 'url', 'file', 'pin', 'unpin', 'drummers', 'merge', 'unmerge'));

CREATE TABLE idempotency_key (
    caller text NOT NULL,
    key text NOT NULL,
    digest bytea NOT NULL,     -- SHA-256 of what was asked
    began_at timestamptz NOT NULL DEFAULT now(),
    status smallint,           -- null: under way, or its process died
    headers jsonb,
    body bytea,
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_key_by_age ON idempotency_key (began_at);
"""

_DOWN = """
DROP TABLE idempotency_key;
DROP TABLE chore;
DELETE FROM curation WHERE action = 'unmerge';
ALTER TABLE curation DROP CONSTRAINT curation_action_check;
ALTER TABLE curation ADD CONSTRAINT curation_action_check CHECK (action IN
    ('exclude', 'include', 'url', 'file', 'pin', 'unpin', 'drummers', 'merge'));
ALTER TABLE published_profile DROP COLUMN styles;
ALTER TABLE artist DROP COLUMN grams;
"""


def upgrade() -> None:
    op.execute(_UP)
    connection = op.get_bind()
    names = connection.execute(text("SELECT key, name FROM artist")).all()
    if names:
        connection.execute(
            text("UPDATE artist SET grams = CAST(:grams AS bit varying) WHERE key = :key"),
            [{"key": key, "grams": grams_of(words_of(name))} for key, name in names],
        )


def downgrade() -> None:
    op.execute(_DOWN)
