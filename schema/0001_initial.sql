-- 0001_initial.sql - the registry (NAS, plans, clients, contracts, logins, charges), its history and its change feed.
-- Needs PostgreSQL 15 with the encoding UTF8; runs as the owner, with search_path = porteiro.
-- Constraint names end in _taken, _known, _valid: TABLE_FIELD_taken becomes the error of FIELD.

-- Text ------------------------------------------------------------------------------------------------------------------

-- No stored text has white space at its ends or control characters, and none is empty: null says "nothing".
create domain clean_text as text
    constraint text_valid check (value <> '' and value !~ '[\u0001-\u001f\u007f-\u009f]'
                                 and value !~ '^[ \u00a0]' and value !~ '[ \u00a0]$');

-- What people compare: no accents, no upper case. Qualified names, since a restore runs with an empty search_path.
create function search_key(value text) returns text language sql immutable strict parallel safe
    return lower(regexp_replace(normalize(value, nfkd), '[\u0300-\u036f]', '', 'g'));

create function search_words(value text) returns text[] language sql immutable strict parallel safe
    return array_remove(regexp_split_to_array(porteiro.search_key(value), '[^a-z0-9\u0080-\uffff]+'), '');

-- All that a client is found by; a Brazilian mobile also without its country and its area code.
create function client_search(name text, trade_name text, document text, email text, mobile text)
    returns tsvector language sql immutable parallel safe
    return array_to_tsvector(array_remove(
        porteiro.search_words(name) || coalesce(porteiro.search_words(trade_name), '{}')
        || coalesce(string_to_array(lower(email), ';'), '{}')
        || array[lower(document), substr(mobile, 2),
                 case when mobile like '+55%' then substr(mobile, 4) end,
                 case when mobile like '+55%' then substr(mobile, 6) end], null));

-- Who changes something: the actor that the session named, otherwise the database role itself.
create function actor() returns text language sql stable parallel safe
    return coalesce(nullif(current_setting('porteiro.actor', true), ''), session_user::text);

-- Records ---------------------------------------------------------------------------------------------------------------
-- Ids are drawn before a secret is sealed, since the sealed value is bound to its row.

create table nas (
    id                    bigint generated always as identity primary key,
    created_at            timestamptz not null default now(),
    removed_at            timestamptz,
    removed_by            text,
    name                  clean_text not null,
    address               cidr not null,
    secret                bytea not null,
    vendor                text not null default 'generic',
    message_authenticator text not null default 'auto',
    limit_proxy_state     boolean not null default true,
    note                  clean_text,
    constraint nas_secret_valid check (octet_length(secret) > 33 and get_byte(secret, 0) = 1),
    constraint nas_vendor_valid check (vendor in ('generic', 'mikrotik', 'cisco', 'juniper', 'huawei', 'accel-ppp')),
    constraint nas_message_authenticator_valid check (message_authenticator in ('auto', 'require', 'ignore'))
);
create unique index nas_name_taken on nas (lower(name)) where removed_at is null;
comment on index nas_name_taken is 'a NAS by its name; one live NAS per name';
create unique index nas_address_taken on nas (address) where removed_at is null;
comment on index nas_address_taken is 'one live NAS per prefix, so that a source address names one secret';

create table plan (
    id              bigint generated always as identity primary key,
    created_at      timestamptz not null default now(),
    removed_at      timestamptz,
    removed_by      text,
    name            clean_text not null,
    download        bigint not null,
    upload          bigint not null,
    price           numeric(12, 2),
    framed_pool     clean_text,
    session_timeout bigint,
    interim         bigint default 300,
    reply           clean_text[],
    note            clean_text,
    constraint plan_download_valid check (download > 0),
    constraint plan_upload_valid check (upload > 0),
    constraint plan_price_valid check (price >= 0),
    constraint plan_session_timeout_valid check (session_timeout between 0 and 4294967295),
    constraint plan_interim_valid check (interim between 60 and 4294967295),
    constraint plan_reply_valid check (array_position(reply, null) is null)
);
create unique index plan_name_taken on plan (lower(name)) where removed_at is null;
comment on index plan_name_taken is 'a plan by its name; one live plan per name';

create table client (
    id              bigint generated always as identity primary key,
    created_at      timestamptz not null default now(),
    removed_at      timestamptz,
    removed_by      text,
    name            clean_text not null,
    person          text not null,
    kind            text not null default 'client',
    document        clean_text,
    trade_name      clean_text,
    email           clean_text,
    mobile          clean_text,
    active          boolean not null default true,
    inactive_reason clean_text,
    note            clean_text,
    search          tsvector generated always as (client_search(name, trade_name, document, email, mobile)) stored,
    constraint client_person_valid check (person in ('natural', 'legal', 'foreign')),
    constraint client_kind_valid check (kind in ('client', 'condominium', 'supplier', 'carrier', 'technician',
                                                 'seller', 'internal')),
    constraint client_document_valid check (person = 'foreign' or (person = 'natural' and document ~ '^[0-9]{11}$')
                                            or (person = 'legal' and document ~ '^[0-9A-Z]{12}[0-9]{2}$')),
    constraint client_trade_name_valid check (trade_name is null or person = 'legal'),
    constraint client_mobile_valid check (mobile ~ '^\+[0-9]+$'),
    constraint client_inactive_reason_valid check (inactive_reason is null or not active)
);
create index client_document on client (document) where removed_at is null;
comment on index client_document is 'a client by its document (not unique: a second record is a warning)';
create index client_name on client (lower(name)) where removed_at is null;
comment on index client_name is 'a client by its exact name';
create index client_search on client using gin (search);
comment on index client_search is 'find: beginnings of words of the name, document, e-mail, phone';

create table contract (
    id                bigint generated always as identity primary key,
    created_at        timestamptz not null default now(),
    removed_at        timestamptz,
    removed_by        text,
    client_id         bigint not null constraint contract_client_known references client,
    due_day           integer not null,
    status            text not null default 'active',
    auto_suspend      text not null default 'default',
    pending_days      integer,
    block_days        integer,
    suspension_kind   text,
    suspension_reason clean_text,
    suspension_origin text,
    suspended_at      timestamptz,
    cancelled_at      timestamptz,
    cancel_reason     clean_text,
    note              clean_text,
    unique (id, client_id),
    constraint contract_due_day_valid check (due_day between 1 and 31),
    constraint contract_status_valid check (status in ('pre-activation', 'active', 'suspended', 'cancelled')),
    constraint contract_auto_suspend_valid check (auto_suspend in ('yes', 'no', 'default')),
    constraint contract_pending_days_valid check (pending_days >= 0),
    constraint contract_block_days_valid check (block_days >= 0 and (pending_days is null or block_days >= pending_days)),
    constraint contract_suspension_kind_valid check (
        (suspension_kind is not null) = (status = 'suspended')
        and suspension_kind in ('debt', 'request', 'fraud', 'court')),
    constraint contract_suspension_reason_valid check ((suspension_reason is not null) = (status = 'suspended')),
    -- billing releases what billing suspended; a suspension by hand has rules of its own
    constraint contract_suspension_origin_valid check (
        (suspension_origin is not null) = (status = 'suspended') and suspension_origin in ('billing', 'manual')),
    constraint contract_suspended_at_valid check ((suspended_at is not null) = (status = 'suspended')),
    constraint contract_cancelled_at_valid check ((cancelled_at is not null) = (status = 'cancelled')),
    constraint contract_cancel_reason_valid check ((cancel_reason is not null) = (status = 'cancelled'))
);
create index contract_client on contract (client_id);
comment on index contract_client is 'the contracts of a client';
create index contract_debt on contract (id) where status = 'suspended' and suspension_kind = 'debt';
comment on index contract_debt is 'billing: contracts to release';

create table contract_plan (
    contract_id bigint not null constraint contract_plan_contract_known references contract,
    plan_id     bigint not null constraint contract_plan_known references plan,
    primary key (contract_id, plan_id)
);
create index contract_plan_plan on contract_plan (plan_id);
comment on index contract_plan_plan is 'the contracts that have a plan';

create table login (
    id               bigint generated always as identity primary key,
    created_at       timestamptz not null default now(),
    removed_at       timestamptz,
    removed_by       text,
    login            clean_text not null,
    contract_id      bigint not null constraint login_contract_known references contract,
    plan_id          bigint not null,
    kind             text not null default 'pppoe',
    enabled          boolean not null default true,
    password         bytea not null,
    ip               inet,
    framed_pool      clean_text,
    reply            clean_text[],
    note             clean_text,
    -- null once removed: a contract may give up a plan that only removed logins had
    plan_contract_id bigint generated always as (case when removed_at is null then contract_id end) stored,
    constraint login_plan_known foreign key (plan_contract_id, plan_id) references contract_plan (contract_id, plan_id),
    constraint login_plan_exists_known foreign key (plan_id) references plan,
    constraint login_login_valid check (login !~ '\s' and octet_length(login) <= 253),
    constraint login_kind_valid check (kind in ('pppoe', 'hotspot', 'mac', 'ip')),
    constraint login_password_valid check (octet_length(password) > 33 and get_byte(password, 0) = 1),
    constraint login_ip_valid check (family(ip) = 4 and masklen(ip) = 32),
    constraint login_reply_valid check (array_position(reply, null) is null)
);
create unique index login_login_taken on login (login) where removed_at is null;
comment on index login_login_taken is 'a login by its name, octet for octet; one live login per name';
create index login_prefix on login (lower(login) collate "C") where removed_at is null;
comment on index login_prefix is 'find: logins that begin with a text';
create index login_contract on login (contract_id);
comment on index login_contract is 'the logins of a contract';
create index login_plan on login (plan_id);
comment on index login_plan is 'the logins that have a plan';
create index login_ip on login (ip) where ip is not null and removed_at is null;
comment on index login_ip is 'find: the login with a fixed address';

create table charge (
    id          bigint generated always as identity primary key,
    created_at  timestamptz not null default now(),
    removed_at  timestamptz,
    removed_by  text,
    client_id   bigint not null constraint charge_client_known references client,
    contract_id bigint,
    due         date not null,
    amount      numeric(12, 2) not null,
    description clean_text,
    paid        numeric(12, 2) not null default 0,
    paid_on     date,
    constraint charge_contract_known foreign key (contract_id, client_id) references contract (id, client_id),
    constraint charge_amount_valid check (amount > 0 and amount >= paid),
    constraint charge_paid_valid check (paid >= 0),
    constraint charge_paid_on_valid check ((paid_on is not null) = (paid > 0))
);
create index charge_client on charge (client_id, due);
comment on index charge_client is 'the charges of a client, by due date';
create index charge_owed on charge (contract_id, due) where paid < amount and removed_at is null;
comment on index charge_owed is 'billing: what a contract owes, oldest first';
create index charge_due on charge (due) where paid < amount and removed_at is null;
comment on index charge_due is 'billing: what is overdue on a day';

-- A contract has at least one plan. Deferred, since the contract comes before its plans.
create function contract_has_plan() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
declare
    contract bigint := case tg_table_name when 'contract' then to_jsonb(new)->>'id' else to_jsonb(old)->>'contract_id' end;
begin
    if exists (select from porteiro.contract c where c.id = contract and c.removed_at is null)
        and not exists (select from porteiro.contract_plan p where p.contract_id = contract)
    then
        raise exception 'contract % violates "contract_plan_valid": it has no plan', contract
            using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger has_plan after insert on contract deferrable initially deferred
    for each row execute function contract_has_plan();
create constraint trigger has_plan after update or delete on contract_plan deferrable initially deferred
    for each row execute function contract_has_plan();

-- History and change feed ---------------------------------------------------------------------------------------------

create table history (
    id        bigint generated always as identity primary key,
    at        timestamptz not null default clock_timestamp(),
    actor     text not null default actor(),
    operator  text default nullif(current_setting('porteiro.operator', true), ''),
    address   text default nullif(current_setting('porteiro.address', true), ''),
    record    text not null,
    record_id bigint not null,
    client_id bigint,
    action    text not null check (action in ('add', 'set', 'remove')),
    field     text,
    old       text,
    new       text
);
comment on table history is 'every change of a record, by whatever way; add and a physical delete carry the whole row';
create index history_client on history (client_id, id);
comment on index history_client is 'history list --client';
create index history_record on history (record, record_id, id);
comment on index history_record is 'history list --login';
create index history_actor on history (actor, id);
comment on index history_actor is 'history list --actor';
create index history_at on history (at);
comment on index history_at is 'history list --since';

create table change_feed (
    id     bigint generated always as identity primary key,
    xid    xid8 not null default pg_current_xact_id(),
    kind   text not null,
    row_id bigint not null,
    at     timestamptz not null default clock_timestamp()
);
comment on table change_feed is 'which rows a transaction changed; read by snapshot, not by id: commits are out of order';
create index change_feed_xid on change_feed (xid);
comment on index change_feed_xid is 'what was committed since a snapshot';
create index change_feed_at on change_feed (at);
comment on index change_feed_at is 'pruning';

create table feed_state (
    only_row   boolean primary key default true check (only_row),
    pruned_xid xid8 not null default '0'
);
comment on table feed_state is 'the newest transaction whose rows were pruned from change_feed';
insert into feed_state default values;

-- Since a snapshot: transactions that were still running in it or came after it.
create function feed_since(snapshot pg_snapshot, kind text) returns setof bigint language sql stable
begin atomic
    select distinct f.row_id from porteiro.change_feed f
    where f.kind = feed_since.kind and f.xid >= pg_snapshot_xmin(snapshot)
          and not pg_visible_in_snapshot(f.xid, snapshot);
end;

create function history_client_id(record text, row_data jsonb) returns bigint language sql stable as $$
    select case record
        when 'client' then (row_data->>'id')::bigint
        when 'login' then (select c.client_id from porteiro.contract c where c.id = (row_data->>'contract_id')::bigint)
        else (row_data->>'client_id')::bigint end
$$;

-- A value as a person reads it. Secrets show only that there is one. Without a sub-select, so that it is inlined: bulk
-- changes write a history row for each field.
create function history_value(key text, value jsonb) returns text language sql immutable parallel safe as $$
    select case
        when key in ('secret', 'password') then case when value <> 'null' then 'set' end
        when jsonb_typeof(value) = 'boolean' then case when value::boolean then 'yes' else 'no' end
        else value #>> '{}' end
$$;

create function history_row(row_data jsonb) returns text language sql stable as $$
    select jsonb_object_agg(regexp_replace(e.key, '_id$', ''),
                            case e.key when 'plan_id' then (select p.name from porteiro.plan p where p.id = e.value::bigint)
                            else porteiro.history_value(e.key, e.value) end)::text
    from jsonb_each(row_data) e
    where e.value <> 'null' and e.key not in ('id', 'created_at', 'removed_at', 'removed_by', 'search',
                                              'plan_contract_id', 'suspension_origin')
$$;

-- One statement, whole batches: history rows and feed rows of a record table. The transition tables are old_rows, new_rows.
create function record_added() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    insert into porteiro.change_feed (kind, row_id) select tg_table_name, n.id from new_rows n;
    if not found then return null; end if;
    insert into porteiro.history (record, record_id, client_id, action, new)
        select tg_table_name, n.id, porteiro.history_client_id(tg_table_name, to_jsonb(n)), 'add',
               porteiro.history_row(to_jsonb(n))
        from new_rows n order by n.id;
    perform pg_notify('porteiro_change', '');
    return null;
end $$;

create function record_deleted() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    insert into porteiro.change_feed (kind, row_id) select tg_table_name, o.id from old_rows o;
    if not found then return null; end if;
    insert into porteiro.history (record, record_id, client_id, action, old)
        select tg_table_name, o.id, porteiro.history_client_id(tg_table_name, to_jsonb(o)), 'remove',
               porteiro.history_row(to_jsonb(o))
        from old_rows o order by o.id;
    perform pg_notify('porteiro_change', '');
    return null;
end $$;

-- Ids never change (generated always), so old and new rows pair up by id. Closing a row is one 'remove'; its further
-- changes and all others are a 'set' for each field.
create function record_changed() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    insert into porteiro.change_feed (kind, row_id)
        select tg_table_name, n.id from new_rows n join old_rows o on o.id = n.id where o is distinct from n;
    if not found then return null; end if;
    insert into porteiro.history (record, record_id, client_id, action, field, old, new)
        select tg_table_name, c.id, porteiro.history_client_id(tg_table_name, c.after),
               case when f.closed then 'remove' else 'set' end,
               case when not f.closed then regexp_replace(f.key, '_id$', '') end,
               case when f.closed then null
                    when f.key = 'plan_id' then (select p.name from porteiro.plan p where p.id = (c.before->>f.key)::bigint)
                    else porteiro.history_value(f.key, c.before->f.key) end,
               case when f.closed then null
                    when f.key = 'plan_id' then (select p.name from porteiro.plan p where p.id = f.value::bigint)
                    else porteiro.history_value(f.key, f.value) end
        from (select n.id, to_jsonb(o) as before, to_jsonb(n) as after
              from new_rows n join old_rows o on o.id = n.id where o is distinct from n
              offset 0) c  -- a fence: each row becomes JSON once
        cross join lateral (
            select e.key, e.value, e.key = 'removed_at' and c.before->e.key = 'null' as closed
            from jsonb_each(c.after) e
            where e.value is distinct from c.before->e.key
                  and e.key not in ('removed_by', 'search', 'plan_contract_id', 'suspension_origin')) f
        order by c.id, f.key;
    perform pg_notify('porteiro_change', '');
    return null;
end $$;

-- A contract's plans are fields of the contract.
create function contract_plan_changed() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
declare
    gone porteiro.contract_plan[] := '{}';
    come porteiro.contract_plan[] := '{}';
begin
    if tg_op <> 'INSERT' then select coalesce(array_agg(o), '{}') into gone from old_rows o; end if;
    if tg_op <> 'DELETE' then select coalesce(array_agg(n), '{}') into come from new_rows n; end if;
    if gone = come then return null; end if;
    insert into porteiro.change_feed (kind, row_id)
        select distinct 'contract', l.contract_id from unnest(gone || come) l;
    insert into porteiro.history (record, record_id, client_id, action, field, old, new)
        select 'contract', l.contract_id, c.client_id, 'set', 'plan', l.old, l.new
        from (select g.contract_id, p.name as old, null as new from unnest(gone) g join porteiro.plan p on p.id = g.plan_id
              union all
              select w.contract_id, null, p.name from unnest(come) w join porteiro.plan p on p.id = w.plan_id) l
        left join porteiro.contract c on c.id = l.contract_id
        order by l.contract_id, l.old, l.new;
    perform pg_notify('porteiro_change', '');
    return null;
end $$;

create function refuse_statement() returns trigger language plpgsql as $$
begin
    raise exception '% of porteiro.% is refused: %', tg_op, tg_table_name, tg_argv[0] using errcode = 'insufficient_privilege';
end $$;

do $$
declare
    record text;
begin
    foreach record in array array['nas', 'plan', 'client', 'contract', 'login', 'charge'] loop
        execute format('create trigger added after insert on %I referencing new table as new_rows
                        for each statement execute function record_added()', record);
        execute format('create trigger changed after update on %I referencing old table as old_rows new table as new_rows
                        for each statement execute function record_changed()', record);
        execute format('create trigger deleted after delete on %I referencing old table as old_rows
                        for each statement execute function record_deleted()', record);
    end loop;
    foreach record in array array['nas', 'plan', 'client', 'contract', 'contract_plan', 'login', 'charge'] loop
        execute format('create trigger no_truncate before truncate on %I for each statement
                        execute function refuse_statement(''it would leave no history; use DELETE'')', record);
    end loop;
end $$;
create trigger added after insert on contract_plan referencing new table as new_rows
    for each statement execute function contract_plan_changed();
create trigger changed after update on contract_plan referencing old table as old_rows new table as new_rows
    for each statement execute function contract_plan_changed();
create trigger deleted after delete on contract_plan referencing old table as old_rows
    for each statement execute function contract_plan_changed();
create trigger insert_only before update or delete or truncate on history
    for each statement execute function refuse_statement('history is insert-only');

-- The directory's rows ------------------------------------------------------------------------------------------------

create view directory_nas as
    select id, name, address::text as address, secret, vendor, message_authenticator, limit_proxy_state
    from nas where removed_at is null;
create view directory_plan as
    select id, name, download, upload, framed_pool, session_timeout, interim, reply from plan where removed_at is null;
create view directory_client as
    select id, name, active from client where removed_at is null;
create view directory_contract as
    select id, client_id, status, suspension_kind, suspension_reason from contract where removed_at is null;
create view directory_login as
    select id, login, contract_id, plan_id, kind, enabled, password, host(ip) as ip, framed_pool, reply
    from login where removed_at is null;

-- Roles -----------------------------------------------------------------------------------------------------------------
-- The application never deletes a record, and writes neither history nor feed: the triggers do, as the owner.

grant usage on schema porteiro to porteiro_app;
grant select on all tables in schema porteiro to porteiro_app;
revoke select on schema_migration from porteiro_app;
grant insert, update on nas, plan, client, contract, login, charge to porteiro_app;
grant insert, delete on contract_plan to porteiro_app;
grant delete on change_feed to porteiro_app;
grant update on feed_state to porteiro_app;
grant usage on all sequences in schema porteiro to porteiro_app;
