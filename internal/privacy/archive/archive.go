package archive

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"plumbline/internal/blob"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/person"
	"plumbline/internal/personal"
)

// Keys open what is sealed.
type Keys interface {
	Open(b crypt.Bind, sealed []byte) ([]byte, error)
}

// Files opens stored files.
type Files interface {
	Open(ctx context.Context, org id.Org, sha string) (blob.Reader, error)
}

// Known is what only the slices above know.
type Known interface {
	// Controller is who decides over an organisation's data, and how to reach
	// them.
	Controller(ctx context.Context, org id.Org) (name string, contact Contact, err error)
	// Teams are the projects that a person is on, with those whom they may see
	// there.
	Teams(ctx context.Context, org id.Org, p id.Person) ([]Team, error)
	// Names are what recipients are called, in a language; of who is not known
	// any more nothing.
	Names(ctx context.Context, l lang.Locale, org id.Org, all []Party) (map[Party]string, error)
}

// Party is a recipient as the ledger names it.
type Party struct{ Kind, ID string }

// Contact is where people write to.
type Contact struct {
	Email string `json:"email,omitempty"`
	Post  string `json:"post,omitempty"`
}

// Team is a project and who is seen there.
type Team struct {
	Project id.Project `json:"project_id"`
	Name    string     `json:"project"`
	People  []string   `json:"people"`
}

// Deps are what the slice works with.
type Deps struct {
	DB           *db.DB
	People       *person.Service
	Keys         Keys
	Files        Files
	Known        Known
	Declarations []personal.Declaration
	Classes      []personal.FileClass
	Operator     func() personal.Operator
	Processors   func() []personal.DataProcessor
	Version      string
}

// Service is the slice.
type Service struct {
	Deps
	holdings []personal.Holding
	declared map[string][]personal.Declaration // by table.column
	tenant   map[string]bool                   // tables with org_id
	files    map[string]string                 // table.column → class
}

// left are the tables and columns that no archive holds, and why.
func left() map[string]string {
	return map[string]string{
		"feed_delivery": "the numbers under which devices were told of changes; the changes themselves are in it",
		"feed_audience": "how many changes somebody was told of: a number",
		"feed_stream":   "how many changes there are: a number",
		"erasure.plan":  "what an erasure would do, which was shown before it was asked for",
		"search_text":   "words of texts that are in it themselves",
		"search_doc":    "says which texts can be found; they are in it themselves",
	}
}

// New makes the slice.
func New(d Deps) *Service {
	s := &Service{Deps: d, declared: map[string][]personal.Declaration{}, tenant: map[string]bool{}, files: map[string]string{}}
	for _, x := range d.Declarations {
		s.declared[x.Table+"."+x.Column] = append(s.declared[x.Table+"."+x.Column], x)
		if x.Column == "org_id" {
			s.tenant[x.Table] = true
		}
	}
	for _, h := range personal.Holdings(d.Declarations) {
		_, table := left()[h.Table]
		if _, link := left()[h.Name()]; !table && !link {
			s.holdings = append(s.holdings, h)
		}
	}
	for _, c := range d.Classes {
		if c.Name == "thumbnail" || c.Name == "tiles" { // smaller copies of what is there whole
			continue
		}
		for _, column := range c.Columns {
			s.files[column] = c.Name
		}
	}
	return s
}

// Subjects are the account and its persons, those too that are denied to
// everybody else.
func (s *Service) Subjects(ctx context.Context, a id.Account) ([]personal.Who, error) {
	all := []personal.Who{personal.OfAccount(a)}
	err := s.DB.Read(ctx, db.Everyone("an account's persons, over all organisations"), func(tx *db.Tx) error {
		refs, err := person.AllOfAccount(tx, a)
		all = all[:1]
		for _, r := range refs {
			all = append(all, personal.OfPerson(r.Org, r.Person))
		}
		return err
	})
	return all, fault.Wrap("archive.Subjects", err)
}

func scope(w personal.Who) db.Scope {
	if w.Org != "" {
		return db.Tenant(w.Org)
	}
	return db.Everyone("what an account did stands in its own rows, of no tenant")
}

// owner is whose key seals the values of somebody.
func owner(w personal.Who) crypt.Owner {
	if w.Kind == personal.AccountKind {
		return crypt.AccountOwner(id.Account(w.ID))
	}
	return crypt.PersonOwner(id.Person(w.ID))
}

// unsealed opens a value that is sealed under somebody's key in a row; false
// where it is not theirs to open.
func (s *Service) unsealed(w personal.Who, org id.Org, table, column, row string, sealed []byte) (any, bool) {
	for _, r := range []string{row, w.ID, ""} {
		plain, err := s.Keys.Open(crypt.Bind{Owner: owner(w), Org: org, Table: table, Column: column, Row: r}, sealed)
		if err != nil {
			continue
		}
		var v any
		if json.Unmarshal(plain, &v) == nil {
			return v, true
		}
		return string(plain), true
	}
	return nil, false
}

// vault is the sealed profile of somebody, field by field, and the origins of
// the fields.
type vault struct {
	values  map[string]string
	origins person.Origins
	version int64
	limited bool
}

// profile reads who somebody is, to tell them.
func (s *Service) profile(tx *db.Tx, w personal.Who) (v vault, err error) {
	if w.Kind == personal.AccountKind {
		a, err := s.People.Account(tx, personal.Rights, id.Account(w.ID))
		v.values = map[string]string{"name": a.Name, "email": a.Email, "locale": a.Locale, "time_zone": a.TimeZone}
		v.version, v.limited = a.Version, a.Limited
		return v, err
	}
	all, err := s.People.ReadIn(tx, personal.Rights, []id.Person{id.Person(w.ID)})
	p := all[id.Person(w.ID)]
	v.values = map[string]string{"name": p.Name, "email": p.Email, "phone": p.Phone, "function": p.Function, "locale": p.Locale}
	v.origins, v.version, v.limited = p.Origins, p.Version, p.Limited
	return v, err
}

func micros(us int64) string {
	if us == 0 {
		return ""
	}
	return time.UnixMicro(us).UTC().Format(time.RFC3339)
}

// secret reports whether a column only proves who somebody is.
func secret(ds []personal.Declaration) bool {
	return slices.ContainsFunc(ds, func(d personal.Declaration) bool {
		return d.Personal() && (d.Category == personal.Credential || d.StoredIn == personal.Hashed)
	})
}
