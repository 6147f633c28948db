-- +goose Up

-- The log. One row in feed_change for each change; what a value was and became
-- is in feed_value, which can be erased; leaves (a salted hash of each field)
-- and commitment (the hash of the leaves) stay as proof.
create table feed_stream (
    stream text not null primary key,
    org_id text not null,
    number bigint not null
);

create table feed_change (
    stream text not null,
    number bigint not null,
    org_id text not null,
    at bigint not null,
    actor text not null,
    via text not null,
    thing_kind text not null,
    thing_id text not null,
    kind text not null,
    version bigint not null,
    mutation text not null default '',
    leaves bytea not null,
    commitment bytea not null,
    primary key (stream, number)
);
create index feed_change_thing on feed_change (thing_id, version);
create index feed_change_at on feed_change (org_id, at);

create table feed_value (
    stream text not null,
    number bigint not null,
    field text not null,
    org_id text not null,
    before text,
    after text,
    salt bytea not null,
    primary key (stream, number, field),
    foreign key (stream, number) references feed_change (stream, number) on delete cascade
);

-- An audience's numbers up to pruned are no longer kept.
create table feed_audience (
    audience text not null primary key,
    org_id text not null,
    number bigint not null,
    pruned bigint not null default 0
);

create table feed_delivery (
    audience text not null,
    number bigint not null,
    org_id text not null,
    stream text not null,
    change_number bigint not null,
    thing_kind text not null,
    thing_id text not null,
    kind text not null,
    version bigint not null,
    at bigint not null,
    primary key (audience, number)
);
create index feed_delivery_at on feed_delivery (at);

-- Results of what clients sent, remembered by the client's mutation id. No bodies.
create table mutation (
    account text not null,
    id text not null,
    org_id text not null default '',
    fingerprint bytea not null,
    status bigint not null,
    conflicts text not null default '',
    thing_id text not null default '',
    version bigint not null default 0,
    at bigint not null,
    primary key (account, id)
);
create index mutation_at on mutation (at);

-- The queue. The payload holds ids, never personal data.
create table job (
    id text not null primary key,
    org_id text not null default '',
    kind text not null,
    unique_key text not null default '',
    payload text not null,
    state text not null check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
    progress_done bigint not null default 0,
    progress_total bigint not null default 0,
    note text not null default '',
    attempts bigint not null default 0,
    max_attempts bigint not null,
    run_at bigint not null,
    lease text not null default '',
    lease_until bigint not null default 0,
    created_at bigint not null,
    finished_at bigint not null default 0,
    actor text not null default '',
    thing_id text not null default ''
);
create index job_ready on job (state, run_at);
create index job_thing on job (thing_id, kind);
create index job_finished on job (finished_at);
create unique index job_unique on job (org_id, kind, unique_key) where unique_key <> '' and state in ('queued', 'running');

-- Mail to be sent. Who it goes to is an id, resolved at sending.
create table mail (
    id text not null primary key,
    org_id text not null default '',
    recipient_kind text not null,
    recipient_id text not null,
    template text not null,
    locale text not null,
    data text not null,
    state text not null check (state in ('queued', 'sent', 'failed', 'dropped')),
    note text not null default '',
    created_at bigint not null,
    sent_at bigint not null default 0
);
create index mail_recipient on mail (recipient_id);
create index mail_created on mail (created_at);

-- What can be searched. The words stand in search_text, each engine's own, which
-- knows a document by its number only. It has no org_id: row-level security
-- would keep PostgreSQL from using its index (the operator is not leakproof), so
-- it is read only joined to search_doc, which is fenced.
create table search_doc (
    org_id text not null,
    project_id text not null,
    kind text not null,
    id text not null,
    doc bigint not null unique,
    primary key (org_id, project_id, kind, id)
);
