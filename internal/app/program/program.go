// Package program does what the commands ask for: it opens a house by its
// configuration, has it do one thing or serve, and closes it.
package program

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"plumbline/internal/app"
	"plumbline/internal/app/config"
	"plumbline/internal/app/front"
	"plumbline/internal/app/tools"
	"plumbline/internal/cli"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/schema"
	"plumbline/internal/staff"
)

// Program does what the commands ask for.
type Program struct{ tools.Tools }

var _ cli.Program = Program{}

// Serve opens an installation and serves it.
func (Program) Serve(ctx context.Context, path string, out io.Writer) error {
	cfg, err := config.Read(path)
	if err != nil {
		return err
	}
	if err := cfg.OnDisk().Err(path); err != nil {
		return err
	}
	h, err := app.Open(ctx, cfg, app.Options{})
	if err != nil {
		return err
	}
	defer h.Close()
	f, err := h.Listen(ctx)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "Plumbline %s serves %s\n", cli.Version, cfg.PublicURL); err != nil {
		return err
	}
	return h.ServeBy(ctx, f)
}

// Ready asks the program that serves whether it is ready.
func (Program) Ready(ctx context.Context, path string) error {
	cfg, err := config.Read(path)
	if err != nil {
		return err
	}
	return front.Ready(ctx, cfg)
}

// Migrate brings the database to this version's schema.
func (Program) Migrate(ctx context.Context, path string, out io.Writer) error {
	cfg, err := config.Read(path)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return err
	}
	d, err := db.Open(ctx, db.Config{URL: cfg.DatabaseURL()})
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	if err := app.NotRestoring(ctx, cfg, d); err != nil {
		return err
	}
	if err := schema.Migrate(ctx, d); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, "the database has the schema of this version")
	return err
}

// Found makes an organisation and its owner. Whoever may run commands here may
// found as many as they like.
func (Program) Found(ctx context.Context, path string, f cli.Founding, out io.Writer) error {
	cfg, err := config.Read(path)
	if err != nil {
		return err
	}
	h, err := app.Open(ctx, cfg, app.Options{})
	if err != nil {
		return err
	}
	defer h.Close()
	name := f.Name
	if name == "" {
		name = f.Email
	}
	account, err := h.Signin.NewAccount(ctx, person.AccountProfile{Name: name, Email: f.Email, Locale: f.Locale, TimeZone: "Europe/Brussels"}, f.Password)
	if err != nil {
		return err
	}
	err = h.Orgs.Found(ctx, org.Founding{Org: id.New[id.Org](), Name: f.Organisation, Locale: f.Locale, Owner: id.New[id.Person](), Account: account,
		Profile: person.Profile{Name: name, Email: f.Email, Locale: f.Locale}})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s is there; its owner signs in at %s\n", f.Organisation, cfg.PublicURL)
	return err
}

// Staff adds, removes or lists the operator's people.
func (Program) Staff(ctx context.Context, s cli.Staffing, out io.Writer) error {
	cfg, err := config.Read(s.Config)
	if err != nil {
		return err
	}
	h, err := app.Open(ctx, cfg, app.Options{NoChores: true})
	if err != nil {
		return err
	}
	defer h.Close()
	switch s.Act {
	case "add":
		return h.Staff.Add(ctx, s.Email, staff.Role(s.Role))
	case "remove":
		return h.Staff.Remove(ctx, s.Email)
	case "list":
		all, err := h.Staff.List(ctx)
		for _, x := range all {
			if err == nil {
				_, err = fmt.Fprintf(out, "%s\t%s\tsince %s\trules acknowledged: %t\tsupport grants: %d\n", x.Role, x.Email, x.Since.Format(time.DateOnly), x.Acknowledged, x.Grants)
			}
		}
		return err
	}
	return fault.New(fault.Invalid, "bad-act", "staff add, remove or list")
}

// Announce queues news of the product for every account that agreed to it.
func (Program) Announce(ctx context.Context, a cli.Announcing, out io.Writer) error {
	cfg, err := config.Read(a.Config)
	if err != nil {
		return err
	}
	h, err := app.Open(ctx, cfg, app.Options{NoChores: true})
	if err != nil {
		return err
	}
	defer h.Close()
	n, err := h.News().Announce(ctx, personal.Updates, a.Template, a.Link)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d mails queued\n", n)
	return err
}

// Register writes a record of processing activities.
func (Program) Register(ctx context.Context, r cli.Registering) error {
	return app.WriteRegister(ctx, r)
}
