package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/terms"
	"plumbline/internal/sabotage"
	"plumbline/internal/signin"
)

// Accounts change the caller's own account.
type Accounts interface {
	ChangeAccount(ctx context.Context, c org.Caller, p signin.AccountPatch) (person.Account, error)
}

// Target is where points are taken in, with the rights of the caller.
type Target interface {
	Enter(ctx context.Context, c org.Caller, project id.Project) (Site, error)
}

// Site is a project that the caller may make points on. Each says whether the
// thing is new; what is there already stays as it is.
type Site interface {
	Point(ctx context.Context, p Point) (bool, error)
	Comment(ctx context.Context, point id.Point, c id.Comment, text string) (bool, error)
	Photo(ctx context.Context, point id.Point, photo id.Photo, body io.Reader, taken time.Time) (bool, error)
}

// Point is what a point keeps on its way: the rest is the project's own.
type Point struct {
	ID                   id.Point
	Subject, Description string
	Due                  string
	Urgent               bool
}

// Imported is what became of an archive.
type Imported struct {
	Profile  []string // fields of the account that were set
	Choices  []Choice
	Points   int
	Comments int
	Photos   int
	Known    int            // were there already
	Left     map[string]int // what was left out, by code
}

// Choice is what the person had agreed or objected to elsewhere. It counts for
// nothing here until they say so here: consent is given to somebody.
type Choice struct {
	Purpose string
	Label   string
	Given   bool
}

// Deps are what the slice works with.
type Deps struct {
	DB       *db.DB
	People   *person.Service
	Accounts Accounts
	Target   Target
	Temp     string // private folder for an archive that is being read
	// Suppressed reports whether an address is never to be written to again.
	Suppressed func(tx *db.Tx, email string) (bool, error)
}

// Service is the slice.
type Service struct{ Deps }

// New makes the slice.
func New(d Deps) *Service { return &Service{d} }

// Import takes an archive of another installation into the caller's account
// and, where one is named, what they wrote themselves into a project.
// Repeating it changes nothing more.
func (s *Service) Import(ctx context.Context, c org.Caller, l lang.Locale, project id.Project, body io.Reader) (Imported, error) {
	const op = "intake.Import"
	out := Imported{Profile: []string{}, Choices: []Choice{}, Left: map[string]int{}}
	f, err := os.CreateTemp(s.Temp, "import-*.zip")
	if err != nil {
		return out, fault.Wrap(op, err)
	}
	defer func() {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}()
	size, err := io.Copy(f, io.LimitReader(body, MaxArchive+1))
	if err != nil {
		return out, fault.Wrap(op, err)
	}
	in, err := read(f, size, limited())
	if err != nil {
		return out, err
	}
	if err := s.welcome(ctx, c, in); err != nil {
		return out, fault.Wrap(op, err)
	}
	var site Site
	if project != "" {
		if site, err = s.Target.Enter(ctx, c, project); err != nil {
			return out, fault.Wrap(op, err)
		}
	}
	if sabotage.Off("ACC-2") {
		return out, nil
	}
	if err := s.takeProfile(ctx, c, in, &out); err != nil {
		return out, fault.Wrap(op, err)
	}
	in.choices(l, &out)
	if site == nil {
		return out, nil
	}
	return out, fault.Wrap(op, in.take(ctx, site, project, &out))
}

// welcome refuses an address that is never to be written to again, the
// caller's own and every one in the archive.
func (s *Service) welcome(ctx context.Context, c org.Caller, in *incoming) error {
	if s.Suppressed == nil {
		return nil
	}
	return s.DB.Read(ctx, db.Everyone("the list of suppressed addresses is the operator's"), func(tx *db.Tx) error {
		a, err := s.People.Account(tx, personal.Rights, c.Account)
		if err != nil {
			return err
		}
		all := []string{a.Email}
		for _, table := range []string{"account", "person"} {
			in.rows(table, func(_ string, r row) { all = append(all, r.profile("email")) })
		}
		for _, email := range all {
			if email == "" || len(email) > person.MaxEmail {
				continue
			}
			no, err := s.Suppressed(tx, email)
			if err != nil {
				return err
			}
			if no {
				return fault.New(fault.Denied, "suppressed", "this address asked never to be kept again")
			}
		}
		return nil
	})
}

func (r row) profile(field string) string {
	p, _ := r["profile"].(map[string]any)
	v, _ := p[field].(string)
	return v
}

// takeProfile sets what the person had said of themselves.
func (s *Service) takeProfile(ctx context.Context, c org.Caller, in *incoming, out *Imported) error {
	var p signin.AccountPatch
	in.rows("account", func(_ string, r row) {
		take := func(field string, to **string) {
			if v := r.profile(field); v != "" && *to == nil {
				*to = &v
				out.Profile = append(out.Profile, field)
			}
		}
		take("name", &p.Name)
		take("locale", &p.Locale)
		take("time_zone", &p.TimeZone)
	})
	if len(out.Profile) == 0 {
		return nil
	}
	_, err := s.Accounts.ChangeAccount(ctx, c, p)
	return err
}

// choices lists what the person had chosen, the last word on each purpose.
func (in *incoming) choices(l lang.Locale, out *Imported) {
	last := map[string]int64{}
	said := map[string]bool{}
	in.rows("consent_record", func(_ string, r row) {
		p, at := r.text("purpose"), r.number("at")
		if p != "" && at >= last[p] {
			last[p] = at
			said[p] = r.text("word") == "given" || r.text("word") == "unobjected"
		}
	})
	for _, p := range personal.Purposes() {
		if given, ok := said[string(p)]; ok {
			out.Choices = append(out.Choices, Choice{Purpose: string(p), Label: terms.Purpose(l, p), Given: given})
		}
	}
}

// take puts what the person wrote into a project.
func (in *incoming) take(ctx context.Context, site Site, project id.Project, out *Imported) error {
	points := map[string]id.Point{}
	var err error
	keep := func(fresh bool, e error, n *int) bool {
		switch {
		case e == nil && fresh:
			*n++
		case e == nil:
			out.Known++
		case fault.Is(e, fault.Invalid) || fault.Is(e, fault.Conflict) || fault.Is(e, fault.Unreadable) || fault.Is(e, fault.TooLarge):
			out.Left[fault.CodeOf(e)]++
			return false
		default:
			err = e
			return false
		}
		return true
	}
	in.rows("point", func(who string, r row) {
		if err != nil || r.text("author_id") != who || r.number("deleted_at") != 0 || !id.Valid(r.text("id")) {
			return
		}
		if len(points) >= maxPoints {
			out.Left["too-many-points"]++
			return
		}
		p := Point{ID: derived[id.Point](r.text("id"), project), Subject: r.text("subject"), Description: r.text("description"), Due: r.text("due"), Urgent: r.truth("urgent")}
		fresh, e := site.Point(ctx, p)
		if keep(fresh, e, &out.Points) {
			points[r.text("id")] = p.ID
		}
	})
	each := func(table string, do func(point id.Point, key string, r row)) {
		in.rows(table, func(who string, r row) {
			if err != nil || r.text("author_id") != who || r.text("thing_kind") != "point" || !id.Valid(r.text("id")) {
				return
			}
			if p, ok := points[r.text("thing_id")]; ok {
				do(p, r.text("id"), r)
			} else {
				out.Left["not-on-own-point"]++
			}
		})
	}
	each("comment", func(point id.Point, key string, r row) {
		fresh, e := site.Comment(ctx, point, derived[id.Comment](key, project), r.text("text"))
		keep(fresh, e, &out.Comments)
	})
	each("photo", func(point id.Point, key string, r row) {
		name := r.text("archive_file")
		if in.files[name] == nil {
			out.Left["photo-missing"]++
			return
		}
		body, e := in.open(name, maxPhoto)
		if e != nil {
			keep(false, e, &out.Photos)
			return
		}
		defer func() { _ = body.Close() }()
		var taken time.Time
		if at := r.number("taken_at"); at > 0 {
			taken = time.UnixMicro(at)
		}
		fresh, e := site.Photo(ctx, point, derived[id.Photo](key, project), body, taken)
		keep(fresh, e, &out.Photos)
	})
	return err
}

// derived is the id that a thing gets in a project: the same each time, and
// another in each project.
func derived[T ~string](old string, project id.Project) T {
	sum := sha256.Sum256([]byte(old + " in " + string(project)))
	h := hex.EncodeToString(sum[:])
	variant := "89ab"[sum[31]&3]
	return T(old[:14] + "7" + h[:3] + "-" + string(variant) + h[3:6] + "-" + h[6:18])
}
