-- What a transaction has touched, noted and locked as it goes, to be proved at its commit.

-- Notes that this transaction changes on the map what no history tells: the code of a grid, or (0) all of it.
CREATE OR REPLACE FUNCTION geo_grid.note_unwritten(grid bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    INSERT INTO geo_grid.unwritten_changes (changeset_id, grid_id) VALUES (geo_grid.current_changeset(), grid)
    ON CONFLICT DO NOTHING;
END
$$;

-- Notes that things of `kind` were touched, each once for a transaction; 'family' and 'doors' also lock.
--   family: a grid (0: the county) whose children, remainder or outline changed;
--   whole: a family of which something changed that is no version begun or ended;
--   begun, ended: a version written, or ended, since the net was last proved;
--   ground: a grid whose identity or version changed;   doors: a grid whose ground or households changed;
--   commit: anything at all (its row calls the proofs when the transaction commits).
-- The lock is an update: two writers of one family take turns under READ COMMITTED, and under REPEATABLE READ the
-- later one fails with a serialization failure instead of proving its change against an old picture.
CREATE OR REPLACE FUNCTION geo_grid.touch(touched text, ids bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    fresh bigint[];
BEGIN
    WITH noted AS (
        INSERT INTO geo_grid.unsettled (txid, kind, id)
        SELECT txid_current(), touched, i FROM unnest(ids) AS i
        ON CONFLICT DO NOTHING
        RETURNING id
    )
    SELECT array_agg(id) INTO fresh FROM noted WHERE touched IN ('family', 'doors');
    PERFORM geo_grid.take_turns(fresh);
END
$$;

-- The same for all that a statement did to versions: one note of each kind, one round of locks.
DROP FUNCTION IF EXISTS geo_grid.touch_versions(bigint[], bigint[], bigint[]);
CREATE OR REPLACE FUNCTION geo_grid.touch_versions(
    begun bigint[], ended bigint[], whole bigint[], changed bigint[], parents bigint[], moved bigint[]
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    fresh bigint[];
BEGIN
    WITH noted AS (
        INSERT INTO geo_grid.unsettled (txid, kind, id)
        SELECT txid_current(), t.kind, t.id
        FROM (
            SELECT 'begun' AS kind, unnest(begun) AS id
            UNION ALL SELECT 'ended', unnest(ended)
            UNION ALL SELECT 'whole', unnest(whole)
            UNION ALL SELECT 'ground', unnest(changed)
            UNION ALL SELECT 'family', unnest(parents)
            UNION ALL SELECT 'family', g.id
                FROM geo_grid.grids g JOIN geo_grid.tiers t ON t.code = g.tier
                WHERE g.id = ANY (changed) AND NOT t.is_leaf
            UNION ALL SELECT 'doors', unnest(moved)
            UNION ALL SELECT 'commit', 0
        ) AS t
        ON CONFLICT DO NOTHING
        RETURNING kind, id
    )
    SELECT array_agg(DISTINCT id) INTO fresh FROM noted WHERE kind IN ('family', 'doors');
    PERFORM geo_grid.take_turns(fresh);
END
$$;

-- Locks grids (0: the county) in the order of their ids, by an update.
CREATE OR REPLACE FUNCTION geo_grid.take_turns(fresh bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = geo_grid, public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    IF fresh IS NULL THEN
        RETURN;
    END IF;
    IF 0 = ANY (fresh) THEN
        UPDATE geo_grid.county SET revision = revision + 1;
    END IF;
    PERFORM FROM geo_grid.grids WHERE id = ANY (fresh) ORDER BY id FOR NO KEY UPDATE;
    UPDATE geo_grid.grids SET revision = revision + 1 WHERE id = ANY (fresh);
END
$$;
