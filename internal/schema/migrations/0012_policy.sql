-- +goose Up

-- Versions of the privacy policy, named by the hash of what they say. State:
-- announced (a notice period runs), in-force (since effective_at), withdrawn
-- (announced, and taken back before it took effect).
create table policy_version (
    id text not null,
    number bigint not null primary key,
    facts text not null,
    material text not null,
    made_at bigint not null,
    told_at bigint not null default 0,
    effective_at bigint not null,
    withdrawn_at bigint not null default 0
);

create table policy_text (
    version bigint not null,
    language text not null,
    body text not null,
    primary key (version, language)
);

-- Who was told of a version before it takes effect: in the app from told_at
-- on, by mail when mailed_at says so.
create table policy_notice (
    id text not null primary key,
    version bigint not null,
    account_id text not null,
    told_at bigint not null,
    mail_id text not null default '',
    mail_state text not null default '',
    mailed_at bigint not null default 0,
    seen_at bigint not null default 0,
    unique (version, account_id)
);
create index policy_notice_account on policy_notice (account_id);
