-- The proof of a change by its difference: what was closed stays closed when all that went cancels all that came.

-- The stretches that two shapes do not share: of the later one with sign 1, of the earlier one with -1, each as points
-- side by side (x and y as little-endian doubles). Their edges, counted with their signs, are the edges of the later
-- shape minus those of the earlier one. Rings are laid side by side in their order and lose the points that both begin
-- and both end with, found by halving; which rings meet is of no consequence for the sum.
CREATE OR REPLACE FUNCTION geo_grid.stretches(earlier geometry, later geometry)
RETURNS TABLE (stretch bytea, sign int)
LANGUAGE plpgsql IMMUTABLE SET search_path = geo_grid, public, pg_temp ROWS 2
AS $$
DECLARE
    gone bytea[];
    come bytea[];
    a bytea;
    b bytea;
    most int;
    same int;
    half int;
    front int;
    back int;
BEGIN
    SELECT ARRAY(SELECT substring(r FROM 14) FROM geo_grid.ring_bytes(earlier) AS r),
           ARRAY(SELECT substring(r FROM 14) FROM geo_grid.ring_bytes(later) AS r)
    INTO gone, come;
    FOR i IN 1 .. greatest(cardinality(gone), cardinality(come)) LOOP
        a := gone[i];
        b := come[i];
        CONTINUE WHEN a = b;
        front := 0;
        back := 0;
        IF a IS NOT NULL AND b IS NOT NULL THEN
            same := 0;
            most := least(length(a), length(b)) / 16;
            WHILE same < most LOOP
                half := (same + most + 1) / 2;
                IF substring(a FROM 16 * same + 1 FOR 16 * (half - same))
                    = substring(b FROM 16 * same + 1 FOR 16 * (half - same)) THEN
                    same := half;
                ELSE
                    most := half - 1;
                END IF;
            END LOOP;
            front := same;
            same := 0;
            most := least(length(a), length(b)) / 16 - front;
            WHILE same < most LOOP
                half := (same + most + 1) / 2;
                IF substring(a FROM length(a) - 16 * half + 1 FOR 16 * (half - same))
                    = substring(b FROM length(b) - 16 * half + 1 FOR 16 * (half - same)) THEN
                    same := half;
                ELSE
                    most := half - 1;
                END IF;
            END LOOP;
            back := same;
        END IF;
        -- The last point of what both begin with, and the first of what both end with, bound the edges between.
        front := 16 * greatest(front - 1, 0);
        back := 16 * greatest(back - 1, 0);
        IF length(a) - front - back >= 32 THEN
            stretch := substring(a FROM front + 1 FOR length(a) - front - back);
            sign := -1;
            RETURN NEXT;
        END IF;
        IF length(b) - front - back >= 32 THEN
            stretch := substring(b FROM front + 1 FOR length(b) - front - back);
            sign := 1;
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;

-- The families among these that have to be proved whole: those whose versions begun and ended since the net was last
-- proved do not cancel, those that changed in another way, and those whose head is new. The others were closed, and
-- what was taken from their sum of directed edges is what was added to it.
CREATE OR REPLACE FUNCTION geo_grid.open_families(families bigint[]) RETURNS bigint[]
LANGUAGE plpgsql SET search_path = geo_grid, public, pg_temp SET jit = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    whole bigint[];
    apart bigint[];
BEGIN
    -- A whole net is proved faster family by family.
    IF cardinality(families) > 200 THEN
        RETURN families;
    END IF;
    SELECT array_agg(f) INTO whole FROM unnest(families) AS f
    WHERE EXISTS (SELECT FROM geo_grid.unsettled u WHERE u.txid = txid_current() AND u.kind = 'whole' AND u.id = f)
        OR f <> 0 AND NOT EXISTS (
            SELECT FROM geo_grid.grid_versions v
            WHERE v.grid_id = f AND NOT EXISTS (
                SELECT FROM geo_grid.unsettled u
                WHERE u.txid = txid_current() AND u.kind = 'begun' AND u.id = v.id));

    WITH begun AS (
        SELECT v.grid_id, v.parent_id, v.own, v.geom
        FROM geo_grid.unsettled u JOIN geo_grid.grid_versions v ON v.id = u.id
        WHERE u.txid = txid_current() AND u.kind = 'begun' AND upper_inf(v.valid)
    ), ended AS (
        SELECT v.grid_id, v.parent_id, v.own, v.geom
        FROM geo_grid.unsettled u JOIN geo_grid.grid_versions v ON v.id = u.id
        WHERE u.txid = txid_current() AND u.kind = 'ended' AND NOT EXISTS (
            SELECT FROM geo_grid.unsettled b WHERE b.txid = u.txid AND b.kind = 'begun' AND b.id = u.id)
    ), changes AS (
        SELECT grid_id, e.grid_id IS NOT NULL AS was, b.grid_id IS NOT NULL AS "is",
               coalesce(e.parent_id, 0) AS from_family, coalesce(b.parent_id, 0) AS to_family,
               e.geom AS old_geom, b.geom AS new_geom, e.own AS old_own, b.own AS new_own
        FROM ended e FULL JOIN begun b USING (grid_id)
    ), moved AS MATERIALIZED (
        SELECT c.*, s.stretch, s.sign FROM changes c CROSS JOIN LATERAL geo_grid.stretches(c.old_geom, c.new_geom) AS s
    ), runs AS (
        -- As a child of its parent, and against it as the head of its own family.
        SELECT f.family, f.way * c.sign AS sign, c.stretch
        FROM moved c
        CROSS JOIN LATERAL (
            VALUES (CASE WHEN c.was AND c."is" AND c.from_family <> c.to_family THEN NULL
                         WHEN c."is" THEN c.to_family ELSE c.from_family END, 1),
                   (c.grid_id, -1)) AS f (family, way)
        WHERE f.family = ANY (families)
        UNION ALL
        -- Taken whole from one parent and given whole to another.
        SELECT f.family, s.sign, s.stretch
        FROM changes c
        CROSS JOIN LATERAL (VALUES (c.from_family, c.old_geom, NULL), (c.to_family, NULL, c.new_geom))
            AS f (family, old_geom, new_geom)
        CROSS JOIN LATERAL geo_grid.stretches(f.old_geom, f.new_geom) AS s
        WHERE c.was AND c."is" AND c.from_family <> c.to_family AND f.family = ANY (families)
        UNION ALL
        -- What the head owns itself.
        SELECT c.grid_id, s.sign, s.stretch
        FROM changes c CROSS JOIN LATERAL geo_grid.stretches(c.old_own, c.new_own) AS s
        WHERE c.grid_id = ANY (families) AND (c.old_own IS NOT NULL OR c.new_own IS NOT NULL)
    ), sums AS (
        SELECT family
        FROM (
            SELECT family, sign, substring(stretch FROM 1 + 16 * i FOR 32) AS run,
                   substring(stretch FROM 1 + 16 * i FOR 16) < substring(stretch FROM 17 + 16 * i FOR 16) AS upward
            FROM runs CROSS JOIN LATERAL generate_series(0, length(stretch) / 16 - 2) AS i
            WHERE family <> ALL (coalesce(whole, '{}'))
            OFFSET 0
        ) AS edges
        GROUP BY family, CASE WHEN upward THEN run ELSE substring(run FROM 17) || substring(run FROM 1 FOR 16) END
        HAVING sum(CASE WHEN upward THEN sign ELSE -sign END) <> 0
    )
    SELECT array_agg(DISTINCT family) INTO apart FROM sums;
    RETURN ARRAY(SELECT f FROM unnest(families) WITH ORDINALITY AS u (f, place)
                 WHERE f = ANY (whole) OR f = ANY (apart) ORDER BY place);
END
$$;
