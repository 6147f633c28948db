package cli

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"plumbline/internal/promise"
	"plumbline/internal/prove"
)

// Proving is what to prove: the installation of a configuration file, or a
// demo that is made and thrown away; all promises, or some.
type Proving struct {
	Config string
	Demo   bool
	Only   []string
}

var errBroken = errors.New("a promise is broken")

func proveCommand(ctx context.Context, p Program, s Streams, args []string) error {
	f := flag.NewFlagSet("prove", flag.ContinueOnError)
	var what Proving
	f.StringVar(&what.Config, "config", "", "")
	f.BoolVar(&what.Demo, "demo", false, "")
	asJSON := f.Bool("json", false, "")
	f.SetOutput(io.Discard)
	for { // flags may stand among the promises
		if err := f.Parse(args); err != nil {
			return usage{err.Error()}
		}
		if args = f.Args(); len(args) == 0 {
			break
		}
		id := strings.ToUpper(args[0])
		if _, ok := promise.Find(id); !ok {
			return usage{"there is no promise " + args[0]}
		}
		what.Only, args = append(what.Only, id), args[1:]
	}
	if what.Demo && what.Config != "" {
		return usage{"--demo and --config exclude each other"}
	}
	all, err := p.Prove(ctx, what)
	if err != nil {
		return err
	}
	for i := range all {
		all[i].Repeat = "plumbline prove " + all[i].ID + map[bool]string{true: " --demo"}[what.Demo]
	}
	write := writeProofs
	if *asJSON {
		write = writeProofsJSON
	}
	if err := write(s.Out, all); err != nil {
		return err
	}
	if prove.AnyBroken(all) {
		return errBroken
	}
	return nil
}

func writeProofsJSON(w io.Writer, all []prove.Result) error {
	type one struct {
		ID       string        `json:"id"`
		State    promise.State `json:"state"`
		Evidence string        `json:"evidence"`
		Repeat   string        `json:"repeat"`
		At       string        `json:"at"`
	}
	out := struct {
		Promises []one `json:"promises"`
	}{Promises: make([]one, 0, len(all))}
	for _, r := range all {
		out.Promises = append(out.Promises, one{r.ID, r.State, r.Evidence, r.Repeat, r.At.Format(time.RFC3339)})
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func writeProofs(w io.Writer, all []prove.Result) error {
	count := map[promise.State]int{}
	for _, r := range all {
		count[r.State]++
		if _, err := fmt.Fprintf(w, "%-15s %-8s %s\n", r.State, r.ID, r.Evidence); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\n%d kept, %d broken, %d not built, %d not applicable\n",
		count[promise.Kept], count[promise.Broken], count[promise.NotBuilt], count[promise.NotApplicable])
	return err
}
