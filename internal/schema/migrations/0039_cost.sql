-- +goose Up

-- What an activity had cost by a report, in cents: as a contributor or manager
-- says it, null where nobody did.
alter table activity_report add column cost bigint;
