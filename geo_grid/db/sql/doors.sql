-- The proof that every household lies in the own ground of its grid, on shared borders too.

-- True when the ground holds the place (x + e, y + e*e) for a vanishing e: with that rule each place, also one on a
-- border or a corner, lies in exactly one cell of the net. Counts the edges that a ray to the east crosses, half-open
-- in y, in whole 1/1024 m; the same rule as in geo_grid/partition/locate.py.
CREATE OR REPLACE FUNCTION geo_grid.holds(ground geometry, place geometry) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = geo_grid, public, pg_temp
AS $$
    WITH door AS (
        SELECT (ST_X(place) * 1024)::bigint AS px, (ST_Y(place) * 1024)::bigint AS py
    ), edges AS (
        SELECT (ST_X(a) * 1024)::bigint AS x1, (ST_Y(a) * 1024)::bigint AS y1,
               (ST_X(b) * 1024)::bigint AS x2, (ST_Y(b) * 1024)::bigint AS y2
        FROM (SELECT ST_StartPoint(geom) AS a, ST_EndPoint(geom) AS b FROM ST_DumpSegments(ground)) AS segments
    )
    SELECT count(*) % 2 = 1
    FROM edges CROSS JOIN door
    WHERE (y1 > py) <> (y2 > py)
        AND sign((x1 - px) * (y2 - y1) + (py - y1) * (x2 - x1)) = sign(y2 - y1)
$$;

-- Refuses the transaction when a household of these grids lies elsewhere.
-- Whole grids are tested first, with all their doors at once; only where one touches the border, door by door. Each grid
-- is looked up by itself: a plan for all of them together would read every household of the county.
CREATE OR REPLACE FUNCTION geo_grid.prove_doors(grounds bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp SET jit = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    doubtful bigint[];
    fault record;
BEGIN
    SELECT array_agg(g) INTO doubtful
    FROM unnest(grounds) AS g
    CROSS JOIN LATERAL (SELECT ST_Collect(point) AS places FROM geo_grid.households WHERE grid_id = g) AS doors
    WHERE doors.places IS NOT NULL AND (
        SELECT ST_ContainsProperly(v.own, doors.places) FROM geo_grid.grid_versions v
        WHERE v.grid_id = g AND upper_inf(v.valid)) IS NOT TRUE;
    IF doubtful IS NULL THEN
        RETURN;
    END IF;
    SELECT h.code, h.point, g.code AS grid INTO fault
    FROM unnest(doubtful) AS d
    JOIN geo_grid.households h ON h.grid_id = d
    JOIN geo_grid.grids g ON g.id = d
    LEFT JOIN geo_grid.grid_versions v ON v.grid_id = d AND upper_inf(v.valid)
    WHERE CASE WHEN v.own IS NULL THEN true
               WHEN ST_ContainsProperly(v.own, h.point) THEN false
               ELSE NOT geo_grid.holds(v.own, h.point) END
    ORDER BY h.id + 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'household % at (% %) does not lie in the own ground of its grid %',
            fault.code, ST_X(fault.point), ST_Y(fault.point), fault.grid
            USING ERRCODE = 'GG002', HINT = 'give it the grid whose ground holds its point, in the same transaction',
            DETAIL = json_build_object('rule', 'household_in_its_grid', 'grid', fault.grid, 'household', fault.code,
                'x', ST_X(fault.point), 'y', ST_Y(fault.point))::text;
    END IF;
END
$$;

-- The foreign key of households to grids, for all rows of a statement at once: as no grid is ever deleted or given
-- another id (append_only.sql, guard_grid), it is enough to ask whether it is there (docs/decisions/0013).
CREATE OR REPLACE FUNCTION geo_grid.demand_grids(ids bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    absent bigint;
BEGIN
    SELECT i INTO absent FROM unnest(ids) AS i WHERE NOT EXISTS (SELECT FROM geo_grid.grids WHERE id = i) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'insert or update on table "households" violates foreign key constraint "households_grid_id_fkey"'
            USING ERRCODE = 'foreign_key_violation', SCHEMA = 'geo_grid', TABLE = 'households', COLUMN = 'grid_id',
                CONSTRAINT = 'households_grid_id_fkey',
                DETAIL = format('Key (grid_id)=(%s) is not present in table "grids".', absent);
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION geo_grid.touch_doors() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    grounds bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT grid_id) INTO grounds FROM new_rows;
    ELSE
        SELECT array_agg(DISTINCT n.grid_id) INTO grounds
        FROM new_rows n JOIN old_rows o USING (id)
        WHERE n.grid_id <> o.grid_id OR n.point IS DISTINCT FROM o.point;
    END IF;
    IF grounds IS NOT NULL THEN
        PERFORM geo_grid.demand_grids(grounds);
        PERFORM geo_grid.touch('doors', grounds);
        PERFORM geo_grid.touch('commit', ARRAY[0]);
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER touch_doors_of_inserts AFTER INSERT ON geo_grid.households
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION geo_grid.touch_doors();
CREATE OR REPLACE TRIGGER touch_doors_of_updates AFTER UPDATE ON geo_grid.households
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION geo_grid.touch_doors();
