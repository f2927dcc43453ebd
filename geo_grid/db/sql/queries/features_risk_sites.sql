-- Risk sites: points, lines and areas.
WITH found AS (
    SELECT s.code, s.name, s.kind, s.note, s.geom
      FROM geo_grid.risk_sites s
     WHERE (CAST(:box AS text) IS NULL
            OR (s.geom && CAST(:box AS geometry) AND ST_Intersects(s.geom, CAST(:box AS geometry))))
       AND (CAST(:code AS text) IS NULL OR s.code = CAST(:code AS text))
       AND (CAST(:kind AS text) IS NULL OR s.kind = CAST(:kind AS text))
)
SELECT f.code, f.name, f.kind, f.note,
       ST_AsGeoJSON(CASE WHEN :flip THEN ST_FlipCoordinates(s.shape) ELSE s.shape END, :decimals, 0) AS geometry,
       (SELECT count(*) FROM found) AS matched
  FROM (SELECT * FROM found WHERE CAST(:after AS text) IS NULL OR code > CAST(:after AS text) ORDER BY code LIMIT :most) f
 CROSS JOIN LATERAL (SELECT ST_ForcePolygonCCW(ST_Transform(f.geom, CAST(:srid AS integer))) AS shape OFFSET 0) s
 ORDER BY f.code
