-- +goose Up

-- Whom people write to about what an organisation holds of them, and which
-- country's rules count there.
create table org_privacy (
  org_id        text   not null primary key,
  email         text   not null,
  post          text   not null,
  country       text   not null,
  officer_email text   not null,
  officer_post  text   not null,
  version       bigint not null,
  changed_at    bigint not null
);

-- The operator's people. Until the handling rules were acknowledged nothing
-- can be done with the role.
create table staff (
  account_id    text   not null primary key,
  role          text   not null check (role in ('officer', 'support', 'administrator')),
  rules_version text   not null,
  rules_at      bigint,
  added_at      bigint not null
);

-- An organisation lets one of the staff look, for a while.
create table support_grant (
  org_id     text   not null,
  id         text   not null,
  account_id text   not null,
  opener_id  text   not null,
  purpose    text   not null,
  reason     bytea  not null,
  opened_at  bigint not null,
  until_at   bigint not null,
  ended_at   bigint,
  ended_how  text   not null,
  primary key (org_id, id)
);
create index support_grant_account on support_grant (account_id, until_at);

-- One request of one human. Who and what stands sealed under a key of its own.
create table dsr (
  id           text   not null primary key,
  bucket       text   not null,
  channel      text   not null check (channel in ('form', 'letter', 'signed-in')),
  locale       text   not null,
  wanted_org   text   not null,
  state        text   not null check (state in ('unconfirmed', 'open', 'closed')),
  sealed       bytea  not null,
  received_on  text   not null,
  received_at  bigint not null,
  confirmed_at bigint,
  closed_at    bigint
);
create index dsr_state on dsr (state, received_at);

-- Links to a request, made when a mail is sent; known here by their hash.
create table dsr_link (
  hash       bytea  not null primary key,
  request_id text   not null,
  created_at bigint not null
);
create index dsr_link_request on dsr_link (request_id);

-- What one controller has to do about it. The operator's have no organisation.
create table dsr_case (
  org_id     text   not null,
  id         text   not null,
  request_id text   not null,
  who_kind   text   not null check (who_kind in ('', 'account', 'person')),
  who_id     text   not null,
  state      text   not null,
  due_on     text   not null,
  facts      text   not null,
  sealed     bytea  not null,
  version    bigint not null,
  opened_at  bigint not null,
  closed_at  bigint,
  primary key (org_id, id)
);
create index dsr_case_request on dsr_case (request_id);
create index dsr_case_state on dsr_case (org_id, state, due_on);
create index dsr_case_who on dsr_case (who_id, org_id);

-- Where what a case is about came from: whoever gave it is told too.
create table dsr_upstream (
  org_id          text   not null,
  id              text   not null,
  case_id         text   not null,
  source          text   not null,
  party_id        text   not null,
  act             text   not null check (act in ('rectified', 'erased', 'restricted')),
  created_at      bigint not null,
  acknowledged_at bigint,
  primary key (org_id, id)
);
create index dsr_upstream_case on dsr_upstream (org_id, case_id);

-- Every breach (GDPR art. 33(5)): the operator's without an organisation, an
-- organisation's own with it.
create table breach (
  org_id       text   not null,
  id           text   not null,
  state        text   not null,
  aware_at     bigint not null,
  facts        text   not null,
  sealed       bytea  not null,
  version      bigint not null,
  created_at   bigint not null,
  closed_at    bigint,
  primary key (org_id, id)
);
create index breach_state on breach (state, aware_at);

-- What was done about a breach, and when.
create table breach_step (
  org_id    text   not null,
  id        text   not null,
  breach_id text   not null,
  at        bigint not null,
  kind      text   not null,
  party     text   not null,
  actor_id  text   not null,
  primary key (org_id, id)
);
create index breach_step_breach on breach_step (org_id, breach_id, at);

-- Who is told of a breach that is theirs.
create table breach_person (
  org_id    text   not null,
  breach_id text   not null,
  who_kind  text   not null check (who_kind in ('account', 'person')),
  who_id    text   not null,
  who_org   text   not null,
  told_at   bigint,
  primary key (org_id, breach_id, who_kind, who_id)
);
create index breach_person_who on breach_person (who_id, breach_id);
