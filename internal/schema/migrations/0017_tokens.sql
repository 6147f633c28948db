-- +goose Up

-- Keys of an account for programs. What it is called stands sealed under the
-- account's key; the token itself is known by its hash alone. to_org and
-- to_project say how far it reaches; both empty: as far as the account.
create table api_token (
  id         text    not null primary key,
  hash       bytea   not null unique,
  account_id text    not null,
  sealed     bytea   not null,
  to_org     text,
  to_project text,
  writes     boolean not null,
  created_at bigint  not null,
  expires_at bigint  not null,
  used_at    bigint
);
create index api_token_account on api_token (account_id);
create index api_token_expires on api_token (expires_at);
