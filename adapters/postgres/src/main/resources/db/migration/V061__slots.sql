-- Places are called slots from here on.
ALTER TABLE pool_flavor RENAME COLUMN places TO slots;
