-- The county in figures, or the part of it that is seen, all of one snapshot.
WITH seen AS MATERIALIZED (
    SELECT geo_grid.reached_ground(NULL) AS ground
), filled AS MATERIALIZED (
    SELECT p.id, p.grid_id, a.id IS NOT NULL AS is_filled
      FROM geo_grid.posts p
      LEFT JOIN geo_grid.assignments a ON a.post_id = p.id AND a.during @> current_date
     WHERE p.ended_on IS NULL OR p.ended_on > current_date
), doors AS (
    SELECT count(*) AS households, coalesce(sum(h.persons), 0) AS persons, count(h.contact_id) AS contacted,
           count(*) FILTER (WHERE h.grid_id IN (SELECT g.id FROM geo_grid.grids g JOIN geo_grid.tiers t ON t.code = g.tier
                                                 WHERE NOT t.is_leaf)) AS unplaced
      FROM geo_grid.households h
), outline AS (
    SELECT Box2D(ST_Transform(ST_Segmentize(ST_Envelope(coalesce(s.ground, c.geom)), 5000), 4326)) AS box
      FROM geo_grid.county c CROSS JOIN seen s
     WHERE c.geom IS NOT NULL AND NOT ST_IsEmpty(c.geom)
)
SELECT (SELECT coalesce(max(version), 1) FROM geo_grid.data_versions)
       * 100000 + (current_date - DATE '2000-01-01') AS version, c.name, c.srid,
       ST_XMin(o.box) AS west, ST_YMin(o.box) AS south, ST_XMax(o.box) AS east, ST_YMax(o.box) AS north,
       (SELECT json_agg(json_build_array(t.code, coalesce(n.grids, 0)) ORDER BY t.rank)
          FROM geo_grid.tiers t
          LEFT JOIN (SELECT tier, count(*) AS grids FROM geo_grid.grid_versions WHERE upper_inf(valid) GROUP BY tier) n
            ON n.tier = t.code) AS tiers,
       (SELECT json_agg(json_build_array(k.code, coalesce(n.sites, 0)) ORDER BY k.rank)
          FROM geo_grid.risk_kinds k
          LEFT JOIN (SELECT kind, count(*) AS sites FROM geo_grid.risk_sites GROUP BY kind) n ON n.kind = k.code) AS kinds,
       d.households, d.persons, d.contacted, d.unplaced,
       (SELECT count(*) FROM geo_grid.workers WHERE left_on IS NULL OR left_on > current_date) AS workers,
       (SELECT count(*) FROM filled) AS posts,
       (SELECT count(*) FROM filled WHERE is_filled) AS posts_filled,
       (SELECT count(*) FROM geo_grid.facilities f CROSS JOIN seen s
         WHERE s.ground IS NULL OR ST_Intersects(f.point, s.ground)) AS facilities,
       (SELECT count(*)
          FROM geo_grid.grid_versions v
         WHERE v.tier = 'MICRO' AND upper_inf(v.valid)
           AND v.grid_id NOT IN (SELECT f.grid_id FROM filled f WHERE f.is_filled)) AS micro_without_worker
  FROM geo_grid.county c
 CROSS JOIN doors d
  LEFT JOIN outline o ON true
