package project

import (
	"context"
	"encoding/json"
	"reflect"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/merge"
	"plumbline/internal/policy"
)

// kind is one kind of setting: T's table, its fields, and what is right.
type kind[T any] struct {
	name    string   // as the log and the API call it
	table   string   //
	columns []string // beside org_id, project_id, id and version
	fields  []string // the columns' names in the log and the API
	order   string   // of a listing

	// parts points at the id, the version and the columns of a T.
	parts func(*T) (thing *string, version *int64, values []any)
	// check names the fields that are not right. It runs in the transaction.
	check func(tx *db.Tx, project id.Project, v T) ([]fault.Field, error)
	// used reports whether a setting is in use within this slice; may be nil.
	used func(tx *db.Tx, project id.Project, thing string) (bool, error)
	// remains refuses a state of the project after a change or deletion; may be nil.
	remains func(tx *db.Tx, project id.Project) error
}

// values are v's columns, for the log and for merging.
func (k kind[T]) values(v *T) []any {
	_, _, ptrs := k.parts(v)
	out := make([]any, len(ptrs))
	for i, p := range ptrs {
		if c, ok := p.(*charges); ok {
			out[i] = *c
			continue
		}
		out[i] = reflect.ValueOf(p).Elem().Interface()
	}
	return out
}

func (k kind[T]) log(tx *db.Tx, by feed.Actor, project id.Project, thing, what string, version int64, fields []feed.Field) error {
	return feed.Append(tx, by, feed.Change{Stream: access.Everyone(project), Thing: feed.Thing{Kind: k.name, ID: thing},
		Kind: what, Version: version, Fields: fields, Audiences: []string{access.Site(project)}})
}

// put adds a setting. Adding it again gives what is there.
func (k kind[T]) put(ctx context.Context, s *Service, g access.Grant, v T) (T, bool, error) {
	op := "project.put " + k.name
	if err := g.May(policy.ManageSettings); err != nil {
		return v, false, fault.Wrap(op, err)
	}
	made := false
	err := s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		v, made, err = k.add(tx, g.By(), g.Project, v)
		return err
	})
	return v, made, fault.Wrap(op, err)
}

// add is put without the authorisation.
func (k kind[T]) add(tx *db.Tx, by feed.Actor, project id.Project, v T) (T, bool, error) {
	if err := lockProject(tx, project); err != nil {
		return v, false, err
	}
	thing, version, _ := k.parts(&v)
	have, ok, err := k.find(tx, project, *thing)
	if err != nil || ok {
		return have, false, err
	}
	wrong, err := k.check(tx, project, v)
	if err == nil {
		err = fault.InvalidFields(wrong)
	}
	if err != nil {
		return v, false, err
	}
	*version = 1
	if err := k.insert(tx, project, &v); err != nil {
		if fault.Is(err, fault.Conflict) { // another project's id: it is not there
			err = k.missing()
		}
		return v, false, err
	}
	fields := make([]feed.Field, len(k.fields))
	for i, val := range k.values(&v) {
		fields[i] = feed.Field{Name: k.fields[i], After: val}
	}
	return v, true, k.log(tx, by, project, *thing, feed.Created, 1, fields)
}

func (k kind[T]) missing() error {
	return fault.New(fault.NotFound, k.name+"-not-found", "there is no such "+k.name)
}

// patch merges an update made on version base. change sets the wanted fields
// of a T and returns their names.
func (k kind[T]) patch(ctx context.Context, s *Service, g access.Grant, thing string, base int64, change func(*T) []string) (T, []merge.Conflict, error) {
	op := "project.patch " + k.name
	var now T
	if err := g.May(policy.ManageSettings); err != nil {
		return now, nil, fault.Wrap(op, err)
	}
	var result merge.Result
	err := s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		if err := lockProject(tx, g.Project); err != nil {
			return err
		}
		have, ok, err := k.find(tx, g.Project, thing)
		if err == nil && !ok {
			err = k.missing()
		}
		if err != nil {
			return err
		}
		now = have
		want := have
		named := change(&want)
		is, mine := k.values(&have), k.values(&want)
		var fields []merge.Field
		for i, f := range k.fields {
			for _, n := range named {
				if n == f {
					fields = append(fields, merge.Field{Name: f, Now: is[i], Mine: mine[i]})
				}
			}
		}
		_, version, to := k.parts(&now)
		if result, err = merge.Fields(tx, thing, base, *version, fields); err != nil {
			return err
		}
		note(tx, result)
		if len(result.Apply) == 0 {
			return nil
		}
		_, _, from := k.parts(&want)
		for i, f := range k.fields {
			if result.Applies(f) {
				reflect.ValueOf(to[i]).Elem().Set(reflect.ValueOf(from[i]).Elem())
			}
		}
		wrong, err := k.check(tx, g.Project, now)
		if err == nil {
			err = fault.InvalidFields(wrong)
		}
		if err != nil {
			return err
		}
		*version++
		if err := k.update(tx, g.Project, &now); err != nil {
			return err
		}
		if k.remains != nil {
			if err := k.remains(tx, g.Project); err != nil {
				return err
			}
		}
		return k.log(tx, g.By(), g.Project, thing, feed.Changed, *version, result.Changes())
	})
	return now, result.Conflicts, fault.Wrap(op, err)
}

// remove deletes a setting that nothing uses.
func (k kind[T]) remove(ctx context.Context, s *Service, g access.Grant, thing string) error {
	op := "project.remove " + k.name
	if err := g.May(policy.ManageSettings); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		if err := lockProject(tx, g.Project); err != nil {
			return err
		}
		have, ok, err := k.find(tx, g.Project, thing)
		if err == nil && !ok {
			err = k.missing()
		}
		if err != nil {
			return err
		}
		inUse := false
		if k.used != nil {
			inUse, err = k.used(tx, g.Project, thing)
		}
		if err == nil && !inUse && s.Uses != nil {
			inUse, err = s.Uses.InUse(tx, k.name, thing)
		}
		if err != nil {
			return err
		}
		if inUse {
			return errInUse()
		}
		if err := k.delete(tx, g.Project, thing); err != nil {
			if fault.CodeOf(err) == "in-use-or-missing" { // has children
				err = errInUse()
			}
			return err
		}
		if k.remains != nil {
			if err := k.remains(tx, g.Project); err != nil {
				return err
			}
		}
		_, version, _ := k.parts(&have)
		was := k.values(&have)
		fields := make([]feed.Field, len(k.fields))
		for i := range was {
			fields[i] = feed.Field{Name: k.fields[i], Before: was[i]}
		}
		return k.log(tx, g.By(), g.Project, thing, feed.Deleted, *version+1, fields)
	}))
}

func errInUse() error {
	return fault.New(fault.Conflict, "in-use", "this is in use")
}

// Scan reads a charges column.
func (c *charges) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return json.Unmarshal([]byte(v), (*[]access.InCharge)(c))
	case []byte:
		return json.Unmarshal(v, (*[]access.InCharge)(c))
	}
	*c = nil
	return nil
}
