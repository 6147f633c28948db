package db

import (
	"context"
	"strings"

	"plumbline/internal/trace"
)

// traced starts the span of a transaction.
func (d *DB) traced(ctx context.Context, write bool) (context.Context, trace.Span) {
	name := "db read"
	if write {
		name = "db write"
	}
	return trace.Start(ctx, name, trace.Internal, trace.Word(trace.System, d.system()))
}

func (d *DB) system() string {
	if d.dialect == Postgres {
		return "postgresql"
	}
	return "sqlite"
}

// statement starts the span of one. Its name is the statement's verb and table,
// which are words of the program; its arguments are nowhere.
func (t *Tx) statement(query string) func(error) {
	if !t.traced {
		return func(error) {}
	}
	verb, table := nameOf(query)
	_, s := trace.Start(t.ctx, strings.TrimSpace(verb+" "+table), trace.Client, trace.Word(trace.Verb, verb), trace.Word(trace.Table, table))
	return s.End
}

// nameOf is the verb of a statement and the first table that it names.
func nameOf(query string) (verb, table string) {
	words := strings.Fields(strings.ToLower(query[:min(len(query), 2000)]))
	for i, w := range words {
		if i == 0 {
			verb = w
		}
		if w != "from" && w != "into" && w != "update" || i+1 >= len(words) {
			continue
		}
		name, _, _ := strings.Cut(strings.TrimRight(words[i+1], ",;)"), "(")
		if name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") == "" {
			return verb, name
		}
	}
	return verb, ""
}
