-- Who sees and changes which rows: row-level security by subtree, one line for each table.

-- The database itself holds what `geo_grid.access.may` decides (docs/explanation/scope.md). Three roles have the whole
-- county: the loader, the web where the asker's role is for the county, the keeper of accounts. Two have a subtree:
-- geo_grid_scoped reads, geo_grid_editor writes. They say whose subtree it is by a seal that only the keeper of accounts
-- can have made, `SET LOCAL` for one transaction; without one they see nothing.

-- The lines. A new table gets one here, or the catalogue gate (tests/db/test_scope_catalogue.py) fails and scoped accounts
-- see nothing of it.
--   reading    which rows a scoped account sees; 'true' for a table that holds nothing of a place (say why), 'false' for
--              one that only the county sees. `scope` stands for the ids of the grids of the account's subtrees,
--              `ground` for the ground of these, `asker` for the account's username.
--   writing    what geo_grid_editor may do, in words of GRANT; '' for what only the loader does. It may do so to rows of
--              which `reading` holds with the subtrees of those roles that may do `action`.
--   stricter   what must hold of a written row besides, in the same words; '' for nothing more.
CREATE OR REPLACE FUNCTION geo_grid.scoped_tables()
RETURNS TABLE (name text, reading text, action text, writing text, stricter text, why text)
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    VALUES
    ('grids', 'id = ANY (scope)', '', '', '', ''),
    ('grid_versions', 'grid_id = ANY (scope)', '', '', '', ''),
    ('grid_codes', 'grid_id = ANY (scope)', '', '', '', ''),
    ('lineage', 'from_grid_id = ANY (scope) OR to_grid_id = ANY (scope)', '', '', '', ''),
    ('tile_shapes', 'EXISTS (SELECT FROM geo_grid.grid_versions v WHERE v.id = version_id)', '', '', '', ''),
    ('households', 'grid_id = ANY (scope)', 'MANAGE_STAFF', 'UPDATE (contact_id)', '', ''),
    ('household_history', 'grid_id = ANY (scope)', '', '', '', ''),
    ('posts', 'grid_id = ANY (scope)', 'MANAGE_STAFF', 'INSERT, UPDATE', '', ''),
    ('post_history', 'grid_id = ANY (scope)', '', '', '', ''),
    ('assignments', 'EXISTS (SELECT FROM geo_grid.posts p WHERE p.id = post_id)', 'MANAGE_STAFF',
        'INSERT, UPDATE, DELETE', 'EXISTS (SELECT FROM geo_grid.posts p WHERE p.id = post_id AND p.grid_id = ANY (scope))',
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
    ('site_keepers', 'grid_id = ANY (scope)', 'MANAGE_STAFF', 'INSERT, UPDATE, DELETE', '', ''),
    ('inspections', 'grid_id = ANY (scope)', 'INSPECT', 'INSERT', '', ''),
    ('inspection_findings', 'EXISTS (SELECT FROM geo_grid.inspections i WHERE i.id = inspection_id)', 'INSPECT',
        'INSERT, UPDATE (closed_on, closed_by, closing)',
        'EXISTS (SELECT FROM geo_grid.inspections i WHERE i.id = inspection_id AND i.grid_id = ANY (scope))', ''),
    ('inspection_photos', 'EXISTS (SELECT FROM geo_grid.inspections i WHERE i.id = inspection_id)', 'INSPECT', 'INSERT',
        'EXISTS (SELECT FROM geo_grid.inspections i WHERE i.id = inspection_id AND i.grid_id = ANY (scope))', ''),
    ('hazard_zones', 'ST_Intersects(geom, ground)', 'EDIT_SITES', 'INSERT, UPDATE, DELETE', 'ST_CoveredBy(geom, ground)',
        ''),
    ('visits', 'grid_id = ANY (scope)', 'INSPECT', 'INSERT', '', ''),
    ('account_workers', 'EXISTS (SELECT FROM geo_grid.workers w WHERE w.id = worker_id)', '', '', '', ''),
    ('waivers', 'grid_id = ANY (scope)', 'MANAGE_COVERAGE', 'INSERT, UPDATE (ended_at)', '', ''),
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
        OR EXISTS (SELECT FROM geo_grid.risk_site_history h WHERE h.changeset_id = changesets.id)',
        '', 'INSERT (actor, kind, note, idempotency_key, summary), UPDATE (summary)', 'actor = asker', ''),
    ('journal_entries', 'actor = asker
        OR EXISTS (SELECT FROM geo_grid.grids g WHERE g.code IN (about, facts ->> ''grid''))
        OR EXISTS (SELECT FROM geo_grid.changesets c WHERE c.id = changeset_id)', '', '', '', ''),
    ('county', 'true', '', '', '', 'the name, the outline and the version of the map'),
    ('facilities', 'true', '', '', '', 'a service centre is there for everybody, its number is on its door'),
    ('facility_history', 'true', '', '', '', 'as facilities'),
    ('coverage_rules', 'true', '', '', '', 'the county''s rules hold for everybody'),
    ('data_versions', 'true', '', '', '', 'numbers and times'),
    ('workload_weights', 'true', '', '', '', 'the county''s formula holds for everybody'),
    ('rhythms', 'true', '', '', '', 'the county''s rules hold for everybody'),
    ('seasons', 'true', '', '', '', 'the county''s rules hold for everybody'),
    ('visit_quotas', 'true', 'MANAGE_COVERAGE', 'INSERT, UPDATE, DELETE', 'grid_id = ANY (scope)',
        'a place''s quota holds for all below'),
    ('tiers', 'true', '', '', '', 'vocabulary'),
    ('tier_rules', 'true', '', '', '', 'vocabulary'),
    ('roles', 'true', '', '', '', 'vocabulary'),
    ('risk_kinds', 'true', '', '', '', 'vocabulary'),
    ('facility_levels', 'true', '', '', '', 'vocabulary'),
    ('deployment', 'true', '', '', '', 'whether this is a demo'),
    ('alembic_version', 'true', '', '', '', 'the version of the schema');
END;

-- The roles that may do an action, given for a subtree; tests/db/test_scope_agrees.py holds it against
-- geo_grid.access. An action that is missing here is done in the whole county or not at all.
CREATE OR REPLACE FUNCTION geo_grid.roles_for(action text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE action
    WHEN 'SEE' THEN ARRAY['ADMINISTRATOR', 'GIS_STAFF', 'PLANNER', 'APPROVER', 'TOWNSHIP', 'GRID_WORKER', 'READER']
    WHEN 'REVEAL_PHONES' THEN ARRAY['ADMINISTRATOR', 'TOWNSHIP', 'GRID_WORKER']
    WHEN 'EXPORT' THEN ARRAY['ADMINISTRATOR', 'GIS_STAFF', 'PLANNER', 'APPROVER', 'TOWNSHIP']
    WHEN 'EXPORT_PHONES' THEN ARRAY['ADMINISTRATOR', 'TOWNSHIP']
    WHEN 'SEE_REDRAWS' THEN ARRAY['ADMINISTRATOR', 'GIS_STAFF', 'PLANNER', 'APPROVER', 'TOWNSHIP', 'GRID_WORKER', 'READER']
    WHEN 'DRAW' THEN ARRAY['ADMINISTRATOR', 'GIS_STAFF', 'PLANNER', 'TOWNSHIP']
    WHEN 'APPROVE' THEN ARRAY['ADMINISTRATOR', 'APPROVER']
    WHEN 'APPLY' THEN ARRAY['ADMINISTRATOR', 'APPROVER']
    WHEN 'READ_JOURNAL' THEN ARRAY['ADMINISTRATOR', 'GIS_STAFF', 'APPROVER']
    WHEN 'INSPECT' THEN ARRAY['ADMINISTRATOR', 'TOWNSHIP', 'GRID_WORKER']
    WHEN 'EDIT_SITES' THEN ARRAY['ADMINISTRATOR', 'GIS_STAFF', 'TOWNSHIP']
    WHEN 'MANAGE_STAFF' THEN ARRAY['ADMINISTRATOR', 'TOWNSHIP']
    WHEN 'MANAGE_COVERAGE' THEN ARRAY['ADMINISTRATOR', 'TOWNSHIP']
    ELSE ARRAY[]::text[]
END;

-- The grids that an account's roles for an action are given for today; NULL among them stands for the county.
CREATE OR REPLACE FUNCTION geo_grid.tops_of(account bigint, wanted text) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
    SELECT coalesce(array_agg(DISTINCT r.grid_id), '{}')
    FROM geo_grid.roles_given r
    JOIN geo_grid.accounts a ON a.id = r.account_id
    JOIN geo_grid.deployment d ON d.is_demo OR NOT a.is_demo
    WHERE r.account_id = account AND a.disabled_at IS NULL AND r.during @> current_date
        AND r.role = ANY (geo_grid.roles_for(wanted))
$$;

-- These grids and all below them: those in force, and retired ones where they lay last. Level by level, each by an index:
-- of a recursive query the planner thinks too badly (a hundred times the time, PostgreSQL 15).
CREATE OR REPLACE FUNCTION geo_grid.subtrees_of(tops bigint[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
SET enable_seqscan = off
AS $$
DECLARE
    found bigint[] := tops;
    level bigint[] := tops;
    retired bigint[];
BEGIN
    IF array_position(tops, NULL) IS NOT NULL THEN
        RETURN ARRAY(SELECT id FROM geo_grid.grids ORDER BY id);
    END IF;
    WHILE cardinality(level) > 0 LOOP
        level := ARRAY(
            SELECT grid_id FROM geo_grid.grid_versions
            WHERE parent_id = ANY (level) AND upper_inf(valid) AND grid_id <> ALL (tops));
        found := found || level;
    END LOOP;
    retired := ARRAY(SELECT id FROM geo_grid.grids WHERE retired_at IS NOT NULL);
    IF cardinality(retired) = 0 THEN
        RETURN found;
    END IF;
    WITH RECURSIVE last_place AS MATERIALIZED (
        SELECT DISTINCT ON (grid_id) grid_id, parent_id
        FROM geo_grid.grid_versions WHERE grid_id = ANY (retired)
        ORDER BY grid_id, lower(valid) DESC
    ), former AS (
        SELECT unnest(found) AS id
        UNION
        SELECT p.grid_id FROM former f JOIN last_place p ON p.parent_id = f.id
    )
    SELECT array_agg(id) INTO found FROM former;
    RETURN found;
END
$$;

-- A seal says for a quarter of an hour whose scope a transaction has: 'digest|seconds|account|action|{grids}', the grids
-- being those in which the account may do the action that is asked for. The digest is keyed, in the form of RFC 2104, so
-- that who can run statements as a scoped role cannot write one.
CREATE OR REPLACE FUNCTION geo_grid.sealed(said text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
    SELECT encode(sha256(key || '\x5c'::bytea || sha256(key || '\x36'::bytea || convert_to(said, 'UTF8'))), 'hex')
        || '|' || said
    FROM geo_grid.scope_key
$$;

CREATE OR REPLACE FUNCTION geo_grid.seal_scope(account bigint, action text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
    SELECT geo_grid.sealed(concat_ws('|', extract(epoch FROM clock_timestamp())::bigint, account, action,
        geo_grid.subtrees_of(geo_grid.tops_of(account, action))))
$$;

-- A part of this transaction's seal (3: the account, 4: the action, 5: the grids); NULL without a seal that holds.
CREATE OR REPLACE FUNCTION geo_grid.seal_part(part integer) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
DECLARE
    seal text := current_setting('geo_grid.scope', true);
BEGIN
    IF seal IS NULL OR seal = '' OR seal IS DISTINCT FROM geo_grid.sealed(substr(seal, 66))
        OR extract(epoch FROM clock_timestamp()) - split_part(seal, '|', 2)::bigint > 900
    THEN
        RETURN NULL;
    END IF;
    RETURN split_part(seal, '|', part);
END
$$;

-- The grids in which the asker may do an action; NULL for the one that the seal is for.
CREATE OR REPLACE FUNCTION geo_grid.reach(action text) RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    IF action IS NULL THEN
        RETURN coalesce(geo_grid.seal_part(5), '{}')::bigint[];
    END IF;
    RETURN geo_grid.subtrees_of(geo_grid.tops_of(geo_grid.seal_part(3)::bigint, action));
END
$$;

-- The ground on which the asker may do an action, NULL for the one that the seal is for; NULL without any ground.
CREATE OR REPLACE FUNCTION geo_grid.reached_ground(action text) RETURNS geometry
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
DECLARE
    tops bigint[] := geo_grid.tops_of(geo_grid.seal_part(3)::bigint, coalesce(action, geo_grid.seal_part(4)));
BEGIN
    IF array_position(tops, NULL) IS NOT NULL THEN
        RETURN (SELECT geom FROM geo_grid.county);
    ELSIF cardinality(tops) = 1 THEN
        -- A copy: what lies toasted is unpacked for every row that is compared with it (PostGIS 3.3: 0.1 ms each).
        RETURN (SELECT ST_SetSRID(geom, ST_SRID(geom)) FROM geo_grid.grid_versions
                WHERE grid_id = tops[1] AND upper_inf(valid));
    END IF;
    RETURN (SELECT ST_Union(geom) FROM geo_grid.grid_versions WHERE grid_id = ANY (tops) AND upper_inf(valid));
END
$$;

-- The username of the asker; NULL without a seal.
CREATE OR REPLACE FUNCTION geo_grid.asking() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
    SELECT username FROM geo_grid.accounts WHERE id = geo_grid.seal_part(3)::bigint
$$;

-- Workers who hold no post and no household: whoever may staff any grid may take them on.
CREATE OR REPLACE FUNCTION geo_grid.free_workers() RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    IF cardinality(geo_grid.tops_of(geo_grid.seal_part(3)::bigint, 'MANAGE_STAFF')) = 0 THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT w.id FROM geo_grid.workers w
        WHERE NOT EXISTS (SELECT FROM geo_grid.assignments a WHERE a.worker_id = w.id)
            AND NOT EXISTS (SELECT FROM geo_grid.households h WHERE h.contact_id = w.id));
END
$$;

-- Whether the asker may do an action wherever a worker holds or will hold a post or has a household.
CREATE OR REPLACE FUNCTION geo_grid.works_within(worker bigint, action text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
DECLARE
    reached bigint[] := geo_grid.reach(action);
BEGIN
    RETURN cardinality(reached) > 0
        AND NOT EXISTS (
            SELECT FROM geo_grid.assignments a JOIN geo_grid.posts p ON p.id = a.post_id
            WHERE a.worker_id = worker AND (upper_inf(a.during) OR upper(a.during) > current_date)
                AND p.grid_id <> ALL (reached))
        AND NOT EXISTS (
            SELECT FROM geo_grid.households h WHERE h.contact_id = worker AND h.grid_id <> ALL (reached));
END
$$;

-- The highest number in the codes that we make up for a noun: they are never given again, in whatever part of the county.
CREATE OR REPLACE FUNCTION geo_grid.latest_number(noun text) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    IF noun = 'risk_site' THEN
        RETURN (SELECT coalesce(max(CAST(substr(code, 2) AS bigint)), 0) FROM geo_grid.risk_site_history
                WHERE code ~ '^R[0-9]{5,9}$');
    END IF;
    RETURN (SELECT coalesce(max(CAST(substr(code, 2) AS bigint)), 0) FROM geo_grid.hazard_zones
            WHERE code ~ '^Z[0-9]{1,9}$');
END
$$;

-- A line's words as SQL, for an action.
CREATE OR REPLACE FUNCTION geo_grid.scope_words(said text, action text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN regexp_replace(regexp_replace(regexp_replace(said,
    '\mscope\M', format('(SELECT geo_grid.reach(%L))::bigint[]', action), 'g'),
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
        EXECUTE format('CREATE POLICY county ON geo_grid.%I TO geo_grid_loader, geo_grid_web, geo_grid_access
                        USING (true) WITH CHECK (true)', one.relname);
    END LOOP;
    FOR line IN SELECT * FROM geo_grid.scoped_tables() LOOP
        EXECUTE format('GRANT SELECT ON geo_grid.%I TO geo_grid_scoped, geo_grid_editor', line.name);
        EXECUTE format('CREATE POLICY seen ON geo_grid.%I FOR SELECT TO geo_grid_scoped, geo_grid_editor USING (%s)',
            line.name, geo_grid.scope_words(line.reading, NULL));
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
    geo_grid.works_within(bigint, text), geo_grid.latest_number(text), geo_grid.scope_words(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION geo_grid.on_lattice(geometry), geo_grid.reach(text), geo_grid.reached_ground(text),
    geo_grid.asking(), geo_grid.free_workers(), geo_grid.standing_with_above(bigint[])
    TO geo_grid_scoped, geo_grid_editor;
GRANT EXECUTE ON FUNCTION geo_grid.latest_number(text) TO geo_grid_editor, geo_grid_loader;
GRANT EXECUTE ON FUNCTION geo_grid.works_within(bigint, text), geo_grid.current_changeset(), geo_grid.moment()
    TO geo_grid_editor;
GRANT EXECUTE ON FUNCTION geo_grid.seal_scope(bigint, text) TO geo_grid_access;
-- For queries that ask the same of everybody: without a seal there is no ground, which stands for the county.
GRANT EXECUTE ON FUNCTION geo_grid.reached_ground(text) TO geo_grid_web, geo_grid_loader;
