-- The change set and the moment that all changes of one transaction carry.

-- The id of the transaction's change set; one of kind 'direct' is opened for who writes without having opened any.
CREATE OR REPLACE FUNCTION geo_grid.current_changeset() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
DECLARE
    known text := current_setting('geo_grid.changeset', true);
    opened bigint;
BEGIN
    IF known <> '' THEN
        RETURN known::bigint;
    END IF;
    INSERT INTO geo_grid.changesets (actor, kind) VALUES (session_user, 'direct') RETURNING id INTO opened;
    RETURN opened;
END
$$;

-- The one moment at which everything changes that this transaction changes: the map as of any time is whole.
CREATE OR REPLACE FUNCTION geo_grid.moment() RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SET search_path = geo_grid, public, pg_temp
AS $$
DECLARE
    known text := current_setting('geo_grid.moment', true);
BEGIN
    IF known <> '' THEN
        RETURN timestamptz 'epoch' + known::bigint * interval '1 microsecond';
    END IF;
    known := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint::text;
    PERFORM set_config('geo_grid.moment', known, true);
    RETURN geo_grid.moment();
END
$$;

-- The range `valid` ended at this transaction's moment. Somebody who began later may have committed first: then the
-- transaction must be repeated, and the error says so in the way that the program's retries understand.
CREATE OR REPLACE FUNCTION geo_grid.ended(valid tstzrange) RETURNS tstzrange
LANGUAGE plpgsql VOLATILE SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    IF lower(valid) = geo_grid.moment() THEN
        RAISE EXCEPTION 'a version made in this transaction cannot be ended in it'
            USING ERRCODE = 'GG003', HINT = 'change it in place';
    END IF;
    IF lower(valid) > geo_grid.moment() THEN
        RAISE EXCEPTION 'the version to end began after this transaction did: repeat the transaction'
            USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN tstzrange(lower(valid), geo_grid.moment());
END
$$;
