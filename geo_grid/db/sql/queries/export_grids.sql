-- Current grids with their whole extents; tier NULL means every tier.
SELECT g.code AS grid_code, v.name AS grid_name, v.tier, coalesce(p.code, '') AS parent,
       ST_AsBinary(v.geom) AS shape
  FROM geo_grid.grid_versions v
  JOIN geo_grid.grids g ON g.id = v.grid_id
  JOIN geo_grid.tiers t ON t.code = v.tier
  LEFT JOIN geo_grid.grids p ON p.id = v.parent_id
 WHERE upper_inf(v.valid)
   AND (CAST(:tier AS text) IS NULL OR v.tier = CAST(:tier AS text))
 ORDER BY t.rank, g.code
