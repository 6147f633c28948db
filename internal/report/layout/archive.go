package layout

import (
	"bytes"
	"compress/zlib"
	"crypto/md5" //nolint:gosec // PDF's own checksum of an attachment; it protects nothing
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"codeberg.org/go-pdf/fpdf"

	"plumbline/internal/typeface/typeset"
)

// archive writes the rest of the PDF as PDF/A-3b asks for it: metadata in XMP,
// an output intent, links that print, the data embedded and said to be data. fpdf
// cannot say the last two, nor does it know of the pictures, so its objects are
// passed on and those that say it are replaced.
func (p *painter) archive() error {
	doc := p.doc
	p.PDF.SetXmpMetadata(xmp(doc))
	p.PDF.AddOutputIntent(fpdf.OutputIntentType{SubtypeIdent: fpdf.OutputIntent_GTS_PDFA1, OutputConditionIdentifier: "sRGB IEC61966-2.1",
		Info: "sRGB IEC61966-2.1", ICCProfile: srgb()})
	return p.PDF.Output(&rest{p: p})
}

// rest takes the whole of fpdf's file in one piece and finishes ours with it.
type rest struct {
	p    *painter
	done bool
}

func (r *rest) Write(made []byte) (int, error) {
	if r.done {
		return 0, errors.New("the PDF came in pieces")
	}
	r.done = true
	return len(made), r.p.finish(made)
}

func (p *painter) finish(made []byte) error {
	all, root, err := objects(made)
	if err != nil {
		return err
	}
	if len(all) > p.file.first {
		return fmt.Errorf("%d objects, %d were foreseen", len(all), p.file.first)
	}
	replaced := map[int]string{}
	for n, links := range p.links {
		if replaced[pageObject(n)], err = annotated(all[pageObject(n)], links); err != nil {
			return err
		}
	}
	before, after, found := strings.Cut(string(all[2]), "/XObject <<\n")
	if !found {
		return errors.New("the resources are not where they were")
	}
	replaced[2] = before + "/XObject <<\n" + p.file.names() + after
	catalog := string(all[root])
	if i := strings.Index(catalog, "/Names <<"); i >= 0 {
		catalog = catalog[:i] + ">>"
	}
	catalog = strings.TrimSuffix(strings.TrimSpace(catalog), ">>")
	if d := p.doc.Data; len(d.Body) > 0 {
		spec := p.file.attach(d, p.doc.Made)
		catalog += fmt.Sprintf("/Names <</EmbeddedFiles <</Names [%s %d 0 R]>>>>\n/AF [%d 0 R]\n", literal(d.Name), spec, spec)
	}
	replaced[root] = catalog + "/ViewerPreferences <</DisplayDocTitle true>>\n>>"
	for n, body := range all {
		if n == 0 {
			continue
		}
		if other, ok := replaced[n]; ok {
			body = []byte(other)
		}
		p.file.put(n, body)
	}
	return p.file.end(root, root-2) // with an output intent fpdf's trailer names that instead of what it says of the document
}

var trailerOf = regexp.MustCompile(`(?s)/Size (\d+)\s+/Root (\d+) 0 R`)

// objects are the bodies of the objects of a file by fpdf, and the number of its
// catalog. They are pieces of the file, not copies.
func objects(made []byte) (all [][]byte, root int, err error) {
	tail := made[max(0, len(made)-400):]
	m := trailerOf.FindSubmatch(tail)
	_, at, found := bytes.Cut(tail, []byte("startxref\n"))
	if m == nil || !found {
		return nil, 0, errors.New("the PDF has no trailer")
	}
	size, _ := strconv.Atoi(string(m[1]))
	root, _ = strconv.Atoi(string(m[2]))
	line, _, _ := bytes.Cut(at, []byte("\n"))
	table, err := strconv.Atoi(string(line))
	first := table + len("xref\n0 \n") + len(strconv.Itoa(size))
	if err != nil || table < 0 || first+20*size > len(made) || root < 3 || root >= size {
		return nil, 0, errors.New("the PDF's table is not where it is said to be")
	}
	starts := make([]int, size)
	for n := 1; n < size; n++ {
		if starts[n], err = strconv.Atoi(string(made[first+20*n : first+20*n+10])); err != nil {
			return nil, 0, err
		}
	}
	order := append(slices.Clone(starts[1:]), table)
	slices.Sort(order)
	all = make([][]byte, size)
	for n := 1; n < size; n++ {
		i, _ := slices.BinarySearch(order, starts[n])
		head := strconv.Itoa(n) + " 0 obj\n"
		if i+1 >= len(order) || order[i+1] > table || !bytes.HasPrefix(made[starts[n]:order[i+1]], []byte(head)) {
			return nil, 0, fmt.Errorf("object %d is not where the table says", n)
		}
		body, ended := bytes.CutSuffix(made[starts[n]+len(head):order[i+1]], []byte("\nendobj\n"))
		if !ended {
			return nil, 0, fmt.Errorf("object %d has no end", n)
		}
		all[n] = body
	}
	return all, root, nil
}

// pageObject is the number that fpdf gives to a page's object.
func pageObject(page int) int { return 1 + 2*page }

func annotated(page []byte, links []link) (string, error) {
	if !bytes.HasPrefix(page, []byte("<</Type /Page\n")) {
		return "", errors.New("a page is not where it was")
	}
	const k = 72 / 25.4
	var b strings.Builder
	b.WriteString("/Resources 2 0 R\n/Annots [")
	for _, l := range links {
		fmt.Fprintf(&b, "<</Type /Annot /Subtype /Link /F 4 /Border [0 0 0] /Rect [%.2f %.2f %.2f %.2f] /Dest [%d 0 R /XYZ 0 %.2f null]>>\n",
			l.x*k, (pageH-l.y-l.h)*k, (l.x+l.w)*k, (pageH-l.y)*k, pageObject(l.to.page), (pageH-l.to.y+2)*k)
	}
	b.WriteString("]")
	return strings.Replace(string(page), "/Resources 2 0 R", b.String(), 1), nil
}

// attach embeds data and gives the number of its file specification.
func (o *output) attach(d Data, made time.Time) int {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write(d.Body) // a buffer takes everything
	_ = z.Close()
	sum := md5.Sum(d.Body) //nolint:gosec // as above
	file := o.add(fmt.Sprintf("<</Type /EmbeddedFile /Subtype /application#2Fjson /Filter /FlateDecode /Length %d /Params <</Size %d /ModDate (D:%s) /CheckSum <%s>>>>>\nstream\n%s\nendstream",
		b.Len(), len(d.Body), made.UTC().Format("20060102150405Z"), hex.EncodeToString(sum[:]), b.String()))
	return o.add(fmt.Sprintf("<</Type /Filespec /F %s /UF %s /AFRelationship /Data /Desc (The points of this report) /EF <</F %d 0 R /UF %d 0 R>>>>",
		literal(d.Name), wide(d.Name), file, file))
}

func literal(s string) string {
	return "(" + strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(s) + ")"
}

func wide(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String() + ">"
}

// xmp is the metadata, which claims PDF/A-3b.
func xmp(d *Document) []byte {
	esc := func(s string) string {
		s = strings.Map(func(r rune) rune {
			if r < ' ' || r == 0xfffe || r == 0xffff {
				return ' '
			}
			return r
		}, typeset.Info(s))
		return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
	}
	at := d.Made.UTC().Format(time.RFC3339)
	return []byte(`<?xpacket begin="` + "\ufeff" + `" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">` + esc(d.Title) + `</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">` + esc(d.Project) + `</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>` + esc(d.Voice.Lang) + `</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>Plumbline</xmp:CreatorTool><xmp:CreateDate>` + at + `</xmp:CreateDate><xmp:ModifyDate>` + at + `</xmp:ModifyDate>
<pdf:Producer>Plumbline</pdf:Producer>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`)
}

// srgb is an ICC profile (version 2.1) of sRGB, computed from IEC 61966-2-1.
func srgb() []byte {
	fixed := func(v float64) []byte {
		return binary.BigEndian.AppendUint32(nil, uint32(int32(math.Round(v*65536)))) //nolint:gosec // s15Fixed16
	}
	xyz := func(x, y, z float64) []byte {
		return slices.Concat([]byte("XYZ \x00\x00\x00\x00"), fixed(x), fixed(y), fixed(z))
	}
	curve := []byte("curv\x00\x00\x00\x00\x00\x00\x04\x00")
	for i := range 1024 {
		v := float64(i) / 1023
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		curve = binary.BigEndian.AppendUint16(curve, uint16(math.Round(v*65535)))
	}
	const words = "sRGB IEC61966-2.1\x00"
	desc := slices.Concat([]byte("desc\x00\x00\x00\x00"), binary.BigEndian.AppendUint32(nil, uint32(len(words))), []byte(words), make([]byte, 4+4+2+1+67))
	tags := []struct {
		name string
		data []byte
	}{
		{"desc", desc}, {"cprt", []byte("text\x00\x00\x00\x00No copyright, use freely\x00")},
		{"wtpt", xyz(0.9642, 1, 0.8249)},
		{"rXYZ", xyz(0.43607, 0.22249, 0.01392)}, {"gXYZ", xyz(0.38515, 0.71687, 0.09708)}, {"bXYZ", xyz(0.14307, 0.06061, 0.7141)},
		{"rTRC", curve}, {"gTRC", nil}, {"bTRC", nil}, // all three are one curve
	}
	table := binary.BigEndian.AppendUint32(nil, uint32(len(tags)))
	var data []byte
	at, size := 0, 0
	for _, t := range tags {
		if t.data != nil {
			for len(data)%4 != 0 {
				data = append(data, 0)
			}
			at, size = 128+4+12*len(tags)+len(data), len(t.data)
			data = append(data, t.data...)
		}
		table = append(table, t.name...)
		table = binary.BigEndian.AppendUint32(table, uint32(at))   //nolint:gosec // small
		table = binary.BigEndian.AppendUint32(table, uint32(size)) //nolint:gosec // small
	}
	for len(data)%4 != 0 {
		data = append(data, 0)
	}
	head := make([]byte, 128)
	binary.BigEndian.PutUint32(head, uint32(128+len(table)+len(data))) //nolint:gosec // small
	copy(head[8:], "\x02\x10\x00\x00mntrRGB XYZ ")
	copy(head[24:], "\x07\xea\x00\x01\x00\x01") // 2026-01-01
	copy(head[36:], "acsp")
	copy(head[68:], slices.Concat(fixed(0.9642), fixed(1), fixed(0.8249)))
	return slices.Concat(head, table, data)
}
