-- +goose Up

-- Whose data went to whom, when, and what for: ids and names of fields, never
-- a value. Rows about an account have no tenant.
create table disclosure (
    org_id text not null,
    id text not null,
    who_kind text not null check (who_kind in ('account', 'person')),
    who_id text not null,
    recipient_kind text not null check (recipient_kind in ('processor', 'staff', 'person', 'organisation', 'authority', 'themselves')),
    recipient_id text not null,
    fields text not null,
    purpose text not null,
    why text not null,
    by_id text not null,
    at bigint not null,
    primary key (org_id, id)
);
create index disclosure_who on disclosure (who_id, at, id);
create index disclosure_recipient on disclosure (recipient_kind, recipient_id, at);

-- What a recipient has to be told (GDPR art. 19), until it says that it knows.
create table disclosure_owed (
    org_id text not null,
    id text not null,
    who_kind text not null check (who_kind in ('account', 'person')),
    who_id text not null,
    recipient_kind text not null,
    recipient_id text not null,
    act text not null check (act in ('erased', 'rectified', 'restricted')),
    owed_at bigint not null,
    done_at bigint not null default 0,
    done_by text not null default '',
    primary key (org_id, id)
);
create unique index disclosure_owed_open on disclosure_owed (who_id, recipient_kind, recipient_id, act) where done_at = 0;
create index disclosure_owed_org on disclosure_owed (org_id, done_at, owed_at, id);
