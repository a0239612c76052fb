-- Plan, parts and commits of a task are removed some time after its end; what the task shows stays.
ALTER TABLE batch_task
    -- from when on they are being removed: the task cannot be repaired any more
    ADD COLUMN work_removed_at timestamptz,
    -- whether any of it may be left
    ADD COLUMN has_work        boolean NOT NULL DEFAULT true,
    -- its failed records, once the commits that were counted for them may be gone
    ADD COLUMN failed_records  bigint;

CREATE INDEX batch_task_with_work ON batch_task (ended_at) WHERE has_work;
CREATE INDEX service_deleted ON service (transitioned_at) WHERE state = 'DELETED';
CREATE INDEX request_by_age ON request (accepted_at);
CREATE INDEX request_by_resource ON request (resource);
