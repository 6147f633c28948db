package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math"
	"strings"

	"plumbline/internal/cli/notices"
	"plumbline/internal/fault"
)

func serve(ctx context.Context, p Program, s Streams, args []string) error {
	f := flag.NewFlagSet("serve", flag.ContinueOnError)
	config := f.String("config", "", "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	return p.Serve(ctx, *config, s.Out)
}

func demo(ctx context.Context, p Program, s Streams, args []string) error {
	f := flag.NewFlagSet("demo", flag.ContinueOnError)
	addr := f.String("addr", "127.0.0.1:8080", "")
	data := f.String("data", "plumbline-demo", "")
	seed := f.Uint64("seed", 1, "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	return p.Demo(ctx, *addr, *data, *seed, s.Out)
}

// MaxSeeded is how many points or photos seed makes at most.
const MaxSeeded = 1_000_000

func seed(ctx context.Context, p Program, s Streams, args []string) error {
	f := flag.NewFlagSet("seed", flag.ContinueOnError)
	config := f.String("config", "", "")
	var what Seeding
	f.IntVar(&what.Points, "points", 0, "")
	f.IntVar(&what.Photos, "photos", 0, "")
	f.Uint64Var(&what.Seed, "seed", 1, "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	if what.Points < 1 || what.Points > MaxSeeded || what.Photos < 0 || what.Photos > MaxSeeded {
		return usage{fmt.Sprintf("--points must be from 1 to %d, --photos from 0 to %d", MaxSeeded, MaxSeeded)}
	}
	return p.Seed(ctx, *config, what, s.Out, s.Err)
}

func migrate(ctx context.Context, p Program, s Streams, args []string) error {
	f := flag.NewFlagSet("migrate", flag.ContinueOnError)
	config := f.String("config", "", "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	return p.Migrate(ctx, *config, s.Out)
}

func ready(ctx context.Context, p Program, _ Streams, args []string) error {
	f := flag.NewFlagSet("ready", flag.ContinueOnError)
	config := f.String("config", "", "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	return p.Ready(ctx, *config)
}

func found(ctx context.Context, p Program, s Streams, args []string) error {
	f := flag.NewFlagSet("found", flag.ContinueOnError)
	config := f.String("config", "", "")
	var made Founding
	f.StringVar(&made.Organisation, "organisation", "", "")
	f.StringVar(&made.Email, "email", "", "")
	f.StringVar(&made.Name, "name", "", "")
	f.StringVar(&made.Locale, "locale", "en", "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	if made.Organisation == "" || made.Email == "" {
		return usage{"--organisation and --email are needed"}
	}
	line, err := bufio.NewReader(io.LimitReader(s.In, 4096)).ReadString('\n')
	if err != nil && line == "" {
		return usage{"the password is read from standard input, and there was none"}
	}
	made.Password = strings.TrimRight(line, "\r\n")
	return p.Found(ctx, *config, made, s.Out)
}

func version(_ context.Context, _ Program, s Streams, args []string) error {
	if _, err := parse(flag.NewFlagSet("version", flag.ContinueOnError), args, 0); err != nil {
		return err
	}
	_, err := fmt.Fprintln(s.Out, "plumbline", Version)
	return err
}

func licences(_ context.Context, _ Program, s Streams, args []string) error {
	if _, err := parse(flag.NewFlagSet("licences", flag.ContinueOnError), args, 0); err != nil {
		return err
	}
	_, err := io.WriteString(s.Out, notices.Text())
	return err
}

func drawingInfo(ctx context.Context, p Program, s Streams, args []string) error {
	f := flag.NewFlagSet("drawing info", flag.ContinueOnError)
	asJSON := f.Bool("json", false, "")
	pos, err := parse(f, args, 1)
	if err != nil {
		return err
	}
	pages, err := p.DrawingInfo(ctx, pos[0])
	if err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(s.Out).Encode(map[string]any{"pages": pages})
	}
	for i, pg := range pages {
		if _, err := fmt.Fprintf(s.Out, "page %d: %g × %g pt, rotated %d°\n", i+1, pg.Width, pg.Height, pg.Rotation); err != nil {
			return err
		}
	}
	return nil
}

func drawingTile(ctx context.Context, p Program, s Streams, args []string) error {
	f := flag.NewFlagSet("drawing tile", flag.ContinueOnError)
	var out string
	f.StringVar(&out, "o", "", "")
	page := f.Int("page", 1, "")
	dpi := f.Float64("dpi", 0, "")
	pos, err := parse(f, args, 1)
	if err != nil {
		return err
	}
	switch {
	case out == "":
		return usage{"-o OUT is needed"}
	case *page < 1:
		return usage{"pages count from 1"}
	case *dpi < 0 || math.IsNaN(*dpi) || (*dpi > 0 && *dpi < 10) || *dpi > 1200:
		return usage{"--dpi is between 10 and 1200"}
	}
	said, err := p.DrawingTile(ctx, pos[0], out, *page, *dpi, progressLine(s.Err))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.Out, said)
	return err
}

// progressLine shows progress on a terminal's line, in steps of a tenth.
func progressLine(w io.Writer) func(done, total int) {
	last := -1
	return func(done, total int) {
		if total <= 0 || done*10/total == last {
			return
		}
		last = done * 10 / total
		_, _ = fmt.Fprintf(w, "%d %%\n", done*100/total)
	}
}

func photoClean(ctx context.Context, p Program, _ Streams, args []string) error {
	pos, err := parse(flag.NewFlagSet("photo clean", flag.ContinueOnError), args, 2)
	if err != nil {
		return err
	}
	return p.PhotoClean(ctx, pos[0], pos[1])
}

const longestCandidate = 64 << 10

func passwordCheck(_ context.Context, p Program, s Streams, args []string) error {
	f := flag.NewFlagSet("password check", flag.ContinueOnError)
	asJSON := f.Bool("json", false, "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	lines := bufio.NewScanner(s.In)
	lines.Buffer(make([]byte, 4096), longestCandidate)
	out := bufio.NewWriter(s.Out)
	enc := json.NewEncoder(out)
	type verdict struct {
		OK     bool   `json:"ok"`
		Reason string `json:"reason,omitempty"`
	}
	for lines.Scan() {
		v := verdict{}
		v.OK, v.Reason = p.PasswordCheck(strings.TrimSuffix(lines.Text(), "\r"))
		var err error
		switch {
		case *asJSON:
			err = enc.Encode(v)
		case v.OK:
			_, err = fmt.Fprintln(out, "ok")
		default:
			_, err = fmt.Fprintln(out, "refused:", v.Reason)
		}
		if err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fault.New(fault.TooLarge, "line-too-long", "a line is longer than any password may be").Because(err)
	}
	return out.Flush()
}
