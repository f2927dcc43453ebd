-- What the loader and the web may do; everything else is the owner's alone.

REVOKE ALL ON SCHEMA geo_grid FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA geo_grid FROM PUBLIC, geo_grid_loader, geo_grid_web;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA geo_grid FROM PUBLIC, geo_grid_loader, geo_grid_web;
GRANT USAGE ON SCHEMA geo_grid TO geo_grid_loader, geo_grid_web;

GRANT SELECT ON ALL TABLES IN SCHEMA geo_grid TO geo_grid_loader, geo_grid_web;
REVOKE ALL ON geo_grid.unsettled FROM geo_grid_web, geo_grid_loader;

GRANT INSERT ON geo_grid.grids, geo_grid.grid_versions, geo_grid.lineage TO geo_grid_loader;
GRANT INSERT (actor, kind, note, idempotency_key, summary) ON geo_grid.changesets TO geo_grid_loader;
GRANT UPDATE (summary) ON geo_grid.changesets TO geo_grid_loader;
GRANT UPDATE (name, geom) ON geo_grid.county TO geo_grid_loader;
GRANT UPDATE (code, retired_at) ON geo_grid.grids TO geo_grid_loader;
GRANT UPDATE (parent_id, parent_tier, name, own, geom, valid) ON geo_grid.grid_versions TO geo_grid_loader;
GRANT INSERT, UPDATE, DELETE ON geo_grid.households, geo_grid.workers, geo_grid.posts, geo_grid.assignments,
    geo_grid.risk_sites, geo_grid.facilities TO geo_grid_loader;
GRANT INSERT, UPDATE, DELETE, TRUNCATE ON geo_grid.tile_shapes TO geo_grid_loader;

GRANT UPDATE ON geo_grid.coverage_rules TO geo_grid_loader;
GRANT INSERT ON geo_grid.waivers TO geo_grid_loader;
GRANT UPDATE (ended_at) ON geo_grid.waivers TO geo_grid_loader;
GRANT INSERT, UPDATE ON geo_grid.coverage_days TO geo_grid_loader;

GRANT EXECUTE ON FUNCTION geo_grid.on_lattice(geometry) TO geo_grid_loader, geo_grid_web;
GRANT EXECUTE ON FUNCTION geo_grid.current_changeset(), geo_grid.moment(), geo_grid.ended(tstzrange),
    geo_grid.prove_net() TO geo_grid_loader;
