// Command openapi prints the API's OpenAPI document, as the server answers it
// at /api/openapi.json, indented.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"

	"plumbline/internal/app"
	"plumbline/internal/app/config"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	dir, err := os.MkdirTemp("", "openapi-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "config.yaml")
	text := fmt.Sprintf("data: %q\nring: {root_key: %q}\n", filepath.Join(dir, "data"), filepath.Join(dir, "root", "root.key"))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return err
	}
	cfg, err := config.Read(file)
	if err != nil {
		return err
	}
	h, err := app.Open(context.Background(), cfg, app.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer h.Close()
	w := httptest.NewRecorder()
	h.Handler().ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/api/openapi.json", nil))
	if w.Code != http.StatusOK {
		return fmt.Errorf("openapi: answered %d", w.Code)
	}
	body, err := io.ReadAll(w.Body)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, body, "", " "); err != nil {
		return err
	}
	out.WriteByte('\n')
	_, err = out.WriteTo(os.Stdout)
	return err
}
