-- Whether the holder has looked since its claim was granted: the sweeper wakes those that have not.
ALTER TABLE claim ADD COLUMN seen boolean NOT NULL DEFAULT false;
CREATE INDEX claim_unseen ON claim (holder) WHERE NOT seen AND granted >= wanted;

-- Commands that came from a request workflow: the same key answers with the first result.
CREATE TABLE service_request (
    key         text PRIMARY KEY,
    service     text        NOT NULL REFERENCES service,
    generation  bigint      NOT NULL,
    task_id     text,
    accepted_at timestamptz NOT NULL
);
CREATE INDEX service_request_by_service ON service_request (service);
