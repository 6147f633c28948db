-- +goose Up

-- When a session was also proved by a second factor; 0: not.
alter table session add column second_at bigint not null default 0;

-- A second proof of who an account holder is: a secret for codes of the hour,
-- or the public key of a passkey, sealed under the account's key, and what the
-- holder calls it. A secret counts once a code has shown that it works (ready).
-- step is the last step of time whose code was taken.
create table factor (
  id         text    not null primary key,
  account_id text    not null,
  kind       text    not null check (kind in ('totp', 'passkey')),
  sealed     bytea   not null,
  name       bytea   not null,
  ready      boolean not null,
  step       bigint  not null,
  created_at bigint  not null,
  used_at    bigint
);
create index factor_account on factor (account_id);

-- Codes for whoever has lost every factor; each works once.
create table recovery_code (
  hash       bytea  not null primary key,
  account_id text   not null,
  created_at bigint not null
);
create index recovery_code_account on recovery_code (account_id);

-- A proof under way: a password that was right and waits for the second one,
-- or a challenge that a passkey is to answer. account_id is empty while nobody
-- has said who they are.
create table proof_step (
  hash       bytea  not null primary key,
  account_id text,
  kind       text   not null check (kind in ('sign-in', 'register', 'passkey')),
  challenge  text   not null,
  expires_at bigint not null
);
create index proof_step_account on proof_step (account_id);
create index proof_step_expires on proof_step (expires_at);
