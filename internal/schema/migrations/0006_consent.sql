-- +goose Up

-- The texts that people were asked with, word for word, by the hash of what was shown.
create table consent_text (
  version    text   not null primary key,
  purpose    text   not null,
  locale     text   not null,
  text       text   not null,
  created_at bigint not null
);

-- What someone said about a purpose, and how: never changed.
create table consent_record (
  id           text   not null primary key,
  org_id       text   not null,
  subject_kind text   not null check (subject_kind in ('account', 'person')),
  subject_id   text   not null,
  purpose      text   not null,
  word         text   not null check (word in ('given', 'withdrawn', 'refused', 'objected', 'unobjected')),
  text_version text   not null,
  locale       text   not null,
  channel      text   not null,
  ui_hash      text   not null,
  at           bigint not null
);
create index consent_record_subject on consent_record (subject_id, at);

-- How an account stands now. about is a purpose, or 'restriction', 'erasing', 'child', 'signal'.
create table account_standing (
  account_id text   not null,
  about      text   not null,
  word       text   not null,
  ref        text   not null,
  at         bigint not null,
  primary key (account_id, about)
);
create index account_standing_about on account_standing (about, word, account_id);

-- How a person of an organisation stands now.
create table person_standing (
  org_id    text   not null,
  person_id text   not null,
  about     text   not null,
  word      text   not null,
  ref       text   not null,
  at        bigint not null,
  primary key (org_id, person_id, about)
);

-- Restrictions of processing (article 18). The note is sealed under the key of whom it is about.
create table restriction (
  id           text   not null primary key,
  org_id       text   not null,
  subject_kind text   not null check (subject_kind in ('account', 'person')),
  subject_id   text   not null,
  ground       text   not null check (ground in ('accuracy', 'unlawful', 'claims', 'objection')),
  note         bytea  not null,
  asked_by     text   not null,
  since        bigint not null,
  told_at      bigint not null,
  lifts_at     bigint not null,
  lifted_at    bigint not null
);
create index restriction_subject on restriction (subject_id, since);

-- Addresses that must not be written to: a keyed hash and why, nothing else.
create table suppression (
  hash   bytea  not null primary key,
  reason text   not null check (reason in ('promotion', 'everything')),
  at     bigint not null
);

-- What addresses are hashed under, sealed under a bucket key of its own.
create table suppression_secret (
  name   text  not null primary key,
  sealed bytea not null
);

-- Links that end promotional mail; made when it is sent, known here by their hash.
create table unsubscribe_link (
  hash       bytea  not null primary key,
  account_id text   not null,
  purpose    text   not null,
  created_at bigint not null
);
create index unsubscribe_link_account on unsubscribe_link (account_id);

-- Reports that someone is a child. What the reporter wrote is sealed under the operator's bucket.
create table child_report (
  id           text   not null primary key,
  org_id       text   not null,
  person_id    text   not null,
  account_id   text   not null,
  reporter     text   not null,
  country      text   not null,
  description  bytea  not null,
  state        text   not null check (state in ('reported', 'confirmed', 'dismissed')),
  at           bigint not null,
  decided_at   bigint not null,
  decided_by   text   not null
);
create index child_report_state on child_report (state, at);

-- Whether nothing is left of a person but their own rights; from person_standing.
alter table person add column denied boolean not null default false;

-- What a mail is sent for: the gate is asked before its address is looked up.
alter table mail add column purpose text not null default '';
