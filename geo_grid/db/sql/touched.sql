-- What a transaction has touched, noted and locked as it goes, to be proved at its commit.

-- Notes that things of `kind` were touched, each once for a transaction; 'family' and 'doors' also lock.
--   family: a grid (0: the county) whose children, remainder or outline changed;
--   whole: a family of which something changed that is no version begun or ended;
--   begun, ended: a version written, or ended, since the net was last proved;
--   ground: a grid whose identity or version changed;   doors: a grid whose ground or households changed;
--   commit: anything at all (its row calls the proofs when the transaction commits).
-- The lock is an update: two writers of one family take turns under READ COMMITTED, and under REPEATABLE READ the
-- later one fails with a serialization failure instead of proving its change against an old picture.
CREATE OR REPLACE FUNCTION geo_grid.touch(touched text, ids bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
DECLARE
    fresh bigint[];
BEGIN
    WITH noted AS (
        INSERT INTO geo_grid.unsettled (txid, kind, id)
        SELECT DISTINCT txid_current(), touched, i FROM unnest(ids) AS i
        ON CONFLICT DO NOTHING
        RETURNING id
    )
    SELECT array_agg(id) INTO fresh FROM noted;
    IF fresh IS NULL OR touched NOT IN ('family', 'doors') THEN
        RETURN;
    END IF;
    IF 0 = ANY (fresh) THEN
        UPDATE geo_grid.county SET revision = revision + 1;
    END IF;
    PERFORM FROM geo_grid.grids WHERE id = ANY (fresh) ORDER BY id FOR NO KEY UPDATE;
    UPDATE geo_grid.grids SET revision = revision + 1 WHERE id = ANY (fresh);
END
$$;
