-- The version of the data is the latest of data_versions; a copy of it on the county had the outline of thousands of
-- vertices checked at every commit. What a transaction notes is gone when it ends, and after a crash no transaction is
-- there to want it: it needs no log.
ALTER TABLE geo_grid.county DROP COLUMN data_version;
COMMENT ON TABLE geo_grid.county IS 'The one county of this database: its name, its outline and its CRS.';
ALTER TABLE geo_grid.unsettled SET UNLOGGED;
