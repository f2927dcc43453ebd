-- Whose scope a transaction has: the seal that says so, and what follows from it.

-- Schemas before 0015 have a function of that name that gives an array, and policies that hang on it.
DO $$
DECLARE
    one record;
BEGIN
    IF EXISTS (SELECT FROM pg_proc WHERE pronamespace = 'geo_grid'::regnamespace AND proname = 'reach'
               AND prorettype <> 'int8multirange'::regtype) THEN
        FOR one IN SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'geo_grid' LOOP
            EXECUTE format('DROP POLICY %I ON geo_grid.%I', one.policyname, one.tablename);
        END LOOP;
        DROP FUNCTION geo_grid.reach(text);
    END IF;
END
$$;

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

-- The same as ranges of ids.
CREATE OR REPLACE FUNCTION geo_grid.ranges_of(ids bigint[]) RETURNS int8multirange
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT coalesce(range_agg(int8range(i, i, '[]')), '{}') FROM unnest(ids) AS i);

-- A seal says for a quarter of an hour whose scope a transaction has: 'digest|seconds|account|action|{grids}|{workers}|
-- {sites}|{change sets}', the grids being those in which the account may do the action that is asked for, the others what
-- is seen of them at the time; change sets are named for who reads the journal alone. The digest is keyed, in the form of RFC 2104, so that who can run statements as a scoped role cannot
-- write one.
CREATE OR REPLACE FUNCTION geo_grid.sealed(said text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
    SELECT encode(sha256(key || '\x5c'::bytea || sha256(key || '\x36'::bytea || convert_to(said, 'UTF8'))), 'hex')
        || '|' || said
    FROM geo_grid.scope_key
$$;

CREATE OR REPLACE FUNCTION geo_grid.seal_scope(account bigint, action text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
DECLARE
    tops bigint[] := geo_grid.tops_of(account, action);
    grids bigint[] := geo_grid.subtrees_of(tops);
BEGIN
    RETURN geo_grid.sealed(concat_ws('|', extract(epoch FROM clock_timestamp())::bigint, account, action,
        geo_grid.ranges_of(grids), geo_grid.ranges_of(geo_grid.workers_in(grids, account)),
        geo_grid.ranges_of(geo_grid.sites_on(geo_grid.ground_of(tops))),
        CASE action WHEN 'READ_JOURNAL' THEN geo_grid.changesets_in(grids, geo_grid.ground_of(tops))::text ELSE '' END));
END
$$;

-- A part of this transaction's seal (3: the account, 4: the action, 5: the grids, 6: the workers, 7: the sites,
-- 8: the change sets); NULL without a seal that holds.
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
CREATE OR REPLACE FUNCTION geo_grid.reach(action text) RETURNS int8multirange
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    IF action IS NULL THEN
        RETURN coalesce(geo_grid.seal_part(5), '{}')::int8multirange;
    END IF;
    RETURN geo_grid.ranges_of(geo_grid.subtrees_of(geo_grid.tops_of(geo_grid.seal_part(3)::bigint, action)));
END
$$;

-- The workers (6), the risk sites (7) or the change sets (8) that the seal names; NULL when it names no change sets.
CREATE OR REPLACE FUNCTION geo_grid.sealed_ids(part integer) RETURNS int8multirange
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    IF part = 8 THEN
        RETURN nullif(geo_grid.seal_part(8), '')::int8multirange;
    END IF;
    RETURN coalesce(geo_grid.seal_part(CASE part WHEN 6 THEN 6 ELSE 7 END), '{}')::int8multirange;
END
$$;

-- The ground of some grids and all below them; NULL among them stands for the county, and without any there is none.
CREATE OR REPLACE FUNCTION geo_grid.ground_of(tops bigint[]) RETURNS geometry
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
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

-- The ground on which the asker may do an action, NULL for the one that the seal is for.
CREATE OR REPLACE FUNCTION geo_grid.reached_ground(action text) RETURNS geometry
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
    SELECT geo_grid.ground_of(
        geo_grid.tops_of(geo_grid.seal_part(3)::bigint, coalesce(action, geo_grid.seal_part(4))))
$$;

-- The username of the asker; NULL without a seal.
CREATE OR REPLACE FUNCTION geo_grid.asking() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
    SELECT username FROM geo_grid.accounts WHERE id = geo_grid.seal_part(3)::bigint
$$;

-- Workers who hold no post and no household: who may staff any grid may take them on.
CREATE OR REPLACE FUNCTION geo_grid.free_for(account bigint) RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    IF cardinality(geo_grid.tops_of(account, 'MANAGE_STAFF')) = 0 THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT w.id FROM geo_grid.workers w
        WHERE NOT EXISTS (SELECT FROM geo_grid.assignments a WHERE a.worker_id = w.id)
            AND NOT EXISTS (SELECT FROM geo_grid.households h WHERE h.contact_id = w.id));
END
$$;

-- The same of the asker.
CREATE OR REPLACE FUNCTION geo_grid.free_workers() RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
    SELECT geo_grid.free_for(geo_grid.seal_part(3)::bigint)
$$;

-- The workers that an account sees who sees these grids: as the line of the table says.
CREATE OR REPLACE FUNCTION geo_grid.workers_in(grids bigint[], account bigint) RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
    SELECT ARRAY(
        SELECT a.worker_id FROM geo_grid.assignments a JOIN geo_grid.posts p ON p.id = a.post_id
        WHERE p.grid_id = ANY (grids)
        UNION
        SELECT h.contact_id FROM geo_grid.households h WHERE h.grid_id = ANY (grids) AND h.contact_id IS NOT NULL
        UNION
        SELECT unnest(geo_grid.free_for(account)))
$$;

-- The risk sites that touch some ground.
CREATE OR REPLACE FUNCTION geo_grid.sites_on(ground geometry) RETURNS bigint[]
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
    SELECT ARRAY(SELECT s.id FROM geo_grid.risk_sites s WHERE ST_Intersects(s.geom, ground))
$$;

-- The change sets that touched some grids or some ground: as the line of the table says, those of one's own aside.
CREATE OR REPLACE FUNCTION geo_grid.changesets_in(grids bigint[], ground geometry) RETURNS int8multirange
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
DECLARE
    scope int8multirange := geo_grid.ranges_of(grids);
BEGIN
    RETURN geo_grid.ranges_of(ARRAY(
        SELECT v.changeset_id FROM geo_grid.grid_versions v WHERE scope @> v.grid_id
        UNION
        SELECT h.changeset_id FROM geo_grid.household_history h WHERE scope @> h.grid_id
        UNION
        SELECT h.changeset_id FROM geo_grid.post_history h WHERE scope @> h.grid_id
        UNION
        SELECT h.changeset_id FROM geo_grid.assignment_history h JOIN geo_grid.posts p ON p.id = h.post_id
        WHERE scope @> p.grid_id
        UNION
        SELECT h.changeset_id FROM geo_grid.risk_site_history h WHERE ST_Intersects(h.geom, ground)
        UNION
        SELECT h.changeset_id FROM geo_grid.hazard_zone_history h WHERE ST_Intersects(h.geom, ground)));
END
$$;

-- Whether the asker may do an action wherever a worker holds or will hold a post or has a household.
CREATE OR REPLACE FUNCTION geo_grid.works_within(worker bigint, action text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
DECLARE
    reached int8multirange := geo_grid.reach(action);
BEGIN
    RETURN NOT isempty(reached)
        AND NOT EXISTS (
            SELECT FROM geo_grid.assignments a JOIN geo_grid.posts p ON p.id = a.post_id
            WHERE a.worker_id = worker AND (upper_inf(a.during) OR upper(a.during) > current_date)
                AND NOT reached @> p.grid_id)
        AND NOT EXISTS (
            SELECT FROM geo_grid.households h WHERE h.contact_id = worker AND NOT reached @> h.grid_id);
END
$$;
