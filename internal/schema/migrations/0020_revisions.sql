-- +goose Up

-- The displayed page in its own units how it came to lie in the frame, how sure that is, and what on it
-- reads like the number of a sheet.
alter table revision add column page_w double precision not null default 0;
alter table revision add column page_h double precision not null default 0;
alter table revision add column alignment text not null default 'first';
alter table revision add column confidence double precision not null default 1;
alter table revision add column words text not null default '[]';
-- Until now a sheet had one revision, whose page is the frame.
update revision set
  page_w = (select s.frame_w from sheet s where s.org_id = revision.org_id and s.id = revision.sheet_id),
  page_h = (select s.frame_h from sheet s where s.org_id = revision.org_id and s.id = revision.sheet_id);

-- Pages of a drawing that wait for a person to say which sheet they renew.
create table drawing_page (
  org_id        text   not null,
  project_id    text   not null,
  drawing_id    text   not null,
  page          bigint not null,
  number        text   not null,
  title         text   not null,
  proposed_id   text,
  certainty     double precision not null,
  width_px      bigint not null,
  height_px     bigint not null,
  max_zoom      bigint not null,
  tile_size     bigint not null,
  tile_type     text   not null,
  page_w        double precision not null,
  page_h        double precision not null,
  archive       text   not null,
  archive_bytes bigint not null,
  thumb         text   not null,
  words         text   not null,
  primary key (org_id, drawing_id, page),
  foreign key (org_id, drawing_id) references drawing (org_id, id)
);
