-- 0012_notices.sql - messages to clients on their way, and what became of them. One that was sent is a notice: the
-- evidence that a cut for debt asks for.

alter table notice
    add column result clean_text,
    add column text_hash clean_text;
comment on column notice.text_hash is 'SHA-256 of the text that was sent, in hexadecimal';

create or replace view open_charge as
    select id, client_id, contract_id, due, amount, paid, amount - paid as rest, created_at
    from charge where paid < amount and removed_at is null and closed is null;

create table message (
    id              bigint generated always as identity primary key,
    queued_at       timestamptz not null default clock_timestamp(),
    actor           text not null default actor(),
    run_id          bigint references billing_run,
    client_id       bigint not null references client,
    contract_id     bigint references contract,
    kind            text not null,
    charges         bigint[] not null default '{}',
    suspended_since timestamptz,
    channel         text not null,
    address         text not null,
    state           text not null default 'queued',
    attempts        integer not null default 0,
    next_at         timestamptz not null default now(),
    sent_at         timestamptz,
    result          text,
    subject         text,
    body            text,
    text_hash       text,
    notice_id       bigint references notice,
    constraint message_kind_valid check (kind in ('issued', 'due_soon', 'pending', 'will_be_suspended', 'suspended',
                                                  'released')),
    constraint message_state_valid check (state in ('queued', 'sending', 'sent', 'failed', 'dropped')),
    constraint message_notice_valid check ((notice_id is not null) = (state = 'sent'))
);
comment on table message is 'messages to clients, one for each address: queued, sent, failed, or dropped as pointless';
comment on column message.suspended_since is 'of suspended and released: the stretch of suspension that it tells of';
comment on column message.next_at is 'when it is tried (again); one that is being sent is taken up by another then';
comment on column message.result is 'what the mail server or the command said';
create index message_due on message (next_at) where state in ('queued', 'sending');
comment on index message_due is 'what is to be sent now';
create index message_run on message (run_id) where run_id is not null;
comment on index message_run is 'billing list, billing undo; how many a run usually tells';
create index message_client on message (client_id, id);
comment on index message_client is 'message list --client';
create index message_charges on message using gin (charges) with (fastupdate = off);
comment on index message_charges is 'billing: what a client was told of a charge; entries at once, since a run looks up thousands';
create unique index message_stretch_taken on message (contract_id, suspended_since, kind, channel, address)
    where suspended_since is not null;
comment on index message_stretch_taken is 'a suspension, and its end, are told once';
create trigger no_truncate before truncate on message for each statement
    execute function refuse_statement('it is evidence; a message is dropped by its state');

create function message_queued() returns trigger language plpgsql as $$
begin
    perform pg_notify('porteiro_change', '');
    return null;
end $$;
create trigger queued after insert or update of state on message for each statement execute function message_queued();

-- Consent is asked for what is no notice of a debt; what a cut needs goes out whatever the client agreed to.
create function message_addresses(client_id bigint, kind text, by_email boolean, mobile_channel text)
    returns table (channel text, address text) language sql stable
begin atomic
    select 'email', e.address
    from (select unnest(string_to_array(concat_ws(';', c.email, c.alternative_email), ';')) as address
          from porteiro.client c where c.id = message_addresses.client_id
          union
          select unnest(string_to_array(o.email, ';')) from porteiro.contact o
          where o.client_id = message_addresses.client_id and o.notices and o.removed_at is null) e
    join porteiro.client c on c.id = message_addresses.client_id
    where message_addresses.by_email
          and not (message_addresses.kind in ('issued', 'due_soon') and c.email_before_due = 'no')
          and not (message_addresses.kind = 'pending' and c.email_overdue = 'no')
    union all
    select message_addresses.mobile_channel, m.address
    from (select c.mobile as address from porteiro.client c
          where c.id = message_addresses.client_id and c.mobile is not null
                and (c.whatsapp_opt_in or message_addresses.kind not in ('issued', 'due_soon'))
          union
          select o.mobile from porteiro.contact o
          where o.client_id = message_addresses.client_id and o.notices and o.sms and o.removed_at is null) m
    where message_addresses.mobile_channel <> '';
end;

-- A stretch of suspension that began before this table is not told of any more.
alter table suspension add column noted_at timestamptz not null default clock_timestamp();
update suspension set noted_at = since;
create index suspension_noted on suspension (noted_at);
comment on index suspension_noted is 'who is to be told that access closed';
create index suspension_until on suspension (until) where until is not null;
comment on index suspension_until is 'who is to be told that access opened';

grant select, insert, update on message to porteiro_app;
grant usage on sequence message_id_seq to porteiro_app;
