-- Desired state of instance sets, and what was last seen of them. Owners are services and models (trial starts).
CREATE SEQUENCE instance_set_revision;

ALTER TABLE instance_set DROP CONSTRAINT instance_set_service_fkey;
ALTER TABLE instance_set RENAME COLUMN service TO owner;
UPDATE instance_set SET owner = 'service/' || owner;
ALTER INDEX instance_set_by_service RENAME TO instance_set_by_owner;
ALTER TABLE instance_set
    -- instances that are to end whatever the count is
    ADD COLUMN leaving           text[] NOT NULL DEFAULT '{}',
    ADD COLUMN created_revision  bigint NOT NULL DEFAULT nextval('instance_set_revision'),
    ADD COLUMN revision          bigint NOT NULL DEFAULT nextval('instance_set_revision'),
    -- null until something was seen; observed_revision is the revision that the cluster had applied then
    ADD COLUMN observed          jsonb,
    ADD COLUMN observed_revision bigint NOT NULL DEFAULT 0;

-- What workflows wait for, so that whoever sees it come true can wake them.
CREATE TABLE workflow_wait (
    workflow_id text PRIMARY KEY,
    kind        text        NOT NULL,
    condition   jsonb       NOT NULL,
    since       timestamptz NOT NULL
);

CREATE INDEX service_unsettled ON service (id) WHERE observed < generation;
CREATE INDEX model_unfinished ON model (id) WHERE status = 'PUBLISHING';

-- What was found each time the new version was judged.
ALTER TABLE rollout ADD COLUMN verdicts jsonb NOT NULL DEFAULT '[]';
