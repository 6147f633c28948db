package archive

import (
	"encoding/json"
	"slices"
	"strings"

	"plumbline/internal/consent"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/personal"
	"plumbline/internal/sabotage"
)

// other stands for the id of somebody else.
const other = "other"

// Row is one row of a table: its columns, without what is another's and what
// only proves who the person is. Instants are microseconds since 1970.
type Row map[string]any

// Rows are those of one table.
type Rows struct {
	Table string `json:"table"`
	Rows  []Row  `json:"rows"`
}

// File is a file of the archive.
type File struct {
	Path  string `json:"path"`
	Class string `json:"class" enum:"photo,drawing,report"`
	Table string `json:"table"`
	ID    string `json:"id"`
	Bytes int64  `json:"bytes"`
	SHA   string `json:"sha256"`

	org id.Org
	row Row
}

// section is what is held of one subject.
type section struct {
	who    personal.Who
	v      vault
	tables map[string]*Rows
	files  []File
}

// people are the kinds of things in the log that are people.
func people(kind any) bool {
	k, _ := kind.(string)
	return slices.Contains([]string{"person", "participant", "member", "account"}, k)
}

// section reads everything that is somebody's. mine are all ids of the same
// human.
func (s *Service) section(tx *db.Tx, w personal.Who, mine map[string]bool) (*section, error) {
	sec := &section{who: w, tables: map[string]*Rows{}}
	var err error
	if sec.v, err = s.profile(tx, w); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, h := range s.holdings {
		if h.Kind != w.Kind || sabotage.Off("ACC-1") && h.Table != "person" && h.Table != "account" {
			continue
		}
		err := s.rows(tx, h, w, func(columns []string, values []any) error {
			row, files := s.row(h, w, columns, values, mine, sec.v)
			text, err := json.Marshal(row)
			if err != nil {
				return err
			}
			if key := h.Table + string(text); !seen[key] {
				seen[key] = true
				t := sec.tables[h.Table]
				if t == nil {
					t = &Rows{Table: h.Table}
					sec.tables[h.Table] = t
				}
				t.Rows = append(t.Rows, row)
				sec.files = append(sec.files, files...)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return sec, sec.asked(tx)
}

// asked puts the texts that somebody was asked with, as shown, beside what they
// answered.
func (sec *section) asked(tx *db.Tx) error {
	said := sec.tables["consent_record"]
	if said == nil {
		return nil
	}
	records, err := consent.Records(tx, sec.who)
	if err != nil {
		return err
	}
	for _, r := range said.Rows {
		for _, x := range records {
			if r["id"] == string(x.ID) {
				r["text_shown"] = x.Text
			}
		}
	}
	return nil
}

// row is a row as its subject gets it.
func (s *Service) row(h personal.Holding, w personal.Who, columns []string, values []any, mine map[string]bool, v vault) (Row, []File) {
	raw := map[string]any{}
	for i, c := range columns {
		raw[c] = values[i]
	}
	row := Row{}
	var files []File
	key, _ := raw["id"].(string)
	org, _ := raw["org_id"].(string)
	for c, value := range raw {
		ds := s.declared[h.Table+"."+c]
		switch x := value.(type) {
		case nil:
			continue
		case []byte:
			if (h.Table == "person" || h.Table == "account") && c == "sealed" {
				if len(v.values) > 0 && w.ID == key {
					row["profile"], row["origins"] = v.values, v.origins
				}
			} else if !secret(ds) {
				if plain, ok := s.unsealed(w, id.Org(org), h.Table, c, key, x); ok {
					row[c] = plain
				}
			}
			continue
		case string:
			switch {
			case secret(ds), h.Table == "feed_value" && c == "before": // what a value was may be another's words
				continue
			case s.another(h.Table, c, ds, x, raw, mine):
				row[c] = other
			default:
				row[c] = x
			}
			if class, ok := s.files[h.Table+"."+c]; ok && x != "" {
				f := File{Path: "files/" + class + "/" + key, Class: class, Table: h.Table, ID: key, SHA: x, org: id.Org(org), row: row}
				row["archive_file"] = f.Path
				files = append(files, f)
			}
			continue
		}
		if !secret(ds) {
			row[c] = value
		}
	}
	return row, files
}

// another reports whether a value is the id of somebody else, who is not named
// here. Who received something is: the person may know.
func (s *Service) another(table, column string, ds []personal.Declaration, v string, raw map[string]any, mine map[string]bool) bool {
	link := slices.ContainsFunc(ds, func(d personal.Declaration) bool { return d.Links != "" && !d.Inside })
	switch {
	case !link || v == "" || v == "system" || mine[v]:
		return false
	case column == "thing_id":
		return people(raw["thing_kind"])
	case column == "ref_id":
		return raw["kind"] == "person"
	case column == "recipient_id" && strings.HasPrefix(table, "disclosure"):
		return false
	}
	_, bare, prefixed := strings.Cut(v, ":")
	return !prefixed || !mine[bare]
}
