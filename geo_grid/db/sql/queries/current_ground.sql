-- The ground of every current grid, wide tiers first: what prepared shapes are made from.
SELECT v.id AS version_id, v.grid_id, v.parent_id, t.is_leaf, ST_AsBinary(v.own) AS own, ST_AsBinary(v.geom) AS geom
  FROM geo_grid.grid_versions v
  JOIN geo_grid.tiers t ON t.code = v.tier
 WHERE upper_inf(v.valid)
 ORDER BY t.rank, v.grid_id
