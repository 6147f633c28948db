-- +goose Up

create table project (
  id         text   not null primary key,
  org_id     text   not null,
  name       text   not null,
  code       text   not null,
  place      text   not null,
  time_zone  text   not null,
  version    bigint not null,
  created_at bigint not null
);
create index project_org on project (org_id, id);

create table participant (
  org_id     text   not null,
  project_id text   not null,
  person_id  text   not null,
  level      text   not null check (level in ('subcontractor', 'guest', 'contributor', 'manager', 'administrator')),
  state      text   not null check (state in ('active', 'former')),
  version    bigint not null,
  created_at bigint not null,
  primary key (project_id, person_id)
);
create index participant_person on participant (org_id, person_id);

create table participant_role (
  org_id     text not null,
  project_id text not null,
  person_id  text not null,
  role_id    text not null,
  primary key (project_id, person_id, role_id)
);
create index participant_role_role on participant_role (org_id, role_id);

-- The level that a list gives a participant in place of the project's.
create table list_level (
  org_id     text not null,
  project_id text not null,
  list_id    text not null,
  person_id  text not null,
  level      text not null check (level in ('none', 'subcontractor', 'guest', 'contributor', 'manager', 'administrator')),
  primary key (project_id, list_id, person_id)
);
create index list_level_person on list_level (org_id, person_id);

create table project_status (
  org_id        text    not null,
  id            text    not null,
  project_id    text    not null,
  name          text    not null,
  colour        text    not null,
  shape         text    not null check (shape in ('circle', 'square', 'diamond', 'triangle', 'ring')),
  ord           bigint  not null,
  closes        boolean not null,
  managers_only boolean not null,
  version       bigint  not null,
  primary key (org_id, id)
);
create index project_status_project on project_status (org_id, project_id, ord, id);

create table location (
  org_id     text   not null,
  id         text   not null,
  project_id text   not null,
  parent_id  text,
  kind       text   not null check (kind in ('building', 'level', 'room')),
  name       text   not null,
  code       text   not null,
  ord        bigint not null,
  version    bigint not null,
  primary key (org_id, id),
  foreign key (org_id, parent_id) references location (org_id, id)
);
create index location_project on location (org_id, project_id, ord, id);
create index location_parent on location (org_id, parent_id) where parent_id is not null;

create table category (
  org_id     text   not null,
  id         text   not null,
  project_id text   not null,
  parent_id  text,
  kind       text   not null check (kind in ('category', 'sub-category', 'subject')),
  name       text   not null,
  ord        bigint not null,
  in_charge  text   not null,
  version    bigint not null,
  primary key (org_id, id),
  foreign key (org_id, parent_id) references category (org_id, id)
);
create index category_project on category (org_id, project_id, ord, id);
create index category_parent on category (org_id, parent_id) where parent_id is not null;

create table project_role (
  org_id     text   not null,
  id         text   not null,
  project_id text   not null,
  name       text   not null,
  version    bigint not null,
  primary key (org_id, id)
);
create index project_role_project on project_role (org_id, project_id, id);

create table point_list (
  org_id     text   not null,
  id         text   not null,
  project_id text   not null,
  code       text   not null,
  name       text   not null,
  ord        bigint not null,
  version    bigint not null,
  primary key (org_id, id),
  unique (org_id, project_id, code)
);
create index point_list_project on point_list (org_id, project_id, ord, id);
