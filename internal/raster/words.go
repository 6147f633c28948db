package raster

import (
	"context"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"

	"plumbline/internal/fault"
	"plumbline/internal/raster/photo"
	"plumbline/internal/sandbox"
)

// Word is a piece of text on a page, on one line in one font, and where it
// stands in the page's frame.
type Word struct {
	Text string  `json:"text"`
	X    float64 `json:"x"`
	Y    float64 `json:"y"`
	W    float64 `json:"w"`
	H    float64 `json:"h"`
}

// Limits of what is read of a page.
const (
	maxChars = 60_000 // a page with more is a book, and reading it costs by the square
	maxWords = 4_000
	maxWord  = 80 // characters
)

type wordsArgs struct {
	Cache    string `json:"cache"`
	MaxPages int    `json:"maxPages"`
}

// Words reads the text of all pages of a PDF; a picture has none. A page whose
// text cannot be read, or that has too much of it, comes without.
func (e *Engine) Words(ctx context.Context, file string) ([][]Word, error) {
	in, err := e.input(file, e.c.MaxFile)
	if err != nil {
		return nil, fault.Wrap("raster.Words", err)
	}
	defer func() { _ = in.Close() }()
	var pages [][]Word
	err = e.run(ctx, sandbox.Job{
		Handler: "drawing-words",
		Args:    wordsArgs{Cache: e.c.CacheDir, MaxPages: e.c.MaxPages},
		Files:   []*os.File{in},
		Limits:  e.limits(e.c.InfoTimeout),
	}, &pages)
	return pages, fault.Wrap("raster.Words", err)
}

func drawingWords(t *sandbox.Task) (any, error) {
	var a wordsArgs
	if err := t.Decode(&a); err != nil {
		return nil, err
	}
	in, err := t.File(0)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	if photo.Sniff(data) != photo.Unknown {
		return [][]Word{nil}, nil
	}
	d, err := openPDF(data, a.Cache, t.Limits.Memory)
	if err != nil {
		return nil, err
	}
	n, err := d.count(a.MaxPages)
	if err != nil {
		return nil, err
	}
	pages := make([][]Word, n)
	left := 10 * maxWords // of the whole file
	for i := range pages {
		words, err := d.words(i)
		if fault.Is(err, fault.TooLarge) {
			return nil, err
		}
		if len(words) <= left {
			pages[i] = words
			left -= len(words)
		}
	}
	return pages, nil
}

// words reads the text of page i, from 0.
func (d *pdf) words(i int) ([]Word, error) {
	s, err := d.inst.FPDF_GetPageSizeByIndexF(&requests.FPDF_GetPageSizeByIndexF{Document: d.doc, Index: i})
	if err != nil {
		return nil, d.fault(err)
	}
	p, err := d.inst.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: d.doc, Index: i})
	if err != nil {
		return nil, d.fault(err)
	}
	defer func() { _, _ = d.inst.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: p.Page}) }() // the child ends soon
	page := requests.Page{ByReference: &p.Page}
	if few, err := d.fewChars(page); err != nil || !few {
		return nil, err
	}
	text, err := d.inst.GetPageTextStructured(&requests.GetPageTextStructured{Page: page, Mode: requests.GetPageTextStructuredModeRects})
	if err != nil {
		return nil, d.fault(err)
	}
	frame := Size{Width: points(s.Size.Width), Height: points(s.Size.Height)}
	var out []Word
	for _, r := range text.Rects {
		t := strings.Join(strings.Fields(strings.ToValidUTF8(strings.ReplaceAll(r.Text, "\x00", ""), "")), " ")
		if t == "" || utf8.RuneCountInString(t) > maxWord {
			continue
		}
		at := r.PointPosition
		w, err := d.place(p.Page, frame, at.Left, at.Top, at.Right, at.Bottom)
		if err != nil {
			return nil, err
		}
		if w.Text = t; len(out) == maxWords {
			return nil, nil
		}
		out = append(out, w)
	}
	return out, nil
}

func (d *pdf) fewChars(page requests.Page) (bool, error) {
	t, err := d.inst.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: page})
	if err != nil {
		return false, d.fault(err)
	}
	n, err := d.inst.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: t.TextPage})
	if err != nil {
		return false, d.fault(err)
	}
	_, err = d.inst.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: t.TextPage})
	if err != nil {
		return false, d.fault(err)
	}
	return n.Count <= maxChars, nil
}

// place brings a box of the page into its frame: turned, and without what the
// crop box cuts off.
func (d *pdf) place(page references.FPDF_PAGE, frame Size, left, top, right, bottom float64) (Word, error) {
	const fine = 20 // of a point: the answer is in whole numbers
	var x, y [2]float64
	for i, corner := range [2][2]float64{{left, top}, {right, bottom}} {
		at, err := d.inst.FPDF_PageToDevice(&requests.FPDF_PageToDevice{Page: requests.Page{ByReference: &page},
			SizeX: int(frame.Width * fine), SizeY: int(frame.Height * fine), PageX: corner[0], PageY: corner[1]})
		if err != nil {
			return Word{}, d.fault(err)
		}
		x[i], y[i] = float64(at.DeviceX)/fine, float64(at.DeviceY)/fine
	}
	return Word{X: min(x[0], x[1]), Y: min(y[0], y[1]), W: max(x[0], x[1]) - min(x[0], x[1]), H: max(y[0], y[1]) - min(y[0], y[1])}, nil
}
