package raster

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"io"
	"math"
	"reflect"
	"runtime/debug"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"plumbline/internal/fault"
	"plumbline/internal/raster/pyramid"
)

// Flags and formats of PDFium that go-pdfium does not name for this use.
const (
	drawAnnotations = 0x01 // FPDF_ANNOT: marks and stamps, but no form fields
	wasmPage        = 1 << 16
	formatBGRx      = enums.FPDF_BITMAP_FORMAT_BGRX
)

// pdf is an open document, in the child. It lives as long as the child: there
// is no close.
type pdf struct {
	inst   pdfium.Pdfium
	memory api.Memory // of WebAssembly; nil if unknown
	limit  int64
	doc    references.FPDF_DOCUMENT
	page   references.FPDF_PAGE
	bitmap references.FPDF_BITMAP
}

// openPDF starts PDFium and opens a document. Limit is the resident memory
// that the child may take in all; PDFium gets all but an eighth of it.
func openPDF(data []byte, cacheDir string, limit int64) (*pdf, error) {
	// The header may stand a little way in (ISO 32000-1, annex H, note 13).
	if !bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")) {
		return nil, fault.New(fault.Unsupported, "unsupported-format", "only PDF, PNG, JPEG, TIFF and HEIC drawings are taken")
	}
	most := uint32(max(min(limit/8*7, 2<<30)/wasmPage, 512)) //nolint:gosec // at most 2 GiB; PDFium starts with 18 MiB
	config := wazero.NewRuntimeConfigCompiler().WithMemoryLimitPages(most)
	if cacheDir != "" {
		// A cache that does not work costs time only.
		if cache, err := wazero.NewCompilationCacheWithDir(cacheDir); err == nil {
			config = config.WithCompilationCache(cache)
		}
	}
	pool, err := webassembly.Init(webassembly.Config{
		MinIdle: 0, MaxIdle: 1, MaxTotal: 1,
		FSConfig:      wazero.NewFSConfig(), // the default would mount /
		RuntimeConfig: config,
		Stdout:        io.Discard,
		Stderr:        io.Discard,
	})
	if err != nil {
		return nil, err
	}
	inst, err := pool.GetInstanceWithContext(context.Background())
	if err != nil {
		return nil, err
	}
	d := &pdf{inst: inst, memory: memoryOf(inst), limit: int64(most) * wasmPage}
	rehouse(d.memory, int(d.limit))
	debug.SetGCPercent(25)
	debug.FreeOSMemory() // what compiling left
	opened, err := inst.OpenDocument(&requests.OpenDocument{File: &data})
	if err != nil {
		return nil, d.fault(err)
	}
	d.doc = opened.Document
	data = nil //nolint:ineffassign,wastedassign // go-pdfium keeps its address; PDFium has its own copy
	return d, nil
}

// memoryOf finds the WebAssembly memory, which go-pdfium does not show; nil if
// a new version hides it better.
func memoryOf(inst pdfium.Pdfium) api.Memory {
	get, ok := inst.(interface{ GetImplementation() any })
	if !ok {
		return nil
	}
	v := reflect.Indirect(reflect.ValueOf(get.GetImplementation()))
	if v.Kind() != reflect.Struct {
		return nil
	}
	f := v.FieldByName("Module")
	if !f.IsValid() || !f.CanInterface() {
		return nil
	}
	if m, ok := reflect.TypeAssert[api.Module](f); ok && m != nil {
		return m.Memory()
	}
	return nil
}

// rehouse moves the WebAssembly memory into address space of its full size.
// Otherwise it grows by copying, and old and new copy and the garbage between
// them take more than twice what PDFium uses. wazero has an allocator for
// that, but go-pdfium gives no way to set it, so its memory's two exported
// fields are set here. Where they are not as expected nothing is changed, and
// large drawings reach the limit earlier.
func rehouse(m api.Memory, size int) {
	if m == nil {
		return
	}
	v := reflect.Indirect(reflect.ValueOf(m))
	if v.Kind() != reflect.Struct {
		return
	}
	buffer, pages := v.FieldByName("Buffer"), v.FieldByName("Cap")
	if !buffer.IsValid() || !buffer.CanSet() || buffer.Type() != reflect.TypeFor[[]byte]() ||
		!pages.IsValid() || !pages.CanSet() || pages.Kind() != reflect.Uint32 {
		return
	}
	old := buffer.Bytes()
	room := reserve(size)
	if len(room) <= len(old) {
		return
	}
	buffer.SetBytes(room[:copy(room, old):size])
	pages.SetUint(uint64(size / wasmPage)) //nolint:gosec // positive
	m.Grow(1)                              // makes the running code take over the new place
}

// fault says what PDFium's error means for the file.
func (d *pdf) fault(err error) error {
	switch {
	case errors.Is(err, pdfiumerrors.ErrPassword), errors.Is(err, pdfiumerrors.ErrSecurity):
		return fault.New(fault.Unreadable, "encrypted", "the PDF is protected by a password").Because(err)
	case d.memory != nil && int64(d.memory.Size()) > d.limit/8*7:
		return fault.New(fault.TooLarge, "too-much-memory", "reading the file takes too much memory").Because(err)
	default:
		return damagedPDF(err)
	}
}

func damagedPDF(cause error) *fault.Error {
	return fault.New(fault.Unreadable, "damaged", "the PDF is damaged").Because(cause)
}

func (d *pdf) count(maxPages int) (int, error) {
	n, err := d.inst.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: d.doc})
	switch {
	case err != nil:
		return 0, d.fault(err)
	case n.PageCount <= 0:
		return 0, damagedPDF(errors.New("no pages"))
	case n.PageCount > maxPages:
		return 0, fault.New(fault.TooLarge, "too-many-pages", "the PDF has too many pages")
	}
	return n.PageCount, nil
}

// pages lists all pages. A page that cannot be loaded is listed with its
// problem, as long as there is one that can.
func (d *pdf) pages(maxPages int) ([]Page, error) {
	n, err := d.count(maxPages)
	if err != nil {
		return nil, err
	}
	pages := make([]Page, n)
	var first error
	good := 0
	for i := range pages {
		p, err := d.size(i)
		if err != nil {
			if fault.Is(err, fault.TooLarge) {
				return nil, err
			}
			if first == nil {
				first = err
			}
			p.Problem = fault.CodeOf(err)
		} else {
			good++
		}
		p.Kind = KindPDF
		pages[i] = p
	}
	if good == 0 {
		return nil, first
	}
	return pages, nil
}

// size reads one page's box and rotation.
func (d *pdf) size(i int) (Page, error) {
	s, err := d.inst.FPDF_GetPageSizeByIndexF(&requests.FPDF_GetPageSizeByIndexF{Document: d.doc, Index: i})
	if err != nil {
		return Page{}, d.fault(err)
	}
	// PDFium tells the rotation of a loaded page only, and loading parses it.
	p, err := d.inst.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: d.doc, Index: i})
	if err != nil {
		return Page{}, d.fault(err)
	}
	r, err := d.inst.FPDFPage_GetRotation(&requests.FPDFPage_GetRotation{Page: requests.Page{ByReference: &p.Page}})
	if err != nil {
		return Page{}, d.fault(err)
	}
	if _, err := d.inst.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: p.Page}); err != nil {
		return Page{}, d.fault(err)
	}
	page := Page{Width: points(s.Size.Width), Height: points(s.Size.Height), Rotation: int(r.PageRotation) * 90}
	if !(page.Width > 0 && page.Height > 0) {
		return Page{}, damagedPDF(errors.New("a page without a size"))
	}
	if page.Rotation == 90 || page.Rotation == 270 { // PDFium gives the displayed size
		page.Width, page.Height = page.Height, page.Width
	}
	return page, nil
}

// load keeps page number n (from 1) open for render and gives its frame.
func (d *pdf) load(n, maxPages int) (Size, error) {
	count, err := d.count(maxPages)
	if err != nil {
		return Size{}, err
	}
	if n < 1 || n > count {
		return Size{}, fault.New(fault.NotFound, "page-not-found", "the drawing has no such page")
	}
	s, err := d.inst.FPDF_GetPageSizeByIndexF(&requests.FPDF_GetPageSizeByIndexF{Document: d.doc, Index: n - 1})
	if err != nil {
		return Size{}, d.fault(err)
	}
	p, err := d.inst.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: d.doc, Index: n - 1})
	if err != nil {
		return Size{}, d.fault(err)
	}
	d.page = p.Page
	b, err := d.inst.FPDFBitmap_CreateEx(&requests.FPDFBitmap_CreateEx{
		Width: pyramid.BlockSize, Height: pyramid.BlockSize, Format: formatBGRx, Pointer: uint64(0),
	})
	if err != nil {
		return Size{}, d.fault(err)
	}
	d.bitmap = b.Bitmap
	return Size{Width: points(s.Size.Width), Height: points(s.Size.Height)}, nil
}

// points takes the noise off a length that PDFium keeps in 32 bits, so that
// 841.89 stays 841.89.
func points(v float32) float64 { return math.Round(float64(v)*1000) / 1000 }

// render draws the part of the loaded page from (x0, y0) into the block, the
// whole page being width × height pixels. Beyond the page it is white.
func (d *pdf) render(block *image.RGBA, x0, y0, width, height int) error {
	if d.page == "" {
		return errPage
	}
	if _, err := d.inst.FPDFBitmap_FillRect(&requests.FPDFBitmap_FillRect{
		Bitmap: d.bitmap, Width: pyramid.BlockSize, Height: pyramid.BlockSize, Color: 0xffffffff,
	}); err != nil {
		return d.fault(err)
	}
	// Drawn with integers: the variant with a matrix first cuts the page's
	// size to whole points, which shifts a sheet by up to a point.
	if _, err := d.inst.FPDF_RenderPageBitmap(&requests.FPDF_RenderPageBitmap{
		Bitmap: d.bitmap, Page: requests.Page{ByReference: &d.page},
		StartX: -x0, StartY: -y0, SizeX: width, SizeY: height,
		Flags: drawAnnotations,
	}); err != nil {
		return d.fault(err)
	}
	buf, err := d.inst.FPDFBitmap_GetBuffer(&requests.FPDFBitmap_GetBuffer{Bitmap: d.bitmap})
	if err != nil {
		return d.fault(err)
	}
	if len(buf.Buffer) < len(block.Pix) {
		return d.fault(errors.New("a bitmap that is too short"))
	}
	src := buf.Buffer[:len(block.Pix)]
	for i := 0; i+4 <= len(src); i += 4 {
		p := binary.LittleEndian.Uint32(src[i:])
		binary.LittleEndian.PutUint32(block.Pix[i:], p&0x0000ff00|p>>16&0xff|p&0xff<<16|0xff000000)
	}
	return nil
}
