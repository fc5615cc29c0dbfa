-- 0006_accounting.sql - sessions for years: by month, merged whatever the order of their records, with what each used
-- by day and hour, the ports that each had of a shared address, and the reboots of their NAS.

alter table nas add column swap_octets boolean not null default false;
create or replace view directory_nas as
    select id, name, address::text as address, secret, vendor, message_authenticator, limit_proxy_state,
           message_authenticator_learned is not null as learned, previous_secret,
           extract(epoch from previous_secret_until)::bigint as previous_secret_until, method, mppe, reject_delay,
           swap_octets
    from nas where removed_at is null;
alter table login add column legal_hold boolean not null default false;
alter table client add column city clean_text;
comment on column client.city is 'where the installation is: for session count --by city';

-- Sessions ------------------------------------------------------------------------------------------------------------
-- A session is known by its key and `began`: when its Class was minted; for a key that a NAS may use again (n:...), the
-- reckoned start of what was first heard of it; for a Class of the version before, the epoch. It never changes, so
-- that a session stays in its month. Every other column is kept by a rule that does not care for order (least,
-- greatest, or).

alter table session rename to session_before;
alter table session_before drop constraint session_session_key_taken;
drop index session_open_login, session_login, session_ip, session_mac, session_open;

create sequence session_number as bigint;
create table session (
    id               bigint not null default nextval('session_number'),
    session_key      text not null,
    began            timestamptz not null,
    login_id         bigint,
    login            text not null,
    nas_id           bigint not null,
    acct_session_id  text not null,
    ip               inet,
    ip_at            timestamptz,
    ipv6             inet,
    ipv6_prefix      cidr,
    delegated_ipv6_prefix cidr,
    mac              text,
    nas_port_id      text,
    nas_port         bigint,
    interim          bigint not null default 0,
    start_seen       boolean not null,
    started_at       timestamptz not null,
    updated_at       timestamptz not null,
    nas_at           timestamptz,
    stop_at          timestamptz,
    stop_cause       text,
    stop_octets      numeric(21),
    given_up_at      timestamptz,
    given_up_cause   text,
    closed_at        timestamptz,
    closed_cause     text,
    ended_at         timestamptz generated always as (
        coalesce(stop_at, case when closed_at >= updated_at then updated_at end)) stored,
    terminate_cause  text generated always as (
        case when stop_at is not null then stop_cause when closed_at >= updated_at then closed_cause end) stored,
    session_time_s   bigint not null,
    download_octets  numeric(20) not null,
    upload_octets    numeric(20) not null,
    download_packets numeric(20) not null,
    upload_packets   numeric(20) not null,
    wrapped          boolean not null default false,
    stop_short       boolean generated always as (stop_octets < download_octets + upload_octets) stored,
    constraint session_session_key_taken primary key (session_key, began)
) partition by range (began);
alter sequence session_number owned by session.id;
comment on column session.interim is 'seconds between interim updates that it was asked for; 0: none';
comment on column session.start_seen is 'started_at is from a Start; otherwise reckoned from a session time';
comment on column session.updated_at is 'last heard of, by the server''s clock less Acct-Delay-Time';
comment on column session.nas_at is 'the last Event-Timestamp, by the clock of the NAS';
comment on column session.ip_at is 'when ip was reported: a later address takes its place';
comment on column session.stop_at is 'the earliest Stop; its cause and octets go with it';
comment on column session.given_up_at is
    'closed by us (silence, superseded, taken over): nothing had been heard up to then; the latest';
comment on column session.closed_at is
    'the earlier of given_up_at and of its NAS''s next reboot, when nothing was heard later and there is no Stop';
comment on column session.wrapped is '2^32 was added for a NAS without gigawords: the octets are an estimate';
comment on column session.stop_short is 'the Stop counted less than an interim before it (as after a lost carrier)';

create index session_id on session (id);
comment on index session_id is 'session show; usage of a session';
create index session_open_login on session (login_id) where ended_at is null;
comment on index session_open_login is 'find: is this login online';
create index session_login on session (login, started_at);
comment on index session_login is 'session list --login, session history';
create index session_ip on session (ip, started_at);
comment on index session_ip is 'address who; session list --ip; find';
create index session_ipv6 on session (ipv6, started_at) where ipv6 is not null;
comment on index session_ipv6 is 'address who';
create index session_ipv6_prefix on session (ipv6_prefix, started_at) where ipv6_prefix is not null;
comment on index session_ipv6_prefix is 'address who';
create index session_delegated_ipv6_prefix on session (delegated_ipv6_prefix, started_at)
    where delegated_ipv6_prefix is not null;
comment on index session_delegated_ipv6_prefix is 'address who';
create index session_mac on session (mac, started_at);
comment on index session_mac is 'find by MAC';
create index session_nas on session (nas_id, started_at);
comment on index session_nas is 'what a NAS had at an instant';
create index session_open_nas on session (nas_id) where ended_at is null;
comment on index session_open_nas is 'who is online; an Accounting-On closes the sessions of its NAS';
create index session_closed_nas on session (nas_id, closed_at) where closed_at is not null;
comment on index session_closed_nas is 'an Accounting-On that comes late: what was closed after it';
create index session_ended on session (ended_at);
comment on index session_ended is 'session drops';

create table session_other partition of session default with (fillfactor = 80);
comment on table session_other is 'sessions of a month that has no partition, and of a Class without its time';

-- Traffic: what a session had counted by the end of a day or an hour; a day's own is the difference to the one before.

create table usage_day (
    session_id      bigint not null,
    login_id        bigint,
    day             date not null,
    download_octets numeric(20) not null,
    upload_octets   numeric(20) not null,
    constraint usage_day_taken primary key (session_id, day)
) partition by range (day);
comment on column usage_day.day is 'in the provider''s time zone';
create index usage_day_login on usage_day (login_id, day);
comment on index usage_day_login is 'usage show';
create table usage_day_other partition of usage_day default with (fillfactor = 80);

create table usage_hour (
    session_id      bigint not null,
    login_id        bigint,
    hour            timestamptz not null,
    download_octets numeric(20) not null,
    upload_octets   numeric(20) not null,
    constraint usage_hour_taken primary key (session_id, hour)
) partition by range (hour);
create index usage_hour_login on usage_hour (login_id, hour);
comment on index usage_hour_login is 'usage show --by hour';
create table usage_hour_other partition of usage_hour default with (fillfactor = 80);

-- Addresses that subscribers share (CGNAT) ----------------------------------------------------------------------------

create table session_nat (
    session_id bigint not null,
    began      timestamptz not null,
    address    inet not null,
    first_port integer not null,
    last_port  integer not null,
    from_at    timestamptz not null,
    until_at   timestamptz not null,
    constraint session_nat_taken primary key (session_id, began, address, first_port, last_port)
) partition by range (began);
comment on table session_nat is 'port blocks as accounting logged them; began is the session''s';
create index session_nat_address on session_nat (address, from_at);
comment on index session_nat_address is 'address who --port';
create table session_nat_other partition of session_nat default with (fillfactor = 80);

-- What the NAS themselves reported ------------------------------------------------------------------------------------

create table nas_boot (
    nas_id bigint not null,
    at     timestamptz not null,
    kind   text not null constraint nas_boot_kind_valid check (kind in ('on', 'off')),
    constraint nas_boot_taken primary key (nas_id, at)
);
comment on table nas_boot is 'Accounting-On and Off: sessions of that NAS which began before are over';

-- How a session without a Stop ended, if it did: by the earlier of what we decided and of its NAS's next reboot, as
-- long as nothing was heard later.
create function session_closing(nas_id bigint, started_at timestamptz, updated_at timestamptz, stop_at timestamptz,
                                given_up_at timestamptz, given_up_cause text)
returns table (at timestamptz, cause text) language sql stable as $$
    select e.at, e.cause
    from (select given_up_at as at, given_up_cause as cause, 0 as rank where given_up_at >= updated_at
          union all
          (select b.at, case b.kind when 'on' then 'NAS-Reboot' else 'Admin-Reboot' end, 1 from nas_boot b
           where b.nas_id = session_closing.nas_id and b.at > started_at and b.at >= updated_at
           order by b.at limit 1)) e
    where stop_at is null order by e.at, e.rank limit 1
$$;

-- Refused records: the newest 10,000 ----------------------------------------------------------------------------------

alter table usage_refused
    drop constraint usage_refused_session_key_taken,
    add column nas_id bigint,
    add column attributes bytea,
    alter column record drop not null;
comment on column usage_refused.attributes is 'the packet''s attributes as they came, without credentials';
create unique index usage_refused_taken
    on usage_refused (at, kind, md5(session_key), md5(coalesce(attributes, '')), coalesce(nas_id, 0));
comment on index usage_refused_taken is 'a record that is refused again, from a journal that is drained again';

-- Sessions of before --------------------------------------------------------------------------------------------------
-- An end without what a Stop counted was a take-over. It stays closed, whatever was heard of it after.

insert into session (id, session_key, began, login_id, login, nas_id, acct_session_id, ip, ip_at, mac, nas_port_id,
                     start_seen, started_at, updated_at, stop_at, stop_cause, stop_octets, given_up_at, given_up_cause,
                     closed_at, closed_cause, session_time_s, download_octets, upload_octets, download_packets,
                     upload_packets)
select id, session_key, 'epoch', login_id, login, nas_id, acct_session_id, ip, ip_at, mac, nas_port_id, start_seen,
       started_at, updated_at, case when stop_octets is not null then ended_at end,
       case when stop_octets is not null then terminate_cause end, stop_octets,
       g.at, g.cause, g.at, g.cause, session_time_s, download_octets, upload_octets, download_packets, upload_packets
from session_before left join lateral (select greatest(ended_at, updated_at), coalesce(terminate_cause, 'Lost-Carrier')
                                       where stop_octets is null and ended_at is not null) g (at, cause) on true;
select setval('session_number', greatest((select max(id) from session), 1));
drop table session_before;

-- Partitions: months of UTC (usage_hour: days) ------------------------------------------------------------------------

create function partition_wanted() returns table (parent text, part text, low text, high text)
language sql stable as $$
    with range as (
        select p.parent, '_YYYY_MM' as suffix, date_trunc('month', now() at time zone 'UTC') as first,
               interval '1 month' as step
        from unnest('{session,session_nat,usage_day}'::text[]) p (parent)
        union all
        select 'usage_hour', '_YYYY_MM_DD', date_trunc('day', now() at time zone 'UTC'), interval '1 day'),
    bound as (
        select r.*, r.first + n * r.step as low, r.first + (n + 1) * r.step as high
        from range r cross join generate_series(0, 2) n)
    select b.parent, b.parent || to_char(b.low, b.suffix), b.low || '+00', b.high || '+00'
    from bound b
    where to_regclass(b.parent || to_char(b.low, b.suffix)) is null
    order by 1, 2
$$;
comment on function partition_wanted is
    'what is missing of this month and the two after it, of today and the two days after it';

-- By the table: to_regclass() does not hear of what another daemon made while this one waited for its turn.
create function partition_exists(part text) returns boolean language sql volatile as $$
    select exists (select from pg_class where relname = part and relnamespace = 'porteiro'::regnamespace)
$$;

create function partition_attach(parent text, part text, low text, high text) returns void
language plpgsql as $$
begin
    execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, part, low, high);
end $$;

-- What the default partition holds of that time is moved, since it would be in the way.
create function partition_make(parent text, part text, low text, high text) returns boolean
language plpgsql as $$
declare
    by_time text;
    columns text;
begin
    perform pg_advisory_xact_lock(1886351988, 3);
    if partition_exists(part) then return false; end if;
    execute format('lock table %I in access exclusive mode', parent || '_other');
    select string_agg(quote_ident(attname), ', ' order by attnum) into columns from pg_attribute
    where attrelid = parent::regclass and attnum > 0 and not attisdropped and attgenerated = '';
    select quote_ident(a.attname) into by_time from pg_partitioned_table t
    join pg_attribute a on a.attrelid = t.partrelid and a.attnum = t.partattrs[0] where t.partrelid = parent::regclass;
    execute format('create table %I (like %I including all) with (fillfactor = 80)', part, parent);
    execute format('with moved as (delete from %I where %s >= %L and %s < %L returning %s)'
                   ' insert into %I (%s) select %s from moved',
                   parent || '_other', by_time, low, by_time, high, columns, part, columns, columns);
    perform partition_attach(parent, part, low, high);
    return true;
end $$;

create function partition_past(retention interval) returns table (parent text, part text, low text, high text)
language sql stable as $$
    with found as (
        select p.relname::text as parent, c.relname::text as part,
               substr(c.relname, length(p.relname) + 2) as of, p.relname = 'usage_hour' as daily
        from pg_inherits i join pg_class p on p.oid = i.inhparent join pg_class c on c.oid = i.inhrelid
        where p.relnamespace = 'porteiro'::regnamespace
              and p.relname in ('session', 'session_nat', 'usage_day', 'usage_hour')
              and c.relname ~ '_[0-9]{4}_[0-9]{2}(_[0-9]{2})?$'),
    bound as (
        select f.*, d.low, d.low + case when f.daily then interval '1 day' else interval '1 month' end as high
        from found f cross join lateral (
            select to_date(f.of, case when f.daily then 'YYYY_MM_DD' else 'YYYY_MM' end)::timestamp as low) d)
    select b.parent, b.part, b.low || '+00', b.high || '+00'
    from bound b
    where b.high at time zone 'UTC' <= now() - case when b.daily then interval '8 days' else retention end
    order by b.parent, b.part
$$;
comment on function partition_past is 'what is past its time, the sessions first: what belongs to one stays with it';

-- What of a partition stays: $1 the retention's instant, $2 the end of the partition.
create function partition_stays(parent text) returns text language sql immutable as $$
    select case parent
        when 'session' then '(x.ended_at >= $1 or x.ended_at is null'
                            ' or x.login_id in (select id from login where legal_hold)) is true'
        when 'session_nat' then 'exists (select from session s where s.id = x.session_id and s.began = x.began)'
        when 'usage_day' then 'x.session_id in (select id from session where began < $2)'
        else 'false' end
$$;

-- 'dropped', 'rewritten' with only what stays, or null: all of it stays.
create function partition_retire(parent text, part text, low text, high text, retention interval) returns text
language plpgsql as $$
declare
    oldest timestamptz := now() - retention;
    until timestamptz := high::timestamptz + interval '1 day';  -- a day of any time zone
    stays text := partition_stays(parent);
    some_stay boolean;
    some_go boolean;
    columns text;
begin
    perform pg_advisory_xact_lock(1886351988, 3);
    if not partition_exists(part) then return null; end if;
    execute format('select exists (select from %I x where %s), exists (select from %I x where not (%s))',
                   part, stays, part, stays) into some_stay, some_go using oldest, until;
    if some_stay and not some_go then return null; end if;
    execute format('lock table %I in access exclusive mode', parent);
    execute format('select exists (select from %I x where %s)', part, stays) into some_stay using oldest, until;
    if not some_stay then
        execute format('drop table %I', part);
        return 'dropped';
    end if;
    select string_agg(quote_ident(attname), ', ' order by attnum) into columns from pg_attribute
    where attrelid = parent::regclass and attnum > 0 and not attisdropped and attgenerated = '';
    execute format('create table %I (like %I including all) with (fillfactor = 80)', part || '_kept', parent);
    execute format('insert into %I (%s) select %s from %I x where %s', part || '_kept', columns, columns, part, stays)
        using oldest, until;
    execute format('drop table %I', part);
    execute format('alter table %I rename to %I', part || '_kept', part);
    perform partition_attach(parent, part, low, high);
    return 'rewritten';
end $$;

-- The same for what lies in no month's partition, and for the reboots.
create function partition_sweep(retention interval) returns void language plpgsql as $$
declare
    oldest timestamptz := now() - retention;
    parent text;
    by_time text;
    until timestamptz;
begin
    foreach parent in array '{session,session_nat,usage_day,usage_hour}'::text[] loop
        by_time := case parent when 'usage_day' then 'day' when 'usage_hour' then 'hour' else 'began' end;
        until := case parent when 'usage_hour' then now() - interval '8 days' else oldest end;
        execute format('delete from %I x where x.%I < $3 and not (%s)',
                       parent || '_other', by_time, partition_stays(parent))
            using oldest, until + interval '1 day', until;
    end loop;
    delete from nas_boot where at < oldest;
end $$;

-- The application -----------------------------------------------------------------------------------------------------
-- It brings records in through a temporary table, which by default everybody may make.

do $$
begin
    execute format('grant temporary on database %I to porteiro_app', current_database());
exception when insufficient_privilege then null;
end $$;
grant select, insert, update on session, usage_day, usage_hour, session_nat, nas_boot to porteiro_app;
grant delete on usage_refused to porteiro_app;
grant usage on session_number to porteiro_app;
