-- +goose Up

-- A list that only those know of to whom list_level gives a level.
create table list_closed (
  org_id     text not null,
  project_id text not null,
  list_id    text not null,
  primary key (project_id, list_id)
);

-- The code that people read. point_list.code was unique, which told who could
-- not see a list that there is one; it holds the id from now on.
alter table point_list add column prefix text not null default '';
update point_list set prefix = code;
alter table point_list add column numbering text not null default 'code-occurrence-sequence'
  check (numbering in ('sequence', 'occurrence-sequence', 'code-sequence', 'code-occurrence-sequence'));
alter table point_list add column occurrence bigint not null default 1;
alter table point_list add column occurrence_at bigint not null default 0;
alter table point_list add column archived_at bigint;

-- The lists whose points stand in a report: who may not read them all does not
-- know of the report.
create table report_list (
  org_id    text not null,
  report_id text not null,
  list_id   text not null,
  primary key (org_id, report_id, list_id),
  foreign key (org_id, report_id) references report (org_id, id)
);
create index report_list_list on report_list (org_id, list_id);
