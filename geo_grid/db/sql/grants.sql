-- What the loader and the web may do; everything else is the owner's alone.

REVOKE ALL ON SCHEMA geo_grid FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA geo_grid FROM PUBLIC, geo_grid_loader, geo_grid_web, geo_grid_access;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA geo_grid FROM PUBLIC, geo_grid_loader, geo_grid_web, geo_grid_access;
GRANT USAGE ON SCHEMA geo_grid TO geo_grid_loader, geo_grid_web, geo_grid_access;

GRANT SELECT ON ALL TABLES IN SCHEMA geo_grid TO geo_grid_loader, geo_grid_web;
REVOKE ALL ON geo_grid.unsettled, geo_grid.accounts, geo_grid.roles_given, geo_grid.sessions, geo_grid.sign_ins,
    geo_grid.journal_head, geo_grid.scope_key FROM geo_grid_web, geo_grid_loader;

GRANT INSERT ON geo_grid.grids, geo_grid.grid_versions, geo_grid.lineage TO geo_grid_loader;
GRANT INSERT (actor, kind, note, idempotency_key, summary) ON geo_grid.changesets TO geo_grid_loader;
GRANT UPDATE (summary) ON geo_grid.changesets TO geo_grid_loader;
GRANT UPDATE (name, geom) ON geo_grid.county TO geo_grid_loader;
GRANT UPDATE (code, retired_at) ON geo_grid.grids TO geo_grid_loader;
GRANT UPDATE (parent_id, parent_tier, name, own, geom, valid) ON geo_grid.grid_versions TO geo_grid_loader;
GRANT INSERT, UPDATE, DELETE ON geo_grid.households, geo_grid.workers, geo_grid.posts, geo_grid.assignments,
    geo_grid.risk_sites, geo_grid.facilities TO geo_grid_loader;
GRANT INSERT, UPDATE ON geo_grid.redraws TO geo_grid_loader;
GRANT INSERT, UPDATE, DELETE ON geo_grid.redraw_moves TO geo_grid_loader;
GRANT INSERT ON geo_grid.redraw_steps, geo_grid.redraw_sheets TO geo_grid_loader;
GRANT INSERT, UPDATE, DELETE, TRUNCATE ON geo_grid.tile_shapes TO geo_grid_loader;

GRANT UPDATE ON geo_grid.coverage_rules TO geo_grid_loader;
GRANT INSERT ON geo_grid.waivers TO geo_grid_loader;
GRANT UPDATE (ended_at) ON geo_grid.waivers TO geo_grid_loader;
GRANT INSERT, UPDATE ON geo_grid.coverage_days TO geo_grid_loader;

GRANT INSERT, UPDATE, DELETE ON geo_grid.rhythms, geo_grid.site_keepers, geo_grid.visit_quotas, geo_grid.hazard_zones,
    geo_grid.account_workers TO geo_grid_loader;
GRANT INSERT, UPDATE, DELETE ON geo_grid.risk_kinds TO geo_grid_loader;
GRANT UPDATE (season) ON geo_grid.seasons TO geo_grid_loader;
GRANT INSERT ON geo_grid.inspections, geo_grid.inspection_findings, geo_grid.inspection_photos, geo_grid.visits
    TO geo_grid_loader;
GRANT UPDATE (closed_on, closed_by, closing) ON geo_grid.inspection_findings TO geo_grid_loader;
GRANT UPDATE ON geo_grid.workload_weights TO geo_grid_loader;

GRANT INSERT, UPDATE, DELETE ON geo_grid.jobs, geo_grid.import_runs, geo_grid.field_maps, geo_grid.cleaning_rules
    TO geo_grid_loader;

GRANT EXECUTE ON FUNCTION geo_grid.on_lattice(geometry), geo_grid.map_version(),
    geo_grid.standing_with_above(bigint[]) TO geo_grid_loader, geo_grid_web;
GRANT EXECUTE ON FUNCTION geo_grid.current_changeset(), geo_grid.moment(), geo_grid.ended(tstzrange),
    geo_grid.prove_net(), geo_grid.prove_net_along(text[], boolean[], int[], int[]),
    geo_grid.forget_people(text, bigint[], text, text), geo_grid.forget_sign_ins(integer),
    geo_grid.old_sign_ins(integer), geo_grid.forget_photos(integer) TO geo_grid_loader;
GRANT EXECUTE ON FUNCTION geo_grid.old_sign_ins(integer) TO geo_grid_web;
GRANT EXECUTE ON FUNCTION geo_grid.begin_grids(text[], text[]),
    geo_grid.write_versions(text[], text[], text[], bytea[], bytea[], int), geo_grid.retire_grids(text[]),
    geo_grid.move_households(text[], text[]), geo_grid.add_posts(text[], text[]),
    geo_grid.write_lineage(text[], text[], float8[], int[]) TO geo_grid_loader;

-- Accounts are kept by a role of their own: nothing that reads or writes the county can read a password's hash.
GRANT SELECT ON geo_grid.deployment, geo_grid.accounts, geo_grid.roles_given, geo_grid.sessions, geo_grid.sign_ins,
    geo_grid.journal_entries, geo_grid.journal_head, geo_grid.grids, geo_grid.grid_versions TO geo_grid_access;
GRANT UPDATE (is_demo) ON geo_grid.deployment TO geo_grid_access;
GRANT INSERT (username, name, password, must_change, is_demo, made_by) ON geo_grid.accounts TO geo_grid_access;
GRANT UPDATE (name, password, must_change, disabled_at) ON geo_grid.accounts TO geo_grid_access;
GRANT INSERT (account_id, role, grid_id, during, given_by), DELETE ON geo_grid.roles_given TO geo_grid_access;
GRANT INSERT (digest, account_id, address), UPDATE (seen_at), DELETE ON geo_grid.sessions TO geo_grid_access;
GRANT INSERT (username, address, outcome) ON geo_grid.sign_ins TO geo_grid_access;
GRANT INSERT (actor, kind, about, facts) ON geo_grid.journal_entries TO geo_grid_access;
GRANT EXECUTE ON FUNCTION geo_grid.session_of(bytea, interval, interval), geo_grid.entry_digest(bigint, timestamptz, text, text, text, jsonb, bigint, bytea),
    geo_grid.change_digest(bigint) TO geo_grid_access;
