package cli

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
)

func backupCommand(ctx context.Context, p Program, s Streams, args []string) error {
	config, to, err := placed("backup", "to", args)
	if err != nil {
		return err
	}
	return p.Backup(ctx, config, to, s.Out, s.Err)
}

func restoreCommand(ctx context.Context, p Program, s Streams, args []string) error {
	config, from, err := placed("restore", "from", args)
	if err != nil {
		return err
	}
	return p.Restore(ctx, config, from, s.Out, s.Err)
}

// placed reads --config and the one folder that a command must name.
func placed(name, flagName string, args []string) (config, dir string, err error) {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.StringVar(&config, "config", "", "")
	f.StringVar(&dir, flagName, "", "")
	if _, err := parse(f, args, 0); err != nil {
		return "", "", err
	}
	if dir == "" {
		return "", "", usage{"--" + flagName + " DIR is needed"}
	}
	return config, dir, nil
}

// Swept is what one rule of the sweeps met, or would.
type Swept struct {
	Rule   string `json:"rule"`
	Then   string `json:"then"`
	Due    int64  `json:"due"`
	Of     int64  `json:"of,omitempty"` // people in all, of rules about people
	Done   int64  `json:"done"`
	Held   bool   `json:"held"` // by the brake
	People bool   `json:"people"`
}

func sweepCommand(ctx context.Context, p Program, s Streams, args []string) error {
	f := flag.NewFlagSet("sweep", flag.ContinueOnError)
	config := f.String("config", "", "")
	preview := f.Bool("preview", false, "")
	asJSON := f.Bool("json", false, "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	all, err := p.Sweep(ctx, *config, *preview)
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(s.Out).Encode(map[string]any{"sweeps": all})
	}
	for _, r := range all {
		number, note := r.Done, ""
		if *preview {
			number = r.Due
		}
		if r.Held {
			note = fmt.Sprintf("  held by the brake: %d of %d people; the operator's officer lets it through", r.Due, r.Of)
		}
		if _, err := fmt.Fprintf(s.Out, "%-18s %-14s %6d%s\n", r.Rule, r.Then, number, note); err != nil {
			return err
		}
	}
	return nil
}
