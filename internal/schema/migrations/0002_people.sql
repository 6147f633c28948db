-- +goose Up

-- How far the key ring was when the data last relied on it: a ring that is
-- behind this is not the one that belongs to the data.
create table key_ring (
  name    text   not null primary key,
  counter bigint not null
);

-- Keys whose rows are gone and that are to be destroyed.
create table doomed_key (
  kind   text   not null check (kind in ('account', 'person')),
  id     text   not null,
  due_at bigint not null,
  primary key (kind, id)
);

-- Numbers of the changes of accounts, for the indices that processes hold in memory.
create table account_counter (
  name   text   not null primary key,
  number bigint not null,
  epoch  bigint not null
);

-- A login, the operator's. Who it is and what proves it stands sealed under
-- the account's own key.
create table account (
  id          text   not null primary key,
  sealed      bytea  not null,
  credentials bytea  not null,
  version     bigint not null,
  number      bigint not null,
  created_at  bigint not null
);
create index account_number on account (number);

create table person_counter (
  org_id text   not null primary key,
  number bigint not null,
  epoch  bigint not null
);

-- A record of an organisation's address book; who it is stands sealed under
-- the person's own key. Of a former one only the row is left.
create table person (
  id         text   not null primary key,
  org_id     text   not null,
  account_id text,
  company_id text,
  state      text   not null check (state in ('invited', 'active', 'former')),
  sealed     bytea  not null,
  version    bigint not null,
  number     bigint not null,
  created_at bigint not null
);
create index person_org on person (org_id, number);
create index person_company on person (org_id, company_id) where company_id is not null;
create unique index person_account on person (account_id, org_id) where account_id is not null;

create table org (
  org_id     text   not null primary key,
  name       text   not null,
  locale     text   not null,
  version    bigint not null,
  created_at bigint not null
);

create table company (
  org_id     text   not null,
  id         text   not null,
  name       text   not null,
  trade      text   not null,
  version    bigint not null,
  created_at bigint not null,
  primary key (org_id, id)
);

create table member (
  org_id     text   not null,
  person_id  text   not null,
  role       text   not null check (role in ('member', 'manager', 'owner')),
  version    bigint not null,
  created_at bigint not null,
  primary key (org_id, person_id)
);

-- An invitation. The address stands in the vault, under the key of the person
-- that the invitation made, and goes when it is declined or lapses.
create table invite (
  org_id     text   not null,
  id         text   not null,
  person_id  text   not null,
  inviter_id text   not null,
  project_id text,
  level      text   not null,
  role_ids   text   not null,
  source     text   not null check (source in ('self', 'colleague', 'customer', 'supplier')),
  locale     text   not null,
  state      text   not null check (state in ('open', 'accepted', 'declined', 'withdrawn', 'lapsed')),
  version    bigint not null,
  created_at bigint not null,
  expires_at bigint not null,
  closed_at  bigint,
  primary key (org_id, id)
);
create index invite_open on invite (expires_at) where state = 'open';
create index invite_person on invite (org_id, person_id);

-- Links that were mailed; made when the mail is sent, known here by their hash.
create table invite_link (
  hash       bytea  not null primary key,
  org_id     text   not null,
  invite_id  text   not null,
  created_at bigint not null
);
create index invite_link_invite on invite_link (org_id, invite_id);

create table session (
  id           text   not null primary key,
  hash         bytea  not null unique,
  account_id   text   not null,
  agent        text   not null,
  created_at   bigint not null,
  last_seen_at bigint not null,
  expires_at   bigint not null
);
create index session_account on session (account_id);
create index session_expires on session (expires_at);

-- Browsers that an account has signed in from.
create table device (
  hash       bytea  not null,
  account_id text   not null,
  used_at    bigint not null,
  primary key (hash, account_id)
);
create index device_account on device (account_id);
create index device_used on device (used_at);

create table reset_link (
  hash       bytea  not null primary key,
  account_id text   not null,
  created_at bigint not null,
  expires_at bigint not null
);
create index reset_link_account on reset_link (account_id);

-- Failures to sign in, by the keyed hash of what was tried or where from.
create table attempt (
  key      bytea  not null primary key,
  failures bigint not null,
  at       bigint not null,
  until    bigint not null
);
create index attempt_at on attempt (at);

-- Secrets of the server itself, sealed under a key of the ring.
create table server_secret (
  name   text  not null primary key,
  sealed bytea not null
);
