-- The fifths of households per inhabited leaf.
SELECT coalesce(percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY n.households), '{}') AS fifths
  FROM (SELECT count(*)::integer AS households
          FROM geo_grid.households h
          JOIN geo_grid.grids g ON g.id = h.grid_id
          JOIN geo_grid.tiers t ON t.code = g.tier AND t.is_leaf
         GROUP BY h.grid_id) n
