-- The journal: entries that are numbered, dated and chained to one another by the database itself.

-- The digest of an entry covers everything it says and the digest of the entry before it.
CREATE OR REPLACE FUNCTION geo_grid.entry_digest(
    seq bigint, at timestamptz, actor text, kind text, about text, facts jsonb, changeset_id bigint, previous bytea
) RETURNS bytea
LANGUAGE plpgsql STABLE SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    RETURN sha256(previous || convert_to(jsonb_build_array(
        seq, (extract(epoch FROM at) * 1000000)::bigint, actor, kind, about, facts, changeset_id)::text, 'UTF8'));
END
$$;

-- Writers take turns at the head; under REPEATABLE READ the later one has to begin again.
CREATE OR REPLACE FUNCTION geo_grid.chain_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    SELECT h.seq + 1, h.digest INTO NEW.seq, NEW.previous FROM geo_grid.journal_head h FOR UPDATE;
    NEW.at := date_trunc('microseconds', clock_timestamp());
    NEW.digest := geo_grid.entry_digest(
        NEW.seq, NEW.at, NEW.actor, NEW.kind, NEW.about, NEW.facts, NEW.changeset_id, NEW.previous);
    UPDATE geo_grid.journal_head SET seq = NEW.seq, digest = NEW.digest;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER chain_entry BEFORE INSERT ON geo_grid.journal_entries
    FOR EACH ROW EXECUTE FUNCTION geo_grid.chain_entry();

-- One digest of many; STABLE, as what it calls is: only then is it put in line where it is called.
CREATE OR REPLACE FUNCTION geo_grid.images_digest(images text[]) RETURNS text
LANGUAGE sql STABLE
RETURN encode(sha256(convert_to(coalesce(array_to_string(images, ''), ''), 'UTF8')), 'hex');

-- A digest of every image that a change set left: what it did cannot be rewritten without breaking the chain.
-- Each table by its name: a statement put together at run time would be planned anew at every commit. After a first
-- import the statistics know one change set with all the rows: every later one would have the whole history read.
CREATE OR REPLACE FUNCTION geo_grid.change_digest(opened bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp SET enable_seqscan = off
AS $$
BEGIN
    RETURN encode(sha256(convert_to(
        (SELECT geo_grid.images_digest(array_agg(md5(h::text) ORDER BY h.seq))
         FROM geo_grid.household_history h WHERE h.changeset_id = opened) ||
        (SELECT geo_grid.images_digest(array_agg(md5(h::text) ORDER BY h.seq))
         FROM geo_grid.worker_history h WHERE h.changeset_id = opened) ||
        (SELECT geo_grid.images_digest(array_agg(md5(h::text) ORDER BY h.seq))
         FROM geo_grid.post_history h WHERE h.changeset_id = opened) ||
        (SELECT geo_grid.images_digest(array_agg(md5(h::text) ORDER BY h.seq))
         FROM geo_grid.assignment_history h WHERE h.changeset_id = opened) ||
        (SELECT geo_grid.images_digest(array_agg(md5(h::text) ORDER BY h.seq))
         FROM geo_grid.risk_site_history h WHERE h.changeset_id = opened) ||
        (SELECT geo_grid.images_digest(array_agg(md5(h::text) ORDER BY h.seq))
         FROM geo_grid.facility_history h WHERE h.changeset_id = opened) ||
        -- Zones had no history at first: where there is none of them, digests are as they were then.
        coalesce((SELECT geo_grid.images_digest(array_agg(md5(h::text) ORDER BY h.seq))
         FROM geo_grid.hazard_zone_history h WHERE h.changeset_id = opened HAVING count(*) > 0), ''), 'UTF8')), 'hex');
END
$$;

-- Enters a change set with the digest of what it did so far; when it goes on afterwards, its last entry counts.
CREATE OR REPLACE FUNCTION geo_grid.enter_change(opened bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    INSERT INTO geo_grid.journal_entries (actor, kind, about, facts, changeset_id)
    SELECT c.actor, 'change', '', jsonb_build_object(
               'kind', c.kind, 'note', c.note, 'version', v.version, 'db_user', c.db_user,
               'images', geo_grid.change_digest(c.id)), c.id
    FROM geo_grid.changesets c JOIN geo_grid.data_versions v ON v.changeset_id = c.id
    WHERE c.id = opened;
END
$$;

-- Each change set that changed something gets its entry at the commit, in the order of the versions it made.
CREATE OR REPLACE FUNCTION geo_grid.enter_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    PERFORM geo_grid.enter_change(NEW.changeset_id);
    RETURN NULL;
END
$$;

DROP TRIGGER IF EXISTS enter_change ON geo_grid.data_versions;
DROP FUNCTION IF EXISTS geo_grid.enter_change();
CREATE OR REPLACE TRIGGER enter_version AFTER INSERT ON geo_grid.data_versions
    FOR EACH ROW EXECUTE FUNCTION geo_grid.enter_version();
