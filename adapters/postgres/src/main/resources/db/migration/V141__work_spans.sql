-- When the records of a chunk were answered, from which the rate of a task comes. Null for what was committed before.
ALTER TABLE batch_chunk_progress ADD COLUMN began_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE batch_commit
    ADD COLUMN began_at     timestamptz,
    ADD COLUMN committed_at timestamptz;
CREATE INDEX batch_commit_recent ON batch_commit (task, committed_at);
-- Tasks that may miss their deadline.
CREATE INDEX batch_task_running ON batch_task (id) WHERE status = 'RUNNING' AND sealed_end IS NULL;
