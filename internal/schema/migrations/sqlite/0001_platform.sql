-- +goose Up
alter table search_doc add column doc integer not null default 0;
create unique index search_doc_doc on search_doc (doc);

-- Words come in folded and split already; the tokenizer only cuts at blanks.
create virtual table search_text using fts5(place, words, tokenize = 'unicode61 remove_diacritics 0');
-- A deleted word leaves the index at once, not at the next merge.
insert into search_text (search_text, rank) values ('secure-delete', 1);
