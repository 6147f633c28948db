-- +goose Up
create table search_text (
    doc bigint not null primary key references search_doc (doc) on delete cascade,
    words tsvector not null
);
create index search_text_words on search_text using gin (words);
