-- +goose Up

-- The log of privacy acts: a Merkle tree of commitments. The size is locked
-- last in a transaction; hashes are kept as tlog.StoredHashIndex numbers them.
create table evidence_head (
    name text not null primary key,
    size bigint not null
);

create table evidence_hash (
    number bigint not null primary key,
    hash bytea not null
);

create table evidence_entry (
    number bigint not null primary key,
    id text not null unique,
    leaf bytea not null
);

-- What an entry commits to. The row can be shredded; the tree stays valid.
create table evidence_body (
    id text not null primary key,
    org_id text not null default '',
    ref text not null,
    kind text not null,
    at bigint not null,
    body text not null,
    salt bytea not null
);
create index evidence_body_ref on evidence_body (ref);

-- Signed statements of size and root, each made once.
create table evidence_checkpoint (
    size bigint not null primary key,
    at bigint not null,
    note text not null
);

create table evidence_key (
    name text not null primary key,
    public text not null,
    sealed bytea not null,
    made_at bigint not null
);
