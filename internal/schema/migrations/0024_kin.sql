-- +goose Up

-- What a point says of another: that it is its parent, or that they are related.
create table point_kin (
  org_id   text not null,
  point_id text not null,
  kind     text not null check (kind in ('parent', 'related')),
  other_id text not null,
  primary key (org_id, point_id, kind, other_id),
  foreign key (org_id, point_id) references point (org_id, id),
  foreign key (org_id, other_id) references point (org_id, id)
);
create index point_kin_other on point_kin (org_id, other_id);
create unique index point_kin_parent on point_kin (org_id, point_id) where kind = 'parent';
