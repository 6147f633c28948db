-- +goose Up

-- When an account was last used; taken from its sessions before they go.
create table account_use (
  account_id text   not null primary key,
  used_at    bigint not null
);

-- How far an account that nobody uses was warned.
create table unused_notice (
  account_id text   not null primary key,
  stage      text   not null check (stage in ('warned', 'blocked')),
  at         bigint not null
);
create index unused_notice_stage on unused_notice (stage, at);

-- What the sweeps found and did: numbers. A held one waits for a decision.
create table sweep_run (
  id         text   not null primary key,
  rule       text   not null,
  state      text   not null check (state in ('done', 'held', 'approved')),
  due        bigint not null,
  of_all     bigint not null,
  done       bigint not null,
  at         bigint not null,
  decided_by text   not null,
  decided_at bigint not null
);
create index sweep_run_at on sweep_run (at);
create unique index sweep_run_open on sweep_run (rule) where state in ('held', 'approved');
