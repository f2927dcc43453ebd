-- Of each level the facility that serves a place: in the narrowest of its grids that holds one, else the nearest.
SELECT DISTINCT ON (l.rank) f.code, f.name, f.level, f.address
  FROM geo_grid.facilities f
  JOIN geo_grid.facility_levels l ON l.code = f.level
  LEFT JOIN LATERAL (
        SELECT min(c.place) AS place
          FROM unnest(CAST(:grid_ids AS bigint[])) WITH ORDINALITY AS c(grid_id, place)
          JOIN geo_grid.grid_versions v ON v.grid_id = c.grid_id AND v.geom && f.point AND ST_Intersects(v.geom, f.point)
         WHERE CASE WHEN CAST(:moment AS timestamptz) IS NULL THEN upper_inf(v.valid)
                    ELSE v.valid @> CAST(:moment AS timestamptz) END) n ON true
 WHERE n.place IS NOT NULL OR l.rank = 1
 ORDER BY l.rank, n.place NULLS LAST,
          ST_Distance(f.point, ST_SetSRID(ST_MakePoint(:east, :north), CAST(:srid AS integer))), f.code
 LIMIT 20
