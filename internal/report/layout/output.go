package layout

import (
	"crypto/sha1" //nolint:gosec // a name for the file, not a proof
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strings"
)

// output writes a PDF front to back, pictures as they come, so that none is
// held: the rest, which fpdf makes, follows them.
type output struct {
	w        io.Writer
	n        int64
	err      error
	at       map[int]int64 // where each object begins
	name     hash.Hash
	first    int // number of the first picture; what fpdf makes lies below
	next     int
	pictures map[string]int // by what they hold
}

// begin opens a file in which the objects below first are fpdf's.
func begin(w io.Writer, first int) *output {
	o := &output{w: w, at: map[int]int64{}, name: sha1.New(), first: first, next: first, pictures: map[string]int{}} //nolint:gosec // as above
	o.write([]byte("%PDF-1.7\n%\xc2\xb5\xc2\xb6\n"))
	return o
}

func (o *output) write(parts ...[]byte) {
	for _, b := range parts {
		if o.err != nil {
			return
		}
		var n int
		n, o.err = o.w.Write(b)
		o.n += int64(n)
	}
}

func (o *output) put(n int, body ...[]byte) {
	o.at[n] = o.n
	o.write(fmt.Appendf(nil, "%d 0 obj\n", n))
	for _, b := range body {
		_, _ = o.name.Write(b) // a hash
		o.write(b)
	}
	o.write([]byte("\nendobj\n"))
}

func (o *output) add(body string) int {
	n := o.next
	o.next++
	o.put(n, []byte(body))
	return n
}

// picture writes a picture, once, and gives the number of its object.
func (o *output) picture(r *raster) int {
	key := r.key()
	n, ok := o.pictures[key]
	if !ok {
		n = o.next
		o.next++
		o.pictures[key] = n
		o.put(n, fmt.Appendf(nil, "<</Type /XObject /Subtype /Image /Width %d /Height %d %s /Length %d>>\nstream\n", r.w, r.h, r.says, len(r.body)), r.body, []byte("\nendstream"))
	}
	return n
}

// names are the pictures as the pages call them.
func (o *output) names() string {
	var b strings.Builder
	for n := o.first; n < o.next; n++ {
		fmt.Fprintf(&b, "/P%d %d 0 R\n", n, n)
	}
	return b.String()
}

// end writes the table and the trailer. Numbers that nothing took are free.
func (o *output) end(root, info int) error {
	start := o.n
	var b strings.Builder
	fmt.Fprintf(&b, "xref\n0 %d\n", o.next)
	lines := make([]string, o.next)
	free := 0 // the next free number, from the last to the first
	for n := o.next - 1; n > 0; n-- {
		if at, used := o.at[n]; used {
			lines[n] = fmt.Sprintf("%010d 00000 n \n", at)
		} else {
			lines[n] = fmt.Sprintf("%010d 00000 f \n", free)
			free = n
		}
	}
	lines[0] = fmt.Sprintf("%010d 65535 f \n", free)
	b.WriteString(strings.Join(lines, ""))
	id := hex.EncodeToString(o.name.Sum(nil)[:16])
	fmt.Fprintf(&b, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n", o.next, root, info, id, id, start)
	o.write([]byte(b.String()))
	return o.err
}
