-- Households, with their leaf and their contact by code; nothing of persons but their number.
SELECT h.code, h.address, h.persons, g.code AS grid, w.code AS contact, h.point AS geom
  FROM geo_grid.households h
  JOIN geo_grid.grids g ON g.id = h.grid_id
  LEFT JOIN geo_grid.workers w ON w.id = h.contact_id
 WHERE (CAST(:box AS text) IS NULL
        OR (h.point && CAST(:box AS geometry) AND ST_Intersects(h.point, CAST(:box AS geometry))))
   AND (CAST(:code AS text) IS NULL OR h.code = CAST(:code AS text))
   AND (CAST(:grid AS text) IS NULL OR g.code = CAST(:grid AS text))
   AND (CAST(:contact AS text) IS NULL OR w.code = CAST(:contact AS text))
