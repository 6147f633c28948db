package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"text/tabwriter"

	"plumbline/internal/cpm"
	"plumbline/internal/fault"
	"plumbline/internal/programme/check"
	"plumbline/internal/programme/diff"
	"plumbline/internal/programme/files"
	"plumbline/internal/programme/plan"
)

// openProgramme reads a programme from a file.
func openProgramme(name string) (*plan.Document, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	return files.Read(f, name)
}

// rulesOf are the rules that a flag names, or those of the file's own program.
func rulesOf(name string, d *plan.Document) (cpm.Rules, error) {
	switch name {
	case "":
		return files.Rules(d), nil
	case "msp":
		return cpm.MSP, nil
	case "p6":
		return cpm.P6, nil
	}
	return 0, usage{"rules are msp or p6"}
}

// computed is the programme that the arguments name, worked out by its own rules
// or those that they ask for.
func computed(args []string) (*plan.Document, *plan.Computed, bool, error) {
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	asJSON, rules := fs.Bool("json", false, ""), fs.String("rules", "", "")
	pos, err := parse(fs, args, 1)
	if err != nil {
		return nil, nil, false, err
	}
	d, err := openProgramme(pos[0])
	if err != nil {
		return nil, nil, false, err
	}
	r, err := rulesOf(*rules, d)
	if err != nil {
		return nil, nil, false, err
	}
	c, err := plan.Compute(d, r)
	return d, c, *asJSON, err
}

// programmeCompute computes a programme and tells the dates and floats of each
// activity.
func programmeCompute(_ context.Context, _ Program, s Streams, args []string) error {
	d, c, asJSON, err := computed(args)
	if err != nil {
		return err
	}
	if asJSON {
		return c.WriteJSON(s.Out)
	}
	w := tabwriter.NewWriter(s.Out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "id\tearly start\tearly finish\tlate start\tlate finish\ttotal float\tfree float\t\tname")
	for i := range d.Activities {
		x, ok := c.Row(i)
		if !ok {
			continue
		}
		mark, id := "", x.ID
		if x.Critical {
			mark = "critical"
		}
		if x.Code != "" {
			id = x.Code
		}
		_, _ = fmt.Fprintf(w, "%s\t%v\t%v\t%v\t%v\t%v\t%v\t%s\t%s\n", id, x.EarlyStart, x.EarlyFinish, x.LateStart, x.LateFinish, x.TotalFloat, x.FreeFloat, mark, x.Name)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(s.Out, "length: %v\n", c.Length())
	for _, what := range d.Ignored {
		_, _ = fmt.Fprintln(s.Err, "not honoured:", what)
	}
	return nil
}

// programmeConvert writes a programme in the format that the second name's
// ending says. The file appears whole or not at all.
func programmeConvert(_ context.Context, _ Program, s Streams, args []string) error {
	pos, err := parse(flag.NewFlagSet("", flag.ContinueOnError), args, 2)
	if err != nil {
		return err
	}
	write, err := files.Writer(pos[1])
	if err != nil {
		return err
	}
	d, err := openProgramme(pos[0])
	if err != nil {
		return err
	}
	part := pos[1] + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(part) //nolint:errcheck // gone once it is renamed
	if err := write(f, d); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	for _, what := range d.Ignored {
		_, _ = fmt.Fprintln(s.Err, "not kept:", what)
	}
	return os.Rename(part, pos[1])
}

// programmeDiff tells what differs between two versions of a programme.
func programmeDiff(_ context.Context, _ Program, s Streams, args []string) error {
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	asJSON := fs.Bool("json", false, "")
	pos, err := parse(fs, args, 2)
	if err != nil {
		return err
	}
	a, err := openProgramme(pos[0])
	if err != nil {
		return err
	}
	b, err := openProgramme(pos[1])
	if err != nil {
		return err
	}
	changes := diff.Between(a, b)
	if *asJSON {
		return json.NewEncoder(s.Out).Encode(map[string]any{"changes": append([]diff.Change{}, changes...)})
	}
	for _, c := range changes {
		_, _ = fmt.Fprintf(s.Out, "%s %s %s\n", c.Kind, c.ID, c.Name)
		for _, f := range c.Fields {
			_, _ = fmt.Fprintf(s.Out, "    %s: %q to %q\n", f.Name, f.From, f.To)
		}
	}
	_, _ = fmt.Fprintf(s.Out, "%d differences\n", len(changes))
	return nil
}

// programmeCheck assesses a programme by the fourteen points of the DCMA. It
// fails when one of them does.
func programmeCheck(_ context.Context, _ Program, s Streams, args []string) error {
	_, c, asJSON, err := computed(args)
	if err != nil {
		return err
	}
	points, err := check.Run(c)
	if err != nil {
		return err
	}
	failed := 0
	for _, p := range points {
		if !p.Passed {
			failed++
		}
	}
	if asJSON {
		if err := json.NewEncoder(s.Out).Encode(map[string]any{"points": points, "failed": failed}); err != nil {
			return err
		}
	} else {
		tellPoints(s, points)
	}
	if failed > 0 {
		return fault.New(fault.Conflict, "programme-check", fmt.Sprintf("%d of 14 points are not met", failed))
	}
	return nil
}

func tellPoints(s Streams, points []check.Point) {
	for _, p := range points {
		verdict := "ok"
		switch {
		case !p.Applies:
			verdict = "--"
		case !p.Passed:
			verdict = "NOT MET"
		}
		_, _ = fmt.Fprintf(s.Out, "%2d  %-7s  %s: %.2f (%s)", p.Number, verdict, p.Name, p.Value, p.Limit)
		if p.Note != "" {
			_, _ = fmt.Fprintf(s.Out, "; %s", p.Note)
		}
		_, _ = fmt.Fprintln(s.Out)
		for i, id := range p.IDs {
			if i == 20 {
				_, _ = fmt.Fprintf(s.Out, "      and %d more\n", len(p.IDs)-i)
				break
			}
			_, _ = fmt.Fprintln(s.Out, "     ", id)
		}
	}
}
