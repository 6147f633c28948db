-- +goose Up

-- What the last probes of each promise found, in words that hold nothing about
-- a person.
create table proof (
  promise  text   not null primary key,
  state    text   not null check (state in ('kept', 'broken', 'not-built', 'not-applicable')),
  evidence text   not null,
  at       bigint not null
);

-- The made-up organisation in which probes try things out.
create table proof_site (
  org_id     text not null primary key,
  project_id text not null,
  account_id text not null,
  person_id  text not null
);
