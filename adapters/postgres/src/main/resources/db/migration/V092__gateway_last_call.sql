-- The number of the last call of the gateway's process that was written. A call that arrives after a later one writes nothing.
ALTER TABLE gateway ADD COLUMN last_call bigint NOT NULL DEFAULT 0;
