-- +goose Up

create table report (
  org_id      text    not null,
  id          text    not null,
  project_id  text    not null,
  title       text    not null,
  query       text    not null,
  locale      text    not null,
  time_zone   text    not null,
  with_photos boolean not null,
  with_plans  boolean not null,
  state       text    not null check (state in ('making', 'ready', 'failed')),
  code        text    not null,
  job_id      text    not null,
  points      bigint  not null,
  pages       bigint  not null,
  replaced    bigint  not null,
  missing     bigint  not null,
  bytes       bigint  not null,
  file        text,
  author_id   text    not null,
  created_at  bigint  not null,
  version     bigint  not null,
  primary key (org_id, id)
);
create index report_project on report (org_id, project_id, created_at, id);
