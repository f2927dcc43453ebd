-- Of each level the facility that serves a place: in the narrowest of its grids that holds one, the nearest if several;
-- the county's own serves every place.
WITH held AS (
    SELECT f.id, c.place
      FROM unnest(CAST(:grid_ids AS bigint[])) WITH ORDINALITY AS c(grid_id, place)
      JOIN geo_grid.grid_versions v ON v.grid_id = c.grid_id
     CROSS JOIN LATERAL (
            SELECT f.id FROM geo_grid.facilities f WHERE f.point && v.geom AND ST_Intersects(v.geom, f.point) OFFSET 0) f
     WHERE CASE WHEN CAST(:moment AS timestamptz) IS NULL THEN upper_inf(v.valid)
                ELSE v.valid @> CAST(:moment AS timestamptz) END
     UNION ALL
    SELECT f.id, 100
      FROM geo_grid.facilities f
      JOIN geo_grid.facility_levels l ON l.code = f.level AND l.rank = 1
)
SELECT DISTINCT ON (l.rank) f.code, f.name, f.level, f.address
  FROM held h
  JOIN geo_grid.facilities f ON f.id = h.id
  JOIN geo_grid.facility_levels l ON l.code = f.level
 ORDER BY l.rank, h.place,
          ST_Distance(f.point, ST_SetSRID(ST_MakePoint(:east, :north), CAST(:srid AS integer))), f.code
 LIMIT 20
