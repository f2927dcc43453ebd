-- The rule that a transaction has at most one change set, which everything it changes carries.

CREATE OR REPLACE FUNCTION geo_grid.adopt_changeset() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    IF current_setting('geo_grid.changeset', true) <> '' THEN
        RAISE EXCEPTION 'this transaction already has change set %', current_setting('geo_grid.changeset')
            USING ERRCODE = 'GG003', HINT = 'open the change set first, and one for a transaction';
    END IF;
    NEW.at := clock_timestamp();
    NEW.db_user := session_user;
    NEW.txid := txid_current();
    PERFORM set_config('geo_grid.changeset', NEW.id::text, true);
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER adopt_changeset BEFORE INSERT ON geo_grid.changesets
    FOR EACH ROW EXECUTE FUNCTION geo_grid.adopt_changeset();

-- What a change set sums up may be completed until its transaction ends; nothing else of it is ever rewritten.
CREATE OR REPLACE FUNCTION geo_grid.guard_changeset() RETURNS trigger
LANGUAGE plpgsql SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    IF OLD.txid <> txid_current() OR to_jsonb(NEW) - 'summary' <> to_jsonb(OLD) - 'summary' THEN
        RAISE EXCEPTION 'UPDATE of geo_grid.changesets is refused: what happened stays written'
            USING ERRCODE = 'GG003', HINT = 'add what is new; the past cannot be changed';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER guard_changeset BEFORE UPDATE ON geo_grid.changesets
    FOR EACH ROW EXECUTE FUNCTION geo_grid.guard_changeset();
