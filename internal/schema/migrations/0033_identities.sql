-- +goose Up

-- Who an account holder is at a provider that vouches for them (OpenID
-- Connect). What the provider calls them is known by its hash alone.
create table identity_link (
  id         text   not null primary key,
  account_id text   not null,
  provider   text   not null,
  hash       bytea  not null,
  created_at bigint not null,
  used_at    bigint,
  unique (hash)
);
create index identity_link_account on identity_link (account_id);

-- Somebody who has been sent to a provider and is expected back. With an
-- account and its session it is a link to be made.
create table identity_step (
  hash       bytea  not null primary key,
  account_id text,
  session_id text,
  provider   text   not null,
  nonce      text   not null,
  verifier   text   not null,
  expires_at bigint not null
);
create index identity_step_account on identity_step (account_id);
create index identity_step_expires on identity_step (expires_at);
