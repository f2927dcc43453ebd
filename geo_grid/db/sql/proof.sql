-- The proof of the net by chain cancellation: no tolerance, no geometric predicate, only equal coordinates.

-- The rings of a shape, each as WKB: 13 bytes, then its points side by side (x and y as little-endian doubles).
-- Rings run by their kind (outer ones counter-clockwise, holes clockwise), however they were stored. An edge is 32 bytes
-- cut out of a ring: no number is read, so none can be rounded, and it takes a third of the time that ST_DumpPoints
-- with a window function does (PostGIS 3.3).
CREATE OR REPLACE FUNCTION geo_grid.ring_bytes(shape geometry) RETURNS SETOF bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 2
BEGIN ATOMIC
    SELECT public.ST_AsBinary(
        CASE WHEN ring.path[1] = 0 THEN public.ST_ForcePolygonCCW(ring.geom)
             ELSE public.ST_ForcePolygonCW(ring.geom) END,
        'NDR')
    FROM public.ST_Dump(shape) AS part CROSS JOIN LATERAL public.ST_DumpRings(part.geom) AS ring;
END;

-- The first edge of each family that does not cancel, if any: the directed edges of the children's ground and of the
-- head's own remainder, minus those of the head's ground. With valid shapes an empty sum means that children and
-- remainder fill the head exactly and never overlap. An edge and its reverse are one group: one key of 32 bytes takes a
-- seventh less time than two of 16.
-- Families are taken one by one, so that the hash table of each stays in the processor's cache.
CREATE OR REPLACE FUNCTION geo_grid.uncancelled_edges(families bigint[])
RETURNS TABLE (family bigint, low bytea, high bytea)
LANGUAGE plpgsql STABLE SET search_path = geo_grid, public, pg_temp SET jit = off SET work_mem = '64MB'
SET enable_seqscan = off SET max_parallel_workers_per_gather = 0
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT head, substring(fault.edge FROM 1 FOR 16), substring(fault.edge FROM 17)
    FROM unnest(families) AS head CROSS JOIN LATERAL (
        SELECT CASE WHEN upward THEN run ELSE substring(run FROM 17) || substring(run FROM 1 FOR 16) END AS edge
        FROM (
            SELECT sign, substring(ring FROM 14 + 16 * i FOR 32) AS run,
                   substring(ring FROM 14 + 16 * i FOR 16) < substring(ring FROM 30 + 16 * i FOR 16) AS upward
            FROM (
                SELECT sign, ring
                FROM (
                    SELECT geom AS shape, 1 AS sign FROM geo_grid.grid_versions
                    WHERE parent_id = head AND upper_inf(valid)
                    UNION ALL
                    SELECT geom, 1 FROM geo_grid.grid_versions
                    WHERE head = 0 AND parent_id IS NULL AND upper_inf(valid)
                    UNION ALL
                    SELECT own, 1 FROM geo_grid.grid_versions
                    WHERE grid_id = head AND upper_inf(valid) AND own IS NOT NULL
                    UNION ALL
                    SELECT geom, -1 FROM geo_grid.grid_versions WHERE grid_id = head AND upper_inf(valid)
                    UNION ALL
                    SELECT geom, -1 FROM geo_grid.county WHERE head = 0 AND geom IS NOT NULL
                ) AS members CROSS JOIN LATERAL geo_grid.ring_bytes(shape) AS ring
                OFFSET 0
            ) AS rings CROSS JOIN LATERAL generate_series(0, (length(ring) - 13) / 16 - 2) AS i
            OFFSET 0
        ) AS edges
        GROUP BY 1
        HAVING sum(CASE WHEN upward THEN sign ELSE -sign END) <> 0
        LIMIT 1
    ) AS fault;
END
$$;

-- Refuses the transaction when a family does not close, naming the head, the place and who has the edge there.
CREATE OR REPLACE FUNCTION geo_grid.prove_families(families bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
DECLARE
    fault record;
    edge geometry;
    head text;
BEGIN
    SELECT * INTO fault FROM geo_grid.uncancelled_edges(families) LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    edge := ST_GeomFromWKB('\x010200000002000000'::bytea || fault.low || fault.high);
    SELECT code INTO head FROM geo_grid.grids WHERE id = fault.family;
    RAISE EXCEPTION 'the grids inside % do not fill it exactly: the edge from (% %) to (% %) is not matched (it is in %)',
        coalesce('grid ' || head, 'the county'), ST_X(ST_StartPoint(edge)), ST_Y(ST_StartPoint(edge)),
        ST_X(ST_EndPoint(edge)), ST_Y(ST_EndPoint(edge)), geo_grid.edge_owners(fault.family, fault.low, fault.high)
        USING ERRCODE = 'GG001',
        HINT = 'give this border the same vertices in both neighbours and in every grid above them',
        DETAIL = json_build_object('rule', 'net_closed', 'grid', head,
            'x', ST_X(ST_StartPoint(edge)), 'y', ST_Y(ST_StartPoint(edge)),
            'x2', ST_X(ST_EndPoint(edge)), 'y2', ST_Y(ST_EndPoint(edge)))::text;
END
$$;

-- Who has an edge, among the members of a family: codes, with 'remainder' or 'outline' for the head's own.
CREATE OR REPLACE FUNCTION geo_grid.edge_owners(family bigint, low bytea, high bytea) RETURNS text
LANGUAGE sql STABLE SET search_path = geo_grid, public, pg_temp
AS $$
    SELECT coalesce(string_agg(who, ', ' ORDER BY who), 'none')
    FROM (
        SELECT g.code AS who, v.geom AS shape
        FROM geo_grid.grid_versions v JOIN geo_grid.grids g ON g.id = v.grid_id
        WHERE upper_inf(v.valid) AND coalesce(v.parent_id, 0) = family
        UNION ALL
        SELECT part.who, part.shape
        FROM geo_grid.grid_versions v
        CROSS JOIN LATERAL (VALUES ('the remainder', v.own), ('the outline', v.geom)) AS part (who, shape)
        WHERE upper_inf(v.valid) AND v.grid_id = family
        UNION ALL
        SELECT 'the outline', geom FROM geo_grid.county WHERE family = 0
    ) AS members
    WHERE EXISTS (
        SELECT FROM geo_grid.ring_bytes(shape) AS ring
        CROSS JOIN LATERAL generate_series(0, (length(ring) - 13) / 16 - 2) AS i
        WHERE substring(ring FROM 14 + 16 * i FOR 32) IN (low || high, high || low))
$$;

-- Refuses the transaction when a grid that it changed is not sound by itself or lost its place in the tree.
-- (`ORDER BY id LIMIT 1` would have every grid of the county read in the order of the ids, in the hope of an early find.)
CREATE OR REPLACE FUNCTION geo_grid.prove_grounds(changed bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp SET jit = off
AS $$
DECLARE
    fault record;
BEGIN
    SELECT g.code, g.retired_at INTO fault
    FROM geo_grid.grids g
    LEFT JOIN geo_grid.grid_versions v ON v.grid_id = g.id AND upper_inf(v.valid)
    WHERE g.id = ANY (changed) AND (v.id IS NULL) <> (g.retired_at IS NOT NULL)
    ORDER BY g.id + 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'grid % %', fault.code, CASE WHEN fault.retired_at IS NULL
            THEN 'is in force but has no current version' ELSE 'is retired but has a current version' END
            USING ERRCODE = 'GG001', HINT = 'end its last version and retire it in one transaction, or do neither',
            DETAIL = json_build_object('rule', 'grid_in_force', 'grid', fault.code)::text;
    END IF;

    SELECT g.code, p.code AS parent INTO fault
    FROM (
        SELECT grid_id, parent_id FROM geo_grid.grid_versions WHERE upper_inf(valid) AND grid_id = ANY (changed)
        UNION ALL
        SELECT grid_id, parent_id FROM geo_grid.grid_versions WHERE upper_inf(valid) AND parent_id = ANY (changed)
    ) AS v
    JOIN geo_grid.grids g ON g.id = v.grid_id
    JOIN geo_grid.grids p ON p.id = v.parent_id
    WHERE NOT EXISTS (SELECT FROM geo_grid.grid_versions w WHERE w.grid_id = v.parent_id AND upper_inf(w.valid))
    ORDER BY g.id + 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'grid % lies in grid %, which is no longer in force', fault.code, fault.parent
            USING ERRCODE = 'GG001', HINT = 'move it to another parent first',
            DETAIL = json_build_object('rule', 'parent_in_force', 'grid', fault.code)::text;
    END IF;

    SELECT g.code, reason(detail) AS reason, location(detail) AS place INTO fault
    FROM geo_grid.grid_versions v
    JOIN geo_grid.grids g ON g.id = v.grid_id
    JOIN geo_grid.tiers t ON t.code = v.tier
    CROSS JOIN LATERAL (VALUES (v.geom), (CASE WHEN NOT t.is_leaf THEN v.own END)) AS held (shape)
    CROSS JOIN LATERAL ST_IsValidDetail(held.shape) AS detail
    WHERE upper_inf(v.valid) AND v.grid_id = ANY (changed) AND NOT ST_IsValid(held.shape)
    ORDER BY g.id + 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the ground of grid % is not a sound area: % at (% %)',
            fault.code, fault.reason, ST_X(fault.place), ST_Y(fault.place)
            USING ERRCODE = 'GG001', HINT = 'mend the ring there',
            DETAIL = json_build_object('rule', 'ground_valid', 'grid', fault.code,
                'x', ST_X(fault.place), 'y', ST_Y(fault.place))::text;
    END IF;
END
$$;

-- Refuses the transaction when the county's outline is not sound.
CREATE OR REPLACE FUNCTION geo_grid.prove_outline() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
DECLARE
    why text;
BEGIN
    SELECT ST_IsValidReason(geom) INTO why FROM geo_grid.county WHERE NOT ST_IsValid(geom);
    IF FOUND THEN
        RAISE EXCEPTION 'the outline of the county is not a sound area: %', why
            USING ERRCODE = 'GG001', HINT = 'mend the ring there',
            DETAIL = json_build_object('rule', 'ground_valid')::text;
    END IF;
END
$$;
