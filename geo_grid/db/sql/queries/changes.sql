-- What each version of the map after after changed, as boxes of the county's CRS with the grid that it is about.
-- Only the latest state of the map is told from an earlier one by it: what was changed twice is told by both.
WITH made AS MATERIALIZED (
    SELECT d.version, d.changeset_id,
           c.kind IN ('setup', 'import', 'tiles')
               OR EXISTS (SELECT FROM geo_grid.unwritten_changes u WHERE u.changeset_id = c.id AND u.grid_id = 0) AS all_of_it
      FROM geo_grid.data_versions d
      JOIN geo_grid.changesets c ON c.id = d.changeset_id
     WHERE d.version > :after
), told AS MATERIALIZED (
    SELECT version, changeset_id FROM made WHERE NOT all_of_it
), begun AS MATERIALIZED (
    SELECT t.version, v.grid_id, lower(v.valid) AS moment, v.geom, v.name, v.parent_id, v.tier
      FROM told t
      JOIN geo_grid.grid_versions v ON v.changeset_id = t.changeset_id
), ground AS (
    SELECT version, grid_id, geom, name, parent_id, tier FROM begun
     UNION ALL
    SELECT m.version, v.grid_id, v.geom, v.name, v.parent_id, v.tier
      FROM (SELECT DISTINCT version, moment FROM begun) m
      JOIN geo_grid.grid_versions v ON upper(v.valid) = m.moment
), reshaped AS (
    -- Grids of which one version ended and one began that differ in their shape alone.
    SELECT version, grid_id
      FROM ground
     GROUP BY version, grid_id
    HAVING count(*) = 2 AND count(DISTINCT (name, parent_id, tier)) = 1
), named AS (
    -- Grids that are as they were, but of which something is shown that changed: their code, their doors, their posts.
    SELECT t.version, u.grid_id FROM told t JOIN geo_grid.unwritten_changes u ON u.changeset_id = t.changeset_id
     UNION
    SELECT t.version, unnest(ARRAY[h.grid_id, b.grid_id])
      FROM told t
      JOIN geo_grid.household_history h ON h.changeset_id = t.changeset_id
      LEFT JOIN LATERAL (SELECT p.grid_id FROM geo_grid.household_history p
                          WHERE p.id = h.id AND p.seq < h.seq ORDER BY p.seq DESC LIMIT 1) b ON true
     UNION
    SELECT t.version, unnest(ARRAY[h.grid_id, b.grid_id])
      FROM told t
      JOIN geo_grid.post_history h ON h.changeset_id = t.changeset_id
      LEFT JOIN LATERAL (SELECT p.grid_id FROM geo_grid.post_history p
                          WHERE p.id = h.id AND p.seq < h.seq ORDER BY p.seq DESC LIMIT 1) b ON true
     UNION
    SELECT t.version, p.grid_id
      FROM told t
      JOIN geo_grid.assignment_history h ON h.changeset_id = t.changeset_id
      JOIN geo_grid.post_history p ON p.id = h.post_id
), placed AS (
    -- Things of which the place itself is shown, as they are and as they were. Whoever has work nowhere is seen by all who
    -- may give it: who gets or loses some is seen, or not, in other places than that of the work.
    SELECT t.version, unnest(ARRAY[h.point, b.point]) AS geom,
           h.op <> 'U' OR h.contact_id IS DISTINCT FROM b.contact_id AS is_loose
      FROM told t
      JOIN geo_grid.household_history h ON h.changeset_id = t.changeset_id
      LEFT JOIN LATERAL (SELECT p.point, p.contact_id FROM geo_grid.household_history p
                          WHERE p.id = h.id AND p.seq < h.seq ORDER BY p.seq DESC LIMIT 1) b ON true
     UNION ALL
    SELECT t.version, unnest(ARRAY[h.geom, b.geom]), true
      FROM told t
      JOIN geo_grid.risk_site_history h ON h.changeset_id = t.changeset_id
      LEFT JOIN LATERAL (SELECT p.geom FROM geo_grid.risk_site_history p
                          WHERE p.id = h.id AND p.seq < h.seq ORDER BY p.seq DESC LIMIT 1) b ON true
     UNION ALL
    SELECT t.version, unnest(ARRAY[h.point, b.point]), true
      FROM told t
      JOIN geo_grid.facility_history h ON h.changeset_id = t.changeset_id
      LEFT JOIN LATERAL (SELECT p.point FROM geo_grid.facility_history p
                          WHERE p.id = h.id AND p.seq < h.seq ORDER BY p.seq DESC LIMIT 1) b ON true
     UNION ALL
    SELECT t.version, NULL, true
      FROM told t
     WHERE EXISTS (SELECT FROM geo_grid.worker_history h WHERE h.changeset_id = t.changeset_id)
        OR EXISTS (SELECT FROM geo_grid.assignment_history h WHERE h.changeset_id = t.changeset_id)
), changed AS (
    SELECT g.version, CASE WHEN r.grid_id IS NULL THEN 'ground' ELSE 'shape' END AS what, g.grid_id, g.geom
      FROM ground g
      LEFT JOIN reshaped r ON r.version = g.version AND r.grid_id = g.grid_id
     UNION ALL
    SELECT n.version, 'named', n.grid_id, v.geom
      FROM named n
      LEFT JOIN geo_grid.grid_versions v ON v.grid_id = n.grid_id AND upper_inf(v.valid)
     WHERE n.grid_id IS NOT NULL
     UNION ALL
    SELECT version, CASE WHEN is_loose THEN 'loose' ELSE 'placed' END, NULL, geom FROM placed
     UNION ALL
    SELECT version, 'all', NULL, NULL FROM made WHERE all_of_it
)
SELECT m.version, c.what, c.grid_id,
       ST_XMin(c.geom) AS west, ST_YMin(c.geom) AS south, ST_XMax(c.geom) AS east, ST_YMax(c.geom) AS north
  FROM made m
  LEFT JOIN changed c ON c.version = m.version
 ORDER BY m.version
 LIMIT 20001
