package feed

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/page"
)

// FieldChange is the newest change of one field.
type FieldChange struct {
	Version int64
	After   json.RawMessage // nil: absent
	Actor   string
	At      int64 // microseconds
}

// tenant ends a WHERE clause with the tenant, if there is one.
func tenant(tx *db.Tx, alias string, args []any) (string, []any) {
	org, ok := tx.Tenant()
	if !ok {
		return "", args
	}
	args = append(args, string(org))
	return " and " + alias + "org_id = " + db.In(1, len(args)), args
}

// ChangedSince is, for each field of a thing that changed after version base,
// its newest change.
func ChangedSince(tx *db.Tx, thingID string, base int64) (map[string]FieldChange, error) {
	where, args := tenant(tx, "c.", []any{thingID, base})
	type row struct {
		field string
		FieldChange
	}
	rows, err := db.All(tx, func(s db.Scanner) (r row, err error) {
		var after *string
		err = s.Scan(&r.field, &r.Version, &after, &r.Actor, &r.At)
		r.After = bytesOf(after)
		return r, err
	}, `select v.field, c.version, v.after, c.actor, c.at from feed_change c
		join feed_value v on v.stream = c.stream and v.number = c.number
		where c.thing_id = $1 and c.version > $2`+where+` order by c.version, c.number`, args...)
	if err != nil {
		return nil, fault.Wrap("feed.ChangedSince", err)
	}
	out := make(map[string]FieldChange, len(rows))
	for _, r := range rows {
		out[r.field] = r.FieldChange
	}
	return out, nil
}

func bytesOf(s *string) json.RawMessage {
	if s == nil {
		return nil
	}
	return json.RawMessage(*s)
}

// Entry is a change as the log holds it.
type Entry struct {
	Stream   string
	Number   int64
	At       time.Time
	Actor    string
	Via      string
	Thing    Thing
	Kind     string
	Version  int64
	Mutation string
	Fields   []EntryField // in the order of names; without those erased
	Erased   int          // how many fields' values were erased

	leaves, commitment []byte
}

// EntryField is what a field was and became. nil is absent.
type EntryField struct {
	Name          string
	Before, After json.RawMessage

	salt []byte
}

// History is what happened to a thing, newest first.
func History(tx *db.Tx, thingID, cursor string, limit int) (p page.Page[Entry], err error) {
	const op = "feed.History"
	limit = page.Limit(limit)
	args := []any{thingID}
	where := ""
	var number int64
	var stream string
	after, err := page.Decode(cursor, &number, &stream)
	if err != nil {
		return p, err
	}
	if after {
		args = append(args, number, stream)
		where = " and (number, stream) < ($2, $3)"
	}
	own, args := tenant(tx, "", args)
	args = append(args, limit+1)
	entries, err := db.All(tx, scanEntry, selectEntry+` where thing_id = $1`+where+own+
		` order by number desc, stream desc limit `+db.In(1, len(args)), args...)
	if err != nil {
		return p, fault.Wrap(op, err)
	}
	if len(entries) > limit {
		entries = entries[:limit]
		last := entries[limit-1]
		p.Next = page.Encode(last.Number, last.Stream)
	}
	p.Items = entries
	return p, fault.Wrap(op, withFields(tx, entries))
}

// Stream is the entries of a stream after a number, oldest first: the log as
// it was written.
func Stream(tx *db.Tx, stream string, after int64, limit int) ([]Entry, error) {
	own, args := tenant(tx, "", []any{stream, after})
	args = append(args, page.Limit(limit))
	entries, err := db.All(tx, scanEntry, selectEntry+` where stream = $1 and number > $2`+own+
		` order by number limit `+db.In(1, len(args)), args...)
	if err != nil {
		return nil, fault.Wrap("feed.Stream", err)
	}
	return entries, fault.Wrap("feed.Stream", withFields(tx, entries))
}

const selectEntry = `select stream, number, at, actor, via, thing_kind, thing_id, kind, version, mutation, leaves, commitment from feed_change`

func scanEntry(s db.Scanner) (e Entry, err error) {
	var at int64
	err = s.Scan(&e.Stream, &e.Number, &at, &e.Actor, &e.Via, &e.Thing.Kind, &e.Thing.ID, &e.Kind, &e.Version, &e.Mutation,
		&e.leaves, &e.commitment)
	e.At = time.UnixMicro(at).UTC()
	return e, err
}

func withFields(tx *db.Tx, entries []Entry) error {
	type key struct {
		stream string
		number int64
	}
	where := map[key]*Entry{}
	byStream := map[string][]any{}
	for i := range entries {
		e := &entries[i]
		where[key{e.Stream, e.Number}] = e
		byStream[e.Stream] = append(byStream[e.Stream], e.Number)
	}
	type row struct {
		number int64
		EntryField
	}
	for stream, numbers := range byStream {
		rows, err := db.All(tx, func(s db.Scanner) (r row, err error) {
			var before, after *string
			err = s.Scan(&r.number, &r.Name, &before, &after, &r.salt)
			r.Before, r.After = bytesOf(before), bytesOf(after)
			return r, err
		}, `select number, field, before, after, salt from feed_value where stream = $1 and number in `+db.In(len(numbers), 2)+
			` order by number, field`, append([]any{stream}, numbers...)...)
		if err != nil {
			return err
		}
		for _, r := range rows {
			e := where[key{stream, r.number}]
			e.Fields = append(e.Fields, r.EntryField)
		}
	}
	for i := range entries {
		// The database may sort text otherwise than Go does, and leaves go by Go's order.
		slices.SortFunc(entries[i].Fields, func(a, b EntryField) int { return compare(a.Name, b.Name) })
		entries[i].Erased = len(entries[i].leaves)/leafSize - len(entries[i].Fields)
	}
	return nil
}

// Delivery is a change as an audience gets it.
type Delivery struct {
	Audience string
	Number   int64 // of the audience
	Stream   string
	Change   int64 // the number in the stream
	Thing    Thing
	Kind     string // of the change, or Gone
	Version  int64
	At       int64 // microseconds
}

func startOver() error {
	return fault.New(fault.Gone, "start-over", "the cursor is older than what is kept")
}

// Since is what was delivered to the cursor's audiences after its numbers: at
// most limit, oldest first within an audience. A change that reached several
// of them comes once, and as Gone only if it was Gone to all. next is where to
// go on from; more says that there is more already. A cursor that is too old,
// or ahead of the log (which was restored), is a fault Gone "start-over".
func Since(tx *db.Tx, cursor map[string]int64, limit int) (_ []Delivery, next map[string]int64, more bool, err error) {
	const op = "feed.Since"
	limit = page.Limit(limit)
	audiences := slices.Sorted(func(yield func(string) bool) {
		for a := range cursor {
			if !yield(a) {
				return
			}
		}
	})
	heads, err := readHeads(tx, audiences)
	if err != nil {
		return nil, nil, false, fault.Wrap(op, err)
	}
	next = make(map[string]int64, len(cursor))
	for _, a := range audiences {
		h := heads[a]
		if cursor[a] < h.pruned || cursor[a] > h.number {
			return nil, nil, false, startOver()
		}
		next[a] = cursor[a]
	}
	type key struct {
		stream string
		number int64
	}
	var out []Delivery
	at := map[key]int{}
	left := limit
	for _, a := range audiences {
		if heads[a].number == cursor[a] {
			continue
		}
		if left == 0 {
			more = true
			break
		}
		rows, err := db.All(tx, scanDelivery, `select audience, number, stream, change_number, thing_kind, thing_id, kind, version, at
			from feed_delivery where audience = $1 and number > $2 order by number limit $3`, a, cursor[a], left)
		if err != nil {
			return nil, nil, false, fault.Wrap(op, err)
		}
		for _, d := range rows {
			left--
			next[a] = d.Number
			k := key{d.Stream, d.Change}
			if i, ok := at[k]; !ok {
				at[k] = len(out)
				out = append(out, d)
			} else if out[i].Kind == Gone {
				out[i].Kind = d.Kind
			}
		}
		if next[a] < heads[a].number {
			more = true
		}
	}
	return out, next, more, nil
}

func scanDelivery(s db.Scanner) (d Delivery, err error) {
	err = s.Scan(&d.Audience, &d.Number, &d.Stream, &d.Change, &d.Thing.Kind, &d.Thing.ID, &d.Kind, &d.Version, &d.At)
	return d, err
}

// Heads is the newest number of each audience; 0 where nothing was delivered
// yet. Taken in the transaction that reads a snapshot, it is the cursor to go
// on from.
func Heads(tx *db.Tx, audiences []string) (map[string]int64, error) {
	heads, err := readHeads(tx, unique(audiences))
	if err != nil {
		return nil, fault.Wrap("feed.Heads", err)
	}
	out := make(map[string]int64, len(audiences))
	for _, a := range audiences {
		out[a] = heads[a].number
	}
	return out, nil
}

type head struct {
	audience       string
	number, pruned int64
}

func readHeads(tx *db.Tx, audiences []string) (map[string]head, error) {
	out := make(map[string]head, len(audiences))
	for some := range slices.Chunk(audiences, 500) {
		own, args := tenant(tx, "", db.Args(some))
		rows, err := db.All(tx, func(s db.Scanner) (h head, err error) {
			err = s.Scan(&h.audience, &h.number, &h.pruned)
			return h, err
		}, `select audience, number, pruned from feed_audience where audience in `+db.In(len(some), 1)+own, args...)
		if err != nil {
			return nil, err
		}
		for _, h := range rows {
			out[h.audience] = h
		}
	}
	return out, nil
}

// EraseValues erases what a thing's fields were and became: the fields named,
// or all. The entries and their commitments stay.
func EraseValues(tx *db.Tx, thingID string, fields ...string) (int64, error) {
	args := []any{thingID}
	where := ""
	if len(fields) > 0 {
		where = " and field in " + db.In(len(fields), 2)
		args = append(args, db.Args(fields)...)
	}
	own, args := tenant(tx, "c.", args)
	n, err := tx.Exec(`delete from feed_value where exists (select 1 from feed_change c
		where c.stream = feed_value.stream and c.number = feed_value.number and c.thing_id = $1`+own+`)`+where, args...)
	return n, fault.Wrap("feed.EraseValues", err)
}

// Prune forgets deliveries older than an instant: whoever was away for longer
// starts over. The log itself stays. Each audience is a transaction of its own.
func Prune(ctx context.Context, d *db.DB, before time.Time) (deleted int64, err error) {
	const op = "feed.Prune"
	var audiences []string
	err = d.Read(ctx, db.Everyone("prune the deliveries of all tenants"), func(tx *db.Tx) (err error) {
		audiences, err = db.All(tx, db.Value1[string], `select distinct audience from feed_delivery where at < $1`, before.UnixMicro())
		return err
	})
	if err != nil {
		return 0, fault.Wrap(op, err)
	}
	for _, a := range audiences {
		var n int64
		err := d.Write(ctx, db.Everyone("prune the deliveries of all tenants"), func(tx *db.Tx) error {
			// Numbers, not times, decide what goes: what is kept has no hole.
			var last *int64
			if err := tx.Row(`select max(number) from feed_delivery where audience = $1 and at < $2`, a, before.UnixMicro()).Scan(&last); err != nil || last == nil {
				return err
			}
			if _, err := tx.Exec(`update feed_audience set pruned = $2 where audience = $1 and pruned < $2`, a, *last); err != nil {
				return err
			}
			var err error
			n, err = tx.Exec(`delete from feed_delivery where audience = $1 and number <= $2`, a, *last)
			return err
		})
		if err != nil {
			return deleted, fault.Wrap(op, err)
		}
		deleted += n
	}
	return deleted, nil
}
