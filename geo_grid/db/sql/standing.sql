-- The grids that a move asks for, as they stand, with all above them: a move need not climb the tree row by row. Planned
-- once for a connection: planning it takes three times as long as running it.

CREATE OR REPLACE FUNCTION geo_grid.standing_with_above(ids bigint[])
RETURNS TABLE (code text, tier text, parent text, name text, own bytea, revision bigint, asked boolean)
LANGUAGE plpgsql STABLE SET search_path = geo_grid, public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH RECURSIVE above AS (
        SELECT v.grid_id, v.parent_id, true AS asked
        FROM geo_grid.grid_versions v WHERE v.grid_id = ANY (ids) AND upper_inf(v.valid)
        UNION
        SELECT v.grid_id, v.parent_id, false
        FROM above a JOIN geo_grid.grid_versions v ON v.grid_id = a.parent_id AND upper_inf(v.valid)
    ), found AS (
        SELECT a.grid_id, bool_or(a.asked) AS asked FROM above a GROUP BY a.grid_id
    )
    SELECT g.code, g.tier, p.code, v.name, ST_AsBinary(v.own), g.revision, f.asked
    FROM found f
    JOIN geo_grid.grid_versions v ON v.grid_id = f.grid_id AND upper_inf(v.valid)
    JOIN geo_grid.grids g ON g.id = f.grid_id
    LEFT JOIN geo_grid.grids p ON p.id = v.parent_id
    ORDER BY g.code;
END
$$;
