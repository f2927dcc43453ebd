-- Service facilities.
WITH found AS (
    SELECT p.code, p.name, p.level, p.address, p.point AS geom
      FROM geo_grid.facilities p
     WHERE (CAST(:box AS text) IS NULL
            OR (p.point && CAST(:box AS geometry) AND ST_Intersects(p.point, CAST(:box AS geometry))))
       AND (CAST(:code AS text) IS NULL OR p.code = CAST(:code AS text))
       AND (CAST(:level AS text) IS NULL OR p.level = CAST(:level AS text))
)
SELECT f.code, f.name, f.level, f.address,
       ST_AsGeoJSON(CASE WHEN :flip THEN ST_FlipCoordinates(s.shape) ELSE s.shape END, :decimals, 0) AS geometry,
       (SELECT count(*) FROM found) AS matched
  FROM (SELECT * FROM found WHERE CAST(:after AS text) IS NULL OR code > CAST(:after AS text) ORDER BY code LIMIT :most) f
 CROSS JOIN LATERAL (SELECT ST_ForcePolygonCCW(ST_Transform(f.geom, CAST(:srid AS integer))) AS shape OFFSET 0) s
 ORDER BY f.code
