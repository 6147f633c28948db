// Package doctor looks whether an installation is well, and says what to do
// where it is not. It changes nothing but a file that it writes and removes in
// each place, and may be asked while Plumbline serves.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"plumbline/internal/app/config"
	"plumbline/internal/app/front"
	"plumbline/internal/app/kept"
	"plumbline/internal/app/post"
	"plumbline/internal/app/watch"
	"plumbline/internal/cli"
	"plumbline/internal/clock"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/egress"
	"plumbline/internal/fault"
	"plumbline/internal/job"
	"plumbline/internal/mail"
	"plumbline/internal/promise"
	"plumbline/internal/prove"
	"plumbline/internal/schema"
)

// Deps is what is looked with.
type Deps struct {
	Config  config.Config
	Sandbox func(ctx context.Context) error // has the child read a picture
	Clock   clock.Clock
}

// patience is how long one thing may take to answer.
const patience = 20 * time.Second

// doctor collects what it finds.
type doctor struct {
	Deps
	found []cli.Finding
}

func (d *doctor) say(check, state, says, do string) {
	d.found = append(d.found, cli.Finding{Check: check, State: state, Says: says, Do: do})
}

func (d *doctor) ok(check, says string)       { d.say(check, cli.OK, says, "") }
func (d *doctor) warn(check, says, do string) { d.say(check, cli.Warn, says, do) }
func (d *doctor) fail(check, says, do string) { d.say(check, cli.Fail, says, do) }

// Faults are what is wrong with a configuration, as findings.
func Faults(all config.Faults) (out []cli.Finding) {
	for _, f := range all {
		out = append(out, cli.Finding{Check: "configuration", State: cli.Fail, Says: f.Setting + ": " + f.Says, Do: f.Instead})
	}
	return out
}

// Look looks at everything.
func Look(ctx context.Context, deps Deps) []cli.Finding {
	if deps.Clock == nil {
		deps.Clock = clock.System{}
	}
	d := &doctor{Deps: deps}
	if f := d.Config.OnDisk(); len(f) > 0 {
		d.found = append(d.found, Faults(f)...)
	} else {
		d.ok("configuration", "right, and its files are where it says")
	}
	for _, look := range []func(context.Context){d.database, d.ring, d.files, d.space, d.mail, d.certificate, d.public, d.sandbox, d.backups} {
		within, cancel := context.WithTimeout(ctx, patience)
		look(within)
		cancel()
	}
	return d.found
}

func because(err error) string {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Message
	}
	return err.Error()
}

func (d *doctor) database(ctx context.Context) {
	const where = "start the database, or correct the setting database"
	if path, ok := strings.CutPrefix(d.Config.DatabaseURL(), "sqlite:"); ok {
		if _, err := os.Stat(path); err != nil {
			d.fail("database", "there is none at "+path, "run plumbline found, which makes it, or correct the settings data and database")
			return
		}
	}
	b, err := db.Open(ctx, db.Config{URL: d.Config.DatabaseURL(), Clock: d.Clock})
	if err != nil {
		d.fail("database", because(err), where)
		return
	}
	defer func() { _ = b.Close() }()
	if err := b.Ping(ctx); err != nil {
		d.fail("database", because(err), where)
		return
	}
	d.ok("database", b.Dialect().String()+" answers")
	have, want, err := schema.Versions(ctx, b)
	switch {
	case err != nil:
		d.fail("schema", because(err), "give the database's user the right to read its tables")
		return
	case have > want:
		d.fail("schema", fmt.Sprintf("the database is at %d, this program at %d", have, want), "run the newer program that wrote it")
		return
	case have < want:
		d.warn("schema", fmt.Sprintf("the database is at %d, this program at %d", have, want), "start the program, or run plumbline migrate: it brings the tables up to date")
		return
	}
	d.ok("schema", fmt.Sprintf("at %d, as this program wants it", have))
	d.jobs(ctx, b)
	d.promises(ctx, b)
}

func (d *doctor) jobs(ctx context.Context, b *db.DB) {
	var all []job.Waiting
	now := d.Clock.Now()
	err := b.Read(ctx, db.Everyone("how many jobs wait is counted over all"), func(tx *db.Tx) (err error) {
		all, err = job.Queue(tx, now.Add(-24*time.Hour))
		return err
	})
	if err != nil {
		d.fail("jobs", because(err), "look at the database")
		return
	}
	waiting, failed, late, which := int64(0), int64(0), time.Duration(0), ""
	for _, w := range all {
		waiting += w.Queued
		failed += w.Failed
		if by := now.Sub(w.Due); !w.Due.IsZero() && by > late {
			late, which = by, w.Kind
		}
	}
	text := fmt.Sprintf("%d waiting, %d failed in a day", waiting, failed)
	switch {
	case late > 24*time.Hour:
		d.fail("jobs", fmt.Sprintf("%s; %s could have run %v ago", text, which, late.Round(time.Minute)), "is plumbline serve running? if so, its log says why jobs do not end")
	case late > 15*time.Minute:
		d.warn("jobs", fmt.Sprintf("%s; %s could have run %v ago", text, which, late.Round(time.Minute)), "is plumbline serve running? if it is busy, give it more workers")
	case failed > 0:
		d.warn("jobs", text, "the log says why (journalctl -u plumbline); mail and reports can be asked for again")
	default:
		d.ok("jobs", text)
	}
}

func (d *doctor) promises(ctx context.Context, b *db.DB) {
	all, err := prove.Last(ctx, b)
	if err != nil {
		d.fail("promises", because(err), "look at the database")
		return
	}
	var broken []string
	var last time.Time
	for _, r := range all {
		if r.State == promise.Broken {
			broken = append(broken, r.ID)
		}
		if r.At.After(last) {
			last = r.At
		}
	}
	switch {
	case len(broken) > 0:
		d.fail("promises", "broken: "+strings.Join(broken, " "), "run plumbline prove "+broken[0]+", which says what was seen")
	case last.IsZero():
		d.warn("promises", "never proved yet", "they are, ten minutes after the first start and every night; or run plumbline prove")
	case d.Clock.Now().Sub(last) > 48*time.Hour:
		d.warn("promises", "last proved "+last.UTC().Format(time.RFC3339), "is plumbline serve running at night?")
	default:
		d.ok("promises", fmt.Sprintf("%d looked at, none broken, %s", len(all), last.UTC().Format(time.RFC3339)))
	}
}

func (d *doctor) ring(ctx context.Context) {
	c := d.Config.Ring
	ring, err := crypt.Open(ctx, crypt.Config{Places: c.Places, RootKeyFile: c.Root, Clock: d.Clock})
	if err != nil {
		d.fail("key ring", because(err), "bring back ring.places and ring.root_key; without them the data cannot be read")
		return
	}
	defer ring.Close()
	if err := ring.Check(ctx); err != nil {
		d.fail("key ring", because(err), "copy the ring from a place that is whole to the other; see docs/OPERATING.md")
		return
	}
	if len(c.Places) < 2 {
		d.warn("key ring", "whole, in one place", "add a second place on another disk to ring.places: losing the ring loses the data")
		return
	}
	d.ok("key ring", fmt.Sprintf("whole, in %d places", len(c.Places)))
}

func (d *doctor) files(ctx context.Context) {
	if err := d.Config.CheckFiles(ctx); err != nil {
		d.fail("files", because(err), "give every folder of files.places to the user that Plumbline runs as")
		return
	}
	d.ok("files", fmt.Sprintf("%d of %d places can be written", len(d.Config.Files.Places), len(d.Config.Files.Places)))
}

func (d *doctor) space(context.Context) {
	for _, at := range []struct {
		name string
		dirs []string
	}{{"data", []string{d.Config.Data}}, {"files", d.Config.Files.Places}, {"ring", d.Config.Ring.Places}} {
		name := at.name
		for _, dir := range at.dirs {
			free, all, err := watch.Space(dir)
			text := fmt.Sprintf("%s: %.1f of %.1f GB free", dir, float64(free)/1e9, float64(all)/1e9)
			switch {
			case err != nil:
				d.fail("space "+name, dir+" cannot be looked at", "make the folder, or correct the setting")
			case free < 500e6:
				d.fail("space "+name, text, "make room: what is uploaded will soon be refused")
			case free < 5e9 && free < all/10:
				d.warn("space "+name, text, "make room, or move it to a larger disk")
			default:
				d.ok("space "+name, text)
			}
		}
	}
}

func (d *doctor) mail(ctx context.Context) {
	if d.Config.Mail.Server == "" {
		d.warn("mail", "no mail server: mail is kept in "+filepath.Join(d.Config.Data, "mail"), "set mail.server, and say in privacy who runs it; without mail nobody can be invited")
		return
	}
	way := egress.New(d.Config.Privacy.OwnHosts, d.Config.Privacy.Processors, d.Clock).Lane(mail.Fields()...)
	s, err := post.SMTP(d.Config, way)
	if err == nil {
		err = s.Reach(ctx)
	}
	if err != nil {
		d.fail("mail", because(err), "check mail.server, mail.user and mail.password_file, and that the server is named in privacy")
		return
	}
	d.ok("mail", "the mail server takes us in; nothing was sent")
}

func (d *doctor) certificate(context.Context) {
	var begins, ends time.Time
	var err error
	// Someone renews a certificate of their own in good time; one that lives for
	// days alone, in its last third.
	soon, late, advice := 14*24*time.Hour, 3*24*time.Hour, "renew it; it is read again by itself"
	switch {
	case d.Config.TLS.ACME.On():
		if begins, ends, err = front.StoredLife(d.Config.Data); err != nil {
			d.warn("certificate", because(err), "start the program; it asks the authority, and its log says what comes of it")
			return
		}
		// The program renews it when a third of its life is left: before that, nothing is amiss.
		life := ends.Sub(begins)
		soon, late, advice = life/4, life/10, "the program renews it by itself when a third of its life is left, and has not: is it running, and what does its log say of the authority?"
	case d.Config.TLS.On():
		begins, ends, err = front.Life(d.Config.TLS.Certificate)
		soon, late = min(soon, ends.Sub(begins)/3), min(late, ends.Sub(begins)/10)
	case len(d.Config.BehindProxy) > 0:
		d.ok("certificate", "the proxy's")
		return
	default:
		d.ok("certificate", "none: only this machine is served")
		return
	}
	left := ends.Sub(d.Clock.Now())
	text := "ends " + ends.UTC().Format(time.DateOnly)
	switch {
	case err != nil:
		d.fail("certificate", because(err), "check tls.certificate")
	case left < late:
		d.fail("certificate", text, advice)
	case left < soon:
		d.warn("certificate", text, advice)
	default:
		d.ok("certificate", text)
	}
}

// clock compares this machine with whoever answers at the public address, which
// may be a proxy or another node.
func (d *doctor) clock(date string) {
	at, err := http.ParseTime(date)
	off := d.Clock.Now().Sub(at).Abs()
	switch {
	case err != nil:
		d.warn("clock", "nobody says what time it is", "run a time service, such as systemd-timesyncd or chrony")
	case off > 5*time.Second:
		d.fail("clock", fmt.Sprintf("this machine and the one at the public address are %v apart", off.Round(time.Second)), "run a time service, such as systemd-timesyncd or chrony, on both")
	default:
		d.ok("clock", "as at the public address, within seconds")
	}
}

func (d *doctor) public(context.Context) {
	u, err := url.Parse(d.Config.PublicURL)
	if err != nil {
		d.fail("public address", "it is no address", "correct public_url")
		return
	}
	client := egress.Only(u.Hostname()).Client()
	client.Timeout = patience
	res, err := client.Get(u.String() + "/healthz") //nolint:noctx // the client has a limit
	if err == nil {
		_ = res.Body.Close()
		client.CloseIdleConnections()
		if res.StatusCode != http.StatusOK {
			err = fmt.Errorf("it answers %d", res.StatusCode)
		}
	}
	if err != nil {
		d.warn("public address", u.String()+" cannot be reached from here", "is plumbline serve running? look at DNS, firewall, proxy and certificate: "+strings.Join(strings.Fields(err.Error()), " "))
		return
	}
	d.ok("public address", u.String()+" answers")
	d.clock(res.Header.Get("Date"))
}

func (d *doctor) sandbox(ctx context.Context) {
	if d.Sandbox == nil {
		return
	}
	if err := d.Sandbox(ctx); err != nil {
		d.fail("sandbox", "the child that reads files does not work: "+because(err), "the program must be able to start itself: look at noexec mounts and the unit's filters")
		return
	}
	d.ok("sandbox", "the child that reads files works")
}

func (d *doctor) backups(context.Context) {
	at := kept.LastBackup(d.Config)
	age := d.Clock.Now().Sub(at)
	const do = "run plumbline backup every day, by deploy/systemd/plumbline-backup.timer or your own"
	switch {
	case at.IsZero():
		d.warn("backups", "none was ever made from here", do)
	case age > 7*24*time.Hour:
		d.fail("backups", "the last is of "+at.Format(time.RFC3339), do)
	case age > 48*time.Hour:
		d.warn("backups", "the last is of "+at.Format(time.RFC3339), do)
	default:
		d.ok("backups", "the last is of "+at.Format(time.RFC3339))
	}
}
