-- The one check at the end of a transaction: prove what was touched, then give the map its next version.

-- Proves the families and grounds that this transaction touched so far; whatever touches one later notes it anew. Who
-- loads much may call it while there is other work to do than waiting for the commit.
CREATE OR REPLACE FUNCTION geo_grid.prove_net() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    PERFORM geo_grid.prove_net_along(NULL, NULL, NULL, NULL);
END
$$;

-- The same, where somebody knows where borders meet (`loose_families`): a new net takes a third of the time.
CREATE OR REPLACE FUNCTION geo_grid.prove_net_along(codes text[], remainders boolean[], counts int[], cuts int[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
DECLARE
    families bigint[];
    grounds bigint[];
    doubtful bigint[];
BEGIN
    -- Families of narrow tiers first: they name a fault most closely, and the hash table for edges starts small.
    SELECT array_agg(u.id ORDER BY t.rank DESC NULLS LAST, u.id) FILTER (WHERE u.kind = 'family'),
           array_agg(u.id) FILTER (WHERE u.kind = 'ground')
    INTO families, grounds
    FROM geo_grid.unsettled u
    LEFT JOIN geo_grid.grids g ON g.id = u.id AND u.kind = 'family'
    LEFT JOIN geo_grid.tiers t ON t.code = g.tier
    WHERE u.txid = txid_current() AND u.kind IN ('family', 'ground');
    doubtful := geo_grid.open_families(families);
    DELETE FROM geo_grid.unsettled
    WHERE txid = txid_current() AND kind IN ('family', 'whole', 'begun', 'ended', 'ground');

    IF grounds IS NOT NULL THEN
        PERFORM geo_grid.prove_grounds(grounds);
    END IF;
    IF codes IS NOT NULL AND cardinality(doubtful) > 0 THEN
        doubtful := geo_grid.loose_families(doubtful, codes, remainders, counts, cuts);
    END IF;
    IF cardinality(doubtful) > 0 THEN
        PERFORM geo_grid.prove_families(doubtful);
    END IF;
    IF 0 = ANY (families) THEN
        PERFORM geo_grid.prove_outline();
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION geo_grid.settle() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    opened bigint := geo_grid.current_changeset();
    doors bigint[];
BEGIN
    IF NOT EXISTS (SELECT FROM geo_grid.changesets WHERE id = opened AND txid = txid_current()) THEN
        RAISE EXCEPTION 'change set % belongs to another transaction', opened
            USING ERRCODE = 'GG003', HINT = 'open a change set in the transaction that makes the change';
    END IF;
    PERFORM geo_grid.prove_net();
    SELECT array_agg(id) INTO doors FROM geo_grid.unsettled WHERE txid = txid_current() AND kind = 'doors';
    DELETE FROM geo_grid.unsettled WHERE txid = txid_current();
    IF doors IS NOT NULL THEN
        PERFORM geo_grid.prove_doors(doors);
    END IF;

    -- Last, as every writer of the county waits here for the others: at the journal's head, from which the next version
    -- is counted too. Under REPEATABLE READ who comes second has to begin again.
    IF NOT EXISTS (SELECT FROM geo_grid.data_versions WHERE changeset_id = opened) THEN
        PERFORM FROM geo_grid.journal_head FOR UPDATE;
        INSERT INTO geo_grid.data_versions (version, changeset_id)
        SELECT coalesce(max(version), 1) + 1, opened FROM geo_grid.data_versions;
    ELSE
        PERFORM geo_grid.enter_change(opened);
    END IF;
    RETURN NULL;
END
$$;

DROP TRIGGER IF EXISTS settle ON geo_grid.unsettled;
CREATE CONSTRAINT TRIGGER settle AFTER INSERT ON geo_grid.unsettled
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'commit')
    EXECUTE FUNCTION geo_grid.settle();
