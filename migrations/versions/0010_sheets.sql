-- Consequence sheets of redraws that were applied.

CREATE TABLE geo_grid.redraw_sheets (
    redraw_id BIGINT NOT NULL,
    sheet JSONB NOT NULL,
    map JSONB NOT NULL,
    kept_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT redraw_sheets_pkey PRIMARY KEY (redraw_id),
    CONSTRAINT redraw_sheets_redraw_id_fkey FOREIGN KEY(redraw_id) REFERENCES geo_grid.redraws (id)
);

COMMENT ON TABLE geo_grid.redraw_sheets IS 'What a redraw meant when it was applied: its consequence sheet, and its map before and after.';
