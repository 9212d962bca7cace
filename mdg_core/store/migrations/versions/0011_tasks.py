"""Tasks that can be cancelled and watched: progress by source, when work began, a word to who listens."""

from alembic import op

revision = "0011"
down_revision = "0010"

_UP = """
ALTER TABLE research_request
    ADD COLUMN started_at timestamptz,  -- of the attempt that has the claim
    ADD COLUMN sources jsonb NOT NULL DEFAULT '{}',  -- kind -> how asking each of its sources goes
    DROP CONSTRAINT research_request_status_check,
    ADD CONSTRAINT research_request_status_check
        CHECK (status IN ('queued', 'researching', 'completed', 'failed', 'cancelled'));
ALTER TABLE generation
    DROP CONSTRAINT generation_status_check,
    ADD CONSTRAINT generation_status_check
        CHECK (status IN ('queued', 'researching', 'generating', 'completed', 'failed', 'cancelled'));

CREATE INDEX research_request_open ON research_request (created_at) WHERE status IN ('queued', 'researching');
CREATE INDEX research_request_took ON research_request (depth, finished_at DESC)
    WHERE status = 'completed' AND started_at IS NOT NULL;

CREATE FUNCTION tell_of_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('mdg_task', NEW.id || ' ' || NEW.status);
    RETURN NULL;
END $$;
-- a heartbeat alone is no change, and nobody waits yet for what is only made
CREATE TRIGGER research_request_changed AFTER UPDATE ON research_request FOR EACH ROW
    WHEN (OLD.updated_at IS DISTINCT FROM NEW.updated_at) EXECUTE FUNCTION tell_of_task();
CREATE TRIGGER generation_changed AFTER UPDATE ON generation FOR EACH ROW
    WHEN (OLD.status <> NEW.status OR OLD.message IS DISTINCT FROM NEW.message) EXECUTE FUNCTION tell_of_task();
"""

_DOWN = """
DROP TRIGGER generation_changed ON generation;
DROP TRIGGER research_request_changed ON research_request;
DROP FUNCTION tell_of_task();
DROP INDEX research_request_took, research_request_open;
UPDATE generation SET status = 'failed', error = 'cancelled' WHERE status = 'cancelled';
UPDATE research_request SET status = 'failed', error = 'cancelled' WHERE status = 'cancelled';
ALTER TABLE generation
    DROP CONSTRAINT generation_status_check,
    ADD CONSTRAINT generation_status_check
        CHECK (status IN ('queued', 'researching', 'generating', 'completed', 'failed'));
ALTER TABLE research_request
    DROP CONSTRAINT research_request_status_check,
    ADD CONSTRAINT research_request_status_check
        CHECK (status IN ('queued', 'researching', 'completed', 'failed')),
    DROP COLUMN sources,
    DROP COLUMN started_at;
"""


def upgrade() -> None:
    op.execute(_UP)


def downgrade() -> None:
    op.execute(_DOWN)
