-- A grid and the grids above it, narrow to wide, as of a moment (NULL: now).
WITH RECURSIVE chain AS (
    SELECT v.grid_id, v.parent_id, v.tier, v.name, 0 AS step
      FROM geo_grid.grid_versions v
     WHERE v.grid_id = :grid_id
       AND CASE WHEN CAST(:moment AS timestamptz) IS NULL THEN upper_inf(v.valid)
                ELSE v.valid @> CAST(:moment AS timestamptz) END
     UNION ALL
    SELECT v.grid_id, v.parent_id, v.tier, v.name, c.step + 1
      FROM chain c
      JOIN geo_grid.grid_versions v ON v.grid_id = c.parent_id
     WHERE CASE WHEN CAST(:moment AS timestamptz) IS NULL THEN upper_inf(v.valid)
                ELSE v.valid @> CAST(:moment AS timestamptz) END
       AND c.step < 10
)
SELECT c.grid_id, g.code, c.name, c.tier
  FROM chain c
  JOIN geo_grid.grids g ON g.id = c.grid_id
 ORDER BY c.step
 LIMIT 11
