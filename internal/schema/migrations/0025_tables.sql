-- +goose Up

-- Urgent points are few: by due date they are found without walking all others.
create index point_urgent on point (org_id, project_id, due, id) where deleted_at is null and urgent;

-- A walk in these orders tells an open point of somebody's from its id, without reading its row.
create index point_open_due on point (org_id, project_id, due, id) where deleted_at is null and closed_at is null;
create index point_open_changed on point (org_id, project_id, changed_at, id) where deleted_at is null and closed_at is null;
