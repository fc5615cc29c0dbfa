-- 0003_plain_sql.sql - a script that changes one column says enough: what goes with it is filled in, so that an ERP's
-- `update contract set status = 'suspended'` closes the door as `porteiro contract suspend` does.

create function contract_filled_in() returns trigger language plpgsql as $$
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
create trigger filled_in before insert or update on contract for each row execute function contract_filled_in();

create function client_filled_in() returns trigger language plpgsql as $$
begin
    if new.active then new.inactive_reason := null; end if;
    return new;
end $$;
create trigger filled_in before insert or update on client for each row execute function client_filled_in();

-- Billing dates are computed in the provider's time zone, whatever the session's is; the daemon writes it at its start.
create table local_zone (
    only_row boolean primary key default true check (only_row),
    name     text not null default 'America/Sao_Paulo'
);
insert into local_zone default values;
grant select on local_zone to porteiro_app;

create function today() returns date language sql stable security definer set search_path = pg_catalog, pg_temp
    return (now() at time zone (select z.name from porteiro.local_zone z))::date;

create function charge_filled_in() returns trigger language plpgsql as $$
begin
    new.paid_on := case when new.paid > 0 then coalesce(new.paid_on, porteiro.today()) end;
    return new;
end $$;
create trigger filled_in before insert or update on charge for each row execute function charge_filled_in();
