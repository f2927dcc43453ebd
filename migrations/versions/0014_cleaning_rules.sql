-- Rules of cleaning kept under a name, and what an import is estimated to do before its record is there.
CREATE TABLE geo_grid.cleaning_rules (
    name TEXT NOT NULL,
    rules JSONB NOT NULL,
    actor TEXT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT cleaning_rules_pkey PRIMARY KEY (name),
    CONSTRAINT cleaning_rules_name_form_check CHECK (name = btrim(name) AND name <> '' AND length(name) <= 100)
);

COMMENT ON TABLE geo_grid.cleaning_rules IS 'By which rules drawn layers become one partition, kept to be used again.';

ALTER TABLE geo_grid.import_runs ADD COLUMN estimate JSONB;
