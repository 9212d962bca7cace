"""How each artist plays, in numbers to compare artists by, and the scale of their distances.

Profiles that are there get theirs at their next research; the text embedding may follow the profile.
"""

from alembic import op

revision = "0008"
down_revision = "0007"

_UP = """
ALTER TABLE published_profile
    ALTER COLUMN embedding DROP NOT NULL,
    ADD COLUMN playing jsonb,  -- mdg_core.profile.PlayedStyle
    ADD COLUMN playing_version integer,
    ADD COLUMN playing_vector public.vector(49);
CREATE INDEX published_profile_playing ON published_profile
    USING hnsw (playing_vector public.vector_l1_ops) WITH (m = 16, ef_construction = 64);

CREATE TABLE likeness_scale (
    basis text PRIMARY KEY CHECK (basis IN ('playing', 'words')),
    version integer NOT NULL,
    artists integer NOT NULL,
    quantiles float8[] NOT NULL,
    computed_at timestamptz NOT NULL DEFAULT now()
);
"""

_DOWN = """
DROP TABLE likeness_scale;
ALTER TABLE published_profile DROP COLUMN playing_vector, DROP COLUMN playing_version, DROP COLUMN playing;
DELETE FROM published_profile WHERE embedding IS NULL;
ALTER TABLE published_profile ALTER COLUMN embedding SET NOT NULL;
"""


def upgrade() -> None:
    op.execute(_UP)


def downgrade() -> None:
    op.execute(_DOWN)
