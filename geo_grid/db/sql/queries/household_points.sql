-- Household points inside a box of degrees, with nothing about them but the number of persons; at most most.
SELECT ST_X(f.place) AS lon, ST_Y(f.place) AS lat, f.persons
  FROM (SELECT h.id, coalesce(h.persons, 0) AS persons, ST_Transform(h.point, 4326) AS place
          FROM geo_grid.households h
         WHERE h.point && ST_Expand(
                   ST_Transform(ST_MakeEnvelope(:west, :south, :east, :north, 4326), CAST(:srid AS integer)), 50)) f
 WHERE f.place && ST_MakeEnvelope(:west, :south, :east, :north, 4326)
 ORDER BY f.id
 LIMIT :most
