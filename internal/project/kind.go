package project

import (
	"context"
	"reflect"
	"slices"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/merge"
	"plumbline/internal/mutation"
	"plumbline/internal/policy"
	"plumbline/internal/project/rules"
)

// kind is one kind of setting: T's table, its fields, and what is right.
type kind[T any] struct {
	name    string   // as the log and the API call it
	table   string   //
	columns []string // beside org_id, project_id, id and version
	fields  []string // the columns' names in the log and the API
	order   string   // of a listing
	frozen  string   // the field that does not change while points use the setting

	// parts points at the id, the version and the columns of a T.
	parts func(*T) (thing *string, version *int64, values []any)
	// tidy brings a T into its one shape; may be nil.
	tidy func(*T)
	// arrange orders a listing further; may be nil.
	arrange func([]T) []T
	// check names the fields that are not right; changed tells which are new.
	check func(tx *db.Tx, project id.Project, v T, changed func(field string) bool) ([]fault.Field, error)
	// used reports whether a setting is in use within this slice; may be nil.
	used func(tx *db.Tx, project id.Project, thing string) (bool, error)
	// remains refuses a state of the project after a change or deletion; may be nil.
	remains func(tx *db.Tx, project id.Project) error
}

// put adds a setting; false where it is there already, which changes nothing.
func (k kind[T]) put(ctx context.Context, s *Service, g access.Grant, v T) (T, bool, error) {
	const op = "project.put"
	if err := g.May(policy.ManageSettings); err != nil {
		return v, false, fault.Wrap(op, err)
	}
	var out T
	made := false
	err := s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		out, made, err = k.add(tx, g.By(), g.Project, v)
		return err
	})
	return out, made, fault.Wrap(op, err)
}

// patch merges an update made on version base. change sets the wanted fields
// of a T and names them. Fields in conflict are left alone and named.
func (k kind[T]) patch(ctx context.Context, s *Service, g access.Grant, thing string, base int64, change func(*T) []string) (T, []merge.Conflict, error) {
	const op = "project.patch"
	var now T
	if err := g.May(policy.ManageSettings); err != nil {
		return now, nil, fault.Wrap(op, err)
	}
	var conflicts []merge.Conflict
	err := s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		have, err := k.lock(tx, g.Project, thing)
		if err != nil {
			return err
		}
		want := have
		named := change(&want)
		k.clean(&want)
		result, err := k.merge(tx, have, want, base, named)
		if err != nil {
			return err
		}
		now, conflicts = have, result.Conflicts
		note(tx, result)
		if len(result.Apply) == 0 {
			return nil
		}
		k.take(&now, want, result.Applies)
		if err := k.right(tx, g.Project, now, result.Applies); err != nil {
			return err
		}
		if k.frozen != "" && result.Applies(k.frozen) {
			if err := k.unused(tx, s, g.Project, thing); err != nil {
				return err
			}
		}
		_, version, _ := k.parts(&now)
		*version++
		if err := k.update(tx, g.Project, &now); err != nil {
			return err
		}
		if err := k.still(tx, g.Project); err != nil {
			return err
		}
		return k.log(tx, g.By(), g.Project, thing, feed.Changed, *version, result.Changes())
	})
	return now, conflicts, fault.Wrap(op, err)
}

// remove deletes a setting that nothing uses.
func (k kind[T]) remove(ctx context.Context, s *Service, g access.Grant, thing string) error {
	const op = "project.remove"
	if err := g.May(policy.ManageSettings); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		have, err := k.lock(tx, g.Project, thing)
		if err != nil {
			return err
		}
		if err := k.unused(tx, s, g.Project, thing); err != nil {
			return err
		}
		if err := k.delete(tx, g.Project, thing); err != nil {
			if fault.CodeOf(err) == "in-use-or-missing" { // a foreign key: points, sheets, parts of a tree
				err = errInUse()
			}
			return err
		}
		if err := k.still(tx, g.Project); err != nil {
			return err
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

// add is put within a transaction, without the authorisation.
func (k kind[T]) add(tx *db.Tx, by feed.Actor, project id.Project, v T) (T, bool, error) {
	if err := lockProject(tx, project); err != nil {
		return v, false, err
	}
	thing, version, _ := k.parts(&v)
	have, ok, err := k.find(tx, project, *thing)
	if err != nil || ok {
		return have, false, err
	}
	if !id.Valid(*thing) {
		return v, false, fault.InvalidFields(rules.Bad("id", "not-an-id", true))
	}
	k.clean(&v)
	if err := k.right(tx, project, v, func(string) bool { return true }); err != nil {
		return v, false, err
	}
	*version = 1
	if made, err := k.insert(tx, project, &v); err != nil || !made {
		if err == nil { // another project's id
			err = k.missing()
		}
		return v, false, err
	}
	if gone, err := feed.History(tx, *thing, "", 1); err != nil || len(gone.Items) > 0 {
		if err == nil {
			err = fault.New(fault.Gone, k.name+"-deleted", "this was deleted")
		}
		return v, false, err
	}
	fields := make([]feed.Field, len(k.fields))
	for i, val := range k.values(&v) {
		fields[i] = feed.Field{Name: k.fields[i], After: val}
	}
	return v, true, k.log(tx, by, project, *thing, feed.Created, 1, fields)
}

// lock holds the project and one of its settings.
func (k kind[T]) lock(tx *db.Tx, project id.Project, thing string) (T, error) {
	var v T
	if err := lockProject(tx, project); err != nil {
		return v, err
	}
	if err := k.hold(tx, project, thing); err != nil {
		return v, err
	}
	v, ok, err := k.find(tx, project, thing)
	if err == nil && !ok {
		err = k.missing()
	}
	return v, err
}

func (k kind[T]) clean(v *T) {
	if k.tidy != nil {
		k.tidy(v)
	}
}

func (k kind[T]) merge(tx *db.Tx, have, want T, base int64, named []string) (merge.Result, error) {
	thing, version, _ := k.parts(&have)
	is, mine := k.values(&have), k.values(&want)
	var fields []merge.Field
	for i, f := range k.fields {
		if slices.Contains(named, f) {
			fields = append(fields, merge.Field{Name: f, Now: is[i], Mine: mine[i]})
		}
	}
	return merge.Fields(tx, *thing, base, *version, fields)
}

// take copies the fields that which names.
func (k kind[T]) take(into *T, from T, which func(string) bool) {
	_, _, to := k.parts(into)
	_, _, of := k.parts(&from)
	for i, f := range k.fields {
		if which(f) {
			reflect.ValueOf(to[i]).Elem().Set(reflect.ValueOf(of[i]).Elem())
		}
	}
}

func (k kind[T]) right(tx *db.Tx, project id.Project, v T, changed func(string) bool) error {
	wrong, err := k.check(tx, project, v, changed)
	if err == nil {
		err = fault.InvalidFields(wrong)
	}
	return err
}

func (k kind[T]) still(tx *db.Tx, project id.Project) error {
	if k.remains == nil {
		return nil
	}
	return k.remains(tx, project)
}

// unused is nil if neither this slice nor those above use a setting.
func (k kind[T]) unused(tx *db.Tx, s *Service, project id.Project, thing string) (err error) {
	used := false
	if k.used != nil {
		used, err = k.used(tx, project, thing)
	}
	if err == nil && !used && s.Uses != nil {
		used, err = s.Uses.InUse(tx, k.name, thing)
	}
	if err == nil && used {
		err = errInUse()
	}
	return err
}

// values are v's columns, for the log and for merging.
func (k kind[T]) values(v *T) []any {
	_, _, ptrs := k.parts(v)
	out := make([]any, len(ptrs))
	for i, p := range ptrs {
		out[i] = reflect.ValueOf(p).Elem().Interface()
	}
	return out
}

func (k kind[T]) log(tx *db.Tx, by feed.Actor, project id.Project, thing, what string, version int64, fields []feed.Field) error {
	return feed.Append(tx, by, feed.Change{Stream: stream(project), Thing: feed.Thing{Kind: k.name, ID: thing},
		Kind: what, Version: version, Fields: fields, Audiences: []string{access.Site(project)}})
}

func (k kind[T]) missing() error {
	return fault.New(fault.NotFound, k.name+"-not-found", "there is no such "+k.name)
}

func errInUse() error { return fault.New(fault.Conflict, "in-use", "this is in use") }

func stream(p id.Project) string { return "project:" + string(p) }

// note remembers the conflicts for a repeat of the write.
func note(tx *db.Tx, r merge.Result) {
	for _, c := range r.Conflicts {
		mutation.Conflicts(tx, c.Field)
	}
}
