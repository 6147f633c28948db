-- +goose Up

-- What has to be out of the way before an activity can begin.
create table ready_constraint (
  org_id       text   not null,
  id           text   not null,
  activity_id  text   not null,
  programme_id text   not null,
  project_id   text   not null,
  version      bigint not null,
  kind         text   not null,
  words        text   not null,
  owner_kind   text,
  owner_id     text,
  needed_by    text,
  cleared_at   bigint,
  cleared_by   text,
  author_id    text   not null,
  at           bigint not null,
  primary key (org_id, id)
);
create index ready_constraint_activity on ready_constraint (org_id, activity_id);
create index ready_constraint_programme on ready_constraint (org_id, programme_id);

-- A promise to do an activity, or a part of it, in a week, named by its Monday;
-- and what became of it.
create table ready_promise (
  org_id       text   not null,
  activity_id  text   not null,
  week         text   not null,
  programme_id text   not null,
  project_id   text   not null,
  words        text   not null,
  author_id    text   not null,
  at           bigint not null,
  kept         boolean,
  reason       text   not null,
  why          text   not null,
  judged_by    text,
  judged_at    bigint,
  primary key (org_id, activity_id, week)
);
create index ready_promise_programme on ready_promise (org_id, programme_id, week);

-- Activities that were to begin in a week, as it began, and how many of them
-- were ready.
create table ready_week (
  org_id       text   not null,
  programme_id text   not null,
  project_id   text   not null,
  week         text   not null,
  due          bigint not null,
  ready        bigint not null,
  primary key (org_id, programme_id, week)
);
