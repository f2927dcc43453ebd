-- The history of hazard zones, kinds of risk sites with words of their own, and a limit that a rule lacked.
CREATE TABLE geo_grid.hazard_zone_history (
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    changeset_id BIGINT NOT NULL,
    op TEXT NOT NULL,
    id BIGINT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    hazard TEXT NOT NULL,
    signal TEXT NOT NULL,
    route TEXT NOT NULL,
    shelter TEXT,
    by TEXT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    geom geometry(MULTIPOLYGON,{srid}) NOT NULL,
    CONSTRAINT hazard_zone_history_pkey PRIMARY KEY (id, seq),
    CONSTRAINT hazard_zone_history_op_check CHECK (op IN ('I', 'U', 'D'))
);

CREATE INDEX hazard_zone_history_changeset_id_idx ON geo_grid.hazard_zone_history (changeset_id);

COMMENT ON TABLE geo_grid.hazard_zone_history IS 'Every image that rows of hazard_zones had: inserted, updated to, or deleted; append-only.';

ALTER TABLE geo_grid.risk_kinds
    ADD COLUMN zh TEXT DEFAULT '' NOT NULL,
    ADD COLUMN en TEXT DEFAULT '' NOT NULL,
    ADD COLUMN symbol TEXT DEFAULT 'other' NOT NULL,
    ADD CONSTRAINT risk_kinds_code_form_check CHECK (code ~ '^[A-Z][A-Z0-9_]{0,29}$'),
    ADD CONSTRAINT risk_kinds_words_check CHECK (length(zh) <= 20 AND length(en) <= 40 AND length(symbol) <= 30);

UPDATE geo_grid.coverage_rules SET most_households = 260
 WHERE code = 'every_village_has_a_full_time_worker' AND most_households IS NULL AND NOT is_on;
