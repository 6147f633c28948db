//go:build nextschema

package schema

// next is a migration that no version has: the program that is built with this
// tag stands for the next version in the test of an upgrade.
func next() memory {
	return memory{"9000_next.sql": `-- +goose Up
create table next_thing (
  id     text   not null primary key,
  org_id text   not null,
  at     bigint not null
);
create index next_thing_org on next_thing (org_id, at);
alter table point add column next_number bigint not null default 0;
create index point_next_number on point (org_id, next_number);
`}
}
