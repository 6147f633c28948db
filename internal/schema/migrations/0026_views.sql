-- +goose Up

-- A saved view of a project's list of points: one person's, or shared.
create table point_view (
  org_id     text    not null,
  id         text    not null,
  project_id text    not null,
  owner_id   text    not null,
  name       text    not null,
  query      text    not null,
  shared     boolean not null,
  version    bigint  not null,
  created_at bigint  not null,
  primary key (org_id, id)
);
create index point_view_project on point_view (org_id, project_id, owner_id);

-- What is drawn over a photo of a point, or over the sheet of its pin. words
-- holds the texts of the drawing, a line each, so that they are found.
create table point_markup (
  org_id      text   not null,
  id          text   not null,
  point_id    text   not null,
  project_id  text   not null,
  target_kind text   not null check (target_kind in ('photo', 'sheet')),
  target_id   text   not null,
  shapes      text   not null,
  words       text   not null,
  author_id   text   not null,
  at          bigint not null,
  version     bigint not null,
  primary key (org_id, point_id, target_id),
  unique (org_id, id)
);
