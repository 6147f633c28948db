-- +goose Up
-- Words come in folded, split and in ASCII already.
create virtual table search_text using fts5(place, words, tokenize = 'ascii');
-- A deleted word leaves the index at once, not at the next merge.
insert into search_text (search_text, rank) values ('secure-delete', 1);
