package cli

import (
	"context"
	"flag"
	"slices"
)

// Staffing is a change of the operator's staff, or the wish to see it.
type Staffing struct {
	Config, Act, Email, Role string
}

func staffCommand(act string) func(context.Context, Program, Streams, []string) error {
	return func(ctx context.Context, p Program, s Streams, args []string) error {
		f := flag.NewFlagSet("staff", flag.ContinueOnError)
		in := Staffing{Act: act}
		f.StringVar(&in.Config, "config", "", "")
		if act != "list" {
			f.StringVar(&in.Email, "email", "", "")
		}
		if act == "add" {
			f.StringVar(&in.Role, "role", "", "")
		}
		if _, err := parse(f, args, 0); err != nil {
			return err
		}
		switch {
		case act != "list" && in.Email == "":
			return usage{"--email is needed"}
		case act == "add" && !slices.Contains([]string{"officer", "support", "administrator"}, in.Role):
			return usage{"--role is officer, support or administrator"}
		}
		return p.Staff(ctx, in, s.Out)
	}
}
