package report

import (
	"context"
	"image"
	"io"
	"net/url"
	"os"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/disclosure"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/lang"
	"plumbline/internal/media"
	"plumbline/internal/report/content"
	"plumbline/internal/report/layout"
	"plumbline/internal/report/style"
)

// matter is what all reports of one job are made of.
type matter struct {
	content.Matter
	g    access.Grant
	logo []byte
}

// make makes the reports of one job, which ask for the same.
func (s *Service) make(ctx context.Context, run *job.Run, g access.Grant, all []Report) error {
	m := matter{g: g, Matter: content.Matter{Made: s.db.Clock().Now()}}
	var err error
	if m.Look, m.logo, err = s.styles.Of(ctx, g.Scope()); err != nil {
		return err
	}
	most := MostPoints
	for i := range all {
		if all[i].Format == XLSX && len(all) == 1 {
			most = MostRows
		}
	}
	if m.Site, m.Items, err = s.source.Gather(ctx, g, sorted(all[0].Query, m.Look), most+1); err != nil {
		return err
	}
	if err := within(all, m.Items, most); err != nil {
		return err
	}
	var held []media.Held
	defer func() { s.files.Release(ctx, held...) }()
	for i := range all {
		h, err := s.one(ctx, m, &all[i], func(done, total int) {
			_ = run.Progress(i*total+done, len(all)*total) // a lost lease shows in Commit
		})
		if err != nil {
			return err
		}
		held = media.Join(held, h)
	}
	return run.Commit(func(tx *db.Tx) error {
		kept := 0
		for i := range all {
			now, ok, err := locked(tx, all[i].Project, all[i].ID)
			if err != nil {
				return err
			}
			if !ok || now.Job != run.ID {
				continue // deleted meanwhile, or to be made anew by a later job
			}
			kept++
			if err := s.files.Keep(tx, held[i]); err != nil {
				return err
			}
			if err := keepNamed(tx, all[i].ID, all[i].Author, m.Site); err != nil {
				return err
			}
			if err := keepLists(tx, all[i].ID, m.Items); err != nil {
				return err
			}
			if err := s.finish(tx, all[i]); err != nil {
				return err
			}
		}
		if kept == 0 {
			return nil
		}
		return disclosure.Record(tx, named(g, all[0].Author, m.Site)...)
	})
}

// sorted is a query with the organisation's order where it names none.
func sorted(query string, look style.Style) string {
	q, err := url.ParseQuery(query)
	if err != nil || look.Sort == "" || q.Get("sort") != "" {
		return query
	}
	q.Set("sort", look.Sort)
	if look.Desc {
		q.Set("order", "desc")
	}
	return q.Encode()
}

func within(all []Report, items []Item, most int) error {
	if len(items) > most {
		return fault.New(fault.TooLarge, "too-many-points", "a report holds at most 20,000 points, a spreadsheet alone 100,000; narrow the filter")
	}
	pictures := 0
	for i := range items {
		if all[0].Photos {
			pictures += len(items[i].Photos)
		}
		if all[0].Plans && items[i].Sheet != "" {
			pictures++
		}
	}
	for i := range all {
		if all[i].Format == PDF && pictures > MostPictures {
			return fault.New(fault.TooLarge, "too-many-pictures", "a PDF holds at most 8,000 pictures; narrow the filter, or leave photos or plans out")
		}
	}
	return nil
}

// one makes the file of a report and says in r what became of it.
func (s *Service) one(ctx context.Context, m matter, r *Report, progress func(done, total int)) (held media.Held, err error) {
	const op = "report.one"
	zone, err := time.LoadLocation(r.Zone)
	if err != nil {
		return held, fault.New(fault.Invalid, "unknown-zone", "the time zone is not known").Because(err)
	}
	who := content.Reader{Locale: lang.Match(r.Locale), Zone: zone}
	asked := content.Asked{Project: r.Project, Title: r.Title, Query: r.Query, Author: r.Author, Photos: r.Photos}
	f, err := os.CreateTemp(s.temp, "report-*")
	if err != nil {
		return held, fault.Wrap(op, err)
	}
	defer func() {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}()
	var res layout.Result
	if r.Format == XLSX {
		if res.Missing, err = content.Book(ctx, f, s.base, m.Matter, asked, who, func(ctx context.Context, ph id.Photo) ([]byte, error) { return s.source.Thumb(ctx, m.g, ph) }, progress); err != nil {
			return held, fault.Wrap(op, err)
		}
	} else {
		doc := content.Compose(who, r.Title, m.Made, r.Author, r.Query, m.Look, m.Site, m.Items)
		doc.Style.Logo = m.logo
		if doc.Data, err = content.Data(m.Matter, asked, who); err != nil {
			return held, fault.Wrap(op, err)
		}
		s.pictures(ctx, m, r, who, doc)
		if res, err = layout.Write(ctx, f, doc, progress); err != nil {
			return held, fault.Wrap(op, err)
		}
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return held, fault.Wrap(op, err)
	}
	if held, err = s.files.Hold(ctx, m.g.Org, f); err != nil {
		return held, err
	}
	r.State, r.Points, r.Pages = Ready, int64(len(m.Items)), int64(res.Pages)
	r.Replaced, r.Missing, r.Bytes, r.file = int64(res.Replaced), int64(res.Missing), held.Bytes, held.SHA
	return held, nil
}

// pictures hangs the loaders of photos and plan cut-outs onto the document's
// points, which stand in the order of m.Items.
func (s *Service) pictures(ctx context.Context, m matter, r *Report, who content.Reader, doc *layout.Document) {
	v := who.Voice()
	for i := range m.Items {
		it, p := &m.Items[i], &doc.Points[i]
		if r.Photos && m.Look.Shows("photos") {
			for _, ph := range it.Photos {
				p.Photos = append(p.Photos, layout.Photo{Caption: v.Instant(ph.At), Width: ph.Width, Height: ph.Height,
					Load: func() ([]byte, error) { return s.source.Thumb(ctx, m.g, ph.ID) }})
			}
		}
		if r.Plans && it.Sheet != "" && m.Look.Shows("plan") {
			c := &layout.Cutout{Caption: m.Site.Sheets[it.Sheet], X: 0.5, Y: 0.5}
			c.Load = func() (image.Image, error) {
				img, x, y, err := s.source.Cutout(ctx, m.g, it.ID, it.Sheet, it.PinX, it.PinY, layout.PlanAspect, cutoutPx)
				c.X, c.Y = x, y
				return img, err
			}
			p.Plan = c
		}
	}
}
