"""Look for neighbours by what every file shows: the places of dynamics and feel in the vector become 0.

What compares artists exactly (`playing`) keeps them.
"""

from alembic import op

revision = "0010"
down_revision = "0009"

_UP = """
UPDATE published_profile SET playing_vector = (
    (playing_vector::real[])[1:9] || array_fill(0::real, ARRAY[11])
    || (playing_vector::real[])[21:42] || array_fill(0::real, ARRAY[6]) || (playing_vector::real[])[49:49]
)::public.vector(49)
WHERE playing_vector IS NOT NULL;
"""


def upgrade() -> None:
    op.execute(_UP)


def downgrade() -> None:
    """Nothing to undo: the next research of each artist places it anew."""
