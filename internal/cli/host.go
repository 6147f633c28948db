package cli

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
)

// Finding is what was found of one thing, and what to do about it.
type Finding struct {
	Check string `json:"check"`
	State string `json:"state"` // ok, warn or fail
	Says  string `json:"says"`
	Do    string `json:"do,omitempty"`
}

// The states of a finding.
const (
	OK   = "ok"
	Warn = "warn"
	Fail = "fail"
)

var (
	errFaults = errors.New("the configuration is refused")
	errUnwell = errors.New("something is not well")
)

func configCheck(ctx context.Context, p Program, s Streams, args []string) error {
	return findings(ctx, s, "config check", args, p.ConfigCheck, errFaults)
}

func doctorCommand(ctx context.Context, p Program, s Streams, args []string) error {
	return findings(ctx, s, "doctor", args, p.Doctor, errUnwell)
}

func findings(ctx context.Context, s Streams, name string, args []string, look func(context.Context, string) ([]Finding, error), unwell error) error {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	config := f.String("config", "", "")
	asJSON := f.Bool("json", false, "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	all, err := look(ctx, *config)
	if err != nil {
		return err
	}
	write := writeFindings
	if *asJSON {
		write = func(w io.Writer, all []Finding) error {
			e := json.NewEncoder(w)
			e.SetIndent("", "  ")
			return e.Encode(map[string]any{"findings": all})
		}
	}
	if err := write(s.Out, all); err != nil {
		return err
	}
	for _, x := range all {
		if x.State == Fail {
			return unwell
		}
	}
	return nil
}

func writeFindings(w io.Writer, all []Finding) error {
	for _, x := range all {
		if _, err := fmt.Fprintf(w, "%-4s  %-14s %s\n", x.State, x.Check, x.Says); err != nil {
			return err
		}
		if x.Do != "" {
			if _, err := fmt.Fprintf(w, "      %-14s → %s\n", "", x.Do); err != nil {
				return err
			}
		}
	}
	return nil
}
