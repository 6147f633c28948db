-- +goose Up

-- What a thing that came in with a BCF file is called there: it leaves by that
-- name again.
create table bcf_guid (
  org_id     text not null,
  project_id text not null,
  thing_id   text not null,
  guid       text not null,
  primary key (org_id, project_id, thing_id)
);

-- A token that opens its account's calendar and nothing else.
alter table api_token add column calendar boolean not null default false;
