-- The lines of risk sites that meet a box of degrees, each piece whole; at most most.
SELECT f.code, f.name, f.kind, ST_AsGeoJSON(ST_Transform(f.piece, 4326), 9) AS line
  FROM (SELECT s.id, s.code, s.name, s.kind, d.path, d.geom AS piece
          FROM geo_grid.risk_sites s
         CROSS JOIN LATERAL ST_Dump(s.geom) d
         WHERE GeometryType(s.geom) IN ('LINESTRING', 'MULTILINESTRING')
           AND s.geom && ST_Expand(
                   ST_Transform(ST_MakeEnvelope(:west, :south, :east, :north, 4326), CAST(:srid AS integer)), 50)) f
 ORDER BY f.id, f.path
 LIMIT :most
