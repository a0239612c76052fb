-- What the import has prepared for the instances of the model; null before that, and for models of the time before.
ALTER TABLE model ADD COLUMN environment jsonb;

-- What pip printed when the environment of the model was built.
CREATE TABLE model_build_log (
    model text PRIMARY KEY REFERENCES model ON DELETE CASCADE,
    log   text NOT NULL
);
