-- Who sees and changes which rows: row-level security by subtree, one line for each table.

-- The database itself holds what `geo_grid.access.may` decides (docs/explanation/scope.md). Four roles have the whole
-- county: the loader, the web where the asker's role is for the county, the keeper of accounts. Two have a subtree:
-- geo_grid_scoped reads, geo_grid_editor writes. They say whose subtree it is by a seal that only the keeper of accounts
-- can have made, `SET LOCAL` for one transaction; without one they see nothing. geo_grid_clerk has the whole county and
-- writes what the roles of an account allow (clerk.sql).

-- The lines. A new table gets one here, or the catalogue gate (tests/db/test_scope_catalogue.py) fails and scoped accounts
-- see nothing of it.
--   reading    which rows a scoped account sees; 'true' for a table that holds nothing of a place (say why), 'false' for
--              one that only the county sees. `scope` stands for the ids of the grids of the account's subtrees,
--              `ground` for the ground of these, `asker` for the account's username.
--   writing    what geo_grid_editor may do, in words of GRANT; '' for what only the loader does. It may do so to rows of
--              which `reading` holds with the subtrees of those roles that may do `action`.
--   stricter   what must hold of a written row besides, in the same words; '' for nothing more.
-- `scope` is a multirange, so that a row is found in it in some steps by halving and never with the help of an index: of
-- an array of ids and an index PostgreSQL 15 tries every pair.

CREATE OR REPLACE FUNCTION geo_grid.scoped_tables()
RETURNS TABLE (name text, reading text, action text, writing text, stricter text, why text)
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    VALUES
    ('grids', 'scope @> id', '', '', '', ''),
    ('grid_versions', 'scope @> grid_id', '', '', '', ''),
    ('grid_codes', 'scope @> grid_id', '', '', '', ''),
    ('lineage', 'scope @> from_grid_id OR scope @> to_grid_id', '', '', '', ''),
    ('tile_shapes', 'EXISTS (SELECT FROM geo_grid.grid_versions v WHERE v.id = version_id)', '', '', '', ''),
    ('households', 'scope @> grid_id', 'MANAGE_STAFF', 'UPDATE (contact_id)', '', ''),
    ('household_history', 'scope @> grid_id', '', '', '', ''),
    ('posts', 'scope @> grid_id', 'MANAGE_STAFF', 'INSERT, UPDATE', '', ''),
    ('post_history', 'scope @> grid_id', '', '', '', ''),
    ('assignments', 'EXISTS (SELECT FROM geo_grid.posts p WHERE p.id = post_id)', 'MANAGE_STAFF',
        'INSERT, UPDATE, DELETE', 'EXISTS (SELECT FROM geo_grid.posts p WHERE p.id = post_id AND scope @> p.grid_id)',
        ''),
    ('assignment_history', 'EXISTS (SELECT FROM geo_grid.posts p WHERE p.id = post_id)', '', '', '', ''),
    ('workers', 'EXISTS (SELECT FROM geo_grid.assignments a WHERE a.worker_id = workers.id)
        OR EXISTS (SELECT FROM geo_grid.households h WHERE h.contact_id = workers.id)
        OR id = ANY ((SELECT geo_grid.free_workers())::bigint[])',
        'MANAGE_STAFF', 'INSERT, UPDATE', 'geo_grid.works_within(id, ''MANAGE_STAFF'')', ''),
    ('worker_history', 'EXISTS (SELECT FROM geo_grid.workers w WHERE w.id = worker_history.id)', '', '', '', ''),
    -- One that reaches out of the ground is the county's to change: those who keep its other parts hang on it.
    ('risk_sites', 'ST_Intersects(geom, ground)', 'EDIT_SITES', 'INSERT, UPDATE, DELETE', 'ST_CoveredBy(geom, ground)', ''),
    ('risk_site_history', 'ST_Intersects(geom, ground)', '', '', '', ''),
    ('site_keepers', 'scope @> grid_id', 'MANAGE_STAFF', 'INSERT, UPDATE, DELETE', '', ''),
    ('inspections', 'scope @> grid_id', 'INSPECT', 'INSERT', '', ''),
    ('inspection_findings', 'EXISTS (SELECT FROM geo_grid.inspections i WHERE i.id = inspection_id)', 'INSPECT',
        'INSERT, UPDATE (closed_on, closed_by, closing)',
        'EXISTS (SELECT FROM geo_grid.inspections i WHERE i.id = inspection_id AND scope @> i.grid_id)', ''),
    ('inspection_photos', 'EXISTS (SELECT FROM geo_grid.inspections i WHERE i.id = inspection_id)', 'INSPECT', 'INSERT',
        'EXISTS (SELECT FROM geo_grid.inspections i WHERE i.id = inspection_id AND scope @> i.grid_id)', ''),
    ('hazard_zones', 'ST_Intersects(geom, ground)', 'EDIT_SITES', 'INSERT, UPDATE, DELETE', 'ST_CoveredBy(geom, ground)',
        ''),
    ('visits', 'scope @> grid_id', 'INSPECT', 'INSERT', '', ''),
    ('hazard_zone_history', 'ST_Intersects(geom, ground)', '', '', '', ''),
    ('account_workers', 'EXISTS (SELECT FROM geo_grid.workers w WHERE w.id = worker_id)', '', '', '', ''),
    ('waivers', 'scope @> grid_id', 'MANAGE_COVERAGE', 'INSERT, UPDATE (ended_at)', '', ''),
    ('coverage_days', 'false', '', '', '', 'figures of the whole county'),
    ('redraws', 'author = asker OR (shared OR stage NOT IN (''DRAFT'', ''WITHDRAWN''))
        AND EXISTS (SELECT FROM jsonb_object_keys(footprint) AS touched JOIN geo_grid.grids g ON g.code = touched)',
        '', '', '', ''),
    ('redraw_moves', 'EXISTS (SELECT FROM geo_grid.redraws r WHERE r.id = redraw_id)', '', '', '', ''),
    ('redraw_sheets', 'EXISTS (SELECT FROM geo_grid.redraws r WHERE r.id = redraw_id)', '', '', '', ''),
    ('redraw_steps', 'EXISTS (SELECT FROM geo_grid.redraws r WHERE r.id = redraw_id)', '', '', '', ''),
    ('jobs', 'false', '', '', '', 'imports are the whole county''s'),
    ('import_runs', 'false', '', '', '', 'imports are the whole county''s'),
    ('field_maps', 'false', '', '', '', 'imports are the whole county''s'),
    ('cleaning_rules', 'false', '', '', '', 'imports are the whole county''s'),
    ('changesets', 'actor = asker
        OR EXISTS (SELECT FROM geo_grid.grid_versions v WHERE v.changeset_id = changesets.id)
        OR EXISTS (SELECT FROM geo_grid.household_history h WHERE h.changeset_id = changesets.id)
        OR EXISTS (SELECT FROM geo_grid.assignment_history h WHERE h.changeset_id = changesets.id)
        OR EXISTS (SELECT FROM geo_grid.post_history h WHERE h.changeset_id = changesets.id)
        OR EXISTS (SELECT FROM geo_grid.risk_site_history h WHERE h.changeset_id = changesets.id)
        OR EXISTS (SELECT FROM geo_grid.hazard_zone_history h WHERE h.changeset_id = changesets.id)',
        '', 'INSERT (actor, kind, note, idempotency_key, summary), UPDATE (summary)', 'actor = asker', ''),
    ('journal_entries', 'actor = asker
        OR EXISTS (SELECT FROM geo_grid.grids g WHERE g.code = about)
        OR EXISTS (SELECT FROM geo_grid.grids g WHERE g.code = facts ->> ''grid'')
        OR EXISTS (SELECT FROM geo_grid.changesets c WHERE c.id = changeset_id)', '', '', '', ''),
    ('county', 'true', '', '', '', 'the name, the outline and the version of the map'),
    ('facilities', 'true', '', '', '', 'a service centre is there for everybody, its number is on its door'),
    ('facility_history', 'true', '', '', '', 'as facilities'),
    ('coverage_rules', 'true', '', '', '', 'the county''s rules hold for everybody'),
    ('data_versions', 'true', '', '', '', 'numbers and times'),
    ('unwritten_changes', 'false', '', '', '', 'read by the program alone, which keeps tiles for every scope'),
    ('workload_weights', 'true', '', '', '', 'the county''s formula holds for everybody'),
    ('rhythms', 'true', '', '', '', 'the county''s rules hold for everybody'),
    ('seasons', 'true', '', '', '', 'the county''s rules hold for everybody'),
    ('visit_quotas', 'true', 'MANAGE_COVERAGE', 'INSERT, UPDATE, DELETE', 'scope @> grid_id',
        'a place''s quota holds for all below'),
    ('tiers', 'true', '', '', '', 'vocabulary'),
    ('tier_rules', 'true', '', '', '', 'vocabulary'),
    ('roles', 'true', '', '', '', 'vocabulary'),
    ('risk_kinds', 'true', '', '', '', 'vocabulary'),
    ('facility_levels', 'true', '', '', '', 'vocabulary'),
    ('deployment', 'true', '', '', '', 'whether this is a demo'),
    ('alembic_version', 'true', '', '', '', 'the version of the schema');
END;

-- The highest number in the codes that we make up for a noun: they are never given again, in whatever part of the county.
CREATE OR REPLACE FUNCTION geo_grid.latest_number(noun text) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    IF noun = 'risk_site' THEN
        RETURN (SELECT coalesce(max(CAST(substr(code, 2) AS bigint)), 0) FROM geo_grid.risk_site_history
                WHERE code ~ '^R[0-9]{5,9}$');
    END IF;
    RETURN (SELECT coalesce(max(CAST(substr(code, 2) AS bigint)), 0)
            FROM (SELECT code FROM geo_grid.hazard_zones UNION ALL SELECT code FROM geo_grid.hazard_zone_history) known
            WHERE code ~ '^Z[0-9]{1,9}$');
END
$$;

-- What the line of a table comes to for who only reads, as far as the seal names the rows: it is made for one version of
-- the map, and so is what is read under it. Who writes must see what was just written.
CREATE OR REPLACE FUNCTION geo_grid.sealed_reading(name text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE name
    WHEN 'workers' THEN '(SELECT geo_grid.sealed_ids(6)) @> id'
    WHEN 'risk_sites' THEN '(SELECT geo_grid.sealed_ids(7)) @> id'
    WHEN 'changesets' THEN (
        SELECT format('actor = asker OR coalesce((SELECT geo_grid.sealed_ids(8)) @> id, %s)', t.reading)
        FROM geo_grid.scoped_tables() t WHERE t.name = 'changesets')
END;

-- A line's words as SQL, for an action.
CREATE OR REPLACE FUNCTION geo_grid.scope_words(said text, action text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN regexp_replace(regexp_replace(regexp_replace(said,
    '\mscope\M', format('(SELECT geo_grid.reach(%L))', action), 'g'),
    '\mground\M', format('(SELECT geo_grid.reached_ground(%L))', action), 'g'),
    '\masker\M', '(SELECT geo_grid.asking())', 'g');

DO $$
DECLARE
    line record;
    one record;
    writable text;
BEGIN
    FOR one IN SELECT relname FROM pg_class WHERE relnamespace = 'geo_grid'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('REVOKE ALL ON geo_grid.%I FROM geo_grid_scoped, geo_grid_editor', one.relname);
    END LOOP;
    FOR one IN SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'geo_grid' LOOP
        EXECUTE format('DROP POLICY %I ON geo_grid.%I', one.policyname, one.tablename);
    END LOOP;
    GRANT USAGE ON SCHEMA geo_grid TO geo_grid_scoped, geo_grid_editor;
    -- Every table, also one without a line: the scoped roles see nothing of it.
    FOR one IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'geo_grid'::regnamespace AND c.relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE geo_grid.%I ENABLE ROW LEVEL SECURITY', one.relname);
        EXECUTE format('CREATE POLICY county ON geo_grid.%I TO geo_grid_loader, geo_grid_web, geo_grid_clerk, geo_grid_access
                        USING (true) WITH CHECK (true)', one.relname);
    END LOOP;
    FOR line IN SELECT * FROM geo_grid.scoped_tables() LOOP
        EXECUTE format('GRANT SELECT ON geo_grid.%I TO geo_grid_scoped, geo_grid_editor', line.name);
        EXECUTE format('CREATE POLICY seen ON geo_grid.%I FOR SELECT TO %s USING (%s)', line.name,
            CASE WHEN geo_grid.sealed_reading(line.name) IS NULL THEN 'geo_grid_scoped, geo_grid_editor'
                 ELSE 'geo_grid_editor' END, geo_grid.scope_words(line.reading, NULL));
        IF geo_grid.sealed_reading(line.name) IS NOT NULL THEN
            EXECUTE format('CREATE POLICY sealed ON geo_grid.%I FOR SELECT TO geo_grid_scoped USING (%s)', line.name,
                geo_grid.scope_words(geo_grid.sealed_reading(line.name), NULL));
        END IF;
        CONTINUE WHEN line.writing = '';
        EXECUTE format('GRANT %s ON geo_grid.%I TO geo_grid_editor', line.writing, line.name);
        writable := geo_grid.scope_words(CASE line.stricter WHEN '' THEN line.reading ELSE line.stricter END, line.action);
        EXECUTE format('CREATE POLICY added ON geo_grid.%I FOR INSERT TO geo_grid_editor WITH CHECK (%s)',
            line.name, writable);
        EXECUTE format('CREATE POLICY changed ON geo_grid.%I FOR UPDATE TO geo_grid_editor USING (%s) WITH CHECK (%2$s)',
            line.name, writable);
        EXECUTE format('CREATE POLICY taken ON geo_grid.%I FOR DELETE TO geo_grid_editor USING (%s)',
            line.name, writable);
    END LOOP;
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA geo_grid FROM geo_grid_scoped, geo_grid_editor;
REVOKE ALL ON FUNCTION geo_grid.scoped_tables(), geo_grid.roles_for(text), geo_grid.tops_of(bigint, text),
    geo_grid.subtrees_of(bigint[]), geo_grid.sealed(text), geo_grid.seal_scope(bigint, text), geo_grid.seal_part(integer),
    geo_grid.reach(text), geo_grid.reached_ground(text), geo_grid.asking(), geo_grid.free_workers(),
    geo_grid.works_within(bigint, text), geo_grid.latest_number(text), geo_grid.scope_words(text, text),
    geo_grid.sealed_reading(text), geo_grid.ranges_of(bigint[]), geo_grid.sealed_ids(integer),
    geo_grid.ground_of(bigint[]), geo_grid.free_for(bigint), geo_grid.workers_in(bigint[], bigint),
    geo_grid.sites_on(geometry),
    geo_grid.changesets_in(bigint[], geometry) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION geo_grid.on_lattice(geometry), geo_grid.map_version(), geo_grid.reach(text),
    geo_grid.reached_ground(text), geo_grid.asking(), geo_grid.free_workers(), geo_grid.sealed_ids(integer),
    geo_grid.standing_with_above(bigint[]) TO geo_grid_scoped, geo_grid_editor;
GRANT EXECUTE ON FUNCTION geo_grid.latest_number(text) TO geo_grid_editor, geo_grid_loader;
GRANT EXECUTE ON FUNCTION geo_grid.works_within(bigint, text), geo_grid.current_changeset(), geo_grid.moment()
    TO geo_grid_editor;
GRANT EXECUTE ON FUNCTION geo_grid.seal_scope(bigint, text) TO geo_grid_access;
-- For queries that ask the same of everybody: without a seal there is no ground, which stands for the county.
GRANT EXECUTE ON FUNCTION geo_grid.reached_ground(text) TO geo_grid_web, geo_grid_loader;
