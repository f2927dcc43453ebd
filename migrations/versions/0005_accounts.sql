-- The tables of accounts and of the journal's chain.

CREATE TABLE geo_grid.deployment (
    id SMALLINT NOT NULL,
    is_demo BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT deployment_pkey PRIMARY KEY (id),
    CONSTRAINT deployment_one_row_check CHECK (id = 1)
);

COMMENT ON TABLE geo_grid.deployment IS 'What this database is used for; one row.';

CREATE TABLE geo_grid.accounts (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    username TEXT NOT NULL,
    name TEXT NOT NULL,
    password TEXT NOT NULL,
    must_change BOOLEAN DEFAULT false NOT NULL,
    is_demo BOOLEAN DEFAULT false NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    made_by TEXT NOT NULL,
    disabled_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT accounts_pkey PRIMARY KEY (id),
    CONSTRAINT accounts_username_form_check CHECK (username ~ '^[a-z0-9][a-z0-9._-]{1,39}$'),
    CONSTRAINT accounts_name_form_check CHECK (name = btrim(name) AND name <> '' AND length(name) <= 100),
    CONSTRAINT accounts_password_form_check CHECK (starts_with(password, '$argon2id$')),
    CONSTRAINT accounts_username_key UNIQUE (username)
);

COMMENT ON TABLE geo_grid.accounts IS 'Who may sign in; passwords are argon2id hashes.';

CREATE TABLE geo_grid.roles_given (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    account_id BIGINT NOT NULL,
    role TEXT NOT NULL,
    grid_id BIGINT,
    during DATERANGE NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    given_by TEXT NOT NULL,
    CONSTRAINT roles_given_pkey PRIMARY KEY (id),
    CONSTRAINT roles_given_role_check CHECK (role IN ('ADMINISTRATOR', 'GIS_STAFF', 'PLANNER', 'APPROVER', 'TOWNSHIP', 'GRID_WORKER', 'READER')),
    CONSTRAINT roles_given_during_some_day_check CHECK (NOT isempty(during)),
    CONSTRAINT roles_given_account_id_fkey FOREIGN KEY(account_id) REFERENCES geo_grid.accounts (id),
    CONSTRAINT roles_given_grid_id_fkey FOREIGN KEY(grid_id) REFERENCES geo_grid.grids (id)
);

CREATE INDEX roles_given_account_id_idx ON geo_grid.roles_given (account_id);

CREATE INDEX roles_given_grid_id_idx ON geo_grid.roles_given (grid_id);

COMMENT ON TABLE geo_grid.roles_given IS 'Which role an account has, on the ground of which grid (none: the county), on which days.';

CREATE TABLE geo_grid.sessions (
    digest BYTEA NOT NULL,
    account_id BIGINT NOT NULL,
    began_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    address TEXT NOT NULL,
    CONSTRAINT sessions_pkey PRIMARY KEY (digest),
    CONSTRAINT sessions_digest_form_check CHECK (length(digest) = 32),
    CONSTRAINT sessions_account_id_fkey FOREIGN KEY(account_id) REFERENCES geo_grid.accounts (id)
);

CREATE INDEX sessions_account_id_idx ON geo_grid.sessions (account_id);

COMMENT ON TABLE geo_grid.sessions IS 'Who is signed in, under the digest of the key in their cookie; a row that goes is a session that ended.';

CREATE TABLE geo_grid.sign_ins (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    username TEXT NOT NULL,
    address TEXT NOT NULL,
    outcome TEXT NOT NULL,
    CONSTRAINT sign_ins_pkey PRIMARY KEY (id),
    CONSTRAINT sign_ins_outcome_check CHECK (outcome IN ('in', 'wrong', 'throttled', 'disabled')),
    CONSTRAINT sign_ins_lengths_check CHECK (length(username) <= 100 AND length(address) <= 100)
);

CREATE INDEX sign_ins_lately_idx ON geo_grid.sign_ins (username, address, at);

COMMENT ON TABLE geo_grid.sign_ins IS 'Every attempt to sign in; append-only.';

CREATE TABLE geo_grid.journal_entries (
    seq BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    about TEXT DEFAULT '' NOT NULL,
    facts JSONB DEFAULT '{}' NOT NULL,
    changeset_id BIGINT,
    previous BYTEA NOT NULL,
    digest BYTEA NOT NULL,
    CONSTRAINT journal_entries_pkey PRIMARY KEY (seq),
    CONSTRAINT journal_entries_actor_form_check CHECK (actor = btrim(actor) AND actor <> '' AND length(actor) <= 100),
    CONSTRAINT journal_entries_kind_form_check CHECK (kind ~ '^[a-z-]{1,40}$'),
    CONSTRAINT journal_entries_about_form_check CHECK (length(about) <= 200),
    CONSTRAINT journal_entries_digest_key UNIQUE (digest)
);

CREATE INDEX journal_entries_changeset_id_idx ON geo_grid.journal_entries (changeset_id);

COMMENT ON TABLE geo_grid.journal_entries IS 'What happened, each entry holding the digest of the one before it; append-only.';

CREATE TABLE geo_grid.journal_head (
    id SMALLINT NOT NULL,
    seq BIGINT NOT NULL,
    digest BYTEA NOT NULL,
    CONSTRAINT journal_head_pkey PRIMARY KEY (id),
    CONSTRAINT journal_head_one_row_check CHECK (id = 1)
);

COMMENT ON TABLE geo_grid.journal_head IS 'The last entry of the journal; one row, which every new entry moves on.';

INSERT INTO geo_grid.journal_head (id, seq, digest) VALUES (1, 0, sha256('geo_grid'));

-- What an earlier `make run` made is a demo, as a new one is.
INSERT INTO geo_grid.deployment (id, is_demo)
SELECT 1, EXISTS (SELECT FROM geo_grid.changesets WHERE actor = 'make run' AND kind = 'setup');
