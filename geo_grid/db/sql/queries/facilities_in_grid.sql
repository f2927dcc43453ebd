-- The facilities on a grid's ground, with their number.
SELECT f.code, f.name, f.level, f.address, count(*) OVER () AS total
  FROM geo_grid.grid_versions v
  JOIN geo_grid.facilities f ON f.point && v.geom AND ST_Intersects(v.geom, f.point)
  JOIN geo_grid.facility_levels l ON l.code = f.level
 WHERE v.grid_id = :grid_id AND upper_inf(v.valid)
 ORDER BY l.rank, f.code
 LIMIT :most
