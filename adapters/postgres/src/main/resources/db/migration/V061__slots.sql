-- The field's word for what an instance takes in a pool.
ALTER TABLE pool_flavor RENAME COLUMN places TO slots;
