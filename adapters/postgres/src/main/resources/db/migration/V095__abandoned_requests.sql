-- What was sent and given up by its client: sent = answered + cut + abandoned + in flight. What older gateways gave up stays uncounted.
ALTER TABLE request_minute ADD COLUMN abandoned bigint NOT NULL DEFAULT 0;
ALTER TABLE request_total ADD COLUMN abandoned bigint NOT NULL DEFAULT 0;
