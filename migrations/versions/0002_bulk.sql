-- Versions are looked up by b-trees alone: a GiST index may lose rows on PostgreSQL up to 15.18 (docs/decisions/0012).
ALTER TABLE geo_grid.grid_versions
    DROP CONSTRAINT grid_versions_one_at_a_time_excl,
    ADD CONSTRAINT grid_versions_grid_id_positive_check CHECK (grid_id > 0),
    ADD CONSTRAINT grid_versions_one_at_a_time_excl
        EXCLUDE USING gist (grid_id WITH =, valid WITH &&) WHERE (grid_id > 0);
CREATE INDEX grid_versions_grid_id_idx ON geo_grid.grid_versions (grid_id);
