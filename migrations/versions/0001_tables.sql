-- Every table as of the first release; {srid} is the county's CRS.

CREATE TABLE geo_grid.assignment_history (
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    changeset_id BIGINT NOT NULL,
    op TEXT NOT NULL,
    id BIGINT NOT NULL,
    post_id BIGINT NOT NULL,
    worker_id BIGINT NOT NULL,
    during DATERANGE NOT NULL,
    CONSTRAINT assignment_history_pkey PRIMARY KEY (id, seq),
    CONSTRAINT assignment_history_op_check CHECK (op IN ('I', 'U', 'D'))
);

CREATE INDEX assignment_history_changeset_id_idx ON geo_grid.assignment_history (changeset_id);

COMMENT ON TABLE geo_grid.assignment_history IS 'Every image that rows of assignments had: inserted, updated to, or deleted; append-only.';

CREATE TABLE geo_grid.changesets (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    idempotency_key TEXT,
    db_user TEXT DEFAULT SESSION_USER NOT NULL,
    txid BIGINT DEFAULT txid_current() NOT NULL,
    summary JSONB DEFAULT '{}' NOT NULL,
    CONSTRAINT changesets_pkey PRIMARY KEY (id),
    CONSTRAINT changesets_kind_check CHECK (kind IN ('setup', 'import', 'edit', 'redraw', 'undo', 'direct')),
    CONSTRAINT changesets_actor_form_check CHECK (actor = btrim(actor) AND actor <> '' AND length(actor) <= 100),
    CONSTRAINT changesets_idempotency_key_key UNIQUE (idempotency_key)
);

COMMENT ON TABLE geo_grid.changesets IS 'Who did what, when; append-only, at most one for a transaction.';

CREATE TABLE geo_grid.county (
    id SMALLINT NOT NULL,
    name TEXT NOT NULL,
    srid INTEGER NOT NULL,
    data_version BIGINT DEFAULT 1 NOT NULL,
    revision BIGINT DEFAULT 0 NOT NULL,
    geom geometry(MULTIPOLYGON,{srid}),
    CONSTRAINT county_pkey PRIMARY KEY (id),
    CONSTRAINT county_one_row_check CHECK (id = 1),
    CONSTRAINT county_lattice_check CHECK (geo_grid.on_lattice(geom))
);

COMMENT ON TABLE geo_grid.county IS 'The one county of this database: its outline, its CRS and the version its map is at.';

CREATE TABLE geo_grid.facility_history (
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    changeset_id BIGINT NOT NULL,
    op TEXT NOT NULL,
    id BIGINT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    level TEXT NOT NULL,
    address TEXT NOT NULL,
    phone TEXT,
    point geometry(POINT,{srid}) NOT NULL,
    CONSTRAINT facility_history_pkey PRIMARY KEY (id, seq),
    CONSTRAINT facility_history_op_check CHECK (op IN ('I', 'U', 'D'))
);

CREATE INDEX facility_history_changeset_id_idx ON geo_grid.facility_history (changeset_id);

COMMENT ON TABLE geo_grid.facility_history IS 'Every image that rows of facilities had: inserted, updated to, or deleted; append-only.';

CREATE TABLE geo_grid.facility_levels (
    code TEXT NOT NULL,
    rank SMALLINT NOT NULL,
    CONSTRAINT facility_levels_pkey PRIMARY KEY (code),
    CONSTRAINT facility_levels_rank_key UNIQUE (rank)
);

COMMENT ON TABLE geo_grid.facility_levels IS 'The tiers of service centres.';

CREATE TABLE geo_grid.household_history (
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    changeset_id BIGINT NOT NULL,
    op TEXT NOT NULL,
    id BIGINT NOT NULL,
    code TEXT NOT NULL,
    address TEXT NOT NULL,
    persons SMALLINT,
    phone TEXT,
    point geometry(POINT,{srid}) NOT NULL,
    grid_id BIGINT NOT NULL,
    contact_id BIGINT,
    CONSTRAINT household_history_pkey PRIMARY KEY (id, seq),
    CONSTRAINT household_history_op_check CHECK (op IN ('I', 'U', 'D'))
);

CREATE INDEX household_history_changeset_id_idx ON geo_grid.household_history (changeset_id);

COMMENT ON TABLE geo_grid.household_history IS 'Every image that rows of households had: inserted, updated to, or deleted; append-only.';

CREATE TABLE geo_grid.post_history (
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    changeset_id BIGINT NOT NULL,
    op TEXT NOT NULL,
    id BIGINT NOT NULL,
    grid_id BIGINT NOT NULL,
    role TEXT NOT NULL,
    seat SMALLINT NOT NULL,
    ended_on DATE,
    CONSTRAINT post_history_pkey PRIMARY KEY (id, seq),
    CONSTRAINT post_history_op_check CHECK (op IN ('I', 'U', 'D'))
);

CREATE INDEX post_history_changeset_id_idx ON geo_grid.post_history (changeset_id);

COMMENT ON TABLE geo_grid.post_history IS 'Every image that rows of posts had: inserted, updated to, or deleted; append-only.';

CREATE TABLE geo_grid.risk_kinds (
    code TEXT NOT NULL,
    rank SMALLINT NOT NULL,
    CONSTRAINT risk_kinds_pkey PRIMARY KEY (code),
    CONSTRAINT risk_kinds_rank_key UNIQUE (rank)
);

COMMENT ON TABLE geo_grid.risk_kinds IS 'What a risk site is.';

CREATE TABLE geo_grid.risk_site_history (
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    changeset_id BIGINT NOT NULL,
    op TEXT NOT NULL,
    id BIGINT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    note TEXT NOT NULL,
    geom geometry(GEOMETRY,{srid}) NOT NULL,
    CONSTRAINT risk_site_history_pkey PRIMARY KEY (id, seq),
    CONSTRAINT risk_site_history_op_check CHECK (op IN ('I', 'U', 'D'))
);

CREATE INDEX risk_site_history_changeset_id_idx ON geo_grid.risk_site_history (changeset_id);

COMMENT ON TABLE geo_grid.risk_site_history IS 'Every image that rows of risk_sites had: inserted, updated to, or deleted; append-only.';

CREATE TABLE geo_grid.roles (
    code TEXT NOT NULL,
    rank SMALLINT NOT NULL,
    CONSTRAINT roles_pkey PRIMARY KEY (code),
    CONSTRAINT roles_rank_key UNIQUE (rank)
);

COMMENT ON TABLE geo_grid.roles IS 'What a post asks of whoever fills it.';

CREATE TABLE geo_grid.tiers (
    code TEXT NOT NULL,
    rank SMALLINT NOT NULL,
    letter TEXT NOT NULL,
    is_leaf BOOLEAN NOT NULL,
    CONSTRAINT tiers_pkey PRIMARY KEY (code),
    CONSTRAINT tiers_code_rank_key UNIQUE (code, rank),
    CONSTRAINT tiers_rank_key UNIQUE (rank)
);

COMMENT ON TABLE geo_grid.tiers IS 'The tiers of the net, widest first.';

CREATE TABLE geo_grid.unsettled (
    txid BIGINT NOT NULL,
    kind TEXT NOT NULL,
    id BIGINT NOT NULL,
    CONSTRAINT unsettled_pkey PRIMARY KEY (txid, kind, id),
    CONSTRAINT unsettled_kind_check CHECK (kind IN ('family', 'ground', 'doors', 'commit'))
);

COMMENT ON TABLE geo_grid.unsettled IS 'What the running transactions touched and must prove at commit; empty whenever nobody writes.';

CREATE TABLE geo_grid.worker_history (
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    changeset_id BIGINT NOT NULL,
    op TEXT NOT NULL,
    id BIGINT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    phone TEXT,
    left_on DATE,
    CONSTRAINT worker_history_pkey PRIMARY KEY (id, seq),
    CONSTRAINT worker_history_op_check CHECK (op IN ('I', 'U', 'D'))
);

CREATE INDEX worker_history_changeset_id_idx ON geo_grid.worker_history (changeset_id);

COMMENT ON TABLE geo_grid.worker_history IS 'Every image that rows of workers had: inserted, updated to, or deleted; append-only.';

CREATE TABLE geo_grid.workers (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    phone TEXT,
    left_on DATE,
    CONSTRAINT workers_pkey PRIMARY KEY (id),
    CONSTRAINT workers_code_form_check CHECK (code = btrim(code) AND code <> '' AND length(code) <= 40),
    CONSTRAINT workers_name_form_check CHECK (name = btrim(name) AND name <> '' AND length(name) <= 100),
    CONSTRAINT workers_code_key UNIQUE (code)
);

COMMENT ON TABLE geo_grid.workers IS 'People who fill posts.';

CREATE TABLE geo_grid.data_versions (
    version BIGINT NOT NULL,
    changeset_id BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT data_versions_pkey PRIMARY KEY (version),
    CONSTRAINT data_versions_changeset_id_key UNIQUE (changeset_id),
    CONSTRAINT data_versions_changeset_id_fkey FOREIGN KEY(changeset_id) REFERENCES geo_grid.changesets (id)
);

COMMENT ON TABLE geo_grid.data_versions IS 'Which change set made which version of the map, in the order in which they were committed; append-only.';

CREATE TABLE geo_grid.facilities (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    level TEXT NOT NULL,
    address TEXT DEFAULT '' NOT NULL,
    phone TEXT,
    point geometry(POINT,{srid}) NOT NULL,
    CONSTRAINT facilities_pkey PRIMARY KEY (id),
    CONSTRAINT facilities_code_form_check CHECK (code = btrim(code) AND code <> '' AND length(code) <= 40),
    CONSTRAINT facilities_name_form_check CHECK (name = btrim(name) AND name <> '' AND length(name) <= 100),
    CONSTRAINT facilities_lattice_check CHECK (geo_grid.on_lattice(point)),
    CONSTRAINT facilities_code_key UNIQUE (code),
    CONSTRAINT facilities_level_fkey FOREIGN KEY(level) REFERENCES geo_grid.facility_levels (code)
);

CREATE INDEX facilities_level_idx ON geo_grid.facilities (level);

CREATE INDEX facilities_point_idx ON geo_grid.facilities USING gist (point);

COMMENT ON TABLE geo_grid.facilities IS 'Service centres, stations and points.';

CREATE TABLE geo_grid.grids (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    tier TEXT NOT NULL,
    retired_at TIMESTAMP WITH TIME ZONE,
    revision BIGINT DEFAULT 0 NOT NULL,
    CONSTRAINT grids_pkey PRIMARY KEY (id),
    CONSTRAINT grids_id_tier_key UNIQUE (id, tier),
    CONSTRAINT grids_code_form_check CHECK (code ~ '^[0-9A-Za-z][0-9A-Za-z_.-]{0,39}$'),
    CONSTRAINT grids_code_key UNIQUE (code),
    CONSTRAINT grids_tier_fkey FOREIGN KEY(tier) REFERENCES geo_grid.tiers (code)
);

COMMENT ON TABLE geo_grid.grids IS 'The identity of a grid: its id outlives its code''s meaning, and its code is never given again.';

CREATE TABLE geo_grid.risk_sites (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    geom geometry(GEOMETRY,{srid}) NOT NULL,
    CONSTRAINT risk_sites_pkey PRIMARY KEY (id),
    CONSTRAINT risk_sites_code_form_check CHECK (code = btrim(code) AND code <> '' AND length(code) <= 40),
    CONSTRAINT risk_sites_name_form_check CHECK (name = btrim(name) AND name <> '' AND length(name) <= 100),
    CONSTRAINT risk_sites_geometry_kind_check CHECK (GeometryType(geom) IN ('POINT', 'MULTIPOINT', 'LINESTRING', 'MULTILINESTRING', 'POLYGON', 'MULTIPOLYGON')),
    CONSTRAINT risk_sites_sound_check CHECK (NOT ST_IsEmpty(geom) AND ST_IsValid(geom) AND geo_grid.on_lattice(geom)),
    CONSTRAINT risk_sites_code_key UNIQUE (code),
    CONSTRAINT risk_sites_kind_fkey FOREIGN KEY(kind) REFERENCES geo_grid.risk_kinds (code)
);

CREATE INDEX risk_sites_geom_idx ON geo_grid.risk_sites USING gist (geom);

CREATE INDEX risk_sites_kind_idx ON geo_grid.risk_sites (kind);

COMMENT ON TABLE geo_grid.risk_sites IS 'Points, lines and areas under inspection.';

CREATE TABLE geo_grid.tier_rules (
    parent_tier TEXT NOT NULL,
    parent_rank SMALLINT NOT NULL,
    tier TEXT NOT NULL,
    rank SMALLINT NOT NULL,
    CONSTRAINT tier_rules_pkey PRIMARY KEY (parent_tier, tier),
    CONSTRAINT tier_rules_parent_tier_parent_rank_fkey FOREIGN KEY(parent_tier, parent_rank) REFERENCES geo_grid.tiers (code, rank),
    CONSTRAINT tier_rules_tier_rank_fkey FOREIGN KEY(tier, rank) REFERENCES geo_grid.tiers (code, rank),
    CONSTRAINT tier_rules_parent_is_wider_check CHECK (parent_rank < rank)
);

COMMENT ON TABLE geo_grid.tier_rules IS 'Which tiers may lie directly in which.';

CREATE TABLE geo_grid.grid_codes (
    code TEXT NOT NULL,
    grid_id BIGINT NOT NULL,
    CONSTRAINT grid_codes_pkey PRIMARY KEY (code),
    CONSTRAINT grid_codes_grid_id_fkey FOREIGN KEY(grid_id) REFERENCES geo_grid.grids (id)
);

CREATE INDEX grid_codes_grid_id_idx ON geo_grid.grid_codes (grid_id);

COMMENT ON TABLE geo_grid.grid_codes IS 'Every code a grid ever had, so that none is given to another one.';

CREATE TABLE geo_grid.grid_versions (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    grid_id BIGINT NOT NULL,
    tier TEXT NOT NULL,
    parent_id BIGINT,
    parent_tier TEXT,
    name TEXT NOT NULL,
    own geometry(MULTIPOLYGON,{srid}),
    geom geometry(MULTIPOLYGON,{srid}) NOT NULL,
    valid TSTZRANGE DEFAULT tstzrange(geo_grid.moment(), NULL) NOT NULL,
    changeset_id BIGINT DEFAULT geo_grid.current_changeset() NOT NULL,
    CONSTRAINT grid_versions_pkey PRIMARY KEY (id),
    CONSTRAINT grid_versions_grid_id_tier_fkey FOREIGN KEY(grid_id, tier) REFERENCES geo_grid.grids (id, tier),
    CONSTRAINT grid_versions_parent_id_parent_tier_fkey FOREIGN KEY(parent_id, parent_tier) REFERENCES geo_grid.grids (id, tier),
    CONSTRAINT grid_versions_parent_tier_tier_fkey FOREIGN KEY(parent_tier, tier) REFERENCES geo_grid.tier_rules (parent_tier, tier),
    CONSTRAINT grid_versions_one_at_a_time_excl EXCLUDE USING gist (grid_id WITH =, valid WITH &&),
    CONSTRAINT grid_versions_parent_and_tier_check CHECK ((parent_id IS NULL) = (parent_tier IS NULL)),
    CONSTRAINT grid_versions_only_totals_are_roots_check CHECK ((parent_id IS NULL) = (tier = 'TOTAL')),
    CONSTRAINT grid_versions_leaf_is_its_own_ground_check CHECK (tier NOT IN ('MICRO', 'SPECIAL') OR (own IS NOT NULL AND own = geom)),
    CONSTRAINT grid_versions_name_form_check CHECK (name = btrim(name) AND name <> '' AND length(name) <= 100),
    CONSTRAINT grid_versions_lattice_check CHECK (geo_grid.on_lattice(own) AND geo_grid.on_lattice(geom)),
    CONSTRAINT grid_versions_valid_form_check CHECK (NOT isempty(valid) AND lower_inc(valid) AND NOT lower_inf(valid)),
    CONSTRAINT grid_versions_changeset_id_fkey FOREIGN KEY(changeset_id) REFERENCES geo_grid.changesets (id)
);

CREATE INDEX grid_versions_changeset_id_idx ON geo_grid.grid_versions (changeset_id);

CREATE INDEX grid_versions_current_geom_idx ON geo_grid.grid_versions USING gist (geom) WHERE upper_inf(valid);

CREATE UNIQUE INDEX grid_versions_current_idx ON geo_grid.grid_versions (grid_id) WHERE upper_inf(valid);

CREATE INDEX grid_versions_current_own_idx ON geo_grid.grid_versions USING gist (own) WHERE upper_inf(valid);

CREATE INDEX grid_versions_current_parent_idx ON geo_grid.grid_versions (parent_id) WHERE upper_inf(valid);

COMMENT ON TABLE geo_grid.grid_versions IS 'What a grid was from when to when: parent, name, the ground it owns itself and the ground it spans.';

CREATE TABLE geo_grid.households (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    address TEXT NOT NULL,
    persons SMALLINT,
    phone TEXT,
    point geometry(POINT,{srid}) NOT NULL,
    grid_id BIGINT NOT NULL,
    contact_id BIGINT,
    CONSTRAINT households_pkey PRIMARY KEY (id),
    CONSTRAINT households_code_form_check CHECK (code = btrim(code) AND code <> '' AND length(code) <= 60),
    CONSTRAINT households_address_form_check CHECK (length(address) <= 300),
    CONSTRAINT households_persons_range_check CHECK (persons BETWEEN 0 AND 99),
    CONSTRAINT households_lattice_check CHECK (geo_grid.on_lattice(point)),
    CONSTRAINT households_code_key UNIQUE (code),
    CONSTRAINT households_grid_id_fkey FOREIGN KEY(grid_id) REFERENCES geo_grid.grids (id),
    CONSTRAINT households_contact_id_fkey FOREIGN KEY(contact_id) REFERENCES geo_grid.workers (id)
);

CREATE INDEX households_contact_id_idx ON geo_grid.households (contact_id);

CREATE INDEX households_grid_id_idx ON geo_grid.households (grid_id);

CREATE INDEX households_point_idx ON geo_grid.households USING gist (point);

COMMENT ON TABLE geo_grid.households IS 'Address points, each with the one grid whose own ground holds it and the worker who is its contact.';

CREATE TABLE geo_grid.lineage (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    changeset_id BIGINT DEFAULT geo_grid.current_changeset() NOT NULL,
    from_grid_id BIGINT NOT NULL,
    to_grid_id BIGINT NOT NULL,
    area_m2 FLOAT NOT NULL,
    households INTEGER NOT NULL,
    CONSTRAINT lineage_pkey PRIMARY KEY (id),
    CONSTRAINT lineage_two_grids_check CHECK (from_grid_id <> to_grid_id),
    CONSTRAINT lineage_not_negative_check CHECK (area_m2 >= 0 AND households >= 0),
    CONSTRAINT lineage_changeset_id_fkey FOREIGN KEY(changeset_id) REFERENCES geo_grid.changesets (id),
    CONSTRAINT lineage_from_grid_id_fkey FOREIGN KEY(from_grid_id) REFERENCES geo_grid.grids (id),
    CONSTRAINT lineage_to_grid_id_fkey FOREIGN KEY(to_grid_id) REFERENCES geo_grid.grids (id)
);

CREATE INDEX lineage_changeset_id_idx ON geo_grid.lineage (changeset_id);

CREATE INDEX lineage_from_grid_id_idx ON geo_grid.lineage (from_grid_id);

CREATE INDEX lineage_to_grid_id_idx ON geo_grid.lineage (to_grid_id);

COMMENT ON TABLE geo_grid.lineage IS 'Which grid''s ground and households went into which, at which change set.';

CREATE TABLE geo_grid.posts (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    grid_id BIGINT NOT NULL,
    role TEXT NOT NULL,
    seat SMALLINT DEFAULT 1 NOT NULL,
    ended_on DATE,
    CONSTRAINT posts_pkey PRIMARY KEY (id),
    CONSTRAINT posts_grid_id_role_seat_key UNIQUE (grid_id, role, seat),
    CONSTRAINT posts_seat_range_check CHECK (seat BETWEEN 1 AND 99),
    CONSTRAINT posts_grid_id_fkey FOREIGN KEY(grid_id) REFERENCES geo_grid.grids (id),
    CONSTRAINT posts_role_fkey FOREIGN KEY(role) REFERENCES geo_grid.roles (code)
);

COMMENT ON TABLE geo_grid.posts IS 'A role in a grid; vacant while no current assignment fills it.';

CREATE TABLE geo_grid.assignments (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    post_id BIGINT NOT NULL,
    worker_id BIGINT NOT NULL,
    during DATERANGE NOT NULL,
    CONSTRAINT assignments_pkey PRIMARY KEY (id),
    CONSTRAINT assignments_one_at_a_time_excl EXCLUDE USING gist (post_id WITH =, during WITH &&),
    CONSTRAINT assignments_during_form_check CHECK (NOT isempty(during) AND NOT lower_inf(during)),
    CONSTRAINT assignments_post_id_fkey FOREIGN KEY(post_id) REFERENCES geo_grid.posts (id),
    CONSTRAINT assignments_worker_id_fkey FOREIGN KEY(worker_id) REFERENCES geo_grid.workers (id)
);

CREATE INDEX assignments_post_id_idx ON geo_grid.assignments (post_id);

CREATE INDEX assignments_worker_id_idx ON geo_grid.assignments (worker_id);

COMMENT ON TABLE geo_grid.assignments IS 'A worker in a post, from one day to another.';

CREATE TABLE geo_grid.tile_shapes (
    version_id BIGINT NOT NULL,
    band SMALLINT NOT NULL,
    geom geometry(MULTIPOLYGON,3857) NOT NULL,
    CONSTRAINT tile_shapes_pkey PRIMARY KEY (version_id, band),
    CONSTRAINT tile_shapes_version_id_fkey FOREIGN KEY(version_id) REFERENCES geo_grid.grid_versions (id) ON DELETE CASCADE
);

CREATE INDEX tile_shapes_geom_idx ON geo_grid.tile_shapes USING gist (geom);

COMMENT ON TABLE geo_grid.tile_shapes IS 'A version''s shape in web Mercator, simplified with its whole partition for a band of zooms.';

-- Coordinates hardly compress, and the proofs read them whole.
ALTER TABLE geo_grid.grid_versions ALTER COLUMN own SET STORAGE EXTERNAL, ALTER COLUMN geom SET STORAGE EXTERNAL;
ALTER TABLE geo_grid.county ALTER COLUMN geom SET STORAGE EXTERNAL;
