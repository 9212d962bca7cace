"""Every call of a language model, and what it cost."""

from alembic import op

revision = "0006"
down_revision = "0005"

_UP = """
CREATE TABLE llm_call (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),         -- when it began; its day is a day in UTC
    finished_at timestamptz,                       -- null: under way, or its process died
    provider text NOT NULL CHECK (provider <> ''),
    model text NOT NULL,
    generation_id uuid REFERENCES generation (id) ON DELETE SET NULL,
    purpose text NOT NULL CHECK (purpose <> ''),   -- clip, wording, ...
    seconds double precision CHECK (seconds >= 0),
    input_tokens bigint NOT NULL DEFAULT 0 CHECK (input_tokens >= 0),   -- all of the prompt, cached parts too
    output_tokens bigint NOT NULL DEFAULT 0 CHECK (output_tokens >= 0),
    cache_read_tokens bigint NOT NULL DEFAULT 0 CHECK (cache_read_tokens >= 0),
    cache_write_tokens bigint NOT NULL DEFAULT 0 CHECK (cache_write_tokens >= 0),
    reserved_usd numeric NOT NULL CHECK (reserved_usd >= 0),            -- what it can cost at most
    cost_usd numeric CHECK (cost_usd >= 0),        -- null: not known, and the budget counts what was reserved
    failure text,
    error text CHECK (length(error) <= 500)
);
CREATE INDEX llm_call_by_time ON llm_call (at);
"""


def upgrade() -> None:
    op.execute(_UP)


def downgrade() -> None:
    op.execute("DROP TABLE llm_call")
