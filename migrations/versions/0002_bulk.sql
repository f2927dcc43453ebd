-- Versions are looked up by b-trees alone: a GiST index may lose rows on PostgreSQL up to 15.18 (docs/decisions/0012).
ALTER TABLE geo_grid.grid_versions
    DROP CONSTRAINT grid_versions_one_at_a_time_excl,
    ADD CONSTRAINT grid_versions_grid_id_positive_check CHECK (grid_id > 0),
    ADD CONSTRAINT grid_versions_one_at_a_time_excl
        EXCLUDE USING gist (grid_id WITH =, valid WITH &&) WHERE (grid_id > 0);
CREATE INDEX grid_versions_grid_id_idx ON geo_grid.grid_versions (grid_id);

-- Held for whole statements instead, by geo_grid.demand_grids (docs/decisions/0013).
ALTER TABLE geo_grid.households DROP CONSTRAINT households_grid_id_fkey;

-- Shapes renewed for tiles are no import.
ALTER TABLE geo_grid.changesets
    DROP CONSTRAINT changesets_kind_check,
    ADD CONSTRAINT changesets_kind_check
        CHECK (kind IN ('setup', 'import', 'edit', 'redraw', 'undo', 'tiles', 'direct'));
