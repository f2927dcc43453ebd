-- Drafts of changed borders, their moves and their steps.
CREATE TABLE geo_grid.redraws (
    id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    note text DEFAULT '' NOT NULL,
    author text NOT NULL,
    stage text DEFAULT 'DRAFT' NOT NULL,
    shared boolean DEFAULT false NOT NULL,
    locked text[] DEFAULT '{}' NOT NULL,
    created_at timestamptz DEFAULT clock_timestamp() NOT NULL,
    changed_at timestamptz DEFAULT clock_timestamp() NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    base_version bigint NOT NULL,
    footprint jsonb DEFAULT '{}' NOT NULL,
    effective_on date,
    changeset_id bigint,
    undoes bigint,
    CONSTRAINT redraws_pkey PRIMARY KEY (id),
    CONSTRAINT redraws_changeset_id_key UNIQUE (changeset_id),
    CONSTRAINT redraws_changeset_id_fkey FOREIGN KEY (changeset_id) REFERENCES geo_grid.changesets (id),
    CONSTRAINT redraws_undoes_fkey FOREIGN KEY (undoes) REFERENCES geo_grid.redraws (id),
    CONSTRAINT redraws_stage_check CHECK (
        stage IN ('DRAFT', 'SUBMITTED', 'FIELD_CHECKED', 'APPROVED', 'APPLIED', 'REFUSED', 'WITHDRAWN')),
    CONSTRAINT redraws_name_form_check CHECK (name = btrim(name) AND name <> '' AND length(name) <= 100),
    CONSTRAINT redraws_note_form_check CHECK (length(note) <= 2000),
    CONSTRAINT redraws_applied_by_a_change_set_check CHECK ((stage = 'APPLIED') = (changeset_id IS NOT NULL))
);
COMMENT ON TABLE geo_grid.redraws IS
    'Drafts of changed borders; `footprint` has the digest of every grid as the draft found it.';
CREATE INDEX redraws_author_idx ON geo_grid.redraws (author);
CREATE INDEX redraws_stage_idx ON geo_grid.redraws (stage);
CREATE INDEX redraws_undoes_idx ON geo_grid.redraws (undoes);

CREATE TABLE geo_grid.redraw_moves (
    redraw_id bigint NOT NULL,
    position integer NOT NULL,
    move jsonb NOT NULL,
    undone boolean DEFAULT false NOT NULL,
    author text NOT NULL,
    at timestamptz DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT redraw_moves_pkey PRIMARY KEY (redraw_id, position),
    CONSTRAINT redraw_moves_redraw_id_fkey FOREIGN KEY (redraw_id) REFERENCES geo_grid.redraws (id) ON DELETE CASCADE,
    CONSTRAINT redraw_moves_position_check CHECK (position >= 1)
);
COMMENT ON TABLE geo_grid.redraw_moves IS 'The moves of a draft in order; undone ones wait to be done again.';

CREATE TABLE geo_grid.redraw_steps (
    id bigint GENERATED ALWAYS AS IDENTITY,
    redraw_id bigint NOT NULL,
    stage text NOT NULL,
    actor text NOT NULL,
    at timestamptz DEFAULT clock_timestamp() NOT NULL,
    note text DEFAULT '' NOT NULL,
    CONSTRAINT redraw_steps_pkey PRIMARY KEY (id),
    CONSTRAINT redraw_steps_redraw_id_fkey FOREIGN KEY (redraw_id) REFERENCES geo_grid.redraws (id) ON DELETE CASCADE,
    CONSTRAINT redraw_steps_stage_check CHECK (
        stage IN ('DRAFT', 'SUBMITTED', 'FIELD_CHECKED', 'APPROVED', 'APPLIED', 'REFUSED', 'WITHDRAWN')),
    CONSTRAINT redraw_steps_note_form_check CHECK (length(note) <= 2000)
);
COMMENT ON TABLE geo_grid.redraw_steps IS 'Who brought a redraw to which stage, when and why.';
CREATE INDEX redraw_steps_redraw_id_idx ON geo_grid.redraw_steps (redraw_id);

-- The next free code inside a parent is looked for by the beginning of the code.
CREATE INDEX grid_codes_prefix_idx ON geo_grid.grid_codes (code text_pattern_ops);
