-- Batch: tasks, what of them is committed, what of that is published. btree_gist lets a range exclude per task.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE batch_task (
    id         text PRIMARY KEY,
    service    text        NOT NULL REFERENCES service,
    spec       jsonb       NOT NULL,
    status     text        NOT NULL CHECK (status IN ('DEPLOYING', 'RUNNING', 'FINISHED', 'FAILED', 'STOPPED')),
    inputs     bigint,
    records    bigint,
    -- the seal: how it will end, and what is said of the rest; nothing is committed after it
    sealed_end text CHECK (sealed_end IN ('FINISHED', 'FAILED', 'STOPPED')),
    rest       text,
    error      text,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    ended_at   timestamptz
);
CREATE INDEX batch_task_by_service ON batch_task (service);

CREATE TABLE batch_commit (
    task      text      NOT NULL REFERENCES batch_task ON DELETE CASCADE,
    records   int8range NOT NULL,
    fence     text      NOT NULL,
    failed    bigint    NOT NULL,
    published boolean   NOT NULL DEFAULT false,
    -- no record is committed twice, whoever cuts the chunks
    CONSTRAINT batch_commit_once EXCLUDE USING gist (task WITH =, records WITH &&)
);
CREATE INDEX batch_commit_order ON batch_commit (task, lower(records));
CREATE INDEX batch_commit_unpublished ON batch_commit (task, lower(records)) WHERE NOT published;

-- Tables whose result file was merged from several chunks.
CREATE TABLE batch_merged (
    task  text   NOT NULL REFERENCES batch_task ON DELETE CASCADE,
    input bigint NOT NULL,
    PRIMARY KEY (task, input)
);
