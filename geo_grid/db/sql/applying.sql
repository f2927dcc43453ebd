-- What writes a changed net: each function is one step, planned once for a connection; a caller asks for all of them in
-- one statement. They run with the rights of whoever calls them, and the triggers and proofs hold for what they write.

-- New grids by code and tier, without ground as yet; those among them that were retired stand again.
CREATE OR REPLACE FUNCTION geo_grid.begin_grids(codes text[], tiers text[]) RETURNS void
LANGUAGE plpgsql SET search_path = geo_grid, public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    IF cardinality(codes) = 0 THEN
        RETURN;
    END IF;
    UPDATE geo_grid.grids SET retired_at = NULL WHERE code = ANY (codes) AND retired_at IS NOT NULL;
    INSERT INTO geo_grid.grids (code, tier)
    SELECT n.code, n.tier FROM unnest(codes, tiers) WITH ORDINALITY AS n (code, tier, place)
    WHERE NOT EXISTS (SELECT FROM geo_grid.grids g WHERE g.code = n.code) ORDER BY n.place;
END
$$;

-- New versions of grids that stand, the widest first; those in force end. A leaf is its own ground: its `geom` may be
-- left NULL.
CREATE OR REPLACE FUNCTION geo_grid.write_versions(
    codes text[], parents text[], names text[], owns bytea[], geoms bytea[], srid int
) RETURNS void
LANGUAGE plpgsql SET search_path = geo_grid, public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    IF cardinality(codes) = 0 THEN
        RETURN;
    END IF;
    UPDATE geo_grid.grid_versions v SET valid = geo_grid.ended(v.valid)
    FROM geo_grid.grids g WHERE g.code = ANY (codes) AND v.grid_id = g.id AND upper_inf(v.valid);
    INSERT INTO geo_grid.grid_versions (grid_id, tier, parent_id, parent_tier, name, own, geom)
    SELECT g.id, g.tier, p.id, p.tier, n.name, ST_GeomFromWKB(n.own, srid), ST_GeomFromWKB(coalesce(n.geom, n.own), srid)
    FROM unnest(codes, parents, names, owns, geoms) WITH ORDINALITY AS n (code, parent, name, own, geom, place)
    JOIN geo_grid.grids g ON g.code = n.code LEFT JOIN geo_grid.grids p ON p.code = n.parent
    ORDER BY n.place;
END
$$;

-- Ends the grids' last versions, and retires them with their codes.
CREATE OR REPLACE FUNCTION geo_grid.retire_grids(codes text[]) RETURNS void
LANGUAGE plpgsql SET search_path = geo_grid, public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    IF cardinality(codes) = 0 THEN
        RETURN;
    END IF;
    UPDATE geo_grid.grid_versions v SET valid = geo_grid.ended(v.valid)
    FROM geo_grid.grids g WHERE g.code = ANY (codes) AND v.grid_id = g.id AND upper_inf(v.valid);
    UPDATE geo_grid.grids SET retired_at = geo_grid.moment() WHERE code = ANY (codes);
END
$$;

-- Puts each household into the grid beside it.
CREATE OR REPLACE FUNCTION geo_grid.move_households(codes text[], grids text[]) RETURNS void
LANGUAGE plpgsql SET search_path = geo_grid, public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    IF cardinality(codes) = 0 THEN
        RETURN;
    END IF;
    UPDATE geo_grid.households h SET grid_id = g.id
    FROM unnest(codes, grids) AS m (code, grid) JOIN geo_grid.grids g ON g.code = m.grid
    WHERE h.code = m.code;
END
$$;

-- Gives new grids the posts that the grids beside them have, vacant.
CREATE OR REPLACE FUNCTION geo_grid.add_posts(codes text[], likes text[]) RETURNS void
LANGUAGE plpgsql SET search_path = geo_grid, public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    IF cardinality(codes) = 0 THEN
        RETURN;
    END IF;
    INSERT INTO geo_grid.posts (grid_id, role, seat)
    SELECT n.id, p.role, p.seat
    FROM unnest(codes, likes) AS l (code, like_code)
    JOIN geo_grid.grids n ON n.code = l.code
    JOIN geo_grid.grids o ON o.code = l.like_code
    JOIN geo_grid.posts p ON p.grid_id = o.id AND p.ended_on IS NULL
    WHERE NOT EXISTS (SELECT FROM geo_grid.posts q WHERE q.grid_id = n.id AND q.role = p.role AND q.seat = p.seat)
    ORDER BY n.id, p.role, p.seat;
END
$$;

-- Notes which grid went into which, with the ground in m² and the households that went.
CREATE OR REPLACE FUNCTION geo_grid.write_lineage(sources text[], targets text[], areas float8[], doors int[])
RETURNS void
LANGUAGE plpgsql SET search_path = geo_grid, public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    IF cardinality(sources) = 0 THEN
        RETURN;
    END IF;
    INSERT INTO geo_grid.lineage (from_grid_id, to_grid_id, area_m2, households)
    SELECT s.id, t.id, f.area, f.doors
    FROM unnest(sources, targets, areas, doors) WITH ORDINALITY AS f (source, target, area, doors, place)
    JOIN geo_grid.grids s ON s.code = f.source JOIN geo_grid.grids t ON t.code = f.target ORDER BY f.place;
END
$$;
