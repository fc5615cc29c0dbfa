-- 0010_charges.sql - charges with their bank data, what became of them besides being paid, payments, what is to release
-- somebody at once, and what a month's recurring charges are made of.

alter table charge
    add column settled_at timestamptz,
    add column gateway clean_text,
    add column bank_number clean_text,
    add column payable_line clean_text,
    add column pix_code clean_text,
    add column link clean_text,
    add column external_id clean_text,
    add column month date,
    add column original_due date,
    add column closed text,
    add column closed_at timestamptz,
    add column closed_reason clean_text,
    add column renegotiation integer,
    add constraint charge_month_valid check (extract(day from month) = 1),
    add constraint charge_closed_valid check (closed in ('cancelled', 'renegotiated')),
    add constraint charge_closed_at_valid check ((closed_at is not null) = (closed is not null)),
    add constraint charge_closed_reason_valid check ((closed_reason is not null) = (closed is not null));
comment on column charge.settled_at is 'when the last of it was paid; from then on the law''s clock for the release runs';
update charge set settled_at = paid_on where paid >= amount;
alter table charge add constraint charge_settled_at_valid check ((settled_at is not null) = (paid >= amount));
comment on column charge.closed is 'why nothing is owed any more on it, though it was not paid in full';
comment on column charge.month is 'the month that a recurring charge is due in';
comment on column charge.renegotiation is 'the agreement that closed it, or that it came from';
create sequence renegotiation_id_seq;
create unique index charge_bank_number_taken on charge (bank_number) where removed_at is null;
comment on index charge_bank_number_taken is 'a charge by the bank''s number (nosso número)';
create unique index charge_external_id_taken on charge (external_id) where removed_at is null;
comment on index charge_external_id_taken is 'a charge by another system''s id';
create unique index charge_month_taken on charge (contract_id, month) where removed_at is null;
comment on index charge_month_taken is 'one recurring charge of a contract in a month';
create index charge_renegotiation on charge (renegotiation) where renegotiation is not null;
comment on index charge_renegotiation is 'the charges of an agreement';
drop index charge_owed;
create index charge_owed on charge (contract_id, due) where paid < amount and removed_at is null and closed is null;
comment on index charge_owed is 'billing: what a contract owes, oldest first';
drop index charge_due;
create index charge_due on charge (due) where paid < amount and removed_at is null and closed is null;
comment on index charge_due is 'billing: what is overdue on a day';

create view open_charge as
    select id, client_id, contract_id, due, amount, paid, amount - paid as rest
    from charge where paid < amount and removed_at is null and closed is null;
comment on view open_charge is 'charges on which something is owed';

create or replace function charge_filled_in() returns trigger language plpgsql as $$
begin
    new.paid_on := case when new.paid > 0 then coalesce(new.paid_on, porteiro.today()) end;
    new.settled_at := case when new.paid >= new.amount then coalesce(new.settled_at, clock_timestamp()) end;
    if new.closed is null then
        new.closed_at := null;
        new.closed_reason := null;
    else
        new.closed_at := coalesce(new.closed_at, now());
        new.closed_reason := coalesce(new.closed_reason, 'plain SQL by ' || porteiro.actor());
    end if;
    if tg_op = 'UPDATE' then
        if new.due <> old.due then new.original_due := nullif(coalesce(old.original_due, old.due), new.due); end if;
    end if;
    return new;
end $$;

-- Whoever pays, by whatever way, is looked at at once; the row goes once the contract was looked at. Rows only come and
-- go, none is shared: a payment that is not committed yet leaves a row that nobody takes away before it is.
create table settlement (
    id          bigint generated always as identity primary key,
    contract_id bigint not null,
    at          timestamptz not null default clock_timestamp()
);
create index settlement_contract on settlement (contract_id);
comment on index settlement_contract is 'what was settled of a contract';
comment on table settlement is 'contracts with a debt that was paid, put off or taken back, still to be looked at';

create function charge_settled() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    insert into porteiro.settlement (contract_id)
        select distinct k.id
        from new_rows n
        join old_rows o on o.id = n.id
        join porteiro.contract k on k.client_id = n.client_id and (n.contract_id is null or k.id = n.contract_id)
        where (k.reduced_at is not null or k.status = 'suspended' and k.suspension_kind = 'debt'
               or k.trust_until is not null)
              and (n.paid > o.paid or n.due > o.due or n.amount < o.amount
                   or n.removed_at is not null and o.removed_at is null or n.closed is not null and o.closed is null);
    if found then perform pg_notify('porteiro_change', ''); end if;
    return null;
end $$;

create trigger settled after update on charge referencing old table as old_rows new table as new_rows
    for each statement execute function charge_settled();

-- Contracts: what a recurring charge is made of -------------------------------------------------------------------------

alter table contract
    add column discount numeric(12, 2),
    add column surcharge numeric(12, 2),
    add column activated_on date,
    add constraint contract_discount_valid check (discount >= 0),
    add constraint contract_surcharge_valid check (surcharge >= 0);

-- A due day in a month that is shorter falls on its last day.
create function due_in(month date, due_day integer) returns date language sql immutable parallel safe
    return month + least(due_day, extract(day from month + interval '1 month' - interval '1 day')::integer) - 1;

-- Days of [since, until) on which a contract was closed all day and not on trust; days to come count as open.
create function closed_days(contract_id bigint, since date, until date) returns integer language sql stable
begin atomic
    select count(*)::integer
    from generate_series(closed_days.since, least(closed_days.until, porteiro.today()) - 1, interval '1 day') d (day)
    where exists (select from porteiro.suspension s
                  where s.contract_id = closed_days.contract_id and s.since::date <= d.day::date
                        and (s.until is null or s.until::date > d.day::date))
          and not exists (select from porteiro.trust_bonus b
                          where b.contract_id = closed_days.contract_id and b.at::date <= d.day::date
                                and coalesce(b.ended_at, b.until) > d.day);
end;

-- The recurring charges of a month, a row for each contract that is served; of one contract, or of all (null).
create function recurring_charges(month date, only_contract bigint)
    returns table (action text, contract bigint, client_id bigint, client text, due date, amount numeric, days integer,
                   of_days integer, why text)
    language sql stable
begin atomic
    with served as (
        select k.id, k.client_id, n.name, porteiro.due_in(recurring_charges.month, k.due_day) as due,
               porteiro.due_in((recurring_charges.month - interval '1 month')::date, k.due_day) as since,
               k.activated_on,
               coalesce((select sum(p.price) from porteiro.contract_plan l join porteiro.plan p on p.id = l.plan_id
                         where l.contract_id = k.id), 0)
                   + coalesce(k.surcharge, 0) - coalesce(k.discount, 0) as price,
               exists (select from porteiro.charge c where c.contract_id = k.id and c.month = recurring_charges.month
                                                             and c.removed_at is null) as there
        from porteiro.contract k join porteiro.client n on n.id = k.client_id
        where k.removed_at is null and k.status in ('active', 'suspended')
              and (recurring_charges.only_contract is null or k.id = recurring_charges.only_contract)
    ), open_since as (
        select s.*, greatest(s.since, coalesce(s.activated_on, s.since)) as from_day from served s
    ), counted as (
        select o.*, o.due - o.since as of_all,
               greatest(0, o.due - o.from_day
                           - case when exists (select from porteiro.suspension x
                                               where x.contract_id = o.id and x.since < o.due
                                                     and coalesce(x.until, 'infinity') > o.since)
                                  then porteiro.closed_days(o.id, o.from_day, o.due) else 0 end) as open_days
        from open_since o
    ), priced as (
        select c.*, round(c.price * c.open_days / c.of_all, 2) as total from counted c
    )
    select case when p.there then 'exists' when p.total <= 0 then 'skip' else 'add' end, p.id, p.client_id, p.name, p.due,
           p.total, p.open_days, p.of_all,
           case when p.there then 'is there already' when p.price <= 0 then 'its price is nothing'
                when p.open_days = 0 then 'no day of it is charged'
                when p.open_days < p.of_all then p.open_days || ' of ' || p.of_all || ' days' end
    from priced p;
end;

-- Payments --------------------------------------------------------------------------------------------------------------

create table payment (
    id            bigint generated always as identity primary key,
    created_at    timestamptz not null default now(),
    removed_at    timestamptz,
    removed_by    text,
    client_id     bigint not null constraint payment_client_known references client,
    charge_id     bigint not null constraint payment_charge_known references charge,
    "on"          date not null default today(),
    amount        numeric(12, 2) not null,
    form          text not null default 'other',
    external_id   clean_text,
    note          clean_text,
    reversed_at   timestamptz,
    reversal      clean_text,
    constraint payment_amount_valid check (amount > 0),
    constraint payment_form_valid check (form in ('boleto', 'pix', 'cash', 'card', 'transfer', 'debit', 'cheque',
                                                  'other')),
    constraint payment_reversal_valid check ((reversal is not null) = (reversed_at is not null))
);
create index payment_charge on payment (charge_id);
comment on index payment_charge is 'what was paid on a charge';
create index payment_client on payment (client_id, "on");
comment on index payment_client is 'what a client paid';
create unique index payment_external_id_taken on payment (external_id) where reversed_at is null;
comment on index payment_external_id_taken is 'a payment is taken once, however often its file is';

create function payment_filled_in() returns trigger language plpgsql as $$
begin
    new.client_id := coalesce(new.client_id, (select c.client_id from porteiro.charge c where c.id = new.charge_id));
    if new.reversed_at is not null then new.reversal := coalesce(new.reversal, 'plain SQL by ' || porteiro.actor()); end if;
    return new;
end $$;
create trigger filled_in before insert or update on payment for each row execute function payment_filled_in();

-- A charge's paid amount follows its payments; a script that changes the amount itself is taken at its word.
create function payment_counted() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        update porteiro.charge set paid = paid + new.amount, paid_on = greatest(paid_on, new."on") where id = new.charge_id;
    elsif new.reversed_at is not null and old.reversed_at is null then
        update porteiro.charge c
        set paid = c.paid - new.amount,
            paid_on = (select max(p."on") from porteiro.payment p where p.charge_id = c.id and p.reversed_at is null)
        where c.id = new.charge_id;
    end if;
    return null;
end $$;
create trigger counted after insert or update of reversed_at on payment for each row execute function payment_counted();
create trigger added after insert on payment referencing new table as new_rows
    for each statement execute function record_added();
create trigger changed after update on payment referencing old table as old_rows new table as new_rows
    for each statement execute function record_changed();
create trigger no_delete before delete on payment
    for each statement execute function refuse_statement('a payment is reversed, not deleted');
create trigger no_truncate before truncate on payment
    for each statement execute function refuse_statement('it would leave no history');

grant select, insert, update on payment to porteiro_app;
grant usage on sequence payment_id_seq, renegotiation_id_seq to porteiro_app;
grant select on open_charge to porteiro_app;
grant select, delete on settlement to porteiro_app;
