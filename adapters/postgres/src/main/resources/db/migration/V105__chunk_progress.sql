-- What chunks in progress have answered, so that a job's count moves between their commits.
CREATE TABLE batch_chunk_progress (
    task     text        NOT NULL REFERENCES batch_task ON DELETE CASCADE,
    -- the first record of the chunk
    first    bigint      NOT NULL,
    answered bigint      NOT NULL,
    told_at  timestamptz NOT NULL,
    PRIMARY KEY (task, first)
);
