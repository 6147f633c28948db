-- +goose Up
alter table search_doc add column words tsvector not null default '';
create index search_doc_words on search_doc using gin (words);
