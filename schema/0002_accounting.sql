-- 0002_accounting.sql - what concentrators report and what they were answered: sessions, refused records, decisions.
-- No foreign keys: what a concentrator reports is kept, whatever became of the records it names.

create table session (
    id               bigint generated always as identity primary key,
    session_key      text not null constraint session_session_key_taken unique,
    login_id         bigint,
    login            text not null,
    nas_id           bigint not null,
    acct_session_id  text not null,
    ip               inet,
    ip_at            timestamptz,
    mac              text,
    nas_port_id      text,
    start_seen       boolean not null,
    started_at       timestamptz not null,
    updated_at       timestamptz not null,
    ended_at         timestamptz,
    session_time_s   bigint not null,
    download_octets  numeric(20) not null,
    upload_octets    numeric(20) not null,
    download_packets numeric(20) not null,
    upload_packets   numeric(20) not null,
    stop_octets      numeric(21),
    terminate_cause  text,
    -- the Stop counted less than an interim before it (as after a lost carrier)
    stop_short       boolean generated always as (stop_octets < download_octets + upload_octets) stored
);
comment on column session.start_seen is 'started_at is from a Start; otherwise reckoned from a session time';
comment on column session.ip_at is 'when ip was reported: a later address takes its place';
create index session_open_login on session (login_id) where ended_at is null;
comment on index session_open_login is 'find: is this login online';
create index session_login on session (login, started_at);
comment on index session_login is 'session list --login';
create index session_ip on session (ip, started_at);
comment on index session_ip is 'session list --ip; find';
create index session_mac on session (mac, started_at);
comment on index session_mac is 'find by MAC';
create index session_open on session (id) where ended_at is null;
comment on index session_open is 'session list: the open ones';

create table usage_refused (
    id          bigint generated always as identity primary key,
    refused_at  timestamptz not null default now(),
    session_key text not null,
    kind        text not null,
    at          timestamptz not null,
    reason      text not null,
    record      jsonb not null,
    constraint usage_refused_session_key_taken unique (session_key, kind, at)
);
comment on table usage_refused is 'accounting records that the database did not take, for a person to look at';

create table auth_decision (
    id     bigint generated always as identity primary key,
    at     timestamptz not null,
    nas_id bigint not null,
    nas    text not null,
    login  text not null,
    method text not null,
    result text not null check (result in ('accept', 'reject')),
    reason text,
    mac    text,
    times  bigint not null check (times > 0)
);
create index auth_decision_login on auth_decision (login, at);
comment on index auth_decision_login is 'auth list --login';
create index auth_decision_nas on auth_decision (nas, at);
comment on index auth_decision_nas is 'auth list --nas';
create index auth_decision_at on auth_decision (at);
comment on index auth_decision_at is 'auth list; pruning';

grant select on session, usage_refused, auth_decision to porteiro_app;
grant insert, update on session to porteiro_app;
grant insert on usage_refused to porteiro_app;
grant insert, delete on auth_decision to porteiro_app;
grant usage on all sequences in schema porteiro to porteiro_app;
