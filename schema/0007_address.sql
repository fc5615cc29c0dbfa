-- 0007_address.sql - who had an address: up to when a session may have had its own, the port mapping of addresses that
-- subscribers share, and a trace of every question.

-- A session closed for want of a Stop may have had its addresses until then, though it was last heard of before.
alter table session add column held_until timestamptz not null generated always as (
    coalesce(stop_at, case when closed_at >= updated_at then closed_at end, 'infinity')) stored;
comment on column session.held_until is 'up to when it may have had its addresses: its Stop, else when we closed it; infinity: open';

-- A month before the one that is asked for has few sessions of that address that lasted until then, a month after it
-- none that began before: with this index and session_ip each partition is one probe.
create index session_ip_held on session (ip, held_until);
comment on index session_ip_held is 'address who: of the months before, what lasted';

create index session_nat_held on session_nat (address, until_at);
comment on index session_nat_held is 'address who --port: of the months before, what lasted';

-- open, stale (not heard of for three interim updates and a minute; without updates: for a day), closed
create function session_state(ended_at timestamptz, updated_at timestamptz, interim bigint) returns text
    language sql stable parallel safe as $$
    select case when ended_at is not null then 'closed'
                when now() - updated_at > interval '1 second' * case when interim > 0 then 3 * interim + 60 else 86400 end
                then 'stale' else 'open' end
$$;

-- Port mapping (RFC 7422) -------------------------------------------------------------------------------------------------

create table nat (
    id          bigint generated always as identity primary key,
    created_at  timestamptz not null default now(),
    removed_at  timestamptz,
    removed_by  text,
    name        clean_text not null,
    inside      cidr not null,
    outside     cidr not null,
    first_port  integer not null default 1024,
    last_port   integer not null default 65535,
    ports       integer not null,
    valid_from  timestamptz,
    valid_until timestamptz,
    note        clean_text,
    constraint nat_inside_valid check (family(inside) = 4 and masklen(inside) >= 8),
    constraint nat_outside_valid check (family(outside) = 4 and masklen(outside) >= 8),
    constraint nat_first_port_valid check (first_port between 1 and 65535),
    constraint nat_last_port_valid check (last_port between first_port and 65535),
    constraint nat_ports_valid check (ports between 1 and last_port - first_port + 1),
    -- whoever is inside has a block of its own
    constraint nat_fit_valid check (
        2::bigint ^ (32 - masklen(inside)) <= 2::bigint ^ (32 - masklen(outside)) * ((last_port - first_port + 1) / ports)),
    constraint nat_valid_until_valid check (valid_until > valid_from),
    constraint nat_validity_valid check (isfinite(valid_from) and isfinite(valid_until)),
    -- what a shared address and a port meant at an instant has one answer
    constraint nat_outside_taken exclude using gist (
        outside inet_ops with &&, tstzrange(valid_from, valid_until) with &&) where (removed_at is null)
);
create unique index nat_name_taken on nat (lower(name)) where removed_at is null;
comment on index nat_name_taken is 'a mapping by its name; one live mapping per name';

create trigger added after insert on nat referencing new table as new_rows
    for each statement execute function record_added();
create trigger changed after update on nat referencing old table as old_rows new table as new_rows
    for each statement execute function record_changed();
create trigger deleted after delete on nat referencing old table as old_rows
    for each statement execute function record_deleted();
create trigger no_truncate before truncate on nat
    for each statement execute function refuse_statement('it would leave no history; use DELETE');
grant select, insert, update on nat to porteiro_app;
grant usage on sequence nat_id_seq to porteiro_app;

-- Who asked who had an address, and why (porteiro.reason).
alter table history drop constraint history_action_valid,
    add constraint history_action_valid check (action in ('add', 'set', 'remove', 'reveal', 'ask'));
create function address_asked(question text) returns void language sql security definer
    set search_path = pg_catalog, pg_temp
begin atomic
    insert into porteiro.history (record, record_id, action, field, new)
        values ('address', 0, 'ask', 'ip', address_asked.question);
end;
revoke execute on function address_asked(text) from public;
grant execute on function address_asked(text) to porteiro_app;
