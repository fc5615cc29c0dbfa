-- 0008_following.sql - what makes sessions that are online follow their records: walled gardens, traffic allowances, how
-- a NAS takes CoA, what each session has, and every attempt to change it.

alter table nas
    add column coa boolean not null default true,
    add column coa_port integer not null default 3799,
    add column coa_message_authenticator boolean not null default true,
    add column open_list clean_text default 'porteiro-open',
    add column gardens boolean not null default true,
    add constraint nas_coa_port_valid check (coa_port between 1 and 65535);
comment on column nas.open_list is 'address list that stands for none in a CoA; none: it has none';

alter table plan
    add column allowance bigint,
    add column allowance_period text not null default 'month',
    add column allowance_day integer not null default 1,
    add column allowance_warning integer not null default 80,
    add column allowance_then text not null default 'reduce',
    add column allowance_download bigint,
    add column allowance_upload bigint,
    add constraint plan_allowance_valid check (allowance between 1 and 1000000000000000000),
    add constraint plan_allowance_period_valid check (allowance_period in ('day', 'week', 'month')),
    add constraint plan_allowance_day_valid check (
        allowance_day between 1 and case allowance_period when 'week' then 7 else 31 end),
    add constraint plan_allowance_warning_valid check (allowance_warning between 0 and 100),
    add constraint plan_allowance_then_valid check (allowance_then in ('reduce', 'garden')),
    add constraint plan_allowance_download_valid check (allowance_download >= 1),
    add constraint plan_allowance_upload_valid check (allowance_upload >= 1);

create or replace view directory_nas as
    select id, name, address::text as address, secret, vendor, message_authenticator, limit_proxy_state,
           message_authenticator_learned is not null as learned, previous_secret,
           extract(epoch from previous_secret_until)::bigint as previous_secret_until, method, mppe, reject_delay,
           swap_octets, coa, coa_port, coa_message_authenticator, open_list, gardens
    from nas where removed_at is null;
create or replace view directory_plan as
    select id, name, download, upload, framed_pool, session_timeout, interim, reply, burst_download, burst_upload,
           burst_time, simultaneous, idle_timeout, filter, address_list, ipv6_pool, delegated_ipv6_pool, method,
           learn_mac, realm, realm_rule, schedule, allowance, allowance_period, allowance_day, allowance_warning,
           allowance_then, allowance_download, allowance_upload
    from plan where removed_at is null;

-- A month begins on its reset day, or on its last day where it is shorter; a week on its day, 1 being Monday.
create function allowance_since(period text, day integer, today date) returns date language sql immutable as $$
    select case period
        when 'day' then today
        when 'week' then today - (extract(isodow from today)::integer - day + 7) % 7
        else (select max(m.first + least(day, m.days) - 1)
              from (select date_trunc('month', today - n * interval '1 month')::date as first,
                           extract(day from date_trunc('month', today - (n - 1) * interval '1 month')
                                            - interval '1 day')::integer as days
                    from generate_series(0, 1) n) m
              where m.first + least(day, m.days) - 1 <= today) end
$$;
comment on function allowance_since is 'the first day of the allowance period that a day is in';

-- Walled gardens --------------------------------------------------------------------------------------------------------

create table garden (
    id              bigint generated always as identity primary key,
    created_at      timestamptz not null default now(),
    removed_at      timestamptz,
    removed_by      text,
    name            clean_text not null,
    reason          text not null,
    nas_id          bigint,
    framed_pool     clean_text,
    keep_address    boolean not null default false,
    address_list    clean_text,
    filter          clean_text,
    redirect        clean_text,
    download        bigint,
    upload          bigint,
    interim         bigint not null default 60,
    session_timeout bigint,
    reply           clean_text[],
    note            clean_text,
    constraint garden_reason_valid check (reason in ('debt', 'expired', 'unknown', 'quota')),
    constraint garden_nas_known foreign key (nas_id) references nas,
    -- without a wall it would be the whole internet
    constraint garden_walls_valid check (
        coalesce(framed_pool, address_list, filter, redirect) is not null or coalesce(cardinality(reply), 0) > 0),
    constraint garden_keep_address_valid check (not keep_address or (framed_pool is null and reason <> 'unknown')),
    constraint garden_download_valid check (download >= 1),
    constraint garden_upload_valid check (upload >= 1),
    constraint garden_interim_valid check (interim between 60 and 86400),
    constraint garden_session_timeout_valid check (session_timeout between 0 and 4294967295)
);
create unique index garden_name_taken on garden (lower(name)) where removed_at is null;
comment on index garden_name_taken is 'a garden by its name; one live garden per name';
create unique index garden_reason_taken on garden (reason, coalesce(nas_id, 0)) where removed_at is null;
comment on index garden_reason_taken is 'one live garden for a reason on a NAS, and one for all the others';

create trigger added after insert on garden referencing new table as new_rows
    for each statement execute function record_added();
create trigger changed after update on garden referencing old table as old_rows new table as new_rows
    for each statement execute function record_changed();
create trigger deleted after delete on garden referencing old table as old_rows
    for each statement execute function record_deleted();
create trigger no_truncate before truncate on garden
    for each statement execute function refuse_statement('it would leave no history; use DELETE');

create view directory_garden as
    select id, name, reason, nas_id, framed_pool, address_list, filter, redirect, keep_address, download, upload,
           interim, session_timeout, reply
    from garden where removed_at is null;

alter table auth_decision drop constraint auth_decision_result_check,
    add constraint auth_decision_result_valid check (result in ('accept', 'reject', 'garden'));

-- What a session has, and who speaks of it to its NAS -----------------------------------------------------------------

alter table session
    add column nas_ip inet,
    add column nas_identifier text,
    add column fingerprint text,
    add column daemon text;
comment on column session.nas_ip is 'NAS-IP-Address as the NAS reports it: what it wants to hear in a CoA-Request';
comment on column session.nas_identifier is 'NAS-Identifier, likewise';
comment on column session.fingerprint is 'of the terms that its Accept gave, from its Class: 32 hexadecimal digits';
comment on column session.daemon is 'whose journal its last record came from: that daemon makes it follow its records';

create table enforcement (
    id          bigint generated always as identity primary key,
    at          timestamptz not null,
    session_key text not null,
    began       timestamptz not null,
    login_id    bigint,
    login       text not null,
    nas_id      bigint not null,
    kind        text not null,
    why         text not null,
    wanted      text not null,
    fingerprint text not null,
    result      text not null,
    error_cause bigint,
    sent        bigint not null,
    took_ms     bigint not null,
    actor       text
);
comment on table enforcement is 'each request that was to make a session follow its records (RFC 5176), and what came of it';
comment on column enforcement.sent is 'how often: the first time and its repetitions';
create unique index enforcement_session on enforcement (session_key, began, at, kind);
comment on index enforcement_session is 'what was done to a session, and what it has since; an attempt that comes again';
create index enforcement_login on enforcement (login, at);
comment on index enforcement_login is 'session attempts --login';
create index enforcement_at on enforcement (at);
comment on index enforcement_at is 'session attempts; pruning';

grant select, insert, update on garden to porteiro_app;
grant usage on sequence garden_id_seq to porteiro_app;
grant select on directory_garden to porteiro_app;
grant select, insert, update, delete on enforcement to porteiro_app;
grant usage on sequence enforcement_id_seq to porteiro_app;
