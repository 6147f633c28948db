package demo

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/demo/floorplan"
	"plumbline/internal/demo/sitephoto"
	"plumbline/internal/id"
	"plumbline/internal/point"
	"plumbline/internal/point/fields"
)

// Points is how many points the site has.
const Points = 400

// count is how many this filling makes.
func (f *filler) count() int {
	if f.Some > 0 {
		return f.Some
	}
	return Points
}

// act is something that somebody does at a time.
type act struct {
	at time.Time
	do func() error
}

// story is one point's life.
type story struct {
	f       *filler
	id      id.Point
	room    floorplan.Room
	floor   int
	what    placed
	author  int
	charge  int // who does the work
	created time.Time
	list    int

	pin   fields.Pin
	taken id.Photo       // the last photo of it
	spot  sitephoto.Spot // where on that to look
}

// The statuses that a project is furnished with, in their order.
const (
	open = iota
	progress
	review
	closed
)

func (f *filler) makePoints() error {
	if len(f.statuses) <= closed || !f.statuses[closed].ManagersOnly || !f.statuses[closed].Closes {
		return fmt.Errorf("the project's statuses are not those the demo tells its story with")
	}
	var acts []act
	span := f.end.Sub(f.Clock.Now()) - 36*time.Hour
	n := f.count()
	for i, p := range f.plans {
		at := f.workday(f.Clock.Now().Add(span/2 + time.Duration(i*30)*time.Hour))
		acts = append(acts, act{at, func() error { return f.revise(p) }})
	}
	for i := range n {
		s := f.newStory(f.Clock.Now().Add(span * time.Duration(i) / time.Duration(n)))
		acts = append(acts, s.acts(i)...)
	}
	acts = append(acts, f.works.acts()...)
	slices.SortStableFunc(acts, func(a, b act) int { return cmp.Compare(a.at.UnixMicro(), b.at.UnixMicro()) })
	for i, a := range acts {
		if a.at.After(f.end) {
			break
		}
		f.at(a.at)
		if err := a.do(); err != nil {
			return fmt.Errorf("act %d at %s: %w", i, a.at.Format(time.DateTime), err)
		}
		if (i+1)%2000 == 0 {
			f.Say(fmt.Sprintf("points: %d %% of what happened to them", 100*(i+1)/len(acts)))
		}
	}
	return nil
}

// workday moves t into working hours: 7 to 15 UTC, Monday to Friday.
func (f *filler) workday(t time.Time) time.Time {
	for t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
		t = t.Add(24 * time.Hour)
	}
	day := t.Truncate(24 * time.Hour)
	return day.Add(7*time.Hour + time.Duration(f.rng.IntN(8*3600))*time.Second)
}

func (f *filler) newStory(near time.Time) *story {
	s := &story{f: f, created: f.workday(near)}
	// more on the upper floors, where the work is
	s.floor = min([]int{0, 1, 1, 2, 2, 2}[f.rng.IntN(6)], len(f.sheets)-1)
	rooms := f.floors[s.floor]
	s.room = rooms[f.rng.IntN(len(rooms))]
	s.list = []int{snags, snags, snags, snags, snags, snags, safety, safety, client}[f.rng.IntN(9)]
	remarks, authors := f.remarks[s.list], listPlans[s.list].authors
	s.what = remarks[f.rng.IntN(len(remarks))]
	s.author = authors[f.rng.IntN(len(authors))]
	able := workers[s.what.company]
	if listPlans[s.list].closed != nil {
		able = []int{pieter} // whoever does the work does not know of the list
	}
	s.charge = able[f.rng.IntN(len(able))]
	return s
}

func (s *story) acts(n int) []act {
	f := s.f
	acts := []act{{s.created, s.create}}
	for k := range f.photosOf(n) {
		acts = append(acts, act{s.created.Add(time.Duration(20+k) * time.Second), func() error { return s.photo(s.author, uint64(n+k)) }})
		if k == 0 {
			acts = append(acts, s.drawn(n)...)
		}
	}
	if f.rng.IntN(5) == 0 {
		acts = append(acts, act{f.workday(s.created.Add(24 * time.Hour)), s.says(1, statusOpen)})
	}
	if f.rng.IntN(7) == 0 { // stays as it is
		return acts
	}
	at := f.workday(s.created.Add(time.Duration(1+f.rng.IntN(6)) * 24 * time.Hour))
	acts = append(acts, act{at, s.becomes(s.charge, progress)})
	if f.rng.IntN(2) == 0 {
		acts = append(acts, act{at.Add(time.Minute), s.says(s.charge, statusProgress)})
	}
	at = f.workday(at.Add(time.Duration(2+f.rng.IntN(9)) * 24 * time.Hour))
	acts = append(acts, act{at, s.becomes(s.charge, review)})
	if f.rng.IntN(3) != 0 {
		acts = append(acts, act{at.Add(2 * time.Minute), s.says(s.charge, statusReview)})
	}
	if n%9 == 4 && f.Photos == 0 {
		acts = append(acts, act{at.Add(3 * time.Minute), func() error { return s.photo(s.charge, uint64(n)+1000) }})
	}
	at = f.workday(at.Add(time.Duration(1+f.rng.IntN(5)) * 24 * time.Hour))
	closer := f.rng.IntN(2)
	acts = append(acts, act{at, s.becomes(closer, closed)})
	if f.rng.IntN(3) == 0 {
		acts = append(acts, act{at.Add(time.Minute), s.says(closer, statusClosed)})
	}
	return acts
}

func (s *story) create() error {
	f := s.f
	s.id = mk[id.Point](f)
	x, y := s.room.At(0.15+0.7*f.rng.Float64(), 0.15+0.7*f.rng.Float64())
	s.pin = fields.Pin{Sheet: f.sheets[s.floor], X: x, Y: y}
	v := fields.Values{Subject: s.what.subject, Description: s.what.text, Category: s.what.category, Location: f.rooms[s.room.Code],
		Urgent: f.rng.IntN(11) == 0, Pin: &s.pin}
	if listPlans[s.list].closed == nil {
		v.InCharge = []fields.Charge{{Kind: fields.Company, ID: string(f.companies[s.what.company])}}
	}
	if len(v.InCharge) == 0 || f.rng.IntN(3) == 0 {
		v.InCharge = append(v.InCharge, fields.Charge{Kind: fields.Person, ID: string(f.people[s.charge])})
	}
	if f.rng.IntN(6) != 0 {
		v.Due = s.created.AddDate(0, 0, 7+f.rng.IntN(21)).Format(time.DateOnly)
	}
	_, _, err := f.Points.Create(f.ctx, f.grants[s.author], point.Draft{ID: s.id, List: f.lists[s.list], Values: v})
	return err
}

func (s *story) photo(by int, seed uint64) error {
	shot, err := s.f.picture(picture{s.what.photo, seed % variants})
	if err != nil {
		return err
	}
	s.taken, s.spot = mk[id.Photo](s.f), shot.spot
	_, _, err = s.f.Points.AddPhoto(s.f.ctx, s.f.grants[by], s.id, s.taken, bytes.NewReader(shot.jpeg), s.f.Clock.Now())
	return err
}

// variants is how many photos are painted of one subject.
const variants = 5

type picture struct {
	of   sitephoto.Subject
	seed uint64
}

type shot struct {
	jpeg []byte
	spot sitephoto.Spot
}

func (f *filler) picture(p picture) (shot, error) {
	have, ok := f.pictures[p]
	if ok {
		return have, nil
	}
	var err error
	have.jpeg, have.spot, err = sitephoto.JPEG(p.of, p.seed)
	f.pictures[p] = have
	return have, err
}

// photosOf is how many photos the n-th point has from the start.
func (f *filler) photosOf(n int) int {
	if f.Photos != 0 {
		all := f.count()
		return max(f.Photos, 0)*(n+1)/all - max(f.Photos, 0)*n/all
	}
	if n%5 < 2 {
		return 1
	}
	return 0
}

func (s *story) says(by, when int) func() error {
	texts := commentPlans[when]
	text := texts[s.f.rng.IntN(len(texts))]
	return func() error {
		_, _, err := s.f.Points.Comment(s.f.ctx, s.f.grants[by], s.id, mk[id.Comment](s.f), text)
		return err
	}
}

// becomes gives the point a status.
func (s *story) becomes(by, status int) func() error {
	return func() error {
		f := s.f
		p, err := f.Points.Get(f.ctx, f.grants[0], s.id)
		if err != nil {
			return err
		}
		patch := fields.Patch{Fields: []fields.Field{fields.Status}}
		patch.Status = f.statuses[status].ID
		_, conflicts, err := f.Points.Change(f.ctx, s.who(by), s.id, p.Version, patch)
		if err == nil && len(conflicts) > 0 {
			err = fmt.Errorf("a conflict where nobody else works")
		}
		return err
	}
}

func (s *story) who(by int) access.Grant { return s.f.grants[by] }
