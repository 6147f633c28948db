package demo

import (
	"bytes"
	"fmt"

	"plumbline/internal/demo/floorplan"
	"plumbline/internal/drawing"
	"plumbline/internal/id"
)

// plan is a drawing of the demo: how it was at first, and as it was revised.
type plan struct {
	number, title string
	floor         int
	ducts         bool
	sheet         id.Sheet // once it is there
}

// small is the number of points below which a site has one plan: most of the
// time goes into drawings.
const small = 16

func plans() []*plan {
	return []*plan{
		{number: "A-100", title: floorNames[0], floor: 0},
		{number: "A-101", title: floorNames[1], floor: 1},
		{number: "A-102", title: floorNames[2], floor: 2},
		{number: "M-202", title: "Ventilation, second floor", floor: 2, ducts: true},
	}
}

// upload uploads the first revision of a plan, or the second.
func (f *filler) upload(p *plan, revision string) (drawing.Drawing, error) {
	s := floorplan.Sheet{Number: p.number, Title: p.title, Project: projectName, Place: place, Revision: revision,
		Date: f.Clock.Now().Format("2 Jan 2006"), Made: f.Clock.Now(), Ducts: p.ducts}
	s.Rooms, s.Width, s.Depth, s.AxesX, s.AxesY = floorplan.Building(p.floor)
	if p.sheet == "" {
		s.Rooms = floorplan.Earlier(s.Rooms)
	}
	var b bytes.Buffer
	if err := floorplan.Write(&b, s); err != nil {
		return drawing.Drawing{}, err
	}
	d, _, err := f.Drawings.Upload(f.ctx, f.owner(), drawing.Upload{ID: mk[id.Drawing](f), Name: p.number + " " + p.title + ".pdf", Body: &b,
		Ask: p.sheet != "", Sheet: p.sheet})
	if err != nil {
		return d, err
	}
	return d, f.await(d.Job)
}

func (f *filler) makeDrawings() error {
	f.plans = plans()
	if f.Some > 0 && f.Some < small {
		f.plans = f.plans[:1]
	}
	for _, p := range f.plans {
		d, err := f.upload(p, "1")
		if err != nil {
			return err
		}
		_, sheets, err := f.Drawings.List(f.ctx, f.owner())
		if err != nil {
			return err
		}
		for _, sh := range sheets {
			if sh.Drawing != d.ID {
				continue
			}
			level := f.levels[p.floor]
			_, _, err := f.Drawings.ChangeSheet(f.ctx, f.owner(), sh.ID, sh.Version, drawing.SheetPatch{Number: &p.number, Name: &p.title, Location: &level})
			if err != nil {
				return err
			}
			p.sheet = sh.ID
			if !p.ducts {
				f.sheets = append(f.sheets, sh.ID)
			}
		}
	}
	if len(f.sheets) != min(len(f.plans), len(floorNames)) {
		return fmt.Errorf("%d sheets of %d plans", len(f.sheets), len(f.plans))
	}
	return nil
}

// revise uploads the second revision of a plan; the points on it stay where
// they are in the building.
func (f *filler) revise(p *plan) error {
	d, err := f.upload(p, "2")
	if err != nil {
		return err
	}
	pages, err := f.Drawings.Pages(f.ctx, f.owner(), d.ID)
	if err != nil {
		return err
	}
	if len(pages) != 1 {
		return fmt.Errorf("%d pages of %s wait for their sheet", len(pages), p.number)
	}
	aligning, err := f.Drawings.Place(f.ctx, f.owner(), d.ID, []drawing.Placement{{Page: pages[0].Revision.Page, As: drawing.AsRevision, Sheet: p.sheet, Code: "2"}})
	if err != nil {
		return err
	}
	return f.await(aligning)
}
