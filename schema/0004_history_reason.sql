-- 0004_history_reason.sql - why somebody changed it, where no field of the record holds that: a release leaves none.

-- Set by the transaction, as porteiro.actor is; rows from before have none.
alter table history add column reason text default nullif(current_setting('porteiro.reason', true), '');
