-- Inspections of risk sites, visits, and hazard zones.

CREATE TABLE geo_grid.seasons (
    month SMALLINT NOT NULL,
    season TEXT NOT NULL,
    CONSTRAINT seasons_pkey PRIMARY KEY (month),
    CONSTRAINT seasons_month_range_check CHECK (month BETWEEN 1 AND 12),
    CONSTRAINT seasons_season_check CHECK (season IN ('FLOOD', 'FIRE'))
);

COMMENT ON TABLE geo_grid.seasons IS 'Which season each month belongs to.';

CREATE TABLE geo_grid.rhythms (
    kind TEXT NOT NULL,
    tier TEXT NOT NULL,
    season TEXT NOT NULL,
    every_days SMALLINT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT rhythms_pkey PRIMARY KEY (kind, tier, season),
    CONSTRAINT rhythms_season_check CHECK (season IN ('FLOOD', 'FIRE')),
    CONSTRAINT rhythms_every_days_range_check CHECK (every_days BETWEEN 1 AND 366),
    CONSTRAINT rhythms_kind_fkey FOREIGN KEY(kind) REFERENCES geo_grid.risk_kinds (code),
    CONSTRAINT rhythms_tier_fkey FOREIGN KEY(tier) REFERENCES geo_grid.tiers (code)
);

COMMENT ON TABLE geo_grid.rhythms IS 'After how many days a grid of a tier inspects its part of a risk site again, by kind and season.';

CREATE TABLE geo_grid.site_keepers (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    site_id BIGINT NOT NULL,
    grid_id BIGINT NOT NULL,
    worker_id BIGINT NOT NULL,
    by TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT site_keepers_pkey PRIMARY KEY (id),
    CONSTRAINT site_keepers_site_id_grid_id_key UNIQUE (site_id, grid_id),
    CONSTRAINT site_keepers_site_id_fkey FOREIGN KEY(site_id) REFERENCES geo_grid.risk_sites (id) ON DELETE CASCADE,
    CONSTRAINT site_keepers_grid_id_fkey FOREIGN KEY(grid_id) REFERENCES geo_grid.grids (id),
    CONSTRAINT site_keepers_worker_id_fkey FOREIGN KEY(worker_id) REFERENCES geo_grid.workers (id) ON DELETE CASCADE
);

CREATE INDEX site_keepers_worker_id_idx ON geo_grid.site_keepers (worker_id);

COMMENT ON TABLE geo_grid.site_keepers IS 'Who is responsible for a part of a risk site instead of whoever the net names.';

CREATE TABLE geo_grid.inspections (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    site_id BIGINT NOT NULL,
    site_code TEXT NOT NULL,
    grid_id BIGINT NOT NULL,
    worker TEXT,
    done_on DATE NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    by TEXT NOT NULL,
    request TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT inspections_pkey PRIMARY KEY (id),
    CONSTRAINT inspections_note_form_check CHECK (length(note) <= 1000),
    CONSTRAINT inspections_request_key UNIQUE (request),
    CONSTRAINT inspections_grid_id_fkey FOREIGN KEY(grid_id) REFERENCES geo_grid.grids (id)
);

CREATE INDEX inspections_site_id_grid_id_done_on_idx ON geo_grid.inspections (site_id, grid_id, done_on);

CREATE INDEX inspections_grid_id_idx ON geo_grid.inspections (grid_id);

CREATE INDEX inspections_done_on_idx ON geo_grid.inspections (done_on);

COMMENT ON TABLE geo_grid.inspections IS 'Inspections of parts of risk sites; they outlive the site and the worker, both named without keys.';

CREATE TABLE geo_grid.inspection_findings (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    inspection_id BIGINT NOT NULL,
    says TEXT NOT NULL,
    follow_up_on DATE,
    closed_on DATE,
    closed_by TEXT,
    closing TEXT,
    CONSTRAINT inspection_findings_pkey PRIMARY KEY (id),
    CONSTRAINT inspection_findings_says_form_check CHECK (says = btrim(says) AND says <> '' AND length(says) <= 500),
    CONSTRAINT inspection_findings_closing_check CHECK ((closed_on IS NULL) = (closed_by IS NULL) AND length(closing) <= 500),
    CONSTRAINT inspection_findings_inspection_id_fkey FOREIGN KEY(inspection_id) REFERENCES geo_grid.inspections (id)
);

CREATE INDEX inspection_findings_inspection_id_idx ON geo_grid.inspection_findings (inspection_id);

COMMENT ON TABLE geo_grid.inspection_findings IS 'What inspections found; open until somebody closes it.';

CREATE TABLE geo_grid.inspection_photos (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    inspection_id BIGINT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    jpeg BYTEA NOT NULL,
    CONSTRAINT inspection_photos_pkey PRIMARY KEY (id),
    CONSTRAINT inspection_photos_size_check CHECK (width BETWEEN 1 AND 1600 AND height BETWEEN 1 AND 1600 AND octet_length(jpeg) <= 2097152),
    CONSTRAINT inspection_photos_inspection_id_fkey FOREIGN KEY(inspection_id) REFERENCES geo_grid.inspections (id)
);

CREATE INDEX inspection_photos_inspection_id_idx ON geo_grid.inspection_photos (inspection_id);

COMMENT ON TABLE geo_grid.inspection_photos IS 'Photos of inspections, encoded anew without what cameras write beside the picture.';

CREATE TABLE geo_grid.visits (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    worker_id BIGINT NOT NULL,
    grid_id BIGINT NOT NULL,
    done_on DATE NOT NULL,
    households SMALLINT DEFAULT 0 NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    by TEXT NOT NULL,
    request TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT visits_pkey PRIMARY KEY (id),
    CONSTRAINT visits_households_range_check CHECK (households BETWEEN 0 AND 1000),
    CONSTRAINT visits_note_form_check CHECK (length(note) <= 1000),
    CONSTRAINT visits_request_key UNIQUE (request),
    CONSTRAINT visits_worker_id_fkey FOREIGN KEY(worker_id) REFERENCES geo_grid.workers (id),
    CONSTRAINT visits_grid_id_fkey FOREIGN KEY(grid_id) REFERENCES geo_grid.grids (id)
);

CREATE INDEX visits_worker_id_idx ON geo_grid.visits (worker_id);

CREATE INDEX visits_grid_id_done_on_idx ON geo_grid.visits (grid_id, done_on);

COMMENT ON TABLE geo_grid.visits IS 'Visits of linked cadres to places, and to how many households there.';

CREATE TABLE geo_grid.visit_quotas (
    grid_id BIGINT NOT NULL,
    visits SMALLINT NOT NULL,
    households SMALLINT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT visit_quotas_pkey PRIMARY KEY (grid_id),
    CONSTRAINT visit_quotas_visits_range_check CHECK (visits BETWEEN 0 AND 60),
    CONSTRAINT visit_quotas_households_range_check CHECK (households BETWEEN 0 AND 1000),
    CONSTRAINT visit_quotas_grid_id_fkey FOREIGN KEY(grid_id) REFERENCES geo_grid.grids (id)
);

COMMENT ON TABLE geo_grid.visit_quotas IS 'How many visits, to how many households, each linked cadre of a place makes in 30 days; it holds for all below.';

CREATE TABLE geo_grid.hazard_zones (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    hazard TEXT NOT NULL,
    signal TEXT DEFAULT '' NOT NULL,
    route TEXT DEFAULT '' NOT NULL,
    shelter TEXT,
    by TEXT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    geom geometry(MULTIPOLYGON,{srid}) NOT NULL,
    CONSTRAINT hazard_zones_pkey PRIMARY KEY (id),
    CONSTRAINT hazard_zones_code_key UNIQUE (code),
    CONSTRAINT hazard_zones_code_form_check CHECK (code = btrim(code) AND code <> '' AND length(code) <= 40),
    CONSTRAINT hazard_zones_name_form_check CHECK (name = btrim(name) AND name <> '' AND length(name) <= 100),
    CONSTRAINT hazard_zones_texts_check CHECK (length(signal) <= 300 AND length(route) <= 500),
    CONSTRAINT hazard_zones_hazard_check CHECK (hazard IN ('FLASH_FLOOD', 'LANDSLIDE', 'DEBRIS_FLOW', 'COLLAPSE', 'FLOOD', 'FIRE', 'OTHER')),
    CONSTRAINT hazard_zones_sound_check CHECK (NOT ST_IsEmpty(geom) AND ST_IsValid(geom) AND geo_grid.on_lattice(geom))
);

CREATE INDEX hazard_zones_geom_idx ON geo_grid.hazard_zones USING gist (geom);

COMMENT ON TABLE geo_grid.hazard_zones IS 'Areas whose households are threatened, with the signal, the way out and the shelter.';

CREATE TABLE geo_grid.account_workers (
    account_id BIGINT NOT NULL,
    worker_id BIGINT NOT NULL,
    CONSTRAINT account_workers_pkey PRIMARY KEY (account_id),
    CONSTRAINT account_workers_account_id_fkey FOREIGN KEY(account_id) REFERENCES geo_grid.accounts (id),
    CONSTRAINT account_workers_worker_id_fkey FOREIGN KEY(worker_id) REFERENCES geo_grid.workers (id) ON DELETE CASCADE
);

CREATE INDEX account_workers_worker_id_idx ON geo_grid.account_workers (worker_id);

COMMENT ON TABLE geo_grid.account_workers IS 'Which worker an account belongs to.';

ALTER TABLE geo_grid.coverage_rules ADD COLUMN visits SMALLINT;
ALTER TABLE geo_grid.coverage_rules DROP CONSTRAINT coverage_rules_limits_check;
ALTER TABLE geo_grid.coverage_rules
    ADD CONSTRAINT coverage_rules_limits_check CHECK (distance_m > 0 AND most_households > 0 AND visits > 0);

INSERT INTO geo_grid.seasons (month, season)
SELECT month, CASE WHEN month BETWEEN 6 AND 9 THEN 'FLOOD' ELSE 'FIRE' END FROM generate_series(1, 12) month;

INSERT INTO geo_grid.coverage_rules (code, kind, zh, en, tier, roles, visits, is_on) VALUES
    ('villages_inspect_in_rhythm', 'INSPECTED', '村级按期巡查', 'Villages inspect their risk sites in rhythm', 'SUB', '{}', NULL, false),
    ('townships_inspect_in_rhythm', 'INSPECTED', '乡镇按期巡查', 'Townships inspect their risk sites in rhythm', 'TOTAL', '{}', NULL, false),
    ('linked_villages_are_visited', 'VISITED', '包联村按月走访', 'Linked villages are visited every month', 'SUB', '{CADRE}', 2, false);
