"""What a generation under way is doing."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("ALTER TABLE generation ADD COLUMN message text")


def downgrade() -> None:
    op.execute("ALTER TABLE generation DROP COLUMN message")
