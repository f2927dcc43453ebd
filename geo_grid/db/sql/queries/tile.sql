-- One tile with the version it belongs to, in one statement and so from one snapshot.
-- z, x, y tile · band shapes prepared for these zooms · tiers tiers with polygons · labelled tiers with names
-- srid, west, south, east, north the tile's ground, with its margin, in the county's CRS (see publish/ground.py)
WITH extents AS MATERIALIZED (
    SELECT g.id, g.code, v.tier, v.name, t.rank, t.is_leaf,
           coalesce(s.geom, ST_Transform(v.geom, 3857)) AS geom
      FROM geo_grid.grid_versions v
      JOIN geo_grid.grids g ON g.id = v.grid_id
      JOIN geo_grid.tiers t ON t.code = v.tier
      LEFT JOIN geo_grid.tile_shapes s ON s.version_id = v.id AND s.band = :band
     WHERE upper_inf(v.valid)
       AND v.tier = ANY(:tiers)
       AND v.geom && ST_MakeEnvelope(:west, :south, :east, :north, :srid)
), drawn AS MATERIALIZED (
    SELECT id, code, tier, name, is_leaf,
           ST_AsMVTGeom(geom, ST_TileEnvelope(:z, :x, :y), 4096, 64, true) AS mvt
      FROM extents
), remainders AS (
    SELECT g.id, g.code, v.tier, v.name,
           ST_AsMVTGeom(coalesce(s.geom, ST_Transform(v.own, 3857)), ST_TileEnvelope(:z, :x, :y), 4096, 64, true) AS mvt
      FROM geo_grid.grid_versions v
      JOIN geo_grid.grids g ON g.id = v.grid_id
      JOIN geo_grid.tiers t ON t.code = v.tier
      LEFT JOIN geo_grid.tile_shapes s ON s.version_id = v.id AND s.band = - :band
     WHERE upper_inf(v.valid)
       AND NOT t.is_leaf
       AND v.own && ST_MakeEnvelope(:west, :south, :east, :north, :srid)
), cells AS MATERIALIZED (
    SELECT id, code, tier, name, NULL::boolean AS rem, mvt FROM drawn WHERE is_leaf AND mvt IS NOT NULL
     UNION ALL
    SELECT id, code, tier, name, true, mvt FROM remainders WHERE mvt IS NOT NULL
), doors AS (
    SELECT grid_id, count(*) AS hh, count(contact_id) AS hc
      FROM geo_grid.households
     WHERE grid_id IN (SELECT id FROM cells)
     GROUP BY grid_id
), staffed AS MATERIALIZED (
    SELECT p.grid_id, count(*) AS posts, count(a.id) AS filled, min(r.rank) AS role_rank
      FROM geo_grid.posts p
      JOIN geo_grid.roles r ON r.code = p.role
      LEFT JOIN geo_grid.assignments a ON a.post_id = p.id AND a.during @> current_date
     WHERE (p.ended_on IS NULL OR p.ended_on > current_date)
       AND p.grid_id IN (SELECT id FROM extents UNION SELECT id FROM cells)
     GROUP BY p.grid_id
), anchored AS MATERIALIZED (
    SELECT e.id, e.code, e.tier, e.name, e.rank, s.posts, s.filled, s.role_rank, ST_PointOnSurface(e.geom) AS anchor
      FROM extents e
      LEFT JOIN staffed s ON s.grid_id = e.id
     WHERE e.tier = ANY(:labelled) OR (:z >= 12 AND s.posts > 0)
), points AS MATERIALIZED (
    -- A label or a worker stands in exactly one tile: the western and northern edge belong to it, the others do not.
    SELECT id, code, tier, name, rank, posts, filled, role_rank,
           ST_AsMVTGeom(anchor, ST_TileEnvelope(:z, :x, :y), 4096, 0, false) AS mvt
      FROM anchored
     WHERE ST_X(anchor) >= ST_XMin(ST_TileEnvelope(:z, :x, :y)) AND ST_X(anchor) < ST_XMax(ST_TileEnvelope(:z, :x, :y))
       AND ST_Y(anchor) > ST_YMin(ST_TileEnvelope(:z, :x, :y)) AND ST_Y(anchor) <= ST_YMax(ST_TileEnvelope(:z, :x, :y))
), layers AS (
    SELECT 1 AS place, ST_AsMVT(f, 'cells', 4096, 'mvt') AS body
      FROM (SELECT c.id, CASE WHEN :z >= 10 THEN c.code END AS code, c.tier,
                   CASE WHEN :z >= 12 THEN c.name END AS name, c.rem,
                   coalesce(d.hh, 0) AS hh, coalesce(d.hc, 0) AS hc,
                   coalesce(s.posts, 0) AS posts, coalesce(s.filled, 0) AS filled, c.mvt
              FROM cells c
              LEFT JOIN doors d ON d.grid_id = c.id
              LEFT JOIN staffed s ON s.grid_id = c.id
             ORDER BY c.id) f
     UNION ALL
    SELECT 1 + t.rank, l.body
      FROM geo_grid.tiers t
     CROSS JOIN LATERAL (
            SELECT ST_AsMVT(f, lower(t.code), 4096, 'mvt') AS body
              FROM (SELECT d.id, d.code, d.name, d.mvt
                      FROM drawn d
                     WHERE d.tier = t.code AND d.mvt IS NOT NULL
                     ORDER BY d.id) f) l
     WHERE t.code = ANY(:outlined)
     UNION ALL
    SELECT 10, ST_AsMVT(f, 'households', 4096, 'mvt')
      FROM (SELECT h.id, h.contact_id IS NOT NULL AS has_contact,
                   ST_AsMVTGeom(ST_Transform(h.point, 3857), ST_TileEnvelope(:z, :x, :y), 4096, 64, true) AS mvt
              FROM geo_grid.households h
             WHERE :z >= 13 AND h.point && ST_MakeEnvelope(:west, :south, :east, :north, :srid)
             ORDER BY h.id) f
     WHERE f.mvt IS NOT NULL
     UNION ALL
    SELECT 11, ST_AsMVT(f, 'risk_sites', 4096, 'mvt')
      FROM (SELECT r.id, r.code, r.name, r.kind,
                   ST_AsMVTGeom(ST_Transform(r.geom, 3857), ST_TileEnvelope(:z, :x, :y), 4096, 64, true) AS mvt
              FROM geo_grid.risk_sites r
             WHERE :z >= 11 AND r.geom && ST_MakeEnvelope(:west, :south, :east, :north, :srid)
             ORDER BY r.id) f
     WHERE f.mvt IS NOT NULL
     UNION ALL
    SELECT 12, ST_AsMVT(f, 'facilities', 4096, 'mvt')
      FROM (SELECT c.id, c.code, c.name, c.level,
                   ST_AsMVTGeom(ST_Transform(c.point, 3857), ST_TileEnvelope(:z, :x, :y), 4096, 64, true) AS mvt
              FROM geo_grid.facilities c
             WHERE :z >= 11 AND c.point && ST_MakeEnvelope(:west, :south, :east, :north, :srid)
             ORDER BY c.id) f
     WHERE f.mvt IS NOT NULL
     UNION ALL
    SELECT 13, ST_AsMVT(f, 'workers', 4096, 'mvt')
      FROM (SELECT p.id, p.code, p.tier, r.code AS role, p.posts, p.filled, p.mvt
              FROM points p
              JOIN geo_grid.roles r ON r.rank = p.role_rank
             WHERE :z >= 12 AND p.posts > 0
             ORDER BY p.id) f
     UNION ALL
    SELECT 14, ST_AsMVT(f, 'labels', 4096, 'mvt')
      FROM (SELECT p.id, p.code, p.name, p.tier, p.mvt
              FROM points p
             WHERE p.tier = ANY(:labelled)
             ORDER BY p.rank, p.id) f
)
SELECT coalesce((SELECT (SELECT coalesce(max(version), 1) FROM geo_grid.data_versions)
                          * 100000 + (current_date - DATE '2000-01-01') FROM geo_grid.county), 0) AS version,
       (SELECT string_agg(body, ''::bytea ORDER BY place) FROM layers) AS body
