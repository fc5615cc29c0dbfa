-- 0011_people.sql - people enough to bill and to notify: a client's phones, e-mails, opt-in and exceptions; contacts.

-- All that a person is found by; a Brazilian number also without its country and its area code.
create function person_search(name text, other_name text, document text, emails text[], phones text[])
    returns tsvector language sql immutable parallel safe
    return array_to_tsvector(array_remove(
        porteiro.search_words(name) || coalesce(porteiro.search_words(other_name), '{}')
        || coalesce(string_to_array(lower(array_to_string(emails, ';')), ';'), '{}') || array[lower(document)]
        || array(select substr(p, 2) from unnest(phones) p)
        || array(select substr(p, n) from unnest(phones) p, unnest(array[4, 6]) n where p like '+55%'), null));

alter table client
    add column alternative_email clean_text,
    add column home_phone clean_text,
    add column business_phone clean_text,
    add column fax clean_text,
    add column whatsapp_opt_in boolean not null default false,
    add column language text not null default 'default',
    add column email_before_due text not null default 'default',
    add column email_overdue text not null default 'default',
    add column boleto_fee text not null default 'default',
    add column itemised_invoice text not null default 'default',
    add column email_overage text not null default 'default',
    add column traffic_overage text not null default 'default',
    add column fine_and_interest text not null default 'default',
    add column progressive_discount text not null default 'default',
    add column promotional_discount text not null default 'default',
    add column never_protest text not null default 'default',
    add column never_print_boleto text not null default 'default',
    add constraint client_home_phone_valid check (home_phone ~ '^\+[0-9]+$'),
    add constraint client_business_phone_valid check (business_phone ~ '^\+[0-9]+$'),
    add constraint client_fax_valid check (fax ~ '^\+[0-9]+$'),
    add constraint client_language_valid check (language in ('default', 'pt', 'en')),
    add constraint client_email_before_due_valid check (email_before_due in ('yes', 'no', 'default')),
    add constraint client_email_overdue_valid check (email_overdue in ('yes', 'no', 'default')),
    add constraint client_boleto_fee_valid check (boleto_fee in ('yes', 'no', 'default')),
    add constraint client_itemised_invoice_valid check (itemised_invoice in ('yes', 'no', 'default')),
    add constraint client_email_overage_valid check (email_overage in ('yes', 'no', 'default')),
    add constraint client_traffic_overage_valid check (traffic_overage in ('yes', 'no', 'default')),
    add constraint client_fine_and_interest_valid check (fine_and_interest in ('yes', 'no', 'default')),
    add constraint client_progressive_discount_valid check (progressive_discount in ('yes', 'no', 'default')),
    add constraint client_promotional_discount_valid check (promotional_discount in ('yes', 'no', 'default')),
    add constraint client_never_protest_valid check (never_protest in ('yes', 'no', 'default')),
    add constraint client_never_print_boleto_valid check (never_print_boleto in ('yes', 'no', 'default'));
comment on column client.whatsapp_opt_in is 'consent to messages that are no debt notice, on the mobile';

alter table client drop column search;
alter table client add column search tsvector generated always as
    (person_search(name, trade_name, document, array[email, alternative_email],
                   array[mobile, home_phone, business_phone, fax])) stored;
drop function client_search(text, text, text, text, text);
create index client_search on client using gin (search);
comment on index client_search is 'find: beginnings of words of the name, document, e-mails, phones';

create table contact (
    id         bigint generated always as identity primary key,
    created_at timestamptz not null default now(),
    removed_at timestamptz,
    removed_by text,
    client_id  bigint not null constraint contact_client_known references client,
    name       clean_text not null,
    relation   clean_text,
    job_title  clean_text,
    phone      clean_text,
    mobile     clean_text,
    fax        clean_text,
    sms        boolean not null default false,
    email      clean_text,
    notices    boolean not null default false,
    birth_date date,
    note       clean_text,
    search     tsvector generated always as
        (person_search(name, null, null, array[email], array[mobile, phone, fax])) stored,
    constraint contact_phone_valid check (phone ~ '^\+[0-9]+$'),
    constraint contact_mobile_valid check (mobile ~ '^\+[0-9]+$'),
    constraint contact_fax_valid check (fax ~ '^\+[0-9]+$'),
    constraint contact_sms_valid check (not sms or mobile is not null),
    constraint contact_notices_valid check (not notices or email is not null or mobile is not null)
);
comment on table contact is 'people to speak to about a client (contatos)';
create index contact_client on contact (client_id) where removed_at is null;
comment on index contact_client is 'client show; who gets notices';
create index contact_search on contact using gin (search);
comment on index contact_search is 'find: beginnings of words of a contact''s name, e-mail, phones';

create trigger added after insert on contact referencing new table as new_rows
    for each statement execute function record_added();
create trigger changed after update on contact referencing old table as old_rows new table as new_rows
    for each statement execute function record_changed();
create trigger deleted after delete on contact referencing old table as old_rows
    for each statement execute function record_deleted();
create trigger no_truncate before truncate on contact for each statement
    execute function refuse_statement('it would leave no history; use DELETE');

grant select, insert, update on contact to porteiro_app;
grant usage on sequence contact_id_seq to porteiro_app;
