-- What object storage refuses for good costs a file or a chunk, never the job.

-- why the chunk's part cannot be read or was never written: all its records failed
ALTER TABLE batch_commit ADD COLUMN lost text;

-- inputs whose result file cannot be written; failed counts their records that were answered
CREATE TABLE batch_unwritten (
    task   text   NOT NULL REFERENCES batch_task ON DELETE CASCADE,
    input  bigint NOT NULL,
    failed bigint NOT NULL,
    reason text   NOT NULL,
    PRIMARY KEY (task, input)
);

-- keys that were refused and not answered since; removed at the task's end
CREATE TABLE batch_refusal (
    task     text        NOT NULL REFERENCES batch_task ON DELETE CASCADE,
    key      text        NOT NULL,
    first_at timestamptz NOT NULL,
    times    integer     NOT NULL,
    PRIMARY KEY (task, key)
);
