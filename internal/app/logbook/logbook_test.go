package logbook

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestUndeclaredIsWithheld(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log, kept := Keep(slog.New(slog.NewTextHandler(&out, nil)), []string{"op", "id"})
	log.With("email", "a@site.example").WithGroup("g").Info("sent", "op", "mail", "name", "Anna", slog.Group("more", "id", "7", "phone", "+32 1"))
	log.Debug("only in memory", "op", "x")
	for where, text := range map[string]string{"written": out.String(), "kept": kept.String()} {
		for _, secret := range []string{"a@site.example", "Anna", "+32 1"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s: holds %q: %s", where, secret, text)
			}
		}
		for _, said := range []string{"g.op=mail", "g.more.id=7", "g.name=\"withheld: not declared\"", "email=\"withheld: not declared\""} {
			if !strings.Contains(text, said) {
				t.Errorf("%s: lacks %q: %s", where, said, text)
			}
		}
	}
	if strings.Contains(out.String(), "only in memory") || !strings.Contains(kept.String(), "only in memory") {
		t.Error("levels are not each handler's own")
	}
}

func TestRecentForgetsTheOldest(t *testing.T) {
	t.Parallel()
	var r Recent
	line := strings.Repeat("x", 999) + "\n"
	for range 2000 {
		_, _ = r.Write([]byte(line))
	}
	if s := r.String(); len(s) > recentBytes || !strings.HasPrefix(s, "x") || len(s)%1000 != 0 {
		t.Errorf("%d bytes kept", len(s))
	}
}
