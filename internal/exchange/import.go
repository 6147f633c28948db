package exchange

import (
	"bytes"
	"context"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"plumbline/internal/access"
	"plumbline/internal/bcf"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/ical"
	"plumbline/internal/id"
	"plumbline/internal/policy"
)

// What becomes of a topic.
const (
	Fresh   = "new"       // it would be made
	Differs = "changed"   // the point would be changed
	Same    = "unchanged" // nothing of it is new
	Made    = "made"      // it was made
	Updated = "updated"   // the point was changed
	Skipped = "skipped"   // it was not chosen, or could not be taken: the code says why
)

// Outcome is what becomes of one topic of a file. Comments and Photos count those
// that are new.
type Outcome struct {
	GUID, Title, State, Code string
	Point                    id.Point
	Changes                  []Change
	Comments, Photos         int
	Back                     Back
}

// Back is how what a topic changed on a point that was there is taken back: the
// fields as they were, by the names of the API, on the version that has them as
// the file said; so that a field which somebody changed since is a conflict, and
// stays. Comments are never taken back.
type Back struct {
	Base   int64
	Fields map[string]any
	Photos []id.Photo
}

// Change is a field that differs: of subject, description, status, due, urgent.
type Change struct{ Field, Before, After string }

// Import is what becomes of a file.
type Import struct {
	Version  string
	Outcomes []Outcome
	Notes    int // of what was not as it should be in the file
}

// ImportBCF makes points of topics, and brings those that are there up to what the
// file says; of all, where none is chosen. A look changes nothing. What the file
// does not say stays as it is, and nothing is deleted.
func (s *Service) ImportBCF(ctx context.Context, g access.Grant, body io.Reader, chosen []string, look bool) (Import, error) {
	const op = "exchange.ImportBCF"
	if err := policy.May(g.Level, policy.ManageSettings); err != nil {
		return Import{}, err
	}
	f, size, err := s.take(body, MaxBCF)
	if err != nil {
		return Import{}, fault.Wrap(op, err)
	}
	defer func() { _ = f.Close() }()
	file, err := bcf.Read(f, size)
	if err != nil {
		return Import{}, fault.Wrap(op, err)
	}
	if len(file.Topics) > MostPoints {
		return Import{}, fault.New(fault.TooLarge, "too-many-points", "a file holds up to 1,000 topics")
	}
	out := Import{Version: file.Version, Notes: len(file.Notes), Outcomes: make([]Outcome, len(file.Topics))}
	called, err := s.called(ctx, g)
	if err != nil {
		return Import{}, fault.Wrap(op, err)
	}
	known, err := s.known(ctx, g, file.Topics, called)
	if err != nil {
		return Import{}, fault.Wrap(op, err)
	}
	statuses, err := s.house.Statuses(ctx, g)
	if err != nil {
		return Import{}, fault.Wrap(op, err)
	}
	twice := map[id.Point]bool{}
	for i := range file.Topics {
		p := planned(g.Project, &file.Topics[i], known, called, statuses)
		switch {
		case twice[p.Point]:
			p.State, p.Code = Skipped, "topic-twice"
		case p.State == Same:
		case len(chosen) > 0 && !slices.Contains(chosen, p.GUID):
			p.State, p.Code = Skipped, "not-chosen"
		case !look:
			if err := s.bring(ctx, g, p); err != nil {
				return out, fault.Wrap(op, err)
			}
		}
		twice[p.Point] = true
		out.Outcomes[i] = p.Outcome
	}
	return out, nil
}

// called finds things by what they were called where they came from.
func (s *Service) called(ctx context.Context, g access.Grant) (map[string]string, error) {
	out := map[string]string{}
	err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		all, err := kept(tx, g.Project)
		for thing, guid := range all {
			out[guid] = thing
		}
		return err
	})
	return out, err
}

func (s *Service) known(ctx context.Context, g access.Grant, topics []bcf.Topic, called map[string]string) (map[id.Point]Current, error) {
	var ask []id.Point
	for i := range topics {
		ask = append(ask, pointID(g.Project, &topics[i]))
		guid := strings.ToLower(topics[i].GUID)
		if here := called[guid]; here != "" {
			ask = append(ask, id.Point(here))
		}
		if own := id.Point(guid); id.Valid(own) {
			ask = append(ask, own)
		}
	}
	return s.house.Known(ctx, g, ask)
}

func pointID(project id.Project, t *bcf.Topic) id.Point {
	at, _ := bcf.Time(t.Created.Date)
	return derive[id.Point](at, "topic", string(project), strings.ToLower(t.GUID))
}

// plan is a topic, and what is to be done with it.
type plan struct {
	Outcome
	topic  *bcf.Topic
	base   int64
	edit   Edit
	was    map[string]any
	words  []words
	photos []picture
}

type words struct {
	id         id.Comment
	guid, text string
}

// planned compares a topic with what is there. It is pure.
func planned(project id.Project, t *bcf.Topic, known map[id.Point]Current, called map[string]string, statuses []string) *plan {
	p := &plan{topic: t, Outcome: Outcome{GUID: t.GUID, Title: subject(t), State: Fresh, Point: pointID(project, t)}}
	// As it came in, as it was made of this very file, or as it left from here.
	guid := strings.ToLower(t.GUID)
	var now Current
	var here bool
	for _, which := range []id.Point{id.Point(called[guid]), p.Point, id.Point(guid)} {
		if now, here = known[which]; here {
			p.Point = which
			break
		}
	}
	if here {
		p.State, p.base = Same, now.Version
		p.compare(t, now, statuses)
	}
	for _, c := range texts(t) {
		at, _ := bcf.Time(c.Created.Date)
		guid := strings.ToLower(c.GUID)
		which := derive[id.Comment](at, "comment", string(p.Point), guid)
		if now.Comments[guid] || now.Comments[called[guid]] || now.Comments[string(which)] {
			continue
		}
		text := c.Text
		if !at.IsZero() {
			text = at.Format(time.DateOnly) + ": " + text
		}
		p.words = append(p.words, words{which, guid, cut(text, 10_000)})
	}
	for _, pic := range pictures(t) {
		pic.id = derive[id.Photo](time.Time{}, "photo", string(p.Point), pic.guid)
		if !now.Photos[pic.guid] && !now.Photos[called[pic.guid]] && !now.Photos[string(pic.id)] {
			p.photos = append(p.photos, pic)
		}
	}
	p.Comments, p.Photos = len(p.words), len(p.photos)
	if here && len(p.Changes)+p.Comments+p.Photos > 0 {
		p.State = Differs
	}
	return p
}

func (p *plan) compare(t *bcf.Topic, now Current, statuses []string) {
	p.was = map[string]any{}
	set := func(field, before, after string, to **string, name string, was any) {
		if after != "" && bare(after) != bare(before) {
			p.Changes, *to = append(p.Changes, Change{field, before, after}), &after
			p.was[name] = was
		}
	}
	if strings.TrimSpace(t.Title) != "" {
		set("subject", cut(ical.OneLine(now.Subject), 200), p.Title, &p.edit.Subject, "subject", now.Subject)
	}
	set("description", plain(now.Description), described(t), &p.edit.Description, "description", now.Description)
	for _, name := range statuses {
		if strings.EqualFold(name, t.Status) && !strings.EqualFold(name, now.Status) {
			set("status", now.Status, name, &p.edit.Status, "status_id", now.StatusID)
			break
		}
	}
	var due any // null: none
	if now.Due != "" {
		due = now.Due
	}
	set("due", now.Due, day(t.Due), &p.edit.Due, "due", due)
	if u := urgent(t.Priority); t.Priority != "" && u != now.Urgent {
		p.edit.Urgent, p.was["urgent"] = &u, now.Urgent
		p.Changes = append(p.Changes, Change{"urgent", strconv.FormatBool(now.Urgent), strconv.FormatBool(u)})
	}
}

// bring does what is planned. What a rule forbids is said of the topic; only a
// failure of ours ends the whole.
func (s *Service) bring(ctx context.Context, g access.Grant, p *plan) error {
	var err error
	done := Updated
	if p.State == Fresh {
		done = Made
		_, err = s.house.Make(ctx, g, New{ID: p.Point, Subject: p.Title, Description: described(p.topic),
			Status: p.topic.Status, Due: day(p.topic.Due), Urgent: urgent(p.topic.Priority)})
	} else if len(p.Changes) > 0 {
		p.Back.Fields = p.was
		p.Back.Base, err = s.house.Change(ctx, g, p.Point, p.base, p.edit)
	}
	if err != nil {
		p.Back = Back{}
		return p.refused(err)
	}
	names := map[string]string{}
	if done == Made {
		names[string(p.Point)] = strings.ToLower(p.GUID)
	}
	p.State = done
	for _, c := range p.words {
		if err := s.house.Comment(ctx, g, p.Point, c.id, c.text); err != nil {
			p.Comments--
			if err := p.refused(err); err != nil {
				return err
			}
			p.State = done // the point is there without it
			continue
		}
		names[string(c.id)] = c.guid
	}
	for _, pic := range p.photos {
		b, err := pic.content.Read(32 << 20)
		if err == nil {
			err = s.house.AddPhoto(ctx, g, p.Point, pic.id, bytes.NewReader(b))
		}
		if err != nil {
			p.Photos--
			if err := p.refused(err); err != nil {
				return err
			}
			p.State = done
			continue
		}
		names[string(pic.id)] = pic.guid
		if done == Updated {
			p.Back.Photos = append(p.Back.Photos, pic.id)
		}
	}
	return s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		for thing, guid := range names {
			if !guids.MatchString(guid) { // what is none is not given out again
				continue
			}
			if err := keep(tx, g.Project, thing, guid); err != nil {
				return err
			}
		}
		return nil
	})
}

var guids = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// refused keeps why something of a topic was not taken; what is our own fault goes on.
func (o *Outcome) refused(err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind == fault.Other || f.Kind == fault.Unavailable {
		return err
	}
	o.State, o.Code = Skipped, f.Code
	return nil
}

func subject(t *bcf.Topic) string {
	if s := cut(ical.OneLine(t.Title), 200); s != "" {
		return s
	}
	return t.GUID
}

func cut(s string, most int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// plain is a text as it comes through XML: without control characters, its lines
// ended in one way.
func plain(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, s))
}

// bare is what of a text survives every program: what XML cannot hold leaves as a
// replacement, or not at all.
func bare(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !unicode.IsSpace(r) || r == utf8.RuneError || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, s)), " ")
}

func described(t *bcf.Topic) string { return cut(plain(t.Description), 10_000) }

func day(date string) string {
	if at, ok := bcf.Time(date); ok {
		return at.Format(time.DateOnly)
	}
	return ""
}

func urgent(priority string) bool {
	p := strings.ToLower(priority)
	return slices.ContainsFunc([]string{"urgent", "critical", "high", "hoog", "dringend", "haut", "høj", "hoch", "haste"}, func(w string) bool { return strings.Contains(p, w) })
}

// texts are the comments that say something.
func texts(t *bcf.Topic) []bcf.Comment {
	var out []bcf.Comment
	for _, c := range t.Comments {
		if strings.TrimSpace(c.Text) != "" && len(out) < 500 {
			out = append(out, c)
		}
	}
	return out
}

type picture struct {
	id      id.Photo
	guid    string
	content bcf.Content
}

// pictures are the snapshots, so many as a point has photos.
func pictures(t *bcf.Topic) []picture {
	var out []picture
	for _, v := range t.Viewpoints {
		for _, c := range t.Files {
			if v.Snapshot != "" && c.Name == v.Snapshot && len(out) < maxPhotos {
				out = append(out, picture{guid: strings.ToLower(v.GUID), content: c})
			}
		}
	}
	return out
}
