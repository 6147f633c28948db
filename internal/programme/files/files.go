// Package files opens a programme of any format that is known, by what the file
// says rather than by its name, and writes one.
package files

import (
	"bufio"
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"plumbline/internal/cpm"
	"plumbline/internal/fault"
	"plumbline/internal/programme/msp"
	"plumbline/internal/programme/p6"
	"plumbline/internal/programme/plan"
	"plumbline/internal/programme/psplib"
	"plumbline/internal/programme/table"
)

var errMPP = fault.New(fault.Unsupported, "programme-mpp", "this is MS Project's own file (.mpp), which only MS Project reads. Open it there and choose File, Save As, then \"XML Format (*.xml)\", and bring that file")

var errXLS = fault.New(fault.Unsupported, "programme-xls", "this is a workbook of an old Excel (.xls). Open it and save it as \"Excel Workbook (*.xlsx)\", and bring that file")

var errUnknown = fault.New(fault.Unsupported, "programme-unknown", "this is no programme that is known: MS Project XML, Primavera XER or P6 XML, a table (CSV or XLSX), or a PSPLIB problem")

// Read reads a programme. The name helps only where the content does not tell.
func Read(in io.Reader, name string) (*plan.Document, error) {
	b := bufio.NewReaderSize(in, 64<<10)
	head, err := b.Peek(4096)
	if err != nil && len(head) == 0 {
		return nil, fault.New(fault.Unreadable, "programme-empty", "the file is empty")
	}
	ext := strings.ToLower(filepath.Ext(name))
	ole := bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) // what Microsoft's own files begin with
	switch {
	case ole && ext == ".xls":
		return nil, errXLS
	case ole, ext == ".mpp", ext == ".mpt":
		return nil, errMPP
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return readTable(b, name)
	case bytes.HasPrefix(head, []byte("ERMHDR\t")), bytes.HasPrefix(head, []byte("\xef\xbb\xbfERMHDR\t")):
		return p6.ReadXER(b)
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		if text := wide(head); strings.HasPrefix(strings.TrimSpace(text), "<") {
			return readXML(transform.NewReader(b, unicode.BOMOverride(unicode.UTF8.NewDecoder())), text)
		}
		return readTable(b, name)
	case bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"), []byte("<")):
		return readXML(b, string(head))
	case ext == ".sm", bytes.Contains(head, []byte("PRECEDENCE RELATIONS")):
		return psplib.ReadSM(b)
	case ext == ".rcp":
		return psplib.ReadRCP(b)
	case ext == ".csv", ext == ".tsv", table.Looks(head):
		return readTable(b, name)
	}
	return nil, errUnknown
}

// readTable reads a table, which has no name of its own.
func readTable(in io.Reader, name string) (*plan.Document, error) {
	d, err := table.Read(in)
	if err != nil {
		return nil, err
	}
	base := filepath.Base(name)
	d.Name = strings.TrimSuffix(base, filepath.Ext(base))
	return d, nil
}

// wide is the beginning of a UTF-16 file as text, as far as it is needed to
// tell formats apart.
func wide(head []byte) string {
	units := make([]uint16, 0, len(head)/2)
	for i := 2; i+1 < len(head); i += 2 {
		if head[0] == 0xff {
			units = append(units, uint16(head[i])|uint16(head[i+1])<<8)
		} else {
			units = append(units, uint16(head[i])<<8|uint16(head[i+1]))
		}
	}
	return string(utf16.Decode(units))
}

func readXML(in io.Reader, head string) (*plan.Document, error) {
	if strings.Contains(head, "APIBusinessObjects") {
		return p6.ReadXML(in)
	}
	return msp.Read(in)
}

// Rules are the rules of the program that the document comes from.
func Rules(d *plan.Document) cpm.Rules { return plan.Rules(d) }

// writers are how programmes are written, by the ending of a file's name; the
// longer ending counts.
var writers = []struct {
	ending string
	write  func(io.Writer, *plan.Document) error
	own    plan.Format // of which the dates are written as they are, with gaps
}{
	{".p6.xml", p6.WriteXML, plan.PMXML}, {".pmxml", p6.WriteXML, plan.PMXML}, {".xer", p6.WriteXER, plan.XER}, {".xml", msp.Write, plan.MSPDI},
	{".csv", table.WriteCSV, ""}, {".xlsx", table.WriteXLSX, ""}, {".ics", writeICS, ""},
}

// Writer is how a document is written into a file of that name.
func Writer(name string) (func(io.Writer, *plan.Document) error, error) {
	lower := strings.ToLower(name)
	for _, w := range writers {
		if strings.HasSuffix(lower, w.ending) {
			return func(out io.Writer, d *plan.Document) error {
				from := d
				if d.Format != w.own {
					from = plan.Filled(d, Rules(d))
				}
				err := w.write(out, from)
				if len(from.Ignored) > len(d.Ignored) {
					d.Ignored = from.Ignored // what the writer left out
				}
				return err
			}, nil
		}
	}
	if strings.HasSuffix(lower, ".mpp") {
		return nil, errMPP
	}
	return nil, fault.New(fault.Unsupported, "programme-cannot-write", "a programme is written as .xml (MS Project), .xer or .pmxml (P6; also .p6.xml), .csv, .xlsx, or .ics (a calendar)")
}
