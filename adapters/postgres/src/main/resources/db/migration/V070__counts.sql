-- Requests per instance set and minute, as each process of a gateway has counted them so far: a row is written over, never added to, so
-- that a report that arrives twice counts once. Updated several times a second while there is traffic: room for that within each page.
CREATE TABLE request_minute (
    service      text        NOT NULL,
    set_id       text        NOT NULL,
    minute       timestamptz NOT NULL,
    gateway      text        NOT NULL,
    -- gateway.registered_at of the process
    process      timestamptz NOT NULL,
    sent         bigint      NOT NULL,
    answered     bigint      NOT NULL,
    answered_2xx bigint      NOT NULL,
    answered_4xx bigint      NOT NULL,
    answered_5xx bigint      NOT NULL,
    cut          bigint      NOT NULL,
    in_flight    int         NOT NULL,
    -- by bucket, see LatencyHistogram
    latency      bigint[]    NOT NULL,
    PRIMARY KEY (service, set_id, minute, gateway, process)
) WITH (fillfactor = 70);
-- For the removal of old minutes; rows lie about in the order of their minutes, which makes this index tiny.
CREATE INDEX request_minute_by_age ON request_minute USING brin (minute) WITH (pages_per_range = 16);

-- What was removed from request_minute, for as long as the service exists.
CREATE TABLE request_total (
    service  text PRIMARY KEY,
    sent     bigint NOT NULL,
    answered bigint NOT NULL,
    cut      bigint NOT NULL
);
INSERT INTO request_total (service, sent, answered, cut)
SELECT service, sum(sent), sum(answered), sum(failed) FROM request_count GROUP BY service;
DROP TABLE request_count;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'slipway_gateway') THEN
        GRANT SELECT, INSERT, UPDATE ON request_minute TO slipway_gateway;
    END IF;
END
$$;
