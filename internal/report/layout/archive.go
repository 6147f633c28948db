package layout

import (
	"bytes"
	"compress/zlib"
	"crypto/md5"  //nolint:gosec // PDF's own checksum of an attachment; it protects nothing
	"crypto/sha1" //nolint:gosec // a name for the file, not a proof
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
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

// archive writes the PDF as PDF/A-3b asks for it: metadata in XMP, an output
// intent, links that print, the data embedded and said to be data. fpdf cannot
// say the last two, so they follow as an update of the file, which leaves what
// stands before it as it is.
func (p *painter) archive(f File) error {
	doc := p.doc
	p.PDF.SetXmpMetadata(xmp(doc))
	p.PDF.AddOutputIntent(fpdf.OutputIntentType{SubtypeIdent: fpdf.OutputIntent_GTS_PDFA1, OutputConditionIdentifier: "sRGB IEC61966-2.1",
		Info: "sRGB IEC61966-2.1", ICCProfile: srgb()})
	w := &counter{w: f}
	if err := p.PDF.Output(w); err != nil {
		return err
	}
	u, err := openUpdate(f, w.n)
	if err != nil {
		return err
	}
	pages := make([]int, 0, len(p.links))
	for n := range p.links {
		pages = append(pages, n)
	}
	slices.Sort(pages)
	for _, n := range pages {
		if err := u.annotate(n, p.links[n]); err != nil {
			return err
		}
	}
	catalog, err := u.object(u.root)
	if err != nil {
		return err
	}
	if i := strings.Index(catalog, "/Names <<"); i >= 0 {
		catalog = catalog[:i] + ">>"
	}
	catalog = strings.TrimSuffix(strings.TrimSpace(catalog), ">>")
	if len(doc.Data.Body) > 0 {
		spec := u.attach(doc.Data, doc.Made)
		catalog += fmt.Sprintf("/Names <</EmbeddedFiles <</Names [%s %d 0 R]>>>>\n/AF [%d 0 R]\n", literal(doc.Data.Name), spec, spec)
	}
	u.put(u.root, catalog+"/ViewerPreferences <</DisplayDocTitle true>>\n>>")
	return u.write(w)
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// update is what is appended to a PDF with a classic table of references.
type update struct {
	f                File
	size, prev       int64
	root, info, next int
	numbers          []int
	bodies           map[int]string
}

var trailerOf = regexp.MustCompile(`(?s)/Size (\d+)\s+/Root (\d+) 0 R\s+/Info \d+ 0 R`)

func openUpdate(f File, size int64) (*update, error) {
	tail := make([]byte, min(size, 400))
	if _, err := f.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF { //nolint:errorlint // ReadAt says io.EOF itself
		return nil, err
	}
	m := trailerOf.FindSubmatch(tail)
	_, at, found := bytes.Cut(tail, []byte("startxref\n"))
	if m == nil || !found {
		return nil, fmt.Errorf("the PDF has no trailer")
	}
	u := &update{f: f, size: size, bodies: map[int]string{}}
	u.next, _ = strconv.Atoi(string(m[1]))
	u.root, _ = strconv.Atoi(string(m[2]))
	u.info = u.root - 2 // with an output intent fpdf's trailer names that instead, which stands between
	line, _, _ := bytes.Cut(at, []byte("\n"))
	var err error
	u.prev, err = strconv.ParseInt(string(line), 10, 64)
	return u, err
}

// object reads the body of an object without a stream.
func (u *update) object(n int) (string, error) {
	entry := make([]byte, 20)
	head := len("xref\n0 \n") + len(strconv.Itoa(u.next))
	if _, err := u.f.ReadAt(entry, u.prev+int64(head)+int64(n)*20); err != nil {
		return "", err
	}
	at, err := strconv.ParseInt(string(entry[:10]), 10, 64)
	if err != nil {
		return "", err
	}
	buf := make([]byte, min(1<<16, u.size-at))
	if _, err := u.f.ReadAt(buf, at); err != nil && err != io.EOF { //nolint:errorlint // as above
		return "", err
	}
	start := strconv.Itoa(n) + " 0 obj\n"
	body, _, found := strings.Cut(string(buf), "\nendobj")
	if !found || !strings.HasPrefix(body, start) {
		return "", fmt.Errorf("object %d is not where the table says", n)
	}
	return body[len(start):], nil
}

func (u *update) put(n int, body string) {
	u.numbers = append(u.numbers, n)
	u.bodies[n] = body
}

func (u *update) add(body string) int {
	n := u.next
	u.next++
	u.put(n, body)
	return n
}

// pageObject is the number that fpdf gives to a page's object.
func pageObject(page int) int { return 1 + 2*page }

func (u *update) annotate(page int, links []link) error {
	n := pageObject(page)
	body, err := u.object(n)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(body, "<</Type /Page\n") {
		return fmt.Errorf("object %d is no page", n)
	}
	const k = 72 / 25.4
	var b strings.Builder
	b.WriteString("/Resources 2 0 R\n/Annots [")
	for _, l := range links {
		fmt.Fprintf(&b, "<</Type /Annot /Subtype /Link /F 4 /Border [0 0 0] /Rect [%.2f %.2f %.2f %.2f] /Dest [%d 0 R /XYZ 0 %.2f null]>>\n",
			l.x*k, (pageH-l.y-l.h)*k, (l.x+l.w)*k, (pageH-l.y)*k, pageObject(l.to.page), (pageH-l.to.y+2)*k)
	}
	b.WriteString("]")
	u.put(n, strings.Replace(body, "/Resources 2 0 R", b.String(), 1))
	return nil
}

// attach embeds data and gives the number of its file specification.
func (u *update) attach(d Data, made time.Time) int {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write(d.Body) // a buffer takes everything
	_ = z.Close()
	sum := md5.Sum(d.Body) //nolint:gosec // as above
	file := u.add(fmt.Sprintf("<</Type /EmbeddedFile /Subtype /application#2Fjson /Filter /FlateDecode /Length %d /Params <</Size %d /ModDate (D:%s) /CheckSum <%s>>>>>\nstream\n%s\nendstream",
		b.Len(), len(d.Body), made.UTC().Format("20060102150405Z"), hex.EncodeToString(sum[:]), b.String()))
	return u.add(fmt.Sprintf("<</Type /Filespec /F %s /UF %s /AFRelationship /Data /Desc (The points of this report) /EF <</F %d 0 R /UF %d 0 R>>>>",
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

func (u *update) write(w *counter) error {
	at := map[int]int64{}
	name := sha1.New() //nolint:gosec // as above
	for _, n := range u.numbers {
		at[n] = w.n
		text := fmt.Sprintf("%d 0 obj\n%s\nendobj\n", n, u.bodies[n])
		_, _ = io.WriteString(name, text)
		if _, err := io.WriteString(w, text); err != nil {
			return err
		}
	}
	start := w.n
	slices.Sort(u.numbers)
	var b strings.Builder
	b.WriteString("xref\n")
	for i := 0; i < len(u.numbers); {
		j := i + 1
		for j < len(u.numbers) && u.numbers[j] == u.numbers[j-1]+1 {
			j++
		}
		fmt.Fprintf(&b, "%d %d\n", u.numbers[i], j-i)
		for ; i < j; i++ {
			fmt.Fprintf(&b, "%010d 00000 n \n", at[u.numbers[i]])
		}
	}
	_, _ = fmt.Fprintf(name, "%d", u.size) // a hash
	id := hex.EncodeToString(name.Sum(nil)[:16])
	fmt.Fprintf(&b, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /Prev %d /ID [<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n", u.next, u.root, u.info, u.prev, id, id, start)
	_, err := io.WriteString(w, b.String())
	return err
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
