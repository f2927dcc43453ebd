-- The codes of some grids and of every grid that one of them ever lay in, by the grid's id.
WITH RECURSIVE up AS (
    SELECT i AS grid_id, i AS above FROM unnest(CAST(:grid_ids AS bigint[])) AS i
     UNION
    SELECT up.grid_id, v.parent_id
      FROM up
      JOIN geo_grid.grid_versions v ON v.grid_id = up.above
     WHERE v.parent_id IS NOT NULL
)
SELECT up.grid_id, g.code, up.grid_id = up.above AS is_itself
  FROM up
  JOIN geo_grid.grids g ON g.id = up.above
 ORDER BY up.grid_id, g.code
 LIMIT 100000
