-- Hazard zones.
WITH found AS (
    SELECT z.code, z.name, z.hazard, z.signal, z.route, z.shelter, z.geom
      FROM geo_grid.hazard_zones z
     WHERE (CAST(:box AS text) IS NULL
            OR (z.geom && CAST(:box AS geometry) AND ST_Intersects(z.geom, CAST(:box AS geometry))))
       AND (CAST(:code AS text) IS NULL OR z.code = CAST(:code AS text))
       AND (CAST(:hazard AS text) IS NULL OR z.hazard = CAST(:hazard AS text))
)
SELECT f.code, f.name, f.hazard, f.signal, f.route, f.shelter,
       ST_AsGeoJSON(CASE WHEN :flip THEN ST_FlipCoordinates(s.shape) ELSE s.shape END, :decimals, 0) AS geometry,
       (SELECT count(*) FROM found) AS matched
  FROM (SELECT * FROM found WHERE CAST(:after AS text) IS NULL OR code > CAST(:after AS text) ORDER BY code LIMIT :most) f
 CROSS JOIN LATERAL (SELECT ST_ForcePolygonCCW(ST_Transform(f.geom, CAST(:srid AS integer))) AS shape OFFSET 0) s
 ORDER BY f.code
