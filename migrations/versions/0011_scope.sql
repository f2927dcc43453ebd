-- What scope by subtree needs in tables: the key with which the database seals whose scope a transaction has.
CREATE TABLE geo_grid.scope_key (
    id smallint NOT NULL,
    key bytea NOT NULL,
    CONSTRAINT scope_key_pkey PRIMARY KEY (id),
    CONSTRAINT scope_key_one_row_check CHECK (id = 1),
    CONSTRAINT scope_key_key_form_check CHECK (length(key) = 32)
);
COMMENT ON TABLE geo_grid.scope_key IS 'The key of the seals that say whose scope a transaction has; one row, read by nobody but the functions.';
INSERT INTO geo_grid.scope_key (id, key)
VALUES (1, sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
