-- What may be forgotten after all: personal data of people in the histories, old attempts to sign in, old photos.

-- The past is append-only for every role. These functions alone open one table for one verb, as the owner, and write
-- into the journal what they did: a change set whose images lost a name or a phone gets a new digest, in the chain.

-- How many images of workers or households lost the name and the phone of whom they told. The row itself is the caller's.
CREATE OR REPLACE FUNCTION geo_grid.forget_people(noun text, gone bigint[], said_by text, reason text) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
DECLARE
    touched bigint[];
    images integer;
BEGIN
    IF noun = 'workers' THEN
        PERFORM set_config('geo_grid.forgetting', 'UPDATE worker_history', true);
        WITH done AS (
            UPDATE geo_grid.worker_history SET name = '—', phone = NULL
            WHERE id = ANY (gone) AND (name, phone) IS DISTINCT FROM ('—', NULL) RETURNING changeset_id)
        SELECT array_agg(DISTINCT changeset_id), count(*) INTO touched, images FROM done;
    ELSIF noun = 'households' THEN
        PERFORM set_config('geo_grid.forgetting', 'UPDATE household_history', true);
        WITH done AS (
            UPDATE geo_grid.household_history SET phone = NULL
            WHERE id = ANY (gone) AND phone IS NOT NULL RETURNING changeset_id)
        SELECT array_agg(DISTINCT changeset_id), count(*) INTO touched, images FROM done;
    ELSE
        RAISE EXCEPTION 'nobody is forgotten among %', noun USING ERRCODE = 'GG003', HINT = 'workers or households';
    END IF;
    PERFORM set_config('geo_grid.forgetting', '', true);
    INSERT INTO geo_grid.journal_entries (actor, kind, about, facts, changeset_id)
    SELECT said_by, 'redaction', '',
           jsonb_build_object('noun', noun, 'reason', reason, 'images', geo_grid.change_digest(changed)), changed
    FROM unnest(touched) AS changed ORDER BY changed;
    RETURN images;
END
$$;

-- How many attempts to sign in were removed; those of the last 180 days stay, as the law asks.
CREATE OR REPLACE FUNCTION geo_grid.forget_sign_ins(days integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
DECLARE
    removed integer;
BEGIN
    IF days < 180 THEN
        RAISE EXCEPTION 'attempts to sign in are kept for 180 days at least' USING ERRCODE = 'GG003', HINT = 'keep more';
    END IF;
    PERFORM set_config('geo_grid.forgetting', 'DELETE sign_ins', true);
    DELETE FROM geo_grid.sign_ins WHERE at < clock_timestamp() - make_interval(days => days);
    GET DIAGNOSTICS removed = ROW_COUNT;
    PERFORM set_config('geo_grid.forgetting', '', true);
    RETURN removed;
END
$$;

-- How many attempts to sign in would be removed.
CREATE OR REPLACE FUNCTION geo_grid.old_sign_ins(days integer) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
    SELECT count(*) FROM geo_grid.sign_ins WHERE at < clock_timestamp() - make_interval(days => days)
$$;

-- How many photos were removed: of inspections so many days ago of which nothing is open any more.
CREATE OR REPLACE FUNCTION geo_grid.forget_photos(days integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
DECLARE
    removed integer;
BEGIN
    DELETE FROM geo_grid.inspection_photos p USING geo_grid.inspections i
    WHERE i.id = p.inspection_id AND i.done_on < current_date - days
        AND NOT EXISTS (SELECT FROM geo_grid.inspection_findings f
                        WHERE f.inspection_id = i.id AND f.closed_on IS NULL);
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END
$$;
