-- Requests made in Temporal itself: the same key answers with the first result. Models go, so nothing refers to their rows.
DROP TABLE service_request;

CREATE TABLE request (
    key         text PRIMARY KEY,
    thing       text        NOT NULL,
    resource    text        NOT NULL,
    generation  bigint      NOT NULL,
    task_id     text,
    accepted_at timestamptz NOT NULL DEFAULT now()
);
