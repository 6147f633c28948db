package program

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"plumbline/internal/app"
	"plumbline/internal/app/config"
	"plumbline/internal/cli"
	"plumbline/internal/clock"
	"plumbline/internal/demo"
	"plumbline/internal/fault"
	"plumbline/internal/privacy/registered"
)

// madeMark says that a demo folder was filled to the end.
const madeMark = "demo-is-made"

// Demo serves a made-up site out of a folder, and makes it first where the
// folder is empty. A folder that holds something else is left alone.
func (Program) Demo(ctx context.Context, addr, data string, seed uint64, out io.Writer) error {
	cfg := config.Config{Data: data, Listen: addr, Development: true, Privacy: registered.Demo(),
		Ring: config.Ring{Places: []string{filepath.Join(data, "ring")}, Root: filepath.Join(data, "root", "root.key")}}
	if err := cfg.Complete(); err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if err := makeDemo(ctx, cfg, log, seed, out); err != nil {
		return err
	}
	h, err := app.Open(ctx, cfg, app.Options{Log: log})
	if err != nil {
		return err
	}
	defer h.Close()
	f, err := h.Listen(ctx)
	if err != nil {
		return err
	}
	who := demo.Accounts()
	_, err = fmt.Fprintf(out, "\nPlumbline's demo site is at http://%s\n  sign in   %s\n  password  %s\n\nothers, with the same password:\n",
		f.Address(), who[0].Email, demo.Password)
	for _, a := range who[1:] {
		if err == nil {
			_, err = fmt.Fprintf(out, "  %-26s %s\n", a.Email, a.Level)
		}
	}
	if err == nil {
		_, err = fmt.Fprintf(out, "\nmail that would be sent: http://%s/dev/mail\n", f.Address())
	}
	if err != nil {
		return err
	}
	return h.ServeBy(ctx, f)
}

func makeDemo(ctx context.Context, cfg config.Config, log *slog.Logger, seed uint64, out io.Writer) error {
	mark := filepath.Join(cfg.Data, madeMark)
	if _, err := os.Stat(mark); err == nil {
		return nil
	}
	if left, err := os.ReadDir(cfg.Data); err == nil && len(left) > 0 {
		return fault.New(fault.Invalid, "folder-not-empty", "the folder "+cfg.Data+" holds something that is not a finished demo; give an empty one with --data, or remove it")
	}
	say := func(text string) { _, _ = fmt.Fprintln(out, "making the demo site:", text) }
	if err := app.FillDemo(ctx, cfg, log, app.Filling{Seed: seed, End: clock.System{}.Now(), Say: say}); err != nil {
		return err
	}
	return os.WriteFile(mark, []byte("The demo site in this folder is complete.\n"), 0o600)
}

// Seed fills an empty installation with a made-up site of a size.
func (Program) Seed(ctx context.Context, path string, s cli.Seeding, out, progress io.Writer) error {
	cfg, err := config.Read(path)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	// Nobody knows it before: the installation may be open to the world.
	password := strings.ToLower(rand.Text())
	photos := s.Photos
	if photos == 0 {
		photos = -1
	}
	err = app.FillDemo(ctx, cfg, log, app.Filling{Seed: s.Seed, End: clock.System{}.Now(), Points: s.Points, Photos: photos, Password: password,
		Say: func(text string) { _, _ = fmt.Fprintln(progress, "making the site:", text) }})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d points and %d photos are there\n  sign in   %s\n  password  %s\n", s.Points, s.Photos, demo.Accounts()[0].Email, password)
	return err
}
