// Package site makes the building site that measurements read: one project with
// many points, on a database or in the running program.
package site

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"plumbline/bench/measure"
	"plumbline/internal/db"
	"plumbline/internal/db/study"
	"plumbline/internal/id"
	"plumbline/internal/point"
	"plumbline/internal/point/fields"
	"plumbline/internal/search"
)

// Site is the project.
type Site struct {
	Org      id.Org
	Project  id.Project
	People   []id.Person
	Company  id.Company
	Statuses []id.Status
	Rooms    []id.Location
	Lists    []id.List
}

// Analyze lets the engine look at the tables, as the program and PostgreSQL do
// in time.
func Analyze(ctx context.Context, d *db.DB) error {
	if d.Dialect() == db.SQLite {
		return study.Tables(ctx, d)
	}
	pool, done, err := d.Migrator()
	if err != nil {
		return err
	}
	defer done()
	_, err = pool.ExecContext(ctx, "analyze")
	return err
}

// Fill puts points into the project, which it makes first where that is
// wanted: nine in ten points open, one or two in charge, half of them with a
// photo and a comment.
func (w *Site) Fill(ctx context.Context, d *db.DB, points int, project bool) error {
	r := rand.New(rand.NewPCG(1, 1))
	w.Company = id.New[id.Company]()
	for range 40 {
		w.People = append(w.People, id.New[id.Person]())
	}
	var statuses, rooms, lists [][]any
	for i := range 8 {
		s := id.New[id.Status]()
		w.Statuses = append(w.Statuses, s)
		statuses = append(statuses, []any{string(w.Org), string(s), string(w.Project), "status", "open", "circle", int64(i), i == 7, false, int64(1)})
	}
	for i := range 300 {
		l := id.New[id.Location]()
		w.Rooms = append(w.Rooms, l)
		rooms = append(rooms, []any{string(w.Org), string(l), string(w.Project), "building", "room", "", int64(i), int64(1)})
	}
	for i := range 3 {
		l := id.New[id.List]()
		w.Lists = append(w.Lists, l)
		lists = append(lists, []any{string(w.Org), string(l), string(w.Project), "L" + strconv.Itoa(i), "list", int64(i), int64(1)})
	}
	err := d.Write(ctx, db.Tenant(w.Org), func(tx *db.Tx) error {
		if project {
			if _, err := tx.Exec(`insert into project (id, org_id, name, code, place, time_zone, version, created_at) values ($1, $2, 'bench', 'B', '', 'Europe/Brussels', 1, 0)`, w.Project, w.Org); err != nil {
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
	sequence := make([]int64, len(w.Lists))
	for at := 0; at < points && err == nil; at += 5000 {
		err = d.Write(ctx, db.Tenant(w.Org), func(tx *db.Tx) error { return w.batch(tx, r, sequence, min(5000, points-at)) })
	}
	return err
}

func (w *Site) batch(tx *db.Tx, r *rand.Rand, sequence []int64, n int) error {
	words := strings.Fields("kras tegel deur plint lek raam verf kit voeg scharnier stopcontact leiding beton muur vloer")
	org, project := string(w.Org), string(w.Project)
	var points, charge, comments, photos [][]any
	for range n {
		p, list := string(id.New[id.Point]()), r.IntN(len(w.Lists))
		sequence[list]++
		subject := words[r.IntN(len(words))] + " " + words[r.IntN(len(words))] + " " + strconv.Itoa(r.IntN(900))
		created := int64(1_760_000_000_000_000) + r.Int64N(5_000_000_000_000)
		var room, due, closed any
		if r.IntN(5) > 0 {
			room = string(w.Rooms[r.IntN(len(w.Rooms))])
		}
		if r.IntN(3) > 0 {
			due = time.UnixMicro(created).AddDate(0, 0, 20).Format(time.DateOnly)
		}
		status := r.IntN(len(w.Statuses) - 1)
		if r.IntN(10) == 0 {
			status, closed = len(w.Statuses)-1, created
		}
		author := string(w.People[r.IntN(len(w.People))])
		points = append(points, []any{org, p, project, string(w.Lists[list]), "L" + strconv.Itoa(list), int64(1), sequence[list], int64(1), subject,
			fields.SortKey(subject), strings.Repeat(subject+". ", 4), string(w.Statuses[status]), room, due, r.IntN(8) == 0, author, created, created + r.Int64N(1_000_000_000_000), closed})
		if r.IntN(50) == 0 {
			charge = append(charge, []any{org, p, "company", string(w.Company)})
		}
		charge = append(charge, []any{org, p, "person", string(w.People[r.IntN(len(w.People))])})
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

// IndexWords makes the points on the database at u findable by their words.
func (w *Site) IndexWords(ctx context.Context, u string) error {
	d, err := db.Open(ctx, db.Config{URL: u, MaxConns: 2})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // the program ends
	type row struct {
		ID, Subject, Description string
	}
	for after, n := "", 1; n > 0; {
		err := d.Write(ctx, db.Tenant(w.Org), func(tx *db.Tx) error {
			some, err := db.All(tx, func(s db.Scanner) (r row, err error) { return r, s.Scan(&r.ID, &r.Subject, &r.Description) },
				`select id, subject, description from point where org_id = $1 and project_id = $2 and id > $3 order by id limit 5000`, w.Org, w.Project, after)
			if n = len(some); err != nil || n == 0 {
				return err
			}
			for _, r := range some {
				doc := search.Doc{Project: string(w.Project), Kind: point.Thing, ID: r.ID, Text: r.Subject + "\n" + r.Description}
				if err := search.Put(tx, doc); err != nil {
					return err
				}
			}
			after = some[n-1].ID
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ServerPID is the parent of the server's processes, if they are on this
// machine; 0 if there is no server.
func ServerPID(ctx context.Context, d *db.DB) (int, error) {
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
