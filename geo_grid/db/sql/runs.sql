-- The proof that families close by whole runs of border that cancel, cut where the caller says that borders meet.

-- The families among these whose runs do not cancel: none of the others has an edge that does not.
--
-- Every ring is cut into runs of edges. A run and its reverse are one group; where the groups of a family add up to
-- nothing, so do the edges in them, wherever the cuts are. So the cuts are a hint and need no trust: with those at the
-- meeting points of borders neighbours have the same runs, and a net of a million edges is some ten thousand of them; a
-- wrong or missing cut leaves runs that match no other, and that family is proved edge by edge (`prove_families`).
-- A ring without cuts is one run from its first vertex: nothing may be left out of the sum.
--
-- `codes` (null: the county) and `remainders` (whether it is the `own` of that grid) name shapes, `counts` how many of
-- the `cuts` belong to each: places of vertices, counted from 0 over all rings of the shape, outer ones clockwise and
-- holes counter-clockwise.
CREATE OR REPLACE FUNCTION geo_grid.loose_families(
    families bigint[], codes text[], remainders boolean[], counts int[], cuts int[]
) RETURNS bigint[]
LANGUAGE sql STABLE SET search_path = geo_grid, public, pg_temp SET jit = off SET work_mem = '64MB'
SET max_parallel_workers_per_gather = 0
AS $$
    WITH hints AS MATERIALIZED (
        SELECT CASE WHEN h.code IS NULL THEN 0 ELSE g.id END AS grid_id, h.remainder,
               cuts[h.past + 1 : h.past + h.number] AS cuts
        FROM (SELECT code, remainder, number, (sum(number) OVER (ORDER BY place) - number)::int AS past
              FROM unnest(codes, remainders, counts) WITH ORDINALITY AS t (code, remainder, number, place)) AS h
        LEFT JOIN geo_grid.grids g ON g.code = h.code
    ), members AS MATERIALIZED (
        -- Each shape once, with the family in whose sum its edges count, and that from which they are taken.
        SELECT grid_id, false AS remainder, geom AS shape,
               CASE WHEN coalesce(parent_id, 0) = ANY (families) THEN coalesce(parent_id, 0) END AS added_to,
               CASE WHEN grid_id = ANY (families) THEN grid_id END AS taken_from
        FROM geo_grid.grid_versions
        WHERE upper_inf(valid) AND (coalesce(parent_id, 0) = ANY (families) OR grid_id = ANY (families))
        UNION ALL
        SELECT grid_id, true, own, grid_id, NULL FROM geo_grid.grid_versions
        WHERE upper_inf(valid) AND grid_id = ANY (families) AND own IS NOT NULL
        UNION ALL
        SELECT 0, false, geom, NULL, 0 FROM geo_grid.county WHERE 0 = ANY (families) AND geom IS NOT NULL
    ), turned AS MATERIALIZED (
        SELECT m.*, h.cuts, ST_NPoints(m.shape) AS points,
               ST_AsBinary(ST_ForcePolygonCW(m.shape), 'NDR') AS there,
               ST_AsBinary(ST_ForcePolygonCCW(m.shape), 'NDR') AS back
        FROM members m LEFT JOIN hints h USING (grid_id, remainder)
    ), rings AS (
        -- One polygon of one ring has 22 bytes before its points, and nothing else has (9 for a shape, 9 for each part,
        -- 4 for each ring). Taking shapes apart takes six times longer than writing them down.
        SELECT added_to, taken_from, points - 1 AS edges, cuts,
               substring(there FROM 23) AS there, substring(back FROM 23) AS back
        FROM turned WHERE length(there) = 22 + 16 * points
        UNION ALL
        SELECT added_to, taken_from, points - 1,
               ARRAY(SELECT cut - past FROM unnest(cuts) AS cut WHERE cut BETWEEN past AND past + points - 2),
               substring(ST_AsBinary(ring, 'NDR') FROM 14), substring(ST_AsBinary(ST_Reverse(ring), 'NDR') FROM 14)
        FROM (
            SELECT t.added_to, t.taken_from, t.cuts, ring.geom AS ring, ST_NPoints(ring.geom) AS points,
                   (sum(ST_NPoints(ring.geom)) OVER (PARTITION BY t.grid_id, t.remainder ORDER BY part.path, ring.path)
                    - ST_NPoints(ring.geom))::int AS past
            FROM turned t
            CROSS JOIN LATERAL ST_Dump(ST_ForcePolygonCW(t.shape)) AS part
            CROSS JOIN LATERAL ST_DumpRings(part.geom) AS ring
            WHERE length(t.there) <> 22 + 16 * t.points
        ) AS parts
    ), cut_rings AS (
        SELECT added_to, taken_from, edges, there, back, coalesce(nullif(ARRAY(
                   SELECT DISTINCT cut FROM unnest(cuts) AS cut WHERE cut BETWEEN 0 AND edges - 1 ORDER BY cut
               ), '{}'), '{0}') AS cuts
        FROM rings OFFSET 0
    ), runs AS (
        -- From each cut to the next one, and from the last one around to the first.
        SELECT added_to, taken_from, edges, back, start, stop,
               CASE WHEN stop <= edges THEN substring(there FROM 1 + 16 * start FOR 16 * (stop - start + 1))
                    ELSE substring(there FROM 1 + 16 * start) || substring(there FROM 17 FOR 16 * (stop - edges))
               END AS run
        FROM (SELECT added_to, taken_from, edges, there, back, cuts[i] AS start,
                     coalesce(cuts[i + 1], cuts[1] + edges) AS stop
              FROM cut_rings CROSS JOIN LATERAL generate_subscripts(cuts, 1) AS i) AS spans
        OFFSET 0
    ), reversed AS (
        -- Vertex i of a ring is vertex `edges - i` of the reversed ring.
        SELECT added_to, taken_from, run,
               substring(run FROM 1 FOR 16) AS head, substring(run FROM length(run) - 15) AS tail,
               CASE WHEN stop <= edges THEN substring(back FROM 1 + 16 * (edges - stop) FOR 16 * (stop - start + 1))
                    ELSE substring(back FROM 1 + 16 * (2 * edges - stop))
                        || substring(back FROM 17 FOR 16 * (edges - start))
               END AS nur
        FROM runs OFFSET 0
    ), ways AS (
        SELECT added_to, taken_from, run, nur, head < tail OR head = tail AND run < nur AS upward FROM reversed OFFSET 0
    ), sums AS (
        SELECT family
        FROM ways CROSS JOIN LATERAL (VALUES (added_to, 1), (taken_from, -1)) AS count (family, sign)
        WHERE family IS NOT NULL
        GROUP BY family, CASE WHEN upward THEN run ELSE nur END
        HAVING sum(CASE WHEN upward THEN sign ELSE -sign END) <> 0
    )
    SELECT ARRAY(SELECT f FROM unnest(families) WITH ORDINALITY AS u (f, place)
                 WHERE f IN (SELECT family FROM sums) ORDER BY place)
$$;
