-- A household with its contact.
SELECT h.id, h.code, h.address, h.persons, h.phone, h.grid_id,
       w.code AS contact_code, w.name AS contact_name, w.phone AS contact_phone,
       ST_X(d.point) AS lon, ST_Y(d.point) AS lat
  FROM geo_grid.households h
  LEFT JOIN geo_grid.workers w ON w.id = h.contact_id
 CROSS JOIN LATERAL (SELECT ST_Transform(h.point, 4326) AS point) d
 WHERE h.id = :id
