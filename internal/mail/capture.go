package mail

import (
	"context"
	"fmt"
	"mime"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"

	"plumbline/internal/fault"
)

// keep is how many mails a Capture holds.
const keep = 200

// Capture keeps mail instead of sending it, for development and tests: the
// last 200, in memory and as .eml files.
type Capture struct {
	dir string

	mu   sync.Mutex
	next int
	all  []Captured // oldest first
}

// Captured is one mail that was not sent.
type Captured struct {
	N       int
	Date    time.Time
	ID      string
	To      string
	Subject string
	Text    string
	HTML    string

	Unsubscribe string // of promotional mail
}

// NewCapture keeps mail in a folder, and shows what an earlier run left there.
// Without a folder it keeps mail in memory alone.
func NewCapture(dir string) (*Capture, error) {
	c := &Capture{dir: dir, next: 1}
	if dir == "" {
		return c, nil
	}
	const op = "mail.NewCapture"
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fault.Wrap(op, err)
	}
	if err := c.look(); err != nil {
		return nil, fault.Wrap(op, err)
	}
	return c, c.shorten()
}

// look takes in what other processes left in the folder, and forgets what they
// took away.
func (c *Capture) look() error {
	if c.dir == "" {
		return nil
	}
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return err
	}
	known, there := map[int]bool{}, map[int]bool{}
	for _, x := range c.all {
		known[x.N] = true
	}
	for _, e := range entries {
		n, err := strconv.Atoi(strings.TrimSuffix(e.Name(), ".eml"))
		if err != nil || e.Name() != file(n) {
			continue
		}
		c.next, there[n] = max(c.next, n+1), true
		if known[n] {
			continue
		}
		if x, err := readEML(filepath.Join(c.dir, e.Name())); err == nil {
			x.N = n
			c.all = append(c.all, x)
		}
	}
	c.all = slices.DeleteFunc(c.all, func(x Captured) bool { return !there[x.N] })
	slices.SortFunc(c.all, func(a, b Captured) int { return a.N - b.N })
	return nil
}

func file(n int) string { return fmt.Sprintf("%06d.eml", n) }

// Send keeps a letter.
func (c *Capture) Send(_ context.Context, l Letter) error {
	msg, err := message(l)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.look(); err != nil {
		return fault.Wrap("mail.Capture", err)
	}
	if c.dir != "" {
		f, err := os.OpenFile(filepath.Join(c.dir, file(c.next)), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return fault.Wrap("mail.Capture", err)
		}
		_, err = msg.WriteTo(f)
		if e := f.Close(); err == nil {
			err = e
		}
		if err != nil {
			return fault.Wrap("mail.Capture", err)
		}
	}
	c.all = append(c.all, Captured{N: c.next, Date: l.Date, ID: l.ID, To: l.To, Subject: l.Subject, Text: l.Text, HTML: l.HTML, Unsubscribe: l.Unsubscribe})
	c.next++
	return c.shorten()
}

// shorten forgets the oldest, their files too.
func (c *Capture) shorten() error {
	for len(c.all) > keep {
		if c.dir != "" {
			if err := os.Remove(filepath.Join(c.dir, file(c.all[0].N))); err != nil && !os.IsNotExist(err) {
				return fault.Wrap("mail.Capture", err)
			}
		}
		c.all = slices.Delete(c.all, 0, 1)
	}
	return nil
}

// List is what is kept, newest first.
func (c *Capture) List() []Captured {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.look() // what cannot be read is shown as it was
	out := slices.Clone(c.all)
	slices.Reverse(out)
	return out
}

// Get is one mail.
func (c *Capture) Get(n int) (Captured, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, x := range c.all {
		if x.N == n {
			return x, nil
		}
	}
	return Captured{}, fault.New(fault.NotFound, "mail-not-found", "there is no such mail")
}

func readEML(path string) (Captured, error) {
	m, err := gomail.EMLToMsgFromFile(path)
	if err != nil {
		return Captured{}, err
	}
	header := func(h gomail.Header) string { return strings.Join(m.GetGenHeader(h), " ") }
	x := Captured{ID: strings.Trim(header(gomail.HeaderMessageID), "<>"), Subject: decoded(header(gomail.HeaderSubject))}
	x.Unsubscribe = strings.Trim(strings.TrimSpace(header("List-Unsubscribe")), "<>")
	if to := m.GetTo(); len(to) > 0 {
		x.To = to[0].Address
	}
	if at, err := time.Parse(time.RFC1123Z, header(gomail.HeaderDate)); err == nil {
		x.Date = at.UTC()
	}
	for _, p := range m.GetParts() {
		b, err := p.GetContent()
		if err != nil {
			return x, err
		}
		text := strings.ReplaceAll(string(b), "\r\n", "\n")
		switch p.GetContentType() {
		case gomail.TypeTextPlain:
			x.Text = text
		case gomail.TypeTextHTML:
			x.HTML = text
		}
	}
	return x, nil
}

func decoded(s string) string {
	if t, err := new(mime.WordDecoder).DecodeHeader(s); err == nil {
		return t
	}
	return s
}
