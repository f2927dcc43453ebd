-- The risk sites that touch a grid's ground, with their number.
SELECT s.code, s.name, s.kind, count(*) OVER () AS total
  FROM geo_grid.grid_versions v
  JOIN geo_grid.risk_sites s ON s.geom && v.geom AND ST_Intersects(v.geom, s.geom)
  JOIN geo_grid.risk_kinds k ON k.code = s.kind
 WHERE v.grid_id = :grid_id AND upper_inf(v.valid)
 ORDER BY k.rank, s.code
 LIMIT :most
