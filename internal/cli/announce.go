package cli

import (
	"context"
	"flag"
	"net/url"
)

// Announcing is news of the product, for whoever agreed to get it.
type Announcing struct {
	Config, Template, Link string
}

func announce(ctx context.Context, p Program, s Streams, args []string) error {
	f := flag.NewFlagSet("announce", flag.ContinueOnError)
	a := Announcing{}
	f.StringVar(&a.Config, "config", "", "")
	f.StringVar(&a.Template, "template", "news-product", "")
	f.StringVar(&a.Link, "link", "", "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	u, err := url.Parse(a.Link)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return usage{"--link is the https address where the news is told"}
	}
	return p.Announce(ctx, a, s.Out)
}
