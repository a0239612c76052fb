-- Accounts (domains), their projects and users.
CREATE TABLE account (
    id   text PRIMARY KEY,
    name text NOT NULL UNIQUE
);

CREATE TABLE project (
    id      text PRIMARY KEY,
    account text NOT NULL REFERENCES account,
    name    text NOT NULL,
    UNIQUE (account, name)
);

CREATE TABLE account_user (
    id            text PRIMARY KEY,
    account       text NOT NULL REFERENCES account,
    name          text NOT NULL,
    password_hash text NOT NULL,
    UNIQUE (account, name)
);
