-- The coverage rules of a county with their presets, waivers, and the figures of each day.

CREATE TABLE geo_grid.coverage_rules (
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    zh TEXT NOT NULL,
    en TEXT NOT NULL,
    tier TEXT,
    roles TEXT[] DEFAULT '{}' NOT NULL,
    levels TEXT[] DEFAULT '{}' NOT NULL,
    distance_m FLOAT,
    most_households INTEGER,
    since DATE,
    is_on BOOLEAN DEFAULT true NOT NULL,
    place BIGINT GENERATED ALWAYS AS IDENTITY,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT coverage_rules_pkey PRIMARY KEY (code),
    CONSTRAINT coverage_rules_code_form_check CHECK (code ~ '^[a-z][a-z0-9_]{0,59}$'),
    CONSTRAINT coverage_rules_limits_check CHECK (distance_m > 0 AND most_households > 0),
    CONSTRAINT coverage_rules_place_key UNIQUE (place)
);

COMMENT ON TABLE geo_grid.coverage_rules IS 'What must be there for whom: the coverage rules of this county.';

CREATE TABLE geo_grid.waivers (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    rule TEXT NOT NULL,
    grid_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    by TEXT NOT NULL,
    until DATE NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT waivers_pkey PRIMARY KEY (id),
    CONSTRAINT waivers_reason_form_check CHECK (reason = btrim(reason) AND reason <> '' AND length(reason) <= 300),
    CONSTRAINT waivers_rule_fkey FOREIGN KEY(rule) REFERENCES geo_grid.coverage_rules (code),
    CONSTRAINT waivers_grid_id_fkey FOREIGN KEY(grid_id) REFERENCES geo_grid.grids (id)
);

CREATE INDEX waivers_grid_id_idx ON geo_grid.waivers (grid_id);

CREATE INDEX waivers_rule_idx ON geo_grid.waivers (rule);

COMMENT ON TABLE geo_grid.waivers IS 'Breaches of coverage rules that were accepted until a day; one that ended early keeps its row.';

CREATE TABLE geo_grid.coverage_days (
    day DATE NOT NULL,
    rule TEXT NOT NULL,
    covered INTEGER NOT NULL,
    overloaded INTEGER NOT NULL,
    uncovered INTEGER NOT NULL,
    waived INTEGER NOT NULL,
    CONSTRAINT coverage_days_pkey PRIMARY KEY (day, rule),
    CONSTRAINT coverage_days_rule_fkey FOREIGN KEY(rule) REFERENCES geo_grid.coverage_rules (code)
);

COMMENT ON TABLE geo_grid.coverage_days IS 'The figures of each rule over the county, in households, as they were last seen on a day.';

INSERT INTO geo_grid.coverage_rules (code, kind, zh, en, tier, roles, levels, distance_m, most_households, is_on) VALUES
    ('every_household_in_a_leaf', 'IN_LEAF', '户户在网格', 'Every household lies in a leaf grid', NULL, '{}', '{}', NULL, NULL, true),
    ('every_household_has_a_contact', 'CONTACT', '户户有人联系', 'Every household has a contact', NULL, '{}', '{}', NULL, 260, true),
    ('every_post_is_filled', 'POST_FILLED', '岗岗有人', 'Every post is filled', NULL, '{}', '{}', NULL, NULL, true),
    ('every_village_has_a_leader', 'ROLE_FILLED', '村村有网格长', 'Every village has a grid leader', 'SUB', '{LEADER}', '{}', NULL, NULL, true),
    ('every_micro_grid_has_a_contact', 'ROLE_FILLED', '微网格有联户长', 'Every micro grid has a contact', 'MICRO', '{CONTACT}', '{}', NULL, NULL, true),
    ('every_township_has_a_centre', 'FACILITY_IN', '乡乡有中心', 'Every township has a service centre', 'TOTAL', '{}', '{COUNTY,TOWNSHIP}', NULL, NULL, true),
    ('every_village_has_a_station', 'FACILITY_IN', '村村有站', 'Every village has a service station', 'SUB', '{}', '{VILLAGE}', NULL, NULL, true),
    ('a_service_point_nearby', 'FACILITY_NEAR', '就近有站点', 'A service point nearby', NULL, '{}', '{COUNTY,TOWNSHIP,VILLAGE,POINT}', 3000, NULL, true),
    ('every_village_has_a_full_time_worker', 'ROLE_FILLED', '村村有专职网格员', 'Every village has a full-time worker', 'SUB', '{FULL_TIME}', '{}', NULL, NULL, false),
    ('every_village_has_a_linked_cadre', 'ROLE_FILLED', '村村有包联干部', 'Every village has a linked cadre', 'SUB', '{CADRE}', '{}', NULL, NULL, false);
