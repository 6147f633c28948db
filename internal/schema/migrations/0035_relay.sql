-- +goose Up

-- A relay is a copy of a point on another list. It says which point it was made of.
create table point_relay (
  org_id    text not null,
  point_id  text not null,
  origin_id text not null,
  primary key (org_id, point_id),
  foreign key (org_id, point_id) references point (org_id, id),
  foreign key (org_id, origin_id) references point (org_id, id)
);
create index point_relay_origin on point_relay (org_id, origin_id);
