"""What old rows are found by, so that removing them reads nothing else."""

from alembic import op

revision = "0014"
down_revision = "0013"

_UP = """
CREATE INDEX generation_ended ON generation (created_at) WHERE status NOT IN ('queued', 'researching', 'generating');
CREATE INDEX generation_by_research ON generation (research_id) WHERE research_id IS NOT NULL;
CREATE INDEX llm_call_by_generation ON llm_call (generation_id) WHERE generation_id IS NOT NULL;
CREATE INDEX research_request_ended ON research_request (created_at) WHERE finished_at IS NOT NULL;
"""


def upgrade() -> None:
    op.execute(_UP)


def downgrade() -> None:
    op.execute("DROP INDEX research_request_ended, llm_call_by_generation, generation_by_research, generation_ended")
