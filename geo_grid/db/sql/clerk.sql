-- Which roles of an account write which tables: held for everybody, also for who has the whole county.

-- geo_grid_clerk reads the county and writes under the name of an account (docs/decisions/0072): the forms of who has a
-- role for the county, and what the program weighs over the whole net by itself, such as redraws. The database asks the
-- account's roles at every statement, whatever the program asked before.

-- The lines. What is not in a line, the clerk may not write.
--   writing    the verbs, in words of GRANT
--   columns    the columns that may be given or changed; '' for all
--   meant      of which rows the line speaks; '' for the whole table: then it lets the clerk in at all. A line with rows
--              narrows that for them.
--   actions    any one of them is enough. 'APPLY@redraw' is enough only in a change set of the kind redraw, or in the
--              undoing of one: bringing a redraw into force hands posts over, and nothing else of its right does.
--              'UNDER_ONES_NAME' is no action: the row's actor is the account.
CREATE OR REPLACE FUNCTION geo_grid.clerk_lines()
RETURNS TABLE (name text, writing text, columns text, meant text, actions text[])
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    VALUES
    ('workers', 'INSERT, UPDATE, DELETE', '', '', ARRAY['MANAGE_STAFF', 'RESTORE']),
    ('posts', 'INSERT, UPDATE, DELETE', '', '', ARRAY['MANAGE_STAFF', 'RESTORE', 'APPLY@redraw']),
    ('assignments', 'INSERT, UPDATE, DELETE', '', '', ARRAY['MANAGE_STAFF', 'RESTORE', 'APPLY@redraw']),
    ('households', 'INSERT, DELETE', '', '', ARRAY['RESTORE']),
    ('households', 'UPDATE', 'contact_id', '', ARRAY['MANAGE_STAFF', 'RESTORE']),
    ('households', 'UPDATE', 'grid_id', '', ARRAY['RESTORE', 'APPLY@redraw']),
    ('households', 'UPDATE', 'code, address, persons, phone, point', '', ARRAY['RESTORE']),
    ('facilities', 'INSERT, UPDATE, DELETE', '', '', ARRAY['RESTORE']),
    ('risk_sites', 'INSERT, UPDATE, DELETE', '', '', ARRAY['EDIT_SITES', 'RESTORE']),
    ('hazard_zones', 'INSERT, UPDATE, DELETE', '', '', ARRAY['EDIT_SITES']),
    ('site_keepers', 'INSERT, UPDATE, DELETE', '', '', ARRAY['EDIT_SITES', 'MANAGE_STAFF']),
    ('grids', 'INSERT', '', '', ARRAY['APPLY']),
    ('grids', 'UPDATE', 'code, retired_at', '', ARRAY['APPLY', 'RESTORE']),
    ('grid_versions', 'INSERT', '', '', ARRAY['APPLY', 'RESTORE']),
    ('grid_versions', 'UPDATE', 'valid', '', ARRAY['APPLY', 'RESTORE']),
    ('lineage', 'INSERT', '', '', ARRAY['APPLY']),
    ('county', 'UPDATE', 'geom', '', ARRAY['APPLY', 'RESTORE']),
    ('redraws', 'INSERT, UPDATE', '', '', ARRAY['DRAW', 'APPROVE', 'APPLY']),
    ('redraws', 'INSERT, UPDATE', '', 'NEW.stage IN (''DRAFT'', ''SUBMITTED'', ''FIELD_CHECKED'', ''WITHDRAWN'')
        AND NEW.undoes IS NULL', ARRAY['DRAW']),
    ('redraws', 'INSERT, UPDATE', '', 'NEW.undoes IS NOT NULL', ARRAY['DRAW', 'APPLY']),
    ('redraws', 'INSERT, UPDATE', '', 'NEW.stage IN (''APPROVED'', ''REFUSED'')', ARRAY['APPROVE']),
    ('redraws', 'INSERT, UPDATE', '', 'NEW.stage = ''APPLIED''', ARRAY['APPLY']),
    ('redraws', 'UPDATE', '', 'OLD.stage = ''APPLIED''', ARRAY['APPLY']),
    ('redraw_moves', 'INSERT, UPDATE, DELETE', '', '', ARRAY['DRAW']),
    ('redraw_steps', 'INSERT', '', '', ARRAY['DRAW', 'APPROVE', 'APPLY']),
    ('redraw_steps', 'INSERT', '', 'NEW.stage IN (''DRAFT'', ''SUBMITTED'', ''FIELD_CHECKED'', ''WITHDRAWN'')',
        ARRAY['DRAW']),
    ('redraw_steps', 'INSERT', '', 'NEW.stage IN (''APPROVED'', ''REFUSED'')', ARRAY['APPROVE']),
    ('redraw_steps', 'INSERT', '', 'NEW.stage = ''APPLIED''', ARRAY['APPLY']),
    ('redraw_steps', 'INSERT', '', 'NEW.actor IS NOT NULL', ARRAY['UNDER_ONES_NAME']),
    ('redraw_sheets', 'INSERT', '', '', ARRAY['APPLY']),
    ('coverage_rules', 'UPDATE', '', '', ARRAY['MANAGE_COVERAGE']),
    ('waivers', 'INSERT', '', '', ARRAY['MANAGE_COVERAGE']),
    ('waivers', 'UPDATE', 'ended_at', '', ARRAY['MANAGE_COVERAGE']),
    ('rhythms', 'INSERT, UPDATE, DELETE', '', '', ARRAY['MANAGE_COVERAGE']),
    ('seasons', 'UPDATE', 'season', '', ARRAY['MANAGE_COVERAGE']),
    ('visit_quotas', 'INSERT, UPDATE, DELETE', '', '', ARRAY['MANAGE_COVERAGE']),
    ('workload_weights', 'UPDATE', '', '', ARRAY['MANAGE_COVERAGE']),
    ('risk_kinds', 'INSERT, UPDATE, DELETE', '', '', ARRAY['MANAGE_COVERAGE']),
    ('inspections', 'INSERT', '', '', ARRAY['INSPECT']),
    ('inspection_findings', 'INSERT', '', '', ARRAY['INSPECT']),
    ('inspection_findings', 'UPDATE', 'closed_on, closed_by, closing', '', ARRAY['INSPECT']),
    ('inspection_photos', 'INSERT', '', '', ARRAY['INSPECT']),
    ('visits', 'INSERT', '', '', ARRAY['INSPECT']),
    ('account_workers', 'INSERT, UPDATE, DELETE', '', '', ARRAY['MANAGE_ACCOUNTS']),
    ('import_runs', 'INSERT, UPDATE, DELETE', '', '', ARRAY['IMPORT']),
    ('field_maps', 'INSERT, UPDATE, DELETE', '', '', ARRAY['IMPORT']),
    ('cleaning_rules', 'INSERT, UPDATE, DELETE', '', '', ARRAY['IMPORT']),
    ('jobs', 'INSERT, UPDATE', '', '', ARRAY['IMPORT', 'EXPORT']),
    ('jobs', 'INSERT, UPDATE', '', 'NEW.kind = ''boards''', ARRAY['EXPORT']),
    ('jobs', 'INSERT, UPDATE', '', 'NEW.kind <> ''boards''', ARRAY['IMPORT']),
    ('jobs', 'INSERT', '', 'NEW.actor IS NOT NULL', ARRAY['UNDER_ONES_NAME']),
    -- Whoever may write anything at all says so in the journal, under no other name.
    ('changesets', 'INSERT', 'actor, kind, note, idempotency_key, summary', '', ARRAY['DRAW', 'APPLY', 'RESTORE',
        'MANAGE_STAFF', 'MANAGE_COVERAGE', 'INSPECT', 'EDIT_SITES', 'MANAGE_ACCOUNTS', 'EXPORT_PHONES']),
    ('changesets', 'UPDATE', 'summary', '', ARRAY['DRAW', 'APPLY', 'RESTORE', 'MANAGE_STAFF', 'MANAGE_COVERAGE',
        'INSPECT', 'EDIT_SITES', 'MANAGE_ACCOUNTS', 'EXPORT_PHONES']),
    ('changesets', 'INSERT', '', 'NEW.actor IS NOT NULL', ARRAY['UNDER_ONES_NAME']),
    ('changesets', 'INSERT', '', 'NEW.kind = ''redraw''', ARRAY['APPLY']);
END;

-- The roles that may do what is done in the whole county or not at all; beside roles_for, held against geo_grid.access.
CREATE OR REPLACE FUNCTION geo_grid.county_roles_for(action text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE action
    WHEN 'IMPORT' THEN ARRAY['ADMINISTRATOR', 'GIS_STAFF']
    WHEN 'RESTORE' THEN ARRAY['ADMINISTRATOR']
    WHEN 'SEE_HEALTH' THEN ARRAY['ADMINISTRATOR', 'GIS_STAFF']
    WHEN 'MANAGE_ACCOUNTS' THEN ARRAY['ADMINISTRATOR']
    ELSE ARRAY[]::text[]
END;

-- Whether an account may do an action today in the whole county; with `anywhere`, in some part of it at least.
CREATE OR REPLACE FUNCTION geo_grid.has_right(account bigint, action text, anywhere boolean) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM geo_grid.roles_given r
        JOIN geo_grid.accounts a ON a.id = r.account_id
        JOIN geo_grid.deployment d ON d.is_demo OR NOT a.is_demo
        WHERE r.account_id = account AND a.disabled_at IS NULL AND r.during @> current_date
            AND (r.grid_id IS NULL AND r.role = ANY (geo_grid.county_roles_for(action))
                OR (r.grid_id IS NULL OR anywhere) AND r.role = ANY (geo_grid.roles_for(action))));
END
$$;

-- The seal of who writes as the clerk: what holds for the county, or (`anywhere`) what the program weighs by itself.
CREATE OR REPLACE FUNCTION geo_grid.seal_clerk(account bigint, anywhere boolean) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
AS $$
BEGIN
    -- In the place of grids, workers and sites there are none: as a scoped role's seal it opens nothing.
    RETURN geo_grid.sealed(concat_ws('|', extract(epoch FROM clock_timestamp())::bigint, account,
        CASE WHEN anywhere THEN 'ANYWHERE' ELSE 'COUNTY' END, '{}', '{}', '{}', '{}'));
END
$$;

-- Refuses a clerk's statement whose account has none of the rights that the trigger names.
CREATE OR REPLACE FUNCTION geo_grid.demand_right() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = geo_grid, public, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    account bigint := geo_grid.seal_part(3)::bigint;
    ground text := geo_grid.seal_part(4);
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY TG_ARGV LOOP
        EXIT WHEN account IS NULL OR ground NOT IN ('COUNTY', 'ANYWHERE');
        IF wanted = 'UNDER_ONES_NAME' AND to_jsonb(NEW) ->> 'actor' = geo_grid.asking() THEN
            RETURN NEW;
        END IF;
        IF geo_grid.has_right(account, split_part(wanted, '@', 1), ground = 'ANYWHERE') AND (
            wanted NOT LIKE '%@%'
            OR EXISTS (SELECT FROM geo_grid.changesets WHERE kind IN (split_part(wanted, '@', 2), 'undo')
                       AND id = nullif(current_setting('geo_grid.changeset', true), '')::bigint))
        THEN
            RETURN CASE TG_LEVEL WHEN 'ROW' THEN NEW END;
        END IF;
    END LOOP;
    RAISE EXCEPTION 'the account may not write % of this kind', TG_TABLE_NAME
        USING ERRCODE = 'GG004', HINT = 'sign in with another account, or ask an administrator for the role',
            DETAIL = json_build_object('rule', 'right_to_write', 'table', TG_TABLE_NAME)::text;
END
$$;

DO $$
DECLARE
    line record;
    one record;
    number integer := 0;
    verb text;
BEGIN
    FOR one IN SELECT relname FROM pg_class WHERE relnamespace = 'geo_grid'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('REVOKE ALL ON geo_grid.%I FROM geo_grid_clerk', one.relname);
    END LOOP;
    FOR one IN SELECT tgname, tgrelid::regclass AS of FROM pg_trigger WHERE tgname LIKE 'right\_%' LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', one.tgname, one.of);
    END LOOP;
    GRANT USAGE ON SCHEMA geo_grid TO geo_grid_clerk;
    GRANT SELECT ON ALL TABLES IN SCHEMA geo_grid TO geo_grid_clerk;
    REVOKE ALL ON geo_grid.unsettled, geo_grid.accounts, geo_grid.roles_given, geo_grid.sessions, geo_grid.sign_ins,
        geo_grid.journal_head, geo_grid.scope_key FROM geo_grid_clerk;
    FOR line IN SELECT * FROM geo_grid.clerk_lines() LOOP
        number := number + 1;
        IF line.meant = '' THEN
            FOREACH verb IN ARRAY string_to_array(line.writing, ', ') LOOP
                EXECUTE format('GRANT %s %s ON geo_grid.%I TO geo_grid_clerk', verb,
                    CASE WHEN line.columns <> '' AND verb <> 'DELETE' THEN '(' || line.columns || ')' ELSE '' END, line.name);
            END LOOP;
        END IF;
        EXECUTE format('CREATE TRIGGER %I BEFORE %s ON geo_grid.%I FOR EACH %s WHEN (current_user = ''geo_grid_clerk''%s)
                        EXECUTE FUNCTION geo_grid.demand_right(%s)',
            'right_' || lpad(number::text, 3, '0'),
            replace(replace(line.writing, ', ', ' OR '), 'UPDATE',
                CASE line.columns WHEN '' THEN 'UPDATE' ELSE 'UPDATE OF ' || line.columns END),
            line.name,
            CASE line.meant WHEN '' THEN 'STATEMENT' ELSE 'ROW' END,
            CASE line.meant WHEN '' THEN '' ELSE ' AND (' || line.meant || ')' END,
            (SELECT coalesce(string_agg(quote_literal(a), ', '), '') FROM unnest(line.actions) AS a));
    END LOOP;
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA geo_grid FROM geo_grid_clerk;
REVOKE ALL ON FUNCTION geo_grid.clerk_lines(), geo_grid.county_roles_for(text), geo_grid.demand_right(),
    geo_grid.has_right(bigint, text, boolean), geo_grid.seal_clerk(bigint, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION geo_grid.seal_clerk(bigint, boolean) TO geo_grid_access;
GRANT EXECUTE ON FUNCTION geo_grid.on_lattice(geometry), geo_grid.map_version(), geo_grid.asking(),
    geo_grid.standing_with_above(bigint[]), geo_grid.current_changeset(), geo_grid.moment(), geo_grid.ended(tstzrange),
    geo_grid.prove_net(), geo_grid.reached_ground(text), geo_grid.latest_number(text),
    geo_grid.begin_grids(text[], text[]), geo_grid.write_versions(text[], text[], text[], bytea[], bytea[], int),
    geo_grid.retire_grids(text[]), geo_grid.move_households(text[], text[]), geo_grid.add_posts(text[], text[]),
    geo_grid.write_lineage(text[], text[], float8[], int[]) TO geo_grid_clerk;
