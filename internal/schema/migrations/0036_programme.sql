-- +goose Up

-- A programme: the plan of a project's activities in time. Times are ticks of
-- six seconds since 2000-01-01T00:00 in the project's zone, as package workcal
-- counts them. begins and ends are the last computed ones, null where the
-- network cannot be computed.
create table programme (
  org_id     text    not null,
  id         text    not null,
  project_id text    not null,
  name       text    not null,
  version    bigint  not null,
  format     text    not null,
  options    text    not null,
  calendars  text    not null,
  resources  text    not null,
  begins     bigint,
  ends       bigint,
  author_id  text    not null,
  created_at bigint  not null,
  changed_at bigint  not null,
  deleted_at bigint,
  deleted_by text,
  primary key (org_id, id)
);
create index programme_project on programme (org_id, project_id);

-- A line of a programme. plan holds what the engine and the file formats know
-- of it, as JSON; what the site reported stands beside, so that a file that is
-- read again never takes it away. position orders the outline.
create table activity (
  org_id       text    not null,
  id           text    not null,
  programme_id text    not null,
  project_id   text    not null,
  version      bigint  not null,
  source       text    not null,
  parent_id    text,
  position     bigint  not null,
  name         text    not null,
  code         text    not null,
  notes        text    not null,
  location_id  text,
  budget       bigint  not null,
  plan         text    not null,
  gone         boolean not null,
  percent      double precision,
  started      bigint,
  finished     bigint,
  until        bigint,
  problems     bigint  not null,
  reported_at  bigint,
  verified_at  bigint,
  verified_by  text,
  primary key (org_id, id)
);
create index activity_programme on activity (org_id, programme_id, position);
create index activity_location on activity (org_id, location_id);

create table activity_relation (
  org_id       text   not null,
  programme_id text   not null,
  from_id      text   not null,
  to_id        text   not null,
  link         text   not null,
  lag          bigint not null,
  unit         text   not null,
  format       bigint not null,
  primary key (org_id, programme_id, from_id, to_id, link)
);

create table activity_in_charge (
  org_id       text not null,
  activity_id  text not null,
  programme_id text not null,
  kind         text not null check (kind in ('person', 'company', 'role')),
  ref_id       text not null,
  primary key (org_id, activity_id, kind, ref_id)
);
create index activity_in_charge_programme on activity_in_charge (org_id, programme_id);
create index activity_in_charge_ref on activity_in_charge (org_id, kind, ref_id);

-- What somebody said of an activity: progress, a problem, that it is solved,
-- a sign-off and what takes it back.
create table activity_report (
  org_id      text   not null,
  id          text   not null,
  activity_id text   not null,
  project_id  text   not null,
  kind        text   not null check (kind in ('progress', 'problem', 'solved', 'sign-off', 'reject', 'reopen')),
  percent     double precision,
  started     bigint,
  finished    bigint,
  until       bigint,
  reason      text   not null,
  words       text   not null,
  author_id   text   not null,
  at          bigint not null,
  primary key (org_id, id)
);
create index activity_report_activity on activity_report (org_id, activity_id, at);

-- A point that blocks an activity. open and due are the point's, told by it.
create table activity_block (
  org_id       text    not null,
  point_id     text    not null,
  activity_id  text    not null,
  programme_id text    not null,
  project_id   text    not null,
  open         boolean not null,
  due          text,
  author_id    text    not null,
  at           bigint  not null,
  primary key (org_id, point_id, activity_id)
);
create index activity_block_activity on activity_block (org_id, activity_id);
create index activity_block_programme on activity_block (org_id, programme_id);

-- Dates of a programme as they once were, as JSON.
create table programme_baseline (
  org_id       text   not null,
  id           text   not null,
  programme_id text   not null,
  project_id   text   not null,
  name         text   not null,
  dates        text   not null,
  author_id    text   not null,
  at           bigint not null,
  primary key (org_id, id)
);
create index programme_baseline_programme on programme_baseline (org_id, programme_id);

-- A file that was read for a programme: waiting to be approved, or one of its
-- revisions, with the document as it was read (JSON, gzip).
create table programme_import (
  org_id       text   not null,
  id           text   not null,
  programme_id text   not null,
  project_id   text   not null,
  format       text   not null,
  document     bytea  not null,
  base         bigint not null,
  number       bigint,
  added        bigint not null,
  changed      bigint not null,
  gone         bigint not null,
  author_id    text   not null,
  at           bigint not null,
  primary key (org_id, id)
);
create index programme_import_programme on programme_import (org_id, programme_id);

-- What moved the end of a programme: the record that a claim needs.
create table programme_end (
  org_id       text   not null,
  programme_id text   not null,
  version      bigint not null,
  kind         text   not null,
  thing_id     text   not null,
  before       bigint,
  after        bigint,
  author_id    text   not null,
  at           bigint not null,
  primary key (org_id, programme_id, version, kind)
);
