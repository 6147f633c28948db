package program

import (
	"context"
	"fmt"
	"io"
	"time"

	"plumbline/internal/app"
	"plumbline/internal/app/config"
	"plumbline/internal/app/kept"
	"plumbline/internal/cli"
	"plumbline/internal/fault"
	"plumbline/internal/privacy/backup"
	"plumbline/internal/privacy/sweep"
)

// Backup writes a backup of an installation, which may be serving.
func (Program) Backup(ctx context.Context, file, to string, out, progress io.Writer) error {
	cfg, err := config.Read(file)
	if err != nil {
		return err
	}
	m, err := kept.Make(ctx, app.KeptAt(cfg, app.Options{}), to, sayOn(progress))
	if err != nil {
		return err
	}
	rows := int64(0)
	for _, t := range m.Database.Tables {
		rows += t.Rows
	}
	_, err = fmt.Fprintf(out, "backed up to %s: %d rows, %d files of %d MB; the key ring is not in it\n", to, rows, m.Files, m.Bytes>>20)
	if err == nil && m.Missing > 0 {
		err = fault.New(fault.Unavailable, "files-missing", fmt.Sprintf("the backup is written, but %d files that the database names are missing or damaged in every place", m.Missing))
	}
	return err
}

// Restore makes an installation from a backup and the key ring that is there.
func (Program) Restore(ctx context.Context, file, from string, out, progress io.Writer) error {
	cfg, err := config.Read(file)
	if err != nil {
		return err
	}
	r, err := app.Restore(ctx, cfg, app.Options{}, from, sayOn(progress))
	if err != nil {
		return err
	}
	since := "what people decided since was put back"
	if !r.Recall {
		since = "no newer copy of what people decided lies beside the key ring"
	}
	_, err = fmt.Fprintf(out, "restored the backup of %s: %d files; %d erased again; %s\n", r.At.Format(time.RFC3339), r.Copied, r.Erased, since)
	if err == nil && r.Lacking > 0 {
		_, err = fmt.Fprintf(out, "%d files that the database names are not in the backup\n", r.Lacking)
	}
	return err
}

// sayOn writes a line a second at most, and none for what takes less.
func sayOn(w io.Writer) backup.Say {
	last := time.Now()
	return func(step string, done, total int) {
		if now := time.Now(); now.Sub(last) >= time.Second {
			last = now
			_, _ = fmt.Fprintf(w, "%s: %d of %d\n", step, done, total)
		}
	}
}

// Sweep runs every sweep, or counts what they would meet.
func (Program) Sweep(ctx context.Context, file string, preview bool) ([]cli.Swept, error) {
	cfg, err := config.Read(file)
	if err != nil {
		return nil, err
	}
	h, err := app.Open(ctx, cfg, app.Options{Log: quiet(), NoChores: true})
	if err != nil {
		return nil, err
	}
	defer h.Close()
	run := h.Sweeps.Preview
	if !preview {
		run = func(ctx context.Context) ([]sweep.Run, error) {
			return h.Sweeps.Run(ctx, func(sweep.Rule) bool { return true })
		}
	}
	runs, err := run(ctx)
	out := make([]cli.Swept, len(runs))
	for i, r := range runs {
		out[i] = cli.Swept{Rule: r.Rule, Then: string(r.Then), Due: r.Due, Of: r.Of, Done: r.Done, Held: r.State == sweep.Held, People: r.People}
	}
	return out, err
}
