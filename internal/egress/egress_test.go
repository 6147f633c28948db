package egress

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/fault"
	"plumbline/internal/personal"
)

func register() []personal.DataProcessor {
	post := personal.DataProcessor{ID: "post", Name: "Voorbeeldpost NV", Country: "BE", Hosts: []string{"smtp.post.example", "API.post.example."},
		Uses: []personal.Use{personal.UseMail}, Fields: []string{"mail.to", "mail.language"},
		Agreement: personal.Agreement{Reference: "DPA-1", Signed: "2026-01-01", Ends: "2026-12-31"}, Safeguard: personal.InEEA}
	change := func(id, host string, with func(*personal.DataProcessor)) personal.DataProcessor {
		p := post
		p.ID, p.Hosts = id, []string{host}
		with(&p)
		return p
	}
	return []personal.DataProcessor{
		post,
		change("unsigned", "unsigned.example", func(p *personal.DataProcessor) { p.Agreement = personal.Agreement{} }),
		change("ended", "ended.example", func(p *personal.DataProcessor) { p.Agreement.Ends = "2026-05-03" }),
		change("later", "later.example", func(p *personal.DataProcessor) { p.Agreement.Signed = "2026-05-05" }),
		change("last-day", "last-day.example", func(p *personal.DataProcessor) { p.Agreement.Ends = "2026-05-04" }),
		change("us", "us.example", func(p *personal.DataProcessor) { p.Country, p.Safeguard = "US", personal.NoSafeguard }),
		change("us-clauses", "us-clauses.example", func(p *personal.DataProcessor) { p.Country, p.Safeguard = "US", personal.Clauses }),
		change("ch", "ch.example", func(p *personal.DataProcessor) { p.Country, p.Safeguard = "CH", personal.Adequacy("CH") }),
		change("borrowed", "borrowed.example", func(p *personal.DataProcessor) { p.Country, p.Safeguard = "IN", personal.Adequacy("CH") }),
		change("claimed", "claimed.example", func(p *personal.DataProcessor) { p.Country, p.Safeguard = "IN", personal.InEEA }),
		change("sub", "sub.example", func(p *personal.DataProcessor) {
			p.Subprocessors = []personal.DataProcessor{{Name: "Far Away Inc", Country: "IN", Safeguard: personal.NoSafeguard}}
		}),
	}
}

func gate() *Gate {
	return New([]string{"Mail.Bouwhuis.example"}, register(), clock.NewFake(time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)))
}

func TestRecipient(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, host, to, code string }{
		{"the operator's own", "mail.bouwhuis.example", Own, ""},
		{"loopback", "127.8.9.10", Own, ""},
		{"loopback of IPv6", "::1", Own, ""},
		{"loopback in IPv6's clothes", "::ffff:127.0.0.1", Own, ""},
		{"localhost", "localhost", Own, ""},
		{"a processor", "smtp.post.example", "post", ""},
		{"a processor, written otherwise", "SMTP.Post.example.", "post", ""},
		{"another host of it, written otherwise there", "api.post.example", "post", ""},
		{"nobody", "evil.example", "", "recipient-not-registered"},
		{"a host below a registered one", "x.smtp.post.example", "", "recipient-not-registered"},
		{"a host that ends like one", "notsmtp.post.example", "", "recipient-not-registered"},
		{"an address", "192.0.2.1", "", "recipient-not-registered"},
		{"no host", "", "", "recipient-not-registered"},
		{"no agreement", "unsigned.example", "unsigned", "no-agreement"},
		{"an agreement that has ended", "ended.example", "ended", "no-agreement"},
		{"an agreement that begins tomorrow", "later.example", "later", "no-agreement"},
		{"the last day of an agreement", "last-day.example", "last-day", ""},
		{"outside the EEA without a safeguard", "us.example", "us", "no-safeguard"},
		{"outside the EEA with clauses", "us-clauses.example", "us-clauses", ""},
		{"adequacy", "ch.example", "ch", ""},
		{"adequacy of another country", "borrowed.example", "borrowed", "no-safeguard"},
		{"the EEA, it says", "claimed.example", "claimed", "no-safeguard"},
		{"a sub-processor without a safeguard", "sub.example", "sub", "no-safeguard"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			to, err := gate().Lane("mail.to").Recipient(c.host)
			if to != c.to || c.code == "" && err != nil || c.code != "" && (fault.CodeOf(err) != c.code || !fault.Is(err, fault.Denied)) {
				t.Errorf("%q %v, want %q %q", to, err, c.to, c.code)
			}
		})
	}
	if _, err := gate().Lane("mail.to", "survey.answers").Recipient("smtp.post.example"); fault.CodeOf(err) != "field-not-agreed" {
		t.Errorf("a field that is not agreed: %v", err)
	}
	var zero Lane
	if _, err := zero.Recipient("smtp.post.example"); fault.CodeOf(err) != "recipient-not-registered" {
		t.Errorf("the zero lane: %v", err)
	}
	if _, err := zero.Recipient("127.0.0.1"); err != nil {
		t.Errorf("the zero lane to this machine: %v", err)
	}
}

// TestDial: a refusal comes before a name is looked up or a packet leaves.
func TestDial(t *testing.T) {
	t.Parallel()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	c, err := gate().Lane().DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, address := range []string{"evil.example:443", "192.0.2.1:25", "unsigned.example:25"} {
		if _, err := gate().Lane().DialContext(gone, "tcp", address); !fault.Is(err, fault.Denied) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, err := gate().Lane().DialContext(t.Context(), "unix", "/run/some.sock:1"); !fault.Is(err, fault.Denied) {
		t.Errorf("a socket: %v", err)
	}
	if err := onlyLoopback(t.Context(), "tcp", "192.0.2.1:25", nil); !fault.Is(err, fault.Denied) {
		t.Error("localhost may lead elsewhere")
	}
}

func TestClient(t *testing.T) {
	t.Parallel()
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "http://evil.example/", http.StatusFound)
		}
	}))
	defer server.Close()
	client := gate().Lane().Client()
	get := func(url string) error {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		return err
	}
	if err := get(server.URL); err != nil || asked != 1 {
		t.Errorf("own server: %v, asked %d times", err, asked)
	}
	for _, url := range []string{"https://evil.example/?secret=1", server.URL + "/away"} {
		err := get(url)
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != "recipient-not-registered" {
			t.Errorf("%s: %v", url, err)
		}
	}
	if transport, ok := client.Transport.(checked).next.(*http.Transport); !ok || transport.Proxy != nil {
		t.Error("a proxy of the environment would be followed")
	}
}

func TestRefusalsSayWhoNotWhat(t *testing.T) {
	t.Parallel()
	_, err := gate().Lane("mail.to").Recipient("evil.example")
	if !strings.Contains(err.Error(), "evil.example") {
		t.Errorf("%v", err)
	}
}

// What the policy in force does not name yet is not connected to.
func TestAnnouncedRecipientsWait(t *testing.T) {
	t.Parallel()
	inForce := false
	g := New(nil, []personal.DataProcessor{{ID: "post", Name: "Post", Country: "BE", Hosts: []string{"smtp.post.invalid"}, Safeguard: personal.InEEA,
		Agreement: personal.Agreement{Reference: "x", Signed: "2020-01-01"}}}, clock.NewFake(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))).
		Announced(func(_ context.Context, p string) (bool, error) { return inForce && p == "post", nil })
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := g.Lane().DialContext(ctx, "tcp", "smtp.post.invalid:25"); fault.CodeOf(err) != "recipient-announced" {
		t.Errorf("connected to, or refused for another reason: %v", err)
	}
	inForce = true
	cancel() // past the gate, no name is looked up
	if _, err := g.Lane().DialContext(ctx, "tcp", "smtp.post.invalid:25"); err == nil || fault.CodeOf(err) == "recipient-announced" {
		t.Errorf("in force, and %v", err)
	}
}
