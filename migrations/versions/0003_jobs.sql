-- Jobs, import runs and saved field maps.

CREATE TABLE geo_grid.jobs (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL,
    arguments JSONB DEFAULT '{}' NOT NULL,
    actor TEXT NOT NULL,
    state TEXT DEFAULT 'queued' NOT NULL,
    stage TEXT DEFAULT '' NOT NULL,
    done BIGINT DEFAULT 0 NOT NULL,
    total BIGINT DEFAULT 0 NOT NULL,
    attempt SMALLINT DEFAULT 0 NOT NULL,
    worker TEXT DEFAULT '' NOT NULL,
    cancel_asked BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    heartbeat_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    idempotency_key TEXT,
    result JSONB DEFAULT '{}' NOT NULL,
    error TEXT DEFAULT '' NOT NULL,
    CONSTRAINT jobs_pkey PRIMARY KEY (id),
    CONSTRAINT jobs_state_check CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    CONSTRAINT jobs_idempotency_key_key UNIQUE (idempotency_key)
);

CREATE INDEX jobs_waiting_idx ON geo_grid.jobs (id) WHERE state IN ('queued', 'running');

COMMENT ON TABLE geo_grid.jobs IS 'Long work: what is asked, how far it is, and how it ended.';

CREATE TABLE geo_grid.import_runs (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    actor TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    dropped BOOLEAN DEFAULT false NOT NULL,
    files JSONB DEFAULT '[]' NOT NULL,
    choices JSONB DEFAULT '{}' NOT NULL,
    sighting JSONB,
    outlines JSONB,
    verdict JSONB,
    report JSONB,
    job_id BIGINT,
    CONSTRAINT import_runs_pkey PRIMARY KEY (id),
    CONSTRAINT import_runs_job_id_fkey FOREIGN KEY(job_id) REFERENCES geo_grid.jobs (id)
);

CREATE INDEX import_runs_changed_at_idx ON geo_grid.import_runs (changed_at);

COMMENT ON TABLE geo_grid.import_runs IS 'Imports through the pages: their files, what was chosen in each step, and what came of it.';

CREATE TABLE geo_grid.field_maps (
    name TEXT NOT NULL,
    map JSONB NOT NULL,
    actor TEXT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT field_maps_pkey PRIMARY KEY (name),
    CONSTRAINT field_maps_name_form_check CHECK (name = btrim(name) AND name <> '' AND length(name) <= 100)
);

COMMENT ON TABLE geo_grid.field_maps IS 'Which columns of files are which of our fields, kept to be used again.';
