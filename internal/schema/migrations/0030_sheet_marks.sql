-- +goose Up

-- What a project's managers laid onto a sheet, in units of its frame: rooms (a polygon and its location), the scale
-- (two places and how far apart they are), links (a rectangle and the sheet that it leads to).
create table sheet_mark (
  org_id      text   not null,
  id          text   not null,
  project_id  text   not null,
  sheet_id    text   not null,
  drawing_id  text   not null,
  kind        text   not null check (kind in ('room', 'scale', 'link')),
  places      text   not null,
  location_id text,
  target_id   text,
  metres      double precision not null,
  primary key (org_id, id)
);
create index sheet_mark_sheet on sheet_mark (org_id, project_id, sheet_id);
