package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"time"

	"plumbline/bench/measure"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/point/fields"
	"plumbline/internal/point/query"
)

// ownDatabase makes an empty database on the server.
func ownDatabase(ctx context.Context, server string) (string, func(), error) {
	admin, err := db.Open(ctx, db.Config{URL: server, MaxConns: 1})
	if err != nil {
		return "", nil, err
	}
	pool, done, err := admin.Migrator()
	if err != nil {
		return "", nil, err
	}
	name := "pointlist_" + strings.ReplaceAll(string(id.New[id.Org]()), "-", "")
	if _, err := pool.ExecContext(ctx, "create database "+name); err != nil {
		return "", nil, err
	}
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, err
	}
	u.Path = "/" + name
	return u.String(), func() {
		_, _ = pool.ExecContext(ctx, "drop database "+name+" with (force)")
		done()
		_ = admin.Close()
	}, nil
}

// analyze lets the engine look at the tables, as it does by itself in time.
func analyze(ctx context.Context, d *db.DB) error {
	pool, done, err := d.Migrator()
	if err != nil {
		return err
	}
	defer done()
	_, err = pool.ExecContext(ctx, "analyze")
	return err
}

// fill puts points into the project, which it makes first where that is
// wanted: nine in ten points open, one or two in charge, half of them with a
// photo and a comment.
func (w *site) fill(ctx context.Context, d *db.DB, points int, project bool) error {
	r := rand.New(rand.NewPCG(1, 1))
	w.company = id.New[id.Company]()
	for range 40 {
		w.people = append(w.people, id.New[id.Person]())
	}
	var statuses, rooms, lists [][]any
	for i := range 8 {
		s := id.New[id.Status]()
		w.statuses = append(w.statuses, s)
		statuses = append(statuses, []any{string(w.org), string(s), string(w.project), "status", "open", "circle", int64(i), i == 7, false, int64(1)})
	}
	for i := range 300 {
		l := id.New[id.Location]()
		w.rooms = append(w.rooms, l)
		rooms = append(rooms, []any{string(w.org), string(l), string(w.project), "building", "room", "", int64(i), int64(1)})
	}
	for i := range 3 {
		l := id.New[id.List]()
		w.lists = append(w.lists, l)
		lists = append(lists, []any{string(w.org), string(l), string(w.project), "L" + strconv.Itoa(i), "list", int64(i), int64(1)})
	}
	err := d.Write(ctx, db.Tenant(w.org), func(tx *db.Tx) error {
		if project {
			if _, err := tx.Exec(`insert into project (id, org_id, name, code, place, time_zone, version, created_at) values ($1, $2, 'bench', 'B', '', 'Europe/Brussels', 1, 0)`, w.project, w.org); err != nil {
				return err
			}
		}
		if err := tx.BulkInsert("project_status", []string{"org_id", "id", "project_id", "name", "colour", "shape", "ord", "closes", "managers_only", "version"}, statuses); err != nil {
			return err
		}
		if err := tx.BulkInsert("location", []string{"org_id", "id", "project_id", "kind", "name", "code", "ord", "version"}, rooms); err != nil {
			return err
		}
		return tx.BulkInsert("point_list", []string{"org_id", "id", "project_id", "code", "name", "ord", "version"}, lists)
	})
	sequence := make([]int64, len(w.lists))
	for at := 0; at < points && err == nil; at += 5000 {
		err = d.Write(ctx, db.Tenant(w.org), func(tx *db.Tx) error { return w.batch(tx, r, sequence, min(5000, points-at)) })
	}
	return err
}

func (w *site) batch(tx *db.Tx, r *rand.Rand, sequence []int64, n int) error {
	words := strings.Fields("kras tegel deur plint lek raam verf kit voeg scharnier stopcontact leiding beton muur vloer")
	org, project := string(w.org), string(w.project)
	var points, charge, comments, photos [][]any
	for range n {
		p, list := string(id.New[id.Point]()), r.IntN(len(w.lists))
		sequence[list]++
		subject := words[r.IntN(len(words))] + " " + words[r.IntN(len(words))] + " " + strconv.Itoa(r.IntN(900))
		created := int64(1_760_000_000_000_000) + r.Int64N(5_000_000_000_000)
		var room, due, closed any
		if r.IntN(5) > 0 {
			room = string(w.rooms[r.IntN(len(w.rooms))])
		}
		if r.IntN(3) > 0 {
			due = time.UnixMicro(created).AddDate(0, 0, 20).Format(time.DateOnly)
		}
		status := r.IntN(len(w.statuses) - 1)
		if r.IntN(10) == 0 {
			status, closed = len(w.statuses)-1, created
		}
		author := string(w.people[r.IntN(len(w.people))])
		points = append(points, []any{org, p, project, string(w.lists[list]), "L" + strconv.Itoa(list), int64(1), sequence[list], int64(1), subject,
			fields.SortKey(subject), strings.Repeat(subject+". ", 4), string(w.statuses[status]), room, due, r.IntN(8) == 0, author, created, created + r.Int64N(1_000_000_000_000), closed})
		if r.IntN(50) == 0 {
			charge = append(charge, []any{org, p, "company", string(w.company)})
		}
		charge = append(charge, []any{org, p, "person", string(w.people[r.IntN(len(w.people))])})
		if r.IntN(2) == 0 {
			comments = append(comments, []any{org, string(id.New[id.Comment]()), project, "point", p, "gezien, " + subject, author, created})
			photos = append(photos, []any{org, string(id.New[id.Photo]()), project, "point", p, strings.Repeat("a", 64), strings.Repeat("b", 64), int64(400_000), int64(1600), int64(1200), author, created})
		}
	}
	if err := tx.BulkInsert("point", []string{"org_id", "id", "project_id", "list_id", "code", "occurrence", "sequence", "version", "subject", "subject_key", "description",
		"status_id", "location_id", "due", "urgent", "author_id", "created_at", "changed_at", "closed_at"}, points); err != nil {
		return err
	}
	if err := tx.BulkInsert("point_in_charge", []string{"org_id", "point_id", "kind", "ref_id"}, charge); err != nil {
		return err
	}
	if err := tx.BulkInsert("comment", []string{"org_id", "id", "project_id", "thing_kind", "thing_id", "text", "author_id", "at"}, comments); err != nil {
		return err
	}
	return tx.BulkInsert("photo", []string{"org_id", "id", "project_id", "thing_kind", "thing_id", "file", "thumb", "bytes", "width", "height", "author_id", "at"}, photos)
}

// floorOf reads a page in an order the way it would be written by hand: one
// statement in the engine's own pool, all columns, nothing that hangs on the
// points, no rules.
func floorOf(d *db.DB, w *site) (read func(context.Context, query.Sort) error, done func(), err error) {
	pool, done, err := d.Migrator()
	if err != nil {
		return nil, nil, err
	}
	columns := map[query.Sort]string{
		query.ByNumber: "code, occurrence, sequence, id", query.BySubject: "subject_key, id", query.ByStatus: "status_id, id",
		query.ByDue: "due, id", query.ByChanged: "changed_at, id", query.ByCreated: "created_at, id", query.ByLocation: "location_id, id",
	}
	return func(ctx context.Context, sort query.Sort) error {
		order, known := columns[sort]
		if !known {
			return fmt.Errorf("no floor for the order %s", sort)
		}
		rows, err := pool.QueryContext(ctx, "select * from point where org_id = $1 and project_id = $2 and deleted_at is null order by "+order+" limit 100", string(w.org), string(w.project)) //nolint:gosec // one of the orders above
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // its error is asked for below
		names, err := rows.Columns()
		if err != nil {
			return err
		}
		n := 0
		for rows.Next() {
			values := make([]any, len(names))
			into := make([]any, len(names))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				return err
			}
			n++
		}
		if err := rows.Err(); err != nil {
			return err
		}
		if n != pageSize {
			return fmt.Errorf("a page of %d rows", n)
		}
		return nil
	}, done, nil
}

// serverPID is the parent of the server's processes, if they are on this
// machine; 0 if there is no server.
func serverPID(ctx context.Context, d *db.DB) (int, error) {
	if d.Dialect() != db.Postgres {
		return 0, nil
	}
	var pid int
	err := d.Read(ctx, db.Everyone("which process serves"), func(tx *db.Tx) error {
		return tx.Row("select pg_backend_pid()").Scan(&pid)
	})
	if err != nil {
		return 0, err
	}
	parent, err := measure.Parent(pid)
	if err != nil {
		return 0, fmt.Errorf("PostgreSQL has to run on this machine, or its processor time is not seen: %w", err)
	}
	return parent, nil
}
