-- Hazard zones.
SELECT z.code, z.name, z.hazard, z.signal, z.route, z.shelter, z.geom
  FROM geo_grid.hazard_zones z
 WHERE (CAST(:box AS text) IS NULL
        OR (z.geom && CAST(:box AS geometry) AND ST_Intersects(z.geom, CAST(:box AS geometry))))
   AND (CAST(:code AS text) IS NULL OR z.code = CAST(:code AS text))
   AND (CAST(:hazard AS text) IS NULL OR z.hazard = CAST(:hazard AS text))
