-- The one check at the end of a transaction: prove what was touched, then give the map its next version.

CREATE OR REPLACE FUNCTION geo_grid.settle() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
DECLARE
    opened bigint := geo_grid.current_changeset();
    made bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM geo_grid.changesets WHERE id = opened AND txid = txid_current()) THEN
        RAISE EXCEPTION 'change set % belongs to another transaction', opened
            USING ERRCODE = 'GG003', HINT = 'open a change set in the transaction that makes the change';
    END IF;
    DELETE FROM geo_grid.unsettled WHERE txid = txid_current();
    IF NOT EXISTS (SELECT FROM geo_grid.data_versions WHERE changeset_id = opened) THEN
        UPDATE geo_grid.county SET data_version = data_version + 1 RETURNING data_version INTO made;
        INSERT INTO geo_grid.data_versions (version, changeset_id) VALUES (made, opened);
    END IF;
    RETURN NULL;
END
$$;

DROP TRIGGER IF EXISTS settle ON geo_grid.unsettled;
CREATE CONSTRAINT TRIGGER settle AFTER INSERT ON geo_grid.unsettled
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'commit')
    EXECUTE FUNCTION geo_grid.settle();
