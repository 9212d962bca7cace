"""Keys of the API, what each caller has used of its hour, who asked for a research; names without bidi controls."""

from alembic import op

revision = "0009"
down_revision = "0008"

_UP = r"""
CREATE TABLE api_key (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL,
    scope text NOT NULL CHECK (scope IN ('read', 'generate', 'admin')),
    digest bytea NOT NULL UNIQUE,  -- SHA-256 of the key, which is kept nowhere
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz
);
CREATE UNIQUE INDEX api_key_name ON api_key (name) WHERE revoked_at IS NULL;

-- unlogged: written with nearly every request, and nothing is lost when a crash empties it
CREATE UNLOGGED TABLE rate_use (
    caller text NOT NULL,
    kind text NOT NULL,
    began timestamptz NOT NULL,
    used bigint NOT NULL,
    PRIMARY KEY (caller, kind)
) WITH (fillfactor = 50);

UPDATE artist SET name = regexp_replace(name, '[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]', '', 'g')
WHERE name ~ '[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]';

ALTER TABLE research_request ADD COLUMN asked_by text;
CREATE INDEX research_request_asked_by ON research_request (asked_by)
    WHERE status IN ('queued', 'researching') AND asked_by IS NOT NULL;
"""

_DOWN = """
ALTER TABLE research_request DROP COLUMN asked_by;
DROP TABLE rate_use;
DROP TABLE api_key;
"""


def upgrade() -> None:
    op.execute(_UP)


def downgrade() -> None:
    op.execute(_DOWN)
