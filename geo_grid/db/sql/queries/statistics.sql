-- Figures of each grid of a tier, of itself and all below it; under NULL means the whole county.
WITH RECURSIVE heads AS MATERIALIZED (
    SELECT v.grid_id, v.name, v.geom
      FROM geo_grid.grid_versions v
     WHERE upper_inf(v.valid) AND v.tier = :tier
), closure (head, id, tier) AS (
    SELECT grid_id, grid_id, CAST(:tier AS text) FROM heads
     UNION ALL
    SELECT c.head, v.grid_id, v.tier
      FROM closure c
      JOIN geo_grid.grid_versions v ON v.parent_id = c.id AND upper_inf(v.valid)
), chain (head, id) AS (
    SELECT grid_id, grid_id FROM heads
     UNION ALL
    SELECT c.head, v.parent_id
      FROM chain c
      JOIN geo_grid.grid_versions v ON v.grid_id = c.id AND upper_inf(v.valid) AND v.parent_id IS NOT NULL
), members AS (
    SELECT c.head, count(*) FILTER (WHERE c.id <> c.head) AS grids,
           count(*) FILTER (WHERE t.is_leaf) AS leaves
      FROM closure c JOIN geo_grid.tiers t ON t.code = c.tier
     GROUP BY c.head
), doors AS (
    SELECT c.head, count(*) AS households, coalesce(sum(h.persons), 0) AS persons, count(h.contact_id) AS contacted
      FROM closure c JOIN geo_grid.households h ON h.grid_id = c.id
     GROUP BY c.head
), staff AS (
    SELECT c.head, count(*) AS posts, count(a.id) AS filled, count(DISTINCT a.worker_id) AS workers
      FROM closure c
      JOIN geo_grid.posts p ON p.grid_id = c.id AND (p.ended_on IS NULL OR p.ended_on > current_date)
      LEFT JOIN geo_grid.assignments a ON a.post_id = p.id AND a.during @> current_date
     GROUP BY c.head
), sites AS (
    SELECT v.grid_id AS head, count(*) AS sites
      FROM heads v JOIN geo_grid.risk_sites r ON r.geom && v.geom AND ST_Intersects(r.geom, v.geom)
     GROUP BY v.grid_id
), centres AS (
    SELECT v.grid_id AS head, count(*) AS facilities
      FROM heads v JOIN geo_grid.facilities f ON f.point && v.geom AND ST_Intersects(f.point, v.geom)
     GROUP BY v.grid_id
)
SELECT g.code, v.name, ST_Area(v.geom) AS area_m2, m.grids, m.leaves,
       coalesce(d.households, 0) AS households, coalesce(d.persons, 0) AS persons, coalesce(d.contacted, 0) AS contacted,
       coalesce(s.posts, 0) AS posts, coalesce(s.filled, 0) AS filled, coalesce(s.workers, 0) AS workers,
       coalesce(r.sites, 0) AS sites, coalesce(f.facilities, 0) AS facilities
  FROM heads v
  JOIN geo_grid.grids g ON g.id = v.grid_id
  JOIN members m ON m.head = v.grid_id
  LEFT JOIN doors d ON d.head = v.grid_id
  LEFT JOIN staff s ON s.head = v.grid_id
  LEFT JOIN sites r ON r.head = v.grid_id
  LEFT JOIN centres f ON f.head = v.grid_id
 WHERE CAST(:under AS text) IS NULL
    OR EXISTS (SELECT FROM chain c JOIN geo_grid.grids u ON u.id = c.id AND u.code = :under
                WHERE c.head = v.grid_id AND c.id <> v.grid_id)
 ORDER BY g.code
