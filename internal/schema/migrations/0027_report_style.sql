-- +goose Up

alter table report add column format text not null default 'pdf' check (format in ('pdf', 'xlsx'));
create index report_job on report (org_id, job_id);

create table report_style (
  org_id     text    not null primary key,
  accent     text    not null,
  shown      text    not null,
  photo      text    not null,
  sort       text    not null,
  descending boolean not null,
  grouped    text    not null,
  header     text    not null,
  footer     text    not null,
  contents   boolean not null,
  logo       text,
  version    bigint  not null,
  changed_at bigint  not null
);
