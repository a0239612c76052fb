-- What users ask of a task while it runs; taken by its workflow. A task that has not begun has no row of its own yet.
CREATE TABLE batch_control (
    task     text PRIMARY KEY,
    service  text        NOT NULL REFERENCES service ON DELETE CASCADE,
    revision bigint      NOT NULL,
    taken    bigint      NOT NULL,
    paused   boolean     NOT NULL,
    asked_at timestamptz NOT NULL
);
CREATE INDEX batch_control_untaken ON batch_control (task) WHERE taken < revision;

ALTER TABLE batch_task DROP CONSTRAINT batch_task_status_check;
ALTER TABLE batch_task ADD CONSTRAINT batch_task_status_check
    CHECK (status IN ('DEPLOYING', 'RUNNING', 'PAUSED', 'FINISHED', 'FAILED', 'STOPPED'));
