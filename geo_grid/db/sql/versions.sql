-- What may be written to grids and their versions: the past stays, codes are never given twice.

-- New versions begin now and are open; versions of earlier transactions can only be ended, now.
CREATE OR REPLACE FUNCTION geo_grid.guard_new_versions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    now_valid tstzrange := tstzrange(geo_grid.moment(), NULL);
    opened bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM new_rows) THEN
        RETURN NULL;
    END IF;
    opened := geo_grid.current_changeset();
    IF EXISTS (SELECT FROM new_rows WHERE valid <> now_valid OR changeset_id <> opened) THEN
        RAISE EXCEPTION 'a new version of a grid begins with its transaction and belongs to its change set'
            USING ERRCODE = 'GG003', HINT = 'leave valid and changeset_id to their defaults';
    END IF;
    PERFORM geo_grid.touch_versions(
        (SELECT array_agg(id) FROM new_rows), NULL, NULL,
        (SELECT array_agg(DISTINCT grid_id) FROM new_rows),
        (SELECT array_agg(DISTINCT coalesce(parent_id, 0)) FROM new_rows),
        -- Households that others committed lie in grids that had a version: a first one has none to prove but those
        -- that this transaction wrote, which are noted on their own.
        (SELECT array_agg(DISTINCT n.grid_id) FROM new_rows n
         WHERE EXISTS (SELECT FROM geo_grid.grid_versions v WHERE v.grid_id = n.grid_id AND v.id <> n.id)));
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION geo_grid.guard_changed_versions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    moment timestamptz := geo_grid.moment();
    opened bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM old_rows) THEN
        RETURN NULL;
    END IF;
    opened := geo_grid.current_changeset();
    IF EXISTS (
        SELECT FROM old_rows o LEFT JOIN new_rows n USING (id)
        WHERE CASE
            WHEN n.grid_id IS NULL THEN true
            WHEN o.changeset_id = opened THEN
                (n.grid_id, n.tier, n.valid, n.changeset_id) <> (o.grid_id, o.tier, o.valid, o.changeset_id)
            ELSE
                NOT upper_inf(o.valid) OR n.valid <> tstzrange(lower(o.valid), moment)
                OR (n.grid_id, n.tier, n.parent_id, n.parent_tier, n.name, n.own, n.geom, n.changeset_id)
                    IS DISTINCT FROM
                    (o.grid_id, o.tier, o.parent_id, o.parent_tier, o.name, o.own, o.geom, o.changeset_id)
        END
    ) THEN
        RAISE EXCEPTION 'a version of a grid cannot be rewritten'
            USING ERRCODE = 'GG003', HINT = 'end it (SET valid = geo_grid.ended(valid)) and insert the next one';
    END IF;
    PERFORM geo_grid.touch_versions(
        NULL,
        (SELECT array_agg(id) FROM old_rows o JOIN new_rows n USING (id)
         WHERE upper_inf(o.valid) AND NOT upper_inf(n.valid)),
        -- What a version written before the last proof was like is not kept when it is written over. Those of earlier
        -- transactions cannot be written over, as was just seen.
        (SELECT array_agg(DISTINCT family)
         FROM old_rows o JOIN new_rows n USING (id)
         CROSS JOIN LATERAL (VALUES (coalesce(o.parent_id, 0)), (coalesce(n.parent_id, 0)), (n.grid_id)) AS f (family)
         WHERE o.changeset_id = opened
             AND (n.parent_id, n.own, n.geom) IS DISTINCT FROM (o.parent_id, o.own, o.geom)
             AND NOT EXISTS (SELECT FROM geo_grid.unsettled u
                             WHERE u.txid = txid_current() AND u.kind = 'begun' AND u.id = o.id)),
        (SELECT array_agg(DISTINCT grid_id) FROM old_rows),
        (SELECT array_agg(DISTINCT parent)
         FROM (SELECT coalesce(parent_id, 0) AS parent FROM old_rows
               UNION ALL SELECT coalesce(parent_id, 0) FROM new_rows) AS parents),
        (SELECT array_agg(DISTINCT grid_id) FROM old_rows));
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER guard_new_versions AFTER INSERT ON geo_grid.grid_versions
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION geo_grid.guard_new_versions();
CREATE OR REPLACE TRIGGER guard_changed_versions AFTER UPDATE ON geo_grid.grid_versions
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION geo_grid.guard_changed_versions();

-- A grid keeps its id and tier; once retired it stays so, with its code: only an undo brings it back, or an import of
-- what an undo took back.
CREATE OR REPLACE FUNCTION geo_grid.guard_grid() RETURNS trigger
LANGUAGE plpgsql SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.tier <> OLD.tier THEN
        RAISE EXCEPTION 'grid % keeps its id and its tier', OLD.code
            USING ERRCODE = 'GG003', HINT = 'retire it and make a new one',
                  DETAIL = json_build_object('rule', 'grid_identity', 'grid', OLD.code)::text;
    END IF;
    IF OLD.retired_at IS NOT NULL AND NEW.retired_at IS NULL AND NEW.code = OLD.code THEN
        IF EXISTS (SELECT FROM geo_grid.changesets WHERE id = geo_grid.current_changeset() AND kind = 'undo')
            OR EXISTS (SELECT FROM geo_grid.changesets WHERE kind = 'undo' AND summary -> 'taken_back' ? OLD.code)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    IF OLD.retired_at IS NOT NULL AND (NEW.retired_at, NEW.code) IS DISTINCT FROM (OLD.retired_at, OLD.code) THEN
        RAISE EXCEPTION 'grid % is retired and stays so', OLD.code
            USING ERRCODE = 'GG003', HINT = 'make a new grid with a new code',
                  DETAIL = json_build_object('rule', 'grid_retired', 'grid', OLD.code)::text;
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER guard_grid BEFORE UPDATE OF id, tier, code, retired_at ON geo_grid.grids
    FOR EACH ROW EXECUTE FUNCTION geo_grid.guard_grid();

-- Writes down the codes that were given, and refuses one that another grid had.
CREATE OR REPLACE FUNCTION geo_grid.give_codes(ids bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
DECLARE
    taken text;
BEGIN
    INSERT INTO geo_grid.grid_codes (code, grid_id) SELECT code, id FROM geo_grid.grids WHERE id = ANY (ids)
    ON CONFLICT (code) DO NOTHING;
    SELECT min(g.code) INTO taken
    FROM geo_grid.grids g JOIN geo_grid.grid_codes c ON c.code = g.code
    WHERE g.id = ANY (ids) AND c.grid_id <> g.id;
    IF taken IS NOT NULL THEN
        RAISE EXCEPTION 'code % belonged to another grid before', taken
            USING ERRCODE = 'GG003', HINT = 'a code is never given again: choose a new one',
                  DETAIL = json_build_object('rule', 'code_once', 'grid', taken)::text;
    END IF;
    PERFORM geo_grid.touch('ground', ids);
    PERFORM geo_grid.touch('commit', ARRAY[0]);
END
$$;

CREATE OR REPLACE FUNCTION geo_grid.note_new_grids() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows) THEN
        PERFORM geo_grid.give_codes((SELECT array_agg(id) FROM new_rows));
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION geo_grid.note_changed_grid() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    PERFORM geo_grid.give_codes(ARRAY[NEW.id]);
    IF NEW.code <> OLD.code THEN
        PERFORM geo_grid.note_unwritten(NEW.id);
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER note_new_grids AFTER INSERT ON geo_grid.grids
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION geo_grid.note_new_grids();
CREATE OR REPLACE TRIGGER note_changed_grid AFTER UPDATE OF code, retired_at ON geo_grid.grids
    FOR EACH ROW EXECUTE FUNCTION geo_grid.note_changed_grid();

-- The county's outline is the head of the family of the TOTAL grids.
CREATE OR REPLACE FUNCTION geo_grid.note_changed_county() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    IF NEW.geom IS DISTINCT FROM OLD.geom THEN
        PERFORM geo_grid.touch('family', ARRAY[0]);
        PERFORM geo_grid.touch('whole', ARRAY[0]);
    END IF;
    -- The outline is shown by the grids along it, whose versions tell of it; the name by every page.
    IF NEW.name IS DISTINCT FROM OLD.name THEN
        PERFORM geo_grid.note_unwritten(0);
    END IF;
    IF (NEW.name, NEW.geom) IS DISTINCT FROM (OLD.name, OLD.geom) THEN
        PERFORM geo_grid.touch('commit', ARRAY[0]);
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER note_changed_county AFTER UPDATE ON geo_grid.county
    FOR EACH ROW EXECUTE FUNCTION geo_grid.note_changed_county();
