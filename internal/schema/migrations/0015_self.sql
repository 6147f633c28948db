-- +goose Up

-- When the holder of a session last proved who they are, for what asks again.
alter table session add column confirmed_at bigint not null default 0;

-- What of somebody stands where: found by who it is about, among all that
-- everybody did, for access and for erasure.
create index feed_change_actor on feed_change (actor, at);
create index mutation_account on mutation (account, at);
create index job_actor on job (actor);
create index invite_inviter on invite (org_id, inviter_id);
create index participant_role_person on participant_role (org_id, person_id);
create index photo_author on photo (org_id, author_id, at, id);
create index comment_author on comment (org_id, author_id, at, id);
create index drawing_author on drawing (org_id, author_id, created_at, id);
create index report_author on report (org_id, author_id, created_at, id);
create index point_author on point (org_id, author_id, created_at, id);
create index point_deleted_by on point (org_id, deleted_by) where deleted_by is not null;
create index point_in_charge_person on point_in_charge (org_id, ref_id);
create index disclosure_to on disclosure (recipient_id);
create index disclosure_by on disclosure (by_id);
create index disclosure_owed_who on disclosure_owed (who_id);
create index disclosure_owed_to on disclosure_owed (recipient_id);
create index disclosure_owed_by on disclosure_owed (done_by);
create index restriction_asked on restriction (asked_by);
create index erasure_asked on erasure (asked_by);
create index erasure_subject_id on erasure_subject (subject_id);
