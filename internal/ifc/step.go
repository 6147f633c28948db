package ifc

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"plumbline/internal/fault"
)

// The limits of one model.
const (
	MaxElements   = 200_000   // parts of the spatial structure
	maxReferences = 4_000_000 // in relations
	maxStatement  = 32 << 20  // bytes of one statement that is kept
	maxName       = 256       // bytes before a statement's parameters
	maxParameters = 64        // of one statement
	maxText       = 4096      // bytes of a text that is kept
)

var (
	errTooLarge   = fault.New(fault.TooLarge, "ifc-too-large", "the model has more parts than can be read")
	errUnreadable = fault.New(fault.Unreadable, "not-ifc", "this is no IFC file, or a damaged one")
)

// errEnd is the end of the file where it may end.
var errEnd = errors.New("the end")

// statements reads a STEP file and gives each statement that is wanted to f: its
// number, its name in capitals, and its parameters as they are written.
func statements(r io.Reader, wanted func(name string) bool, f func(id uint64, name, params string) error) error {
	in := bufio.NewReaderSize(r, 256<<10)
	var head, params []byte
	for {
		head = head[:0]
		end, err := prefix(in, &head)
		if errors.Is(err, errEnd) {
			return nil
		}
		if err != nil {
			return err
		}
		if end == ';' {
			continue
		}
		id, name := nameOf(string(head))
		keep := wanted(name)
		params = params[:0]
		if err := skip(in, keep, &params); err != nil {
			return err
		}
		if keep {
			if err := f(id, name, string(params)); err != nil {
				return err
			}
		}
	}
}

// prefix reads up to the parenthesis that opens the parameters, or a semicolon.
func prefix(in *bufio.Reader, to *[]byte) (byte, error) {
	for {
		c, err := in.ReadByte()
		if errors.Is(err, io.EOF) {
			return 0, errEnd
		}
		if err != nil {
			return 0, err
		}
		switch c {
		case '(', ';':
			return c, nil
		case '/':
			if err := comment(in); err != nil {
				return 0, err
			}
		case '\'':
			if err := quoted(in, false, nil); err != nil {
				return 0, err
			}
		default:
			if c > ' ' && len(*to) < maxName {
				*to = append(*to, c)
			}
		}
	}
}

// comment reads the rest of a comment, where there is one.
func comment(in *bufio.Reader) error {
	c, err := in.ReadByte()
	if err != nil {
		return damaged(err)
	}
	if c != '*' {
		return in.UnreadByte()
	}
	for star := false; ; {
		c, err := in.ReadByte()
		if err != nil {
			return damaged(err)
		}
		if star && c == '/' {
			return nil
		}
		star = c == '*'
	}
}

// quoted reads the rest of a text; a quote in it is written twice, which reads as
// two texts side by side.
func quoted(in *bufio.Reader, keep bool, to *[]byte) error {
	for {
		c, err := in.ReadByte()
		if err != nil {
			return damaged(err)
		}
		if keep {
			*to = append(*to, c)
			if len(*to) > maxStatement {
				return errTooLarge
			}
		}
		if c == '\'' {
			return nil
		}
	}
}

// skip reads the rest of a statement, up to its semicolon.
func skip(in *bufio.Reader, keep bool, to *[]byte) error {
	for {
		c, err := in.ReadByte()
		if err != nil {
			return damaged(err)
		}
		switch c {
		case ';':
			return nil
		case '/':
			if err := comment(in); err != nil {
				return err
			}
			continue
		}
		if keep {
			*to = append(*to, c)
			if len(*to) > maxStatement {
				return errTooLarge
			}
		}
		if c == '\'' {
			if err := quoted(in, keep, to); err != nil {
				return err
			}
		}
	}
}

func damaged(err error) error {
	if errors.Is(err, io.EOF) {
		return errUnreadable.Because(err)
	}
	return err
}

// nameOf takes "#12=IFCWALL" apart.
func nameOf(head string) (uint64, string) {
	left, name, ok := strings.Cut(head, "=")
	if !ok {
		left, name = "", head
	}
	if i := strings.LastIndexByte(left, '#'); i >= 0 {
		left = left[i+1:]
	}
	id, err := strconv.ParseUint(left, 10, 64)
	if err != nil {
		id = 0
	}
	return id, strings.ToUpper(name)
}

// split takes a statement's parameters apart at the commas of its outermost level.
func split(params string) []string {
	var out []string
	depth, start := 0, 0
	for i := 0; i < len(params) && len(out) < maxParameters; i++ {
		switch params[i] {
		case '\'':
			end := strings.IndexByte(params[i+1:], '\'')
			if end < 0 {
				return append(out, strings.TrimSpace(params[start:]))
			}
			i += 1 + end
		case '(':
			depth++
		case ')':
			if depth == 0 {
				return append(out, strings.TrimSpace(params[start:i]))
			}
			depth--
		case ',':
			if depth == 0 {
				out = append(out, strings.TrimSpace(params[start:i]))
				start = i + 1
			}
		}
	}
	return out
}

func at(params []string, i int) string {
	if i < len(params) {
		return params[i]
	}
	return ""
}

// reference is the number of "#12", or 0.
func reference(p string) uint64 {
	s, ok := strings.CutPrefix(strings.TrimSpace(p), "#")
	if !ok {
		return 0
	}
	id, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// references are the numbers of "(#1,#2)".
func references(p string) []uint64 {
	p = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(p), "("), ")")
	var out []uint64
	for one := range strings.SplitSeq(p, ",") {
		if id := reference(one); id != 0 {
			out = append(out, id)
		}
	}
	return out
}

// text is the text of a parameter, decoded; "" where it is none.
func text(p string) string {
	if len(p) < 2 || p[0] != '\'' || p[len(p)-1] != '\'' {
		return ""
	}
	p = p[1 : len(p)-1]
	if len(p) > maxText {
		p = p[:maxText]
	}
	return Decode(p)
}

// Decode reads the text between a STEP file's quotes: ” for a quote, \\ for a
// backslash, \S\ and \P.\ for a half of an ISO 8859 table, \X\ for a byte, \X2\ and
// \X4\ for Unicode. What lies outside ASCII all the same is taken as UTF-8 or, where
// it is none, as Windows-1252. An escape that is none stays as it is written.
func Decode(s string) string {
	var b strings.Builder
	table := charmap.ISO8859_1
	if !utf8.ValidString(s) {
		if d, err := charmap.Windows1252.NewDecoder().String(s); err == nil {
			s = d
		}
	}
	for i := 0; i < len(s); {
		rest := s[i:]
		switch {
		case rest[0] == '\'' && strings.HasPrefix(rest, "''"):
			b.WriteByte('\'')
			i += 2
		case rest[0] == '\r' || rest[0] == '\n': // a long text may be broken over lines
			i++
		case rest[0] != '\\':
			b.WriteByte(rest[0])
			i++
		case strings.HasPrefix(rest, `\\`):
			b.WriteByte('\\')
			i += 2
		case strings.HasPrefix(rest, `\S\`) && len(rest) > 3 && rest[3] < 0x80:
			b.WriteRune(table.DecodeByte(rest[3] | 0x80))
			i += 4
		case len(rest) > 3 && rest[1] == 'P' && rest[3] == '\\' && rest[2] >= 'A' && rest[2] <= 'I':
			table = tables()[rest[2]-'A']
			i += 4
		case strings.HasPrefix(rest, `\N\`):
			b.WriteByte('\n')
			i += 3
		case strings.HasPrefix(rest, `\X\`) && len(rest) >= 5 && isHex(rest[3:5]):
			v, _ := strconv.ParseUint(rest[3:5], 16, 8)
			b.WriteRune(rune(v))
			i += 5
		default:
			n := wide(rest, &b)
			if n == 0 {
				b.WriteByte('\\')
				n = 1
			}
			i += n
		}
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, b.String())
}

// wide reads \X2\….\X0\ or \X4\….\X0\ and gives how long it was, or 0.
func wide(s string, b *strings.Builder) int {
	digits := 4
	if strings.HasPrefix(s, `\X4\`) {
		digits = 8
	} else if !strings.HasPrefix(s, `\X2\`) {
		return 0
	}
	body, _, closed := strings.Cut(s[4:], `\X0\`)
	length := 4 + len(body)
	if closed {
		length += 4
	} else { // cut off: as far as there are digits
		n := 0
		for n < len(body) && isHex(body[n:n+1]) {
			n++
		}
		if n < digits {
			return 0
		}
		body = body[:n]
		length = 4 + n
	}
	if len(body)%digits != 0 && closed || !isHex(body) {
		return 0
	}
	var units []uint16
	for ; len(body) >= digits; body = body[digits:] {
		v, _ := strconv.ParseUint(body[:digits], 16, 32)
		if digits == 8 {
			b.WriteRune(rune(min(v, 0x110000))) // what is no character becomes the mark for that
			continue
		}
		units = append(units, uint16(v))
	}
	b.WriteString(string(utf16.Decode(units)))
	return length
}

func isHex(s string) bool {
	for _, c := range []byte(s) {
		if !(c >= '0' && c <= '9' || c >= 'A' && c <= 'F' || c >= 'a' && c <= 'f') {
			return false
		}
	}
	return true
}

func tables() [9]*charmap.Charmap {
	return [9]*charmap.Charmap{charmap.ISO8859_1, charmap.ISO8859_2, charmap.ISO8859_3, charmap.ISO8859_4, charmap.ISO8859_5,
		charmap.ISO8859_6, charmap.ISO8859_7, charmap.ISO8859_8, charmap.ISO8859_9}
}
