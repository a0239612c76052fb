-- Names of versions that can be moved, such as iris@champion.
CREATE TABLE model_alias (
    project text NOT NULL,
    name    text NOT NULL,
    alias   text NOT NULL,
    model   text NOT NULL REFERENCES model ON DELETE CASCADE,
    PRIMARY KEY (project, name, alias)
);
CREATE INDEX model_alias_by_model ON model_alias (model);

-- Services that name an alias that was moved, and have not been told of it yet.
CREATE TABLE moved_alias (
    service text PRIMARY KEY REFERENCES service ON DELETE CASCADE
);
