-- Events of models and services: what their users read.
CREATE TABLE event (
    id           bigserial PRIMARY KEY,
    subject_kind text        NOT NULL CHECK (subject_kind IN ('MODEL', 'SERVICE')),
    subject      text        NOT NULL,
    key          text        NOT NULL,
    type         text        NOT NULL CHECK (type IN ('NORMAL', 'ABNORMAL')),
    info         text        NOT NULL,
    cause        text,
    advice       text,
    occurred_at  timestamptz NOT NULL,
    UNIQUE (subject, key)
);
CREATE INDEX event_by_subject ON event (subject, occurred_at, id);
CREATE INDEX event_by_age ON event (subject_kind, occurred_at);

-- Models. A deleted model's row is removed; its name and version are free again.
CREATE TABLE model (
    id          text PRIMARY KEY,
    project     text        NOT NULL,
    tenant      text        NOT NULL,
    owner       text        NOT NULL,
    name        text        NOT NULL,
    version     text        NOT NULL,
    spec        jsonb       NOT NULL,
    status      text        NOT NULL CHECK (status IN ('PUBLISHING', 'PUBLISHED', 'FAILED')),
    config      jsonb,
    size        bigint      NOT NULL DEFAULT 0,
    image       text,
    error       text,
    created_at  timestamptz NOT NULL,
    -- the import of PROTOCOLS 1: asked is 1 from the start, taken when the workflow has begun, observed when it has ended
    taken       boolean     NOT NULL DEFAULT false,
    UNIQUE (project, name, version)
);
CREATE INDEX model_by_project ON model (project, created_at);

-- Services: what is wanted and what is so.
CREATE TABLE service (
    id              text PRIMARY KEY,
    project         text        NOT NULL,
    tenant          text        NOT NULL,
    owner           text        NOT NULL,
    name            text        NOT NULL,
    description     text,
    infer_type      text        NOT NULL CHECK (infer_type IN ('REAL_TIME', 'BATCH')),
    workspace_id    text        NOT NULL,
    priority        int         NOT NULL,
    extras          text        NOT NULL,
    state           text        NOT NULL,
    generation      bigint      NOT NULL,
    taken           bigint      NOT NULL,
    observed        bigint      NOT NULL,
    serving         bigint      NOT NULL,
    wanted          text        NOT NULL CHECK (wanted IN ('RUNNING', 'STOPPED', 'DELETED')),
    asked_config    jsonb       NOT NULL,
    serving_config  jsonb,
    auto_stop       jsonb,
    due_at          timestamptz,
    error           text,
    task_id         text,
    published_at    timestamptz NOT NULL,
    transitioned_at timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    -- the commit of the last accepted command: the sweeper wakes workflows that have not taken it for a while
    asked_at        timestamptz NOT NULL
);
CREATE UNIQUE INDEX service_name ON service (project, name) WHERE state <> 'DELETED';
CREATE INDEX service_by_project ON service (project, published_at);
CREATE INDEX service_untaken ON service (asked_at) WHERE taken < generation;
CREATE INDEX service_due ON service (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE service_generation (
    service        text        NOT NULL REFERENCES service,
    generation     bigint      NOT NULL,
    wanted         text        NOT NULL,
    config         jsonb       NOT NULL,
    changes_config boolean     NOT NULL,
    outcome        text        NOT NULL CHECK (outcome IN ('RUNNING', 'SUCCESS', 'FAIL')),
    cause          text,
    accepted_at    timestamptz NOT NULL,
    PRIMARY KEY (service, generation)
);

-- Which models a service names in its asked or serving generation: such a model cannot be deleted.
CREATE TABLE service_model (
    service text NOT NULL REFERENCES service,
    model   text NOT NULL REFERENCES model,
    PRIMARY KEY (service, model)
);
CREATE INDEX service_model_by_model ON service_model (model);

-- Instance sets that should exist: after a restart they are applied again from here.
CREATE TABLE instance_set (
    id       text PRIMARY KEY,
    service  text  NOT NULL REFERENCES service,
    template jsonb NOT NULL,
    count    int   NOT NULL CHECK (count >= 0)
);
CREATE INDEX instance_set_by_service ON instance_set (service);

-- Routes: rows, and the document that is rendered from them in the same transaction.
CREATE TABLE route_set (
    set_id  text PRIMARY KEY,
    service text NOT NULL REFERENCES service,
    entry   int  NOT NULL,
    label   text NOT NULL,
    weight  int  NOT NULL CHECK (weight BETWEEN 0 AND 100)
);
CREATE INDEX route_set_by_service ON route_set (service);

CREATE TABLE route_instance (
    instance text PRIMARY KEY,
    set_id   text    NOT NULL REFERENCES route_set ON DELETE CASCADE,
    address  text,
    ready    boolean NOT NULL,
    draining boolean NOT NULL DEFAULT false
);
CREATE INDEX route_instance_by_set ON route_instance (set_id);

CREATE TABLE route_document (
    service  text PRIMARY KEY,
    project  text   NOT NULL,
    revision bigint NOT NULL,
    open     boolean NOT NULL,
    versions jsonb  NOT NULL
);

-- Gateways: who may still serve what.
CREATE TABLE gateway (
    id            text PRIMARY KEY,
    host_id       text        NOT NULL,
    boot_id       text        NOT NULL,
    pid           bigint      NOT NULL,
    process_start text        NOT NULL,
    address       text        NOT NULL,
    registered_at timestamptz NOT NULL,
    last_seen     timestamptz NOT NULL
);

CREATE TABLE gateway_report (
    gateway   text   NOT NULL REFERENCES gateway ON DELETE CASCADE,
    service   text   NOT NULL,
    revision  bigint NOT NULL,
    in_flight jsonb  NOT NULL,
    PRIMARY KEY (gateway, service)
);

CREATE TABLE request_count (
    service  text   NOT NULL,
    gateway  text   NOT NULL,
    label    text   NOT NULL,
    sent     bigint NOT NULL,
    answered bigint NOT NULL,
    failed   bigint NOT NULL,
    PRIMARY KEY (service, gateway, label)
);

-- Rollouts: one snapshot and one outcome; the first write of each column stands.
CREATE TABLE rollout (
    service    text   NOT NULL REFERENCES service,
    generation bigint NOT NULL,
    snapshot   jsonb  NOT NULL,
    outcome    text CHECK (outcome IN ('SUCCEEDED', 'ROLLED_BACK', 'CANCELLED', 'FAILED')),
    cause      text,
    PRIMARY KEY (service, generation)
);

-- Admission to pools. pool_flavor has the slots of the settings; its row is the lock.
CREATE TABLE pool_flavor (
    pool   text NOT NULL,
    flavor text NOT NULL,
    places int  NOT NULL CHECK (places >= 0),
    PRIMARY KEY (pool, flavor)
);

CREATE TABLE claim (
    holder     text PRIMARY KEY,
    pool       text        NOT NULL,
    flavor     text        NOT NULL,
    wanted     int         NOT NULL CHECK (wanted >= 0),
    granted    int         NOT NULL DEFAULT 0 CHECK (granted >= 0),
    priority   int         NOT NULL,
    ordinal    bigserial   NOT NULL,
    wakes      text        NOT NULL,
    claimed_at timestamptz NOT NULL
);
CREATE INDEX claim_queue ON claim (pool, flavor, priority DESC, ordinal) WHERE granted < wanted;

-- The role of gateways: routes and reports, nothing else. The role itself is made with the database (or by its administrator).
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'slipway_gateway') THEN
        GRANT SELECT ON route_document TO slipway_gateway;
        GRANT SELECT, INSERT, UPDATE, DELETE ON gateway, gateway_report TO slipway_gateway;
        GRANT SELECT, INSERT, UPDATE ON request_count TO slipway_gateway;
    END IF;
END
$$;
