"""Artists, the request queue, published profiles, generations."""

from alembic import op

revision = "0001"
down_revision = None

_UP = """
CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;
CREATE SCHEMA IF NOT EXISTS dagster;  -- Dagster creates its own tables in it

CREATE TABLE artist (
    key text PRIMARY KEY CHECK (key ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE research_request (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    artist_key text NOT NULL REFERENCES artist (key),
    kind text NOT NULL CHECK (kind IN ('research', 'augment')),
    depth text NOT NULL CHECK (depth IN ('quick', 'full')),
    library text,
    status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'researching', 'completed', 'failed')),
    stage text NOT NULL DEFAULT 'queued',
    progress smallint NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    message text NOT NULL DEFAULT '',
    error text,
    result jsonb,
    attempt smallint NOT NULL DEFAULT 1,
    run_id text,
    heartbeat_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
);
CREATE UNIQUE INDEX research_request_one_open ON research_request (artist_key)
    WHERE status IN ('queued', 'researching');
CREATE INDEX research_request_by_artist ON research_request (artist_key, created_at DESC);

CREATE TABLE style_profile (
    artist_key text NOT NULL REFERENCES artist (key),
    version integer NOT NULL CHECK (version >= 1),
    profile jsonb NOT NULL,
    content_hash text NOT NULL,
    built_from jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (artist_key, version)
);

CREATE TABLE published_profile (
    artist_key text PRIMARY KEY REFERENCES artist (key),
    version integer NOT NULL,
    confidence real NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    embedding public.vector(384) NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (artist_key, version) REFERENCES style_profile (artist_key, version)
);
CREATE INDEX published_profile_embedding ON published_profile
    USING hnsw (embedding public.vector_cosine_ops) WITH (m = 16, ef_construction = 64);

CREATE TABLE generation (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    artist_key text NOT NULL REFERENCES artist (key),
    request jsonb NOT NULL,
    research_id uuid REFERENCES research_request (id),
    status text NOT NULL DEFAULT 'queued'
        CHECK (status IN ('queued', 'researching', 'generating', 'completed', 'failed')),
    claimed_at timestamptz,
    profile_version integer,
    provider text,
    model text,
    result jsonb,
    error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
);
CREATE INDEX generation_open ON generation (created_at) WHERE status IN ('queued', 'researching', 'generating');

CREATE TABLE generation_clip (
    generation_id uuid NOT NULL REFERENCES generation (id) ON DELETE CASCADE,
    index smallint NOT NULL CHECK (index BETWEEN 1 AND 8),
    midi bytea NOT NULL,
    PRIMARY KEY (generation_id, index)
);

CREATE TABLE heartbeat (
    service text PRIMARY KEY,
    seen_at timestamptz NOT NULL
);
"""


def upgrade() -> None:
    op.execute(_UP)


def downgrade() -> None:
    op.execute(
        "DROP TABLE heartbeat, generation_clip, generation, published_profile, style_profile, research_request, artist"
    )
