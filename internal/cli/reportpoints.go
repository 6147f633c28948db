package cli

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"plumbline/internal/cli/remote"
	"plumbline/internal/lang"
)

const tokenVariable = "PLUMBLINE_TOKEN"

// reportPoints has a report made by an installation, waits for it, and writes it
// to a file.
func reportPoints(ctx context.Context, _ Program, s Streams, args []string) error {
	f := flag.NewFlagSet("", flag.ContinueOnError)
	w := remote.Wanted{Agent: Version}
	filter := ""
	f.StringVar(&w.URL, "url", "", "")
	f.StringVar(&w.Token, "token", "", "")
	f.StringVar(&w.Out, "o", "", "")
	f.StringVar(&w.Project, "project", "", "")
	f.StringVar(&filter, "filter", "", "")
	f.StringVar(&w.Format, "format", "", "")
	f.StringVar(&w.Locale, "locale", "en", "")
	f.StringVar(&w.Zone, "zone", "", "")
	f.StringVar(&w.Title, "title", "", "")
	f.BoolVar(&w.Photos, "photos", true, "")
	f.BoolVar(&w.Plan, "plan", true, "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	if w.Token == "" {
		w.Token = os.Getenv(tokenVariable)
	}
	if w.Format == "" {
		w.Format = "pdf"
		if strings.EqualFold(filepath.Ext(w.Out), ".xlsx") {
			w.Format = "xlsx"
		}
	}
	base, err := url.Parse(strings.TrimSuffix(w.URL, "/"))
	switch {
	case w.URL == "" || err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" || base.User != nil || base.RawQuery != "":
		return usage{"--url is the address of an installation, such as https://site.example"}
	case base.Scheme == "http" && !loopback(base.Hostname()):
		return usage{"a token goes over https only, except to this machine"}
	case w.Token == "":
		return usage{"--token or the variable " + tokenVariable + " is needed"}
	case strings.ContainsAny(w.Token, "\r\n\x00 "):
		return usage{"--token is not a token"}
	case w.Out == "":
		return usage{"-o FILE is needed"}
	case w.Format != "pdf" && w.Format != "xlsx":
		return usage{"--format is pdf or xlsx"}
	case !lang.Known(w.Locale):
		return usage{"--locale is nl, en, fr, da or de, or a locale such as nl-BE"}
	}
	if w.Filter, err = url.ParseQuery(strings.TrimPrefix(filter, "?")); err != nil {
		return usage{"--filter is written as in the address of the points list: status=ID&sort=due"}
	}
	n, err := remote.Report(ctx, w, s.Err)
	if err == nil {
		_, _ = fmt.Fprintf(s.Out, "%s: %d bytes\n", w.Out, n)
	}
	return err
}

func loopback(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }
