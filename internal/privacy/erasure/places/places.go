// Package places lists where something of a person stands that only the
// controller can decide on: their name, address or number in free text, their
// photos and drawings; and carries the decision out.
//
// Promises:
//   - Every text of the organisation is looked at, whoever wrote it, the values
//     beside the log too. It is exact (package words): nothing is guessed.
//   - What is kept of a place is where it is, not what stands there.
//   - A redaction replaces the words in the text, in the log's values (their
//     commitments stay) and in the search. A text that was edited since is left
//     alone.
//   - A redaction can be repeated after a restore for Memory; then where the
//     words stood is forgotten too.
package places

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/privacy/erasure/plan"
	"plumbline/internal/privacy/erasure/words"
	"plumbline/internal/sabotage"
	"plumbline/internal/search"
)

// Service is the package. Code gives the code of a former participant, empty
// until they have one.
type Service struct {
	DB      *db.DB
	People  *person.Service
	Code    func(tx *db.Tx, erasure string, p id.Person) (string, error)
	Changed func(tx *db.Tx, by feed.Actor, t Text) error
}

// Memory is for how long a redaction can be repeated: longer than backups are
// kept.
const Memory = 31 * 24 * time.Hour

// textPage is how many texts are read at a time.
const textPage = 2000

// known are the words of the persons of the transaction's organisation. Whose
// key is gone has none any more.
func (s *Service) known(tx *db.Tx, ids []id.Person) ([]id.Person, *words.Finder, error) {
	people, err := s.People.ReadIn(tx, personal.Rights, ids)
	if err != nil {
		return nil, nil, err
	}
	var who []id.Person
	var values []words.Values
	for _, p := range ids {
		if x, ok := people[p]; ok && !x.Limited && x.Name+x.Email != "" {
			who = append(who, p)
			values = append(values, words.Values{Name: x.Name, Email: x.Email, Phone: x.Phone})
		}
	}
	return who, words.New(values), nil
}

// Locate lists the places of an erasure in one organisation: an exact scan of
// every text, whoever wrote it. It may be repeated.
func (s *Service) Locate(ctx context.Context, erasure string, o id.Org, ids []id.Person) error {
	return s.DB.Write(ctx, db.Tenant(o), func(tx *db.Tx) error {
		who, finder, err := s.known(tx, ids)
		if err != nil {
			return err
		}
		for _, p := range who {
			made, err := authored(tx, p)
			if err != nil {
				return err
			}
			for kind, of := range made {
				table := map[string]string{KindPhoto: "photo", KindDocument: "drawing"}[kind]
				for project, n := range of {
					if err := insertPlace(tx, Place{Erasure: erasure, Subject: p, Kind: kind, Count: n,
						Text: Text{Table: table, Column: "author_id", Row: project, Project: project, Kind: "project", Thing: project}}); err != nil {
						return err
					}
				}
			}
		}
		if finder.Empty() {
			return nil
		}
		return everyText(tx, func(t Text) error {
			for i, spans := range finder.Find(t.Text) {
				p := Place{Erasure: erasure, Subject: who[i], Kind: KindText, Text: t, Spans: spans, salt: make([]byte, 16)}
				if _, err := rand.Read(p.salt); err != nil {
					return err
				}
				p.mark = mark(p.salt, t.Text)
				if err := insertPlace(tx, p); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// mark tells later whether a text is still the one that spans were found in.
func mark(salt []byte, text string) []byte {
	h := hmac.New(sha256.New, salt)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// everyText reads every text of the transaction's organisation.
func everyText(tx *db.Tx, each func(Text) error) error {
	for _, x := range sources() {
		for _, column := range x.columns {
			for after := ""; ; {
				all, err := x.texts(tx, column, after, textPage)
				if err != nil {
					return err
				}
				for _, t := range all {
					if err := each(t); err != nil {
						return err
					}
					after = t.Row
				}
				if len(all) < textPage {
					break
				}
			}
		}
	}
	for after := (feed.Value{}); ; {
		all, err := feed.Values(tx, after, textPage)
		if err != nil {
			return err
		}
		for _, v := range all {
			for column, value := range map[string]*string{"before": v.Before, "after": v.After} {
				if text, ok := plain(value); ok {
					if err := each(Text{Table: "feed_value", Column: column, Row: rowOf(v), Kind: "change", Thing: v.Stream, Text: text}); err != nil {
						return err
					}
				}
			}
			after = v
		}
		if len(all) < textPage {
			return nil
		}
	}
}

// plain is the text of a value of the log.
func plain(value *string) (string, bool) {
	var text string
	if value == nil || !strings.HasPrefix(*value, `"`) || json.Unmarshal([]byte(*value), &text) != nil {
		return "", false
	}
	return text, true
}

func rowOf(v feed.Value) string {
	return v.Stream + "#" + strconv.FormatInt(v.Number, 10) + "#" + v.Field
}

func valueAt(tx *db.Tx, row string) (feed.Value, bool, error) {
	part := strings.SplitN(row, "#", 3)
	if len(part) != 3 {
		return feed.Value{}, false, nil
	}
	n, err := strconv.ParseInt(part[1], 10, 64)
	if err != nil {
		return feed.Value{}, false, nil //nolint:nilerr // no such row
	}
	return feed.ValueOf(tx, part[0], n, part[2])
}

// read is what stands in a place now; it reports false where it is gone.
func (p *Place) read(tx *db.Tx) (bool, error) {
	if p.Text.Table == "feed_value" {
		v, ok, err := valueAt(tx, p.Text.Row)
		if err != nil || !ok {
			return false, err
		}
		value := v.Before
		if p.Text.Column == "after" {
			value = v.After
		}
		p.Text.Text, ok = plain(value)
		return ok, nil
	}
	for _, x := range sources() {
		if x.table == p.Text.Table && slices.Contains(x.columns, p.Text.Column) {
			t, ok, err := x.text(tx, p.Text.Column, p.Text.Row)
			p.Text.Text, p.Text.Project, p.Text.Thing = t.Text, t.Project, t.Thing
			return ok, err
		}
	}
	return false, nil
}

// same reports whether the text is still the one that the spans are of.
func (p *Place) same() bool { return hmac.Equal(mark(p.salt, p.Text.Text), p.mark) }

// Count is how many places a plan can name without reading every text: what the
// search finds, and what they made.
func (s *Service) Count(tx *db.Tx, whos []personal.Who) ([]plan.Count, error) {
	ids := plan.PersonsIn(whos, tx.Org())
	people, err := s.People.ReadIn(tx, personal.Rights, ids)
	if err != nil {
		return nil, err
	}
	all, err := projects(tx)
	if err != nil {
		return nil, err
	}
	found := map[string]int{}
	for _, p := range ids {
		for _, project := range all {
			seen := map[search.Hit]bool{}
			for _, text := range []string{people[p].Name, people[p].Email} {
				hits, err := search.Query(tx, project, nil, text, 1000)
				if err != nil {
					return nil, err
				}
				for _, h := range hits {
					seen[h] = true
				}
			}
			found[KindText] += len(seen)
		}
		made, err := authored(tx, p)
		if err != nil {
			return nil, err
		}
		for kind, of := range made {
			for _, n := range of {
				found[kind] += n
			}
		}
	}
	var out []plan.Count
	for _, kind := range []string{KindText, KindPhoto, KindDocument} {
		if found[kind] > 0 {
			out = append(out, plan.Count{Org: tx.Org(), Kind: kind, N: found[kind]})
		}
	}
	return out, nil
}

// Open are those that wait for the controller's decision, after one of them,
// with what stands there. For managers and owners.
func (s *Service) Open(ctx context.Context, g org.Grant, after string, limit int) (out []Place, err error) {
	const op = "places.Open"
	if err := g.Need(policy.ManagePeople); err != nil {
		return nil, fault.Wrap(op, err)
	}
	err = s.DB.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		all, err := openPlaces(tx, after, limit)
		out = all[:0]
		for _, p := range all {
			if p.Kind == KindText {
				there, err := p.read(tx)
				if err != nil {
					return err
				}
				if !there {
					p.State = "gone"
				} else if !p.same() {
					p.Spans = nil // edited since: the reader looks for themselves
				}
			}
			out = append(out, p)
		}
		return err
	})
	return out, fault.Wrap(op, err)
}

// Decisions on a place.
const (
	Redact = "redact" // the words are taken out of the text, the log's values and the search
	Keep   = "keep"
)

// Decide is the controller's decision on a place. A text that was edited since is
// refused ("place-changed") where its words were to be taken out: then they are
// edited by hand, and the place is closed by keeping what stands there.
func (s *Service) Decide(ctx context.Context, g org.Grant, place, decision string) error {
	const op = "places.Decide"
	if err := g.Need(policy.ManagePeople); err != nil {
		return fault.Wrap(op, err)
	}
	if decision != Redact && decision != Keep {
		return fault.InvalidFields([]fault.Field{{Path: "decision", Code: "not-one-of"}})
	}
	redacted := false
	err := s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		p, err := findPlace(tx, place)
		if err != nil || p.State != "open" {
			return err // decided already
		}
		state := "kept"
		if decision == Redact {
			if p.Kind != KindText {
				return fault.New(fault.Conflict, "not-text", "a photo or a document is removed where it stands")
			}
			if state, err = s.redact(tx, g.By(), p); err != nil {
				return err
			}
			redacted = state == "redacted"
		}
		return closePlace(tx, p.ID, state, string(g.Person))
	})
	if err != nil {
		return fault.Wrap(op, err)
	}
	if redacted {
		return fault.Wrap(op, s.DB.Scrub(ctx, "point", "comment", "point_markup", "feed_value", "search_text", "company", "location", "drawing", "sheet", "report", "point_view"))
	}
	return nil
}

// redact takes the words out of one text.
func (s *Service) redact(tx *db.Tx, by feed.Actor, p Place) (state string, err error) {
	there, err := p.read(tx)
	if err != nil {
		return "", err
	}
	if !there {
		return "gone", nil
	}
	if !p.same() {
		return "", fault.New(fault.Conflict, "place-changed", "the text was edited since; edit it by hand")
	}
	code, err := s.Code(tx, p.Erasure, p.Subject)
	if err != nil {
		return "", err
	}
	if code == "" {
		code = "…"
	}
	text, ok := words.Replace(p.Text.Text, p.Spans, "["+code+"]")
	if !ok {
		return "", fault.New(fault.Conflict, "place-changed", "the text was edited since; edit it by hand")
	}
	if err := moveOthers(tx, p, text, len(code)+2); err != nil {
		return "", err
	}
	if p.Text.Table == "feed_value" {
		return "redacted", redactValue(tx, p, text)
	}
	for _, x := range sources() {
		if x.table != p.Text.Table {
			continue
		}
		if err := x.write(tx, &p.Text, text); err != nil {
			return "", err
		}
		if s.Changed != nil && !sabotage.Off("ERA-1.search") {
			return "redacted", s.Changed(tx, by, p.Text)
		}
		return "redacted", nil
	}
	return "gone", nil
}

// moveOthers keeps the places of others in the same text right: their words stand
// elsewhere once these are replaced. What overlaps goes with these.
func moveOthers(tx *db.Tx, p Place, text string, length int) error {
	others, err := placesIn(tx, p.Text)
	if err != nil {
		return err
	}
	for _, o := range others {
		o.Text.Text = p.Text.Text
		if o.ID == p.ID || !o.same() {
			continue
		}
		var spans []words.Span
		for _, s := range o.Spans {
			by, apart := 0, true
			for _, r := range p.Spans {
				apart = apart && (r.To <= s.From || s.To <= r.From)
				if r.To <= s.From {
					by += length - (r.To - r.From)
				}
			}
			if apart {
				spans = append(spans, words.Span{From: s.From + by, To: s.To + by})
			}
		}
		if err := remark(tx, o.ID, spans, mark(o.salt, text)); err != nil {
			return err
		}
	}
	return nil
}

func redactValue(tx *db.Tx, p Place, text string) error {
	v, ok, err := valueAt(tx, p.Text.Row)
	if err != nil || !ok {
		return err
	}
	b, err := json.Marshal(text)
	if err != nil {
		return err
	}
	value := string(b)
	if p.Text.Column == "after" {
		v.After = &value
	} else {
		v.Before = &value
	}
	return feed.Redact(tx, v)
}

// Again redacts again what a restore brought back, in every organisation.
func (s *Service) Again(ctx context.Context) (n int, err error) {
	const op = "places.Again"
	var orgs []id.Org
	if err := s.DB.Read(ctx, db.Everyone("redactions of all tenants are repeated after a restore"), func(tx *db.Tx) (err error) {
		orgs, err = orgsWith(tx, "redacted")
		return err
	}); err != nil {
		return 0, fault.Wrap(op, err)
	}
	for _, o := range orgs {
		err := s.DB.Write(ctx, db.Tenant(o), func(tx *db.Tx) error {
			all, err := redacted(tx)
			if err != nil {
				return err
			}
			for _, p := range all {
				there, err := p.read(tx)
				if err != nil {
					return err
				}
				if !there || !p.same() {
					continue
				}
				if _, err := s.redact(tx, feed.Actor{Person: feed.System, Via: "system"}, p); err != nil {
					return err
				}
				n++
			}
			return nil
		})
		if err != nil {
			return n, fault.Wrap(op, err)
		}
	}
	return n, nil
}

// Forget forgets where words stood that were redacted long ago.
func (s *Service) Forget(ctx context.Context) error {
	return fault.Wrap("places.Forget", s.DB.Write(ctx, db.Everyone("old redactions of all tenants"), func(tx *db.Tx) error {
		return forgetSpans(tx, tx.Now().Add(-Memory).UnixMicro())
	}))
}
