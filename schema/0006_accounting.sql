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
comment on column session.closed_at is 'closed by us (reboot, silence, taken over): nothing had been heard up to then. Undone by anything heard later';
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
create index session_ended on session (ended_at);
comment on index session_ended is 'session drops';

create table session_other partition of session default;
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
create table usage_day_other partition of usage_day default;

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
create table usage_hour_other partition of usage_hour default;

-- Addresses that subscribers share (CGNAT) -------------------------------------------------------------------------------

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
create table session_nat_other partition of session_nat default;

-- What the NAS themselves reported ---------------------------------------------------------------------------------------

create table nas_boot (
    nas_id bigint not null,
    at     timestamptz not null,
    kind   text not null constraint nas_boot_kind_valid check (kind in ('on', 'off')),
    constraint nas_boot_taken primary key (nas_id, at)
);
comment on table nas_boot is 'Accounting-On and Off: sessions of that NAS which began before are over';

alter table usage_refused
    add column nas_id bigint,
    add column attributes bytea,
    alter column record drop not null;
comment on column usage_refused.attributes is 'the packet''s attributes as they came, without credentials';
