package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
)

// keeper is a program that backs up, restores and sweeps.
type keeper struct {
	Program
	asked []string
}

func (k *keeper) Backup(_ context.Context, config, to string, out, _ io.Writer) error {
	k.asked = append(k.asked, "backup", config, to)
	_, err := fmt.Fprintln(out, "backed up")
	return err
}

func (k *keeper) Restore(_ context.Context, config, from string, _, _ io.Writer) error {
	k.asked = append(k.asked, "restore", config, from)
	return nil
}

func (k *keeper) Sweep(_ context.Context, config string, preview bool) ([]Swept, error) {
	k.asked = append(k.asked, "sweep", config, fmt.Sprint(preview))
	return []Swept{{Rule: "mails", Then: "erase", Due: 7, Done: 5}, {Rule: "accounts-erased", Then: "erase", Due: 200, Of: 300, Held: true, People: true}}, nil
}

func TestKeeping(t *testing.T) {
	t.Parallel()
	cases := []struct {
		args, asked, out string
		code             int
	}{
		{"backup --to b", "backup  b", "backed up", Done},
		{"backup --config c --to b", "backup c b", "backed up", Done},
		{"backup", "", "", BadInput},
		{"backup --to b more", "", "", BadInput},
		{"restore --from b", "restore  b", "", Done},
		{"restore --to b", "", "", BadInput},
		{"sweep", "sweep  false", "5", Done},
		{"sweep --preview", "sweep  true", "held by the brake: 200 of 300 people", Done},
		{"sweep --preview --json --config c", "sweep c true", `"held":true`, Done},
		{"sweep --now", "", "", BadInput},
	}
	for _, c := range cases {
		t.Run(c.args, func(t *testing.T) {
			t.Parallel()
			k := &keeper{}
			var out, errs strings.Builder
			code := Run(t.Context(), k, Streams{Out: &out, Err: &errs}, strings.Fields(c.args))
			if code != c.code || strings.Join(k.asked, " ") != c.asked || !strings.Contains(out.String(), c.out) {
				t.Errorf("code %d, asked %q, out %q, err %q", code, k.asked, out.String(), errs.String())
			}
		})
	}
}
