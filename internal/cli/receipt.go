package cli

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"plumbline/internal/evidence"
)

// verifyReceipt checks a receipt without configuration or network.
func verifyReceipt(_ context.Context, _ Program, s Streams, args []string) error {
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	key := fs.String("key", "", "")
	pos, err := parse(fs, args, 1)
	if err != nil {
		return err
	}
	f, err := os.Open(pos[0])
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	b, err := io.ReadAll(io.LimitReader(f, 2<<20))
	if err != nil {
		return err
	}
	p, err := evidence.Verify(b, *key)
	if err != nil {
		return err
	}
	instant := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	if p.Shredded {
		_, _ = fmt.Fprintf(s.Out, "proved: entry %d is in the log; what it was about has been erased\n", p.Number)
	} else {
		_, _ = fmt.Fprintf(s.Out, "proved: %s on %s, entry %d\nabout: %s\nsaying: %s\n", p.Act.Kind, instant(p.Act.At), p.Number, p.Act.Ref, p.Act.Body)
	}
	_, _ = fmt.Fprintf(s.Out, "log: %s, %d entries, signed on %s\nkey: %s\n", p.Log, p.Size, instant(p.Signed), p.Key)
	if strings.TrimSpace(*key) == "" {
		_, _ = fmt.Fprintln(s.Out, "The key is the receipt's own. Compare it with the key that the operator publishes at /api/v1/evidence/key, or name that one with --key.")
	}
	return nil
}
