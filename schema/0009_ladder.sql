-- 0009_ladder.sql - how debt closes and opens access: settings, holidays, the contract's stages, trust bonuses, notices,
-- billing runs and what each did.

-- Settings: only those that differ from their default have a row (provisioning/settings.cpp lists them all).
create table setting (
    name  text primary key,
    value clean_text not null
);
comment on table setting is 'the provider''s parameters that differ from their defaults (parâmetros)';

create function setting_changed() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    insert into porteiro.history (record, record_id, action, field, old, new)
        values ('setting', 0, 'set', coalesce(new.name, old.name), old.value, new.value);
    return null;
end $$;
create trigger changed after insert or update or delete on setting for each row execute function setting_changed();
create trigger no_truncate before truncate on setting
    for each statement execute function refuse_statement('it would leave no history; use DELETE');

create table holiday (
    id         bigint generated always as identity primary key,
    created_at timestamptz not null default now(),
    removed_at timestamptz,
    removed_by text,
    day        date not null,
    name       clean_text not null,
    yearly     boolean not null default false
);
create unique index holiday_day_taken on holiday (day) where removed_at is null;
comment on index holiday_day_taken is 'one holiday on a day';

-- People and contracts --------------------------------------------------------------------------------------------------

alter table client
    add column auto_suspend text not null default 'default',
    add constraint client_auto_suspend_valid check (auto_suspend in ('yes', 'no', 'default'));

alter table plan
    add column reduced_download bigint,
    add column reduced_upload bigint,
    add constraint plan_reduced_download_valid check (reduced_download >= 1),
    add constraint plan_reduced_upload_valid check (reduced_upload >= 1);

alter table contract
    add column ladder text not null default 'default',
    add column reduced_at timestamptz,
    add column reduced_reason clean_text,
    add column termination_due date,
    add column trust_until timestamptz,
    add constraint contract_ladder_valid check (ladder in ('default', 'rgc2023', 'rgc2014', 'custom')),
    -- reduced is a stage of an active contract; a suspension ends it
    add constraint contract_reduced_at_valid check (reduced_at is null or status = 'active'),
    add constraint contract_reduced_reason_valid check ((reduced_reason is not null) = (reduced_at is not null)),
    add constraint contract_termination_due_valid check (termination_due is null or status = 'suspended');
comment on column contract.reduced_at is 'since when its speed is reduced for debt';
comment on column contract.termination_due is 'since when a person may end it for debt';
comment on column contract.trust_until is 'until then it has access in spite of debt (desbloqueio de confiança)';
create index contract_reduced on contract (id) where reduced_at is not null;
comment on index contract_reduced is 'billing: contracts whose speed is to come back';

create or replace view directory_plan as
    select id, name, download, upload, framed_pool, session_timeout, interim, reply, burst_download, burst_upload,
           burst_time, simultaneous, idle_timeout, filter, address_list, ipv6_pool, delegated_ipv6_pool, method,
           learn_mac, realm, realm_rule, schedule, allowance, allowance_period, allowance_day, allowance_warning,
           allowance_then, allowance_download, allowance_upload, reduced_download, reduced_upload
    from plan where removed_at is null;
create or replace view directory_contract as
    select id, client_id, status, suspension_kind, suspension_reason, reduced_at is not null as reduced,
           extract(epoch from trust_until)::bigint as trust_until
    from contract where removed_at is null;

-- What follows from a status is filled in: a stage that it does not have ends with it, and a trust bonus with the debt.
create or replace function contract_filled_in() returns trigger language plpgsql as $$
begin
    if new.status = 'suspended' then
        new.suspension_kind := coalesce(new.suspension_kind, 'request');
        new.suspension_reason := coalesce(new.suspension_reason, 'plain SQL by ' || porteiro.actor());
        new.suspension_origin := coalesce(new.suspension_origin, 'manual');
        new.suspended_at := coalesce(new.suspended_at, now());
    else
        new.suspension_kind := null;
        new.suspension_reason := null;
        new.suspension_origin := null;
        new.suspended_at := null;
        new.termination_due := null;
    end if;
    if new.status <> 'active' then
        new.reduced_at := null;
    end if;
    new.reduced_reason := case when new.reduced_at is not null
                               then coalesce(new.reduced_reason, 'plain SQL by ' || porteiro.actor()) end;
    if new.status = 'suspended' and new.suspension_kind <> 'debt' or new.status not in ('active', 'suspended') then
        new.trust_until := null;
    end if;
    if new.status = 'cancelled' then
        new.cancel_reason := coalesce(new.cancel_reason, 'plain SQL by ' || porteiro.actor());
        new.cancelled_at := coalesce(new.cancelled_at, now());
    else
        new.cancel_reason := null;
        new.cancelled_at := null;
    end if;
    return new;
end $$;

-- When access was closed: nothing is charged for these days.
create table suspension (
    contract_id bigint not null,
    kind        text not null,
    since       timestamptz not null,
    until       timestamptz,
    primary key (contract_id, since)
);
comment on table suspension is 'every stretch of total suspension of a contract; open while until is null';

create function suspension_noted() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'UPDATE' and old.status = 'suspended' and new.status <> 'suspended' then
        update porteiro.suspension set until = greatest(since, now()) where contract_id = new.id and until is null;
    elsif new.status = 'suspended' and (tg_op = 'INSERT' or old.status <> 'suspended') then
        insert into porteiro.suspension (contract_id, kind, since) values (new.id, new.suspension_kind, new.suspended_at)
        on conflict (contract_id, since) do update set until = null, kind = excluded.kind;
    end if;
    return null;
end $$;
create trigger suspension_noted after insert or update of status on contract
    for each row execute function suspension_noted();
insert into suspension (contract_id, kind, since)
    select id, suspension_kind, suspended_at from contract where status = 'suspended';

create table trust_bonus (
    id          bigint generated always as identity primary key,
    at          timestamptz not null default now(),
    contract_id bigint not null references contract,
    charge_id   bigint references charge,
    until       timestamptz not null,
    ended_at    timestamptz,
    reason      clean_text,
    actor       text not null default actor()
);
comment on table trust_bonus is 'access given back on trust: for which debt, until when, by whom; ended_at: before that';
create index trust_bonus_contract on trust_bonus (contract_id, at);
comment on index trust_bonus_contract is 'how many a contract had of late';
create index trust_bonus_charge on trust_bonus (charge_id);
comment on index trust_bonus_charge is 'how many were given for a charge';

create function trust_noted() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    update porteiro.trust_bonus set ended_at = now()
    where contract_id = new.id and until = old.trust_until and ended_at is null and until > now();
    return null;
end $$;
create trigger trust_noted after update of trust_until, status on contract for each row
    when (old.trust_until is not null and new.trust_until is null) execute function trust_noted();

-- Notices: the evidence that a cut for debt asks for ---------------------------------------------------------------------

create table notice (
    id          bigint generated always as identity primary key,
    created_at  timestamptz not null default now(),
    removed_at  timestamptz,
    removed_by  text,
    client_id   bigint not null constraint notice_client_known references client,
    contract_id bigint,
    kind        text not null default 'pending',
    "on"        date not null default today(),
    channel     text not null,
    address     clean_text,
    note        clean_text,
    constraint notice_contract_known foreign key (contract_id, client_id) references contract (id, client_id),
    constraint notice_kind_valid check (kind in ('issued', 'due_soon', 'pending', 'will_be_suspended', 'suspended',
                                                 'released')),
    constraint notice_channel_valid check (channel in ('letter', 'email', 'sms', 'whatsapp', 'phone', 'portal',
                                                       'external'))
);
create index notice_client on notice (client_id, "on");
comment on index notice_client is 'what a client was told';

create table notice_charge (
    notice_id bigint not null constraint notice_charge_notice_known references notice,
    charge_id bigint not null constraint notice_charge_known references charge,
    primary key (notice_id, charge_id)
);
create index notice_charge_charge on notice_charge (charge_id);
comment on index notice_charge_charge is 'billing: the first notice of a charge';

-- The day of the first notice that tells of a charge; one that names no charge tells of those that were due by then.
create function notice_of(charge_id bigint, contract_id bigint, client_id bigint, due date) returns date
    language sql stable
begin atomic
    select min(n."on") from porteiro.notice n
    where n.client_id = notice_of.client_id and n.removed_at is null and n.kind in ('pending', 'will_be_suspended')
          and (exists (select from porteiro.notice_charge l where l.notice_id = n.id and l.charge_id = notice_of.charge_id)
               or (n.contract_id is null or n.contract_id = notice_of.contract_id) and n."on" >= notice_of.due
                  and not exists (select from porteiro.notice_charge l where l.notice_id = n.id));
end;

-- Billing runs ----------------------------------------------------------------------------------------------------------

create table billing_run (
    id        bigint generated always as identity primary key,
    at        timestamptz not null default clock_timestamp(),
    day       date not null,
    kind      text not null default 'run',
    actor     text not null default actor(),
    state     text not null default 'running',
    contracts bigint not null,
    planned   bigint not null,
    confirmed bigint,
    ended_at  timestamptz,
    constraint billing_run_kind_valid check (kind in ('run', 'apply')),
    constraint billing_run_state_valid check (state in ('running', 'done', 'stopped', 'undone'))
);
comment on table billing_run is 'each run that changed something or was stopped by the guard';
comment on column billing_run.contracts is 'contracts that could have been cut';
comment on column billing_run.planned is 'cuts that the run was about to make';
comment on column billing_run.confirmed is 'the number of cuts that a person allowed beyond the usual';
create index billing_run_at on billing_run (at);
comment on index billing_run_at is 'billing list; what is usual';

create table billing_step (
    run_id      bigint not null references billing_run,
    contract_id bigint not null,
    action      text not null,
    charge_id   bigint,
    why         text not null,
    before      jsonb not null,
    after       jsonb not null,
    at          timestamptz not null default clock_timestamp(),
    undone_at   timestamptz,
    primary key (run_id, contract_id)
);
comment on table billing_step is 'what a run did to a contract: its stage before and after, so that it can be undone';
create index billing_step_contract on billing_step (contract_id, at);
comment on index billing_step_contract is 'contract explain; what was undone is not cut again that day';

-- The columns that make a contract's stage.
create function contract_stage(contract_id bigint) returns jsonb language sql stable
begin atomic
    select jsonb_build_object('status', k.status, 'suspension_kind', k.suspension_kind,
                              'suspension_reason', k.suspension_reason, 'suspension_origin', k.suspension_origin,
                              'suspended_at', k.suspended_at, 'reduced_at', k.reduced_at,
                              'reduced_reason', k.reduced_reason, 'termination_due', k.termination_due,
                              'trust_until', k.trust_until)
    from porteiro.contract k where k.id = contract_stage.contract_id;
end;

do $$
declare
    record text;
begin
    foreach record in array array['holiday', 'notice'] loop
        execute format('create trigger added after insert on %I referencing new table as new_rows
                        for each statement execute function record_added()', record);
        execute format('create trigger changed after update on %I referencing old table as old_rows new table as new_rows
                        for each statement execute function record_changed()', record);
        execute format('create trigger deleted after delete on %I referencing old table as old_rows
                        for each statement execute function record_deleted()', record);
        execute format('create trigger no_truncate before truncate on %I for each statement
                        execute function refuse_statement(''it would leave no history; use DELETE'')', record);
    end loop;
end $$;

grant select, insert, update, delete on setting to porteiro_app;
grant select, insert, update on holiday, notice, trust_bonus, billing_run, billing_step to porteiro_app;
grant select, insert, delete on notice_charge to porteiro_app;
grant select on suspension to porteiro_app;
grant usage on sequence holiday_id_seq, notice_id_seq, trust_bonus_id_seq, billing_run_id_seq to porteiro_app;
