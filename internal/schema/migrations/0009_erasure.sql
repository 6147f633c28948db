-- +goose Up

-- The code of a former participant, unique in the organisation for ever.
alter table person add column code text not null default '';
create unique index person_code on person (org_id, code) where code <> '';

-- Erasures, asked for, under way and done: codes, random ids and instants.
create table erasure (
  id           text    not null primary key,
  state        text    not null check (state in ('requested', 'denied', 'destroying', 'purging', 'done', 'cancelled')),
  ground       text    not null,
  asked_by     text    not null,
  case_id      text    not null,
  plan_hash    text    not null,
  plan         text    not null,
  suppress     boolean not null,
  located      boolean not null,
  settled      boolean not null,
  requested_at bigint  not null,
  grace_until  bigint  not null,
  done_at      bigint  not null
);
create index erasure_state on erasure (settled, grace_until);

-- Whom an erasure is of. step: how far it is for this one.
create table erasure_subject (
  erasure_id text    not null,
  org_id     text    not null,
  kind       text    not null check (kind in ('account', 'person')),
  subject_id text    not null,
  whole      boolean not null,
  active     boolean not null,
  step       text    not null check (step in ('', 'denied', 'destroyed', 'purged', 'undone')),
  code       text    not null,
  primary key (erasure_id, kind, subject_id)
);
create unique index erasure_subject_active on erasure_subject (kind, subject_id) where active;
create index erasure_subject_of on erasure_subject (kind, subject_id);

-- The secret link of an erasure, known here by its hash.
create table erasure_link (
  hash       bytea  not null primary key,
  erasure_id text   not null,
  expires_at bigint not null
);

-- Where a name, an address or a number of somebody stands, or what they made,
-- for the controller to decide on. spans says from where to where in the text,
-- mark is a keyed hash of the text they were found in; both go with the
-- decision.
create table erasure_place (
  org_id     text   not null,
  id         text   not null,
  erasure_id text   not null,
  subject_id text   not null,
  kind       text   not null check (kind in ('text', 'photo', 'document')),
  tab        text   not null,
  col        text   not null,
  row_id     text   not null,
  project_id text   not null,
  thing_kind text   not null,
  thing_id   text   not null,
  spans      text   not null,
  salt       bytea  not null,
  mark       bytea  not null,
  state      text   not null check (state in ('open', 'redacted', 'kept', 'gone')),
  decided_by text   not null,
  decided_at bigint not null,
  primary key (org_id, id),
  unique (org_id, erasure_id, subject_id, tab, col, row_id)
);
create index erasure_place_open on erasure_place (org_id, state, id);

-- What is kept of an erased person for a legal claim, sealed under the key of
-- its bucket, and only looked at with a reason.
create table claim_record (
  org_id     text   not null,
  id         text   not null,
  class      text   not null,
  bucket     text   not null,
  subject_id text   not null,
  article    text   not null,
  law        text   not null,
  sealed     bytea  not null,
  until      text   not null,
  created_at bigint not null,
  primary key (org_id, id),
  unique (org_id, class, subject_id)
);
create index claim_record_until on claim_record (until);

-- Whom a report names, so that it is made anew when one of them is erased.
create table report_person (
  org_id    text not null,
  report_id text not null,
  person_id text not null,
  primary key (org_id, report_id, person_id)
);
create index report_person_of on report_person (org_id, person_id);
