"""With whom each published artist plays, beside what neighbours are found by: not out of profiles as long as books."""

from alembic import op

revision = "0013"
down_revision = "0012"

_UP = """
ALTER TABLE published_profile ADD COLUMN lineup jsonb;  -- mdg_core.connections.Lineup
UPDATE published_profile p SET lineup = jsonb_build_object(
    'artist', s.profile->'artist', 'collaborators', coalesce(s.profile->'collaborators', '[]'))
FROM style_profile s WHERE s.artist_key = p.artist_key AND s.version = p.version;
ALTER TABLE published_profile ALTER COLUMN lineup SET NOT NULL;
"""

_DOWN = "ALTER TABLE published_profile DROP COLUMN lineup"


def upgrade() -> None:
    op.execute(_UP)


def downgrade() -> None:
    op.execute(_DOWN)
