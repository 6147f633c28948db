-- +goose Up

-- A stored file of an organisation: content-addressed, counted. A row with no
-- references is a hold (its blob is being written) or waits to be swept.
create table file (
  org_id     text   not null,
  sha256     text   not null,
  bytes      bigint not null check (bytes >= 0),
  refs       bigint not null check (refs >= 0),
  hold       bigint not null,
  touched_at bigint not null,
  primary key (org_id, sha256)
);
create index file_unused on file (touched_at) where refs = 0;

create table photo (
  org_id     text   not null,
  id         text   not null,
  project_id text   not null,
  thing_kind text   not null,
  thing_id   text   not null,
  file       text   not null,
  thumb      text   not null,
  bytes      bigint not null,
  width      bigint not null,
  height     bigint not null,
  taken_at   bigint,
  lat        double precision,
  lon        double precision,
  author_id  text   not null,
  at         bigint not null,
  primary key (org_id, id)
);
create index photo_thing on photo (org_id, thing_id, at, id);
create index photo_file on photo (org_id, file);
create index photo_thumb on photo (org_id, thumb);

create table comment (
  org_id     text   not null,
  id         text   not null,
  project_id text   not null,
  thing_kind text   not null,
  thing_id   text   not null,
  text       text   not null,
  author_id  text   not null,
  at         bigint not null,
  primary key (org_id, id)
);
create index comment_thing on comment (org_id, thing_id, at, id);

create table drawing (
  org_id     text   not null,
  id         text   not null,
  project_id text   not null,
  name       text   not null,
  media_type text   not null,
  source     text,
  bytes      bigint not null,
  state      text   not null check (state in ('processing', 'ready', 'failed')),
  code       text   not null,
  job_id     text   not null,
  author_id  text   not null,
  created_at bigint not null,
  version    bigint not null,
  primary key (org_id, id)
);
create index drawing_project on drawing (org_id, project_id, created_at, id);

create table sheet (
  org_id      text   not null,
  id          text   not null,
  project_id  text   not null,
  drawing_id  text   not null,
  name        text   not null,
  number      text   not null,
  ord         bigint not null,
  location_id text,
  frame_w     double precision not null,
  frame_h     double precision not null,
  revision_id text   not null,
  version     bigint not null,
  primary key (org_id, id),
  foreign key (org_id, drawing_id) references drawing (org_id, id),
  foreign key (org_id, location_id) references location (org_id, id)
);
create index sheet_project on sheet (org_id, project_id, ord, id);
create index sheet_drawing on sheet (org_id, drawing_id, ord);
create index sheet_location on sheet (org_id, location_id) where location_id is not null;

-- Tiles of a page; a..f map the displayed page into the sheet's frame.
create table revision (
  org_id        text   not null,
  id            text   not null,
  project_id    text   not null,
  sheet_id      text   not null,
  drawing_id    text   not null,
  code          text   not null,
  at            bigint not null,
  page          bigint not null,
  width_px      bigint not null,
  height_px     bigint not null,
  max_zoom      bigint not null,
  tile_size     bigint not null,
  tile_type     text   not null,
  a             double precision not null,
  b             double precision not null,
  c             double precision not null,
  d             double precision not null,
  e             double precision not null,
  f             double precision not null,
  archive       text   not null,
  archive_bytes bigint not null,
  thumb         text   not null,
  primary key (org_id, id),
  foreign key (org_id, sheet_id) references sheet (org_id, id)
);
create index revision_sheet on revision (org_id, sheet_id, at);
create index revision_drawing on revision (org_id, drawing_id);

-- The last sequence given in an occurrence of a list.
create table point_counter (
  org_id     text   not null,
  list_id    text   not null,
  occurrence bigint not null,
  sequence   bigint not null,
  primary key (org_id, list_id, occurrence)
);

create table point (
  org_id      text    not null,
  id          text    not null,
  project_id  text    not null,
  list_id     text    not null,
  code        text    not null,
  occurrence  bigint  not null,
  sequence    bigint  not null,
  version     bigint  not null,
  subject     text    not null,
  subject_key bytea   not null,
  description text    not null,
  status_id   text    not null,
  category_id text,
  location_id text,
  due         text,
  urgent      boolean not null,
  sheet_id    text,
  pin_x       double precision,
  pin_y       double precision,
  author_id   text    not null,
  created_at  bigint  not null,
  changed_at  bigint  not null,
  closed_at   bigint,
  deleted_at  bigint,
  deleted_by  text,
  primary key (org_id, id),
  unique (org_id, list_id, occurrence, sequence),
  foreign key (org_id, list_id) references point_list (org_id, id),
  foreign key (org_id, status_id) references project_status (org_id, id),
  foreign key (org_id, category_id) references category (org_id, id),
  foreign key (org_id, location_id) references location (org_id, id),
  foreign key (org_id, sheet_id) references sheet (org_id, id)
);
-- One index a sort of the list; each ends in the id, which breaks ties.
create index point_by_number on point (org_id, project_id, code, occurrence, sequence, id) where deleted_at is null;
create index point_by_subject on point (org_id, project_id, subject_key, id) where deleted_at is null;
create index point_by_status on point (org_id, project_id, status_id, id) where deleted_at is null;
create index point_by_location on point (org_id, project_id, location_id, id) where deleted_at is null;
create index point_by_due on point (org_id, project_id, due, id) where deleted_at is null;
create index point_by_changed on point (org_id, project_id, changed_at, id) where deleted_at is null;
create index point_by_created on point (org_id, project_id, created_at, id) where deleted_at is null;
create index point_sheet on point (org_id, sheet_id, id) where sheet_id is not null;
create index point_category on point (org_id, category_id) where category_id is not null;
create index point_status on point (org_id, status_id);
create index point_location on point (org_id, location_id) where location_id is not null;

create table point_in_charge (
  org_id     text not null,
  point_id   text not null,
  kind       text not null check (kind in ('person', 'company', 'role')),
  ref_id     text not null,
  primary key (org_id, point_id, kind, ref_id),
  foreign key (org_id, point_id) references point (org_id, id)
);
create index point_in_charge_ref on point_in_charge (org_id, kind, ref_id, point_id);
