-- 0005_authentication.sql - how a password is kept, what binds a login to a place and a time, how many sessions it may
-- have at once, and what a NAS offers and is known to send.

alter table nas
    add column secret_grace bigint not null default 0,
    add column previous_secret bytea,
    add column previous_secret_until timestamptz,
    add column message_authenticator_learned timestamptz,
    add column method clean_text[],
    add column mppe text not null default 'allow',
    add column reject_delay integer not null default 0,
    add constraint nas_secret_grace_valid check (secret_grace between 0 and 2592000),
    add constraint nas_previous_secret_valid check (
        (previous_secret is not null) = (previous_secret_until is not null)
        and octet_length(previous_secret) > 33 and get_byte(previous_secret, 0) = 1),
    add constraint nas_method_valid check (method <@ '{pap,chap,mschap,mschapv2,eap-md5}'::clean_text[]),
    add constraint nas_mppe_valid check (mppe in ('none', 'allow', 'require')),
    add constraint nas_reject_delay_valid check (reject_delay between 0 and 5000);

-- The old secret stays good for the grace. It is the same sealed value: both columns are opened as nas.secret. Another
-- mode chosen by hand forgets what was learned; nothing else does.
create function nas_filled_in() returns trigger language plpgsql as $$
begin
    if new.secret is distinct from old.secret then
        new.previous_secret := case when new.secret_grace > 0 then old.secret end;
        new.previous_secret_until := case when new.secret_grace > 0 then now() + new.secret_grace * interval '1 second' end;
    end if;
    if new.message_authenticator is distinct from old.message_authenticator then
        new.message_authenticator_learned := null;
    end if;
    return new;
end $$;
create trigger filled_in before update on nas for each row execute function nas_filled_in();

alter table plan
    add column burst_download bigint,
    add column burst_upload bigint,
    add column burst_time bigint,
    add column simultaneous integer not null default 1,
    add column idle_timeout bigint,
    add column filter clean_text,
    add column address_list clean_text,
    add column ipv6_pool clean_text,
    add column delegated_ipv6_pool clean_text,
    add column method clean_text[],
    add column learn_mac boolean not null default false,
    add column realm clean_text,
    add column realm_rule text not null default 'none',
    add column schedule clean_text,
    add constraint plan_burst_valid check (
        (burst_download is not null) = (burst_upload is not null)
        and (burst_time is null or burst_download is not null)),
    add constraint plan_burst_download_valid check (burst_download >= download),
    add constraint plan_burst_upload_valid check (burst_upload >= upload),
    add constraint plan_burst_time_valid check (burst_time between 1 and 3600),
    add constraint plan_simultaneous_valid check (simultaneous between 0 and 1000),
    add constraint plan_idle_timeout_valid check (idle_timeout between 0 and 4294967295),
    add constraint plan_method_valid check (method <@ '{pap,chap,mschap,mschapv2,eap-md5}'::clean_text[]),
    -- what stands after the @, in lower case
    add constraint plan_realm_valid check (
        realm !~ '[A-Z@\\[:space:]]' and (realm is not null or realm_rule <> 'require')),
    add constraint plan_realm_rule_valid check (realm_rule in ('none', 'strip', 'require'));

alter table login
    add column storage text not null default 'encrypted',
    add column mac clean_text[],
    add column learn_mac text not null default 'default',
    add column nas_id bigint,
    add column nas_port clean_text,
    add column circuit_id clean_text,
    add column remote_id clean_text,
    add column realm clean_text,
    add column realm_rule text not null default 'none',
    add column schedule clean_text,
    add column valid_from timestamptz,
    add column valid_until timestamptz,
    add column simultaneous integer,
    add column ipv6_prefix cidr,
    add column delegated_ipv6_prefix cidr,
    add column route clean_text[],
    add column filter clean_text,
    add column address_list clean_text,
    add constraint login_storage_valid check (storage in ('encrypted', 'nt', 'md5', 'crypt')),
    -- MAC addresses as AA:BB:CC:DD:EE:FF; an array has no check of its elements, so they are looked at as one text (no
    -- clean_text holds a line feed)
    add constraint login_mac_valid check (
        coalesce(cardinality(mac), 0) = 0
        or array_to_string(mac, E'\n', '!') ~ '^[0-9A-F]{2}(:[0-9A-F]{2}){5}(\n[0-9A-F]{2}(:[0-9A-F]{2}){5})*$'),
    add constraint login_learn_mac_valid check (learn_mac in ('yes', 'no', 'default')),
    add constraint login_nas_known foreign key (nas_id) references nas,
    add constraint login_realm_valid check (realm !~ '[A-Z@\\[:space:]]'),
    add constraint login_realm_rule_valid check (realm_rule in ('none', 'strip', 'require')),
    add constraint login_valid_until_valid check (valid_until > valid_from),
    add constraint login_validity_valid check (isfinite(valid_from) and isfinite(valid_until)),
    add constraint login_simultaneous_valid check (simultaneous between 0 and 1000),
    add constraint login_ipv6_prefix_valid check (family(ipv6_prefix) = 6),
    add constraint login_delegated_ipv6_prefix_valid check (family(delegated_ipv6_prefix) = 6),
    add constraint login_route_valid check (array_position(route, null) is null);
create index login_nas on login (nas_id) where nas_id is not null;
comment on index login_nas is 'the logins bound to a NAS';
create index login_mac on login using gin (mac) where removed_at is null;
comment on index login_mac is 'find: the login bound to a MAC';

create or replace view directory_nas as
    select id, name, address::text as address, secret, vendor, message_authenticator, limit_proxy_state,
           message_authenticator_learned is not null as learned, previous_secret,
           extract(epoch from previous_secret_until)::bigint as previous_secret_until, method, mppe, reject_delay
    from nas where removed_at is null;
create or replace view directory_plan as
    select id, name, download, upload, framed_pool, session_timeout, interim, reply, burst_download, burst_upload,
           burst_time, simultaneous, idle_timeout, filter, address_list, ipv6_pool, delegated_ipv6_pool, method,
           learn_mac, realm, realm_rule, schedule
    from plan where removed_at is null;
create or replace view directory_login as
    select id, login, contract_id, plan_id, kind, enabled, password, host(ip) as ip, framed_pool, reply, storage,
           simultaneous, learn_mac, mac, nas_id, nas_port, circuit_id, remote_id, realm, realm_rule, schedule,
           extract(epoch from valid_from)::bigint as valid_from, extract(epoch from valid_until)::bigint as valid_until,
           ipv6_prefix::text as ipv6_prefix, delegated_ipv6_prefix::text as delegated_ipv6_prefix, route, filter,
           address_list
    from login where removed_at is null;

-- Who looked at a password, and why (porteiro.reason).
alter table history drop constraint history_action_check,
    add constraint history_action_valid check (action in ('add', 'set', 'remove', 'reveal'));
create function password_revealed(login bigint) returns void language sql security definer
    set search_path = pg_catalog, pg_temp
begin atomic
    insert into porteiro.history (record, record_id, client_id, action, field)
        select 'login', l.id, c.client_id, 'reveal', 'password'
        from porteiro.login l join porteiro.contract c on c.id = l.contract_id where l.id = password_revealed.login;
end;
revoke execute on function password_revealed(bigint) from public;
grant execute on function password_revealed(bigint) to porteiro_app;

-- History: the grace's secret is as secret as the other, and a NAS is named as a plan is.
create or replace function history_value(key text, value jsonb) returns text language sql immutable parallel safe as $$
    select case
        when key in ('secret', 'password', 'previous_secret') then case when value <> 'null' then 'set' end
        when jsonb_typeof(value) = 'boolean' then case when value::boolean then 'yes' else 'no' end
        else value #>> '{}' end
$$;

create or replace function history_row(row_data jsonb) returns text language sql stable as $$
    select jsonb_object_agg(regexp_replace(e.key, '(?<!circuit|remote)_id$', ''),
                            case e.key when 'plan_id' then (select p.name from porteiro.plan p where p.id = e.value::bigint)
                            when 'nas_id' then (select s.name from porteiro.nas s where s.id = e.value::bigint)
                            else porteiro.history_value(e.key, e.value) end)::text
    from jsonb_each(row_data) e
    where e.value <> 'null' and e.key not in ('id', 'created_at', 'removed_at', 'removed_by', 'search',
                                              'plan_contract_id', 'suspension_origin')
$$;

create or replace function record_changed() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    insert into porteiro.change_feed (kind, row_id)
        select tg_table_name, n.id from new_rows n join old_rows o on o.id = n.id where o is distinct from n;
    if not found then return null; end if;
    insert into porteiro.history (record, record_id, client_id, action, field, old, new)
        select tg_table_name, c.id, porteiro.history_client_id(tg_table_name, c.after),
               case when f.closed then 'remove' else 'set' end,
               case when not f.closed then regexp_replace(f.key, '(?<!circuit|remote)_id$', '') end,
               case when f.closed then null
                    when f.key = 'plan_id' then (select p.name from porteiro.plan p where p.id = (c.before->>f.key)::bigint)
                    when f.key = 'nas_id' then (select s.name from porteiro.nas s where s.id = (c.before->>f.key)::bigint)
                    else porteiro.history_value(f.key, c.before->f.key) end,
               case when f.closed then null
                    when f.key = 'plan_id' then (select p.name from porteiro.plan p where p.id = (c.after->>f.key)::bigint)
                    when f.key = 'nas_id' then (select s.name from porteiro.nas s where s.id = (c.after->>f.key)::bigint)
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

-- Stations write their MAC in many ways; `auth list --mac` finds each.
create index auth_decision_mac on auth_decision ((upper(regexp_replace(mac, '[^0-9A-Fa-f]', '', 'g'))), at);
comment on index auth_decision_mac is 'auth list --mac';
