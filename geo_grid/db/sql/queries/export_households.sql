-- Households with the grid that holds them and the code of their contact; tier is that grid's.
SELECT h.code AS household_code, h.address, h.persons, h.phone, coalesce(w.code, '') AS contact,
       ST_AsBinary(h.point) AS shape
  FROM geo_grid.households h
  JOIN geo_grid.grids g ON g.id = h.grid_id
  LEFT JOIN geo_grid.workers w ON w.id = h.contact_id
 WHERE CAST(:tier AS text) IS NULL OR g.tier = CAST(:tier AS text)
 ORDER BY h.code
