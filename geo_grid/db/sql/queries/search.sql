-- Grids, workers, risk sites, facilities and households by code, name or address; at most most of each, then of all.
-- exact the text · opening its LIKE pattern as a prefix · inside as a part · cased whether it holds cased letters
WITH found AS (
    (SELECT 1 AS kind_place, 'grid' AS kind, g.id, g.code, v.name AS title, t.rank AS wide,
            CASE WHEN upper(g.code) = upper(:exact) THEN 0 WHEN v.name = :exact THEN 1
                 WHEN upper(g.code) LIKE upper(:opening) THEN 2 WHEN v.name LIKE :opening THEN 3 ELSE 4 END AS score
       FROM geo_grid.grid_versions v
       JOIN geo_grid.grids g ON g.id = v.grid_id
       JOIN geo_grid.tiers t ON t.code = v.tier
      WHERE upper_inf(v.valid)
        AND (upper(g.code) LIKE upper(:opening) OR v.name LIKE :inside OR :cased AND lower(v.name) LIKE lower(:inside))
      ORDER BY score, wide, g.code
      LIMIT :most)
     UNION ALL
    (SELECT 2, 'worker', w.id, w.code, w.name, 0,
            CASE WHEN upper(w.code) = upper(:exact) THEN 0 WHEN w.name = :exact THEN 1
                 WHEN upper(w.code) LIKE upper(:opening) THEN 2 WHEN w.name LIKE :opening THEN 3 ELSE 4 END AS score
       FROM geo_grid.workers w
      WHERE (w.left_on IS NULL OR w.left_on > current_date)
        AND (upper(w.code) LIKE upper(:opening) OR w.name LIKE :inside OR :cased AND lower(w.name) LIKE lower(:inside))
      ORDER BY score, w.code
      LIMIT :most)
     UNION ALL
    (SELECT 3, 'risk_site', s.id, s.code, s.name, 0,
            CASE WHEN upper(s.code) = upper(:exact) THEN 0 WHEN s.name = :exact THEN 1
                 WHEN upper(s.code) LIKE upper(:opening) THEN 2 WHEN s.name LIKE :opening THEN 3 ELSE 4 END AS score
       FROM geo_grid.risk_sites s
      WHERE upper(s.code) LIKE upper(:opening) OR s.name LIKE :inside OR :cased AND lower(s.name) LIKE lower(:inside)
      ORDER BY score, s.code
      LIMIT :most)
     UNION ALL
    (SELECT 4, 'facility', f.id, f.code, f.name, 0,
            CASE WHEN upper(f.code) = upper(:exact) THEN 0 WHEN f.name = :exact THEN 1
                 WHEN upper(f.code) LIKE upper(:opening) THEN 2 WHEN f.name LIKE :opening THEN 3 ELSE 4 END AS score
       FROM geo_grid.facilities f
      WHERE upper(f.code) LIKE upper(:opening) OR f.name LIKE :inside OR f.address LIKE :inside
         OR :cased AND lower(f.name || ' ' || f.address) LIKE lower(:inside)
      ORDER BY score, f.code
      LIMIT :most)
     UNION ALL
    (SELECT 5, 'household', h.id, h.code, h.address, 0,
            CASE WHEN h.code = :exact THEN 0 WHEN h.address = :exact THEN 1
                 WHEN h.code LIKE :opening THEN 2 WHEN h.address LIKE :opening THEN 3 ELSE 4 END AS score
       FROM geo_grid.households h
      WHERE h.code LIKE :opening OR h.address LIKE :inside
         OR :cased AND (upper(h.code) LIKE upper(:opening) OR lower(h.address) LIKE lower(:inside))
      ORDER BY score, h.code
      LIMIT :most)
), ranked AS (
    -- Eight of each kind come before the ninth of any, unless the code or the name was given in full.
    SELECT f.*, row_number() OVER (PARTITION BY kind ORDER BY score, wide, code) AS place FROM found f
), best AS MATERIALIZED (
    SELECT *
      FROM ranked
     ORDER BY score > 1, place > 8, kind_place, place
     LIMIT :most
)
SELECT b.kind, b.code, b.title, b.id, r.tier, r.grid_code, r.subtitle,
       ST_X(d.anchor) AS lon, ST_Y(d.anchor) AS lat,
       ST_XMin(d.box) AS west, ST_YMin(d.box) AS south, ST_XMax(d.box) AS east, ST_YMax(d.box) AS north
  FROM best b
 CROSS JOIN LATERAL (
        SELECT v.tier, b.code AS grid_code, coalesce(u.name, '') AS subtitle, v.geom
          FROM geo_grid.grid_versions v
          LEFT JOIN geo_grid.grid_versions u ON u.grid_id = v.parent_id AND upper_inf(u.valid)
         WHERE b.kind = 'grid' AND v.grid_id = b.id AND upper_inf(v.valid)
         UNION ALL
        (SELECT NULL, g.code, coalesce(v.name, ''), v.geom
           FROM (SELECT b.id) w
           LEFT JOIN geo_grid.assignments a ON a.worker_id = w.id AND a.during @> current_date
           LEFT JOIN geo_grid.posts p ON p.id = a.post_id
           LEFT JOIN geo_grid.roles r ON r.code = p.role
           LEFT JOIN geo_grid.grids g ON g.id = p.grid_id
           LEFT JOIN geo_grid.grid_versions v ON v.grid_id = p.grid_id AND upper_inf(v.valid)
          WHERE b.kind = 'worker'
          ORDER BY r.rank, g.code
          LIMIT 1)
         UNION ALL
        SELECT NULL, NULL, s.kind, s.geom FROM geo_grid.risk_sites s WHERE b.kind = 'risk_site' AND s.id = b.id
         UNION ALL
        SELECT NULL, NULL, f.address, f.point FROM geo_grid.facilities f WHERE b.kind = 'facility' AND f.id = b.id
         UNION ALL
        SELECT NULL, g.code, coalesce(v.name, ''), h.point
          FROM geo_grid.households h
          JOIN geo_grid.grids g ON g.id = h.grid_id
          LEFT JOIN geo_grid.grid_versions v ON v.grid_id = h.grid_id AND upper_inf(v.valid)
         WHERE b.kind = 'household' AND h.id = b.id) r
 CROSS JOIN LATERAL (
        SELECT ST_Transform(ST_PointOnSurface(r.geom), 4326) AS anchor,
               Box2D(ST_Transform(ST_Envelope(r.geom), 4326)) AS box) d
 ORDER BY b.score > 1, b.kind_place, b.place
