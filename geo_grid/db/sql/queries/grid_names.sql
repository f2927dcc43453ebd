-- The latest name, tier and parent of grids by their codes, retired ones included.
SELECT DISTINCT ON (g.code) g.code, v.name, v.tier, p.code AS parent
  FROM geo_grid.grids g
  JOIN geo_grid.grid_versions v ON v.grid_id = g.id
  LEFT JOIN geo_grid.grids p ON p.id = v.parent_id
 WHERE g.code = ANY(:codes)
 ORDER BY g.code, lower(v.valid) DESC
