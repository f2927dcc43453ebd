-- The grids whose own ground a risk site touches.
SELECT g.id, g.code, v.name, v.tier
  FROM geo_grid.risk_sites s
  JOIN geo_grid.grid_versions v ON v.own && s.geom AND ST_Intersects(v.own, s.geom)
  JOIN geo_grid.grids g ON g.id = v.grid_id
 WHERE s.id = :id AND upper_inf(v.valid)
 ORDER BY g.code
 LIMIT 50
