-- The current grid with a code, its measures and its outline in longitude and latitude.
SELECT g.id, g.code, v.tier, v.name, t.is_leaf, v.parent_id,
       ST_Area(v.geom) AS area_m2, ST_Perimeter(v.geom) AS perimeter_m,
       ST_XMin(b.box) AS west, ST_YMin(b.box) AS south, ST_XMax(b.box) AS east, ST_YMax(b.box) AS north,
       ST_AsGeoJSON(d.geom, 7) AS geometry
  FROM geo_grid.grids g
  JOIN geo_grid.grid_versions v ON v.grid_id = g.id AND upper_inf(v.valid)
  JOIN geo_grid.tiers t ON t.code = v.tier
 CROSS JOIN LATERAL (SELECT ST_Transform(v.geom, 4326) AS geom OFFSET 0) d
 CROSS JOIN LATERAL (SELECT Box2D(d.geom) AS box) b
 WHERE g.code = :code
