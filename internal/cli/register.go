package cli

import (
	"context"
	"flag"
	"slices"

	"plumbline/internal/lang"
)

// Registering is a record of processing activities to be written.
type Registering struct {
	Config       string
	Role         string // "controller" or "processor"
	Organisation string // id; empty: the operator's
	Format       string
	Locale       string
	Out          string
}

func registerCommand(ctx context.Context, p Program, s Streams, args []string) error {
	f := flag.NewFlagSet("register", flag.ContinueOnError)
	var r Registering
	f.StringVar(&r.Config, "config", "", "")
	f.StringVar(&r.Role, "role", "controller", "")
	f.StringVar(&r.Organisation, "organisation", "", "")
	f.StringVar(&r.Format, "format", "pdf", "")
	f.StringVar(&r.Locale, "locale", "en", "")
	f.StringVar(&r.Out, "o", "", "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	switch {
	case r.Out == "":
		return usage{"-o FILE is needed"}
	case r.Role != "controller" && r.Role != "processor":
		return usage{"--role is controller or processor"}
	case !slices.Contains([]string{"json", "html", "xlsx", "pdf", "jsonld"}, r.Format):
		return usage{"--format is json, html, xlsx, pdf or jsonld"}
	case !lang.Known(r.Locale):
		return usage{"--locale is nl, en, fr, da or de, or a locale such as nl-BE"}
	}
	return p.Register(ctx, r)
}
