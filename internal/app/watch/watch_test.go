package watch

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/job"
	"plumbline/internal/opsapi"
	"plumbline/internal/rest"
	"plumbline/internal/schema"
)

func TestMetrics(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := schema.Migrate(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		err := d.Write(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
			_, err := job.Enqueue(tx, job.Spec{Kind: "mail.send", By: "system"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		health := opsapi.Register(rest.New(rest.Config{Title: "Test"}), opsapi.Deps{})
		m := New(Deps{Version: "1.2", DB: d, Health: func() *opsapi.Health { return health }, Streams: func() int64 { return 3 },
			Places: map[string]string{"data": t.TempDir()}, Expires: func() time.Time { return time.Unix(2_000_000_000, 0) }, Backups: func() time.Time { return time.Time{} }})
		m.Observe(rest.Observed{Op: "point-create", Method: "PUT", Status: 201, Took: 20 * time.Millisecond})
		m.Observe(rest.Observed{Method: "other", Status: 404})
		m.Observe(rest.Observed{Op: "project-events", Method: "GET", Status: 200, Took: time.Hour, Stream: true})
		get := func(method, path string) (int, string) {
			w := httptest.NewRecorder()
			m.ServeHTTP(w, httptest.NewRequest(method, path, nil))
			return w.Code, w.Body.String()
		}
		_, text := get(http.MethodGet, "/metrics")
		for _, want := range []string{
			`plumbline_requests_total{op="point-create",method="PUT",status="2xx"} 1`, `plumbline_requests_total{op="none",method="other",status="4xx"} 1`,
			`plumbline_request_seconds_bucket{op="point-create",le="0.03"} 1`, `plumbline_request_seconds_bucket{op="point-create",le="0.01"} 0`,
			`plumbline_jobs{kind="mail.send",state="queued"} 1`, "plumbline_streams_open 3", "plumbline_ready 1", "plumbline_database_answers 1",
			"plumbline_certificate_expires_timestamp_seconds 2e+09", `plumbline_place_free_bytes{place="data"} `, "process_resident_memory_bytes", `plumbline_build_info{version="1.2"} 1`,
		} {
			if !strings.Contains(text, want) {
				t.Errorf("lacks %s", want)
			}
		}
		if strings.Contains(text, `plumbline_request_seconds_count{op="project-events"}`) {
			t.Error("how long somebody listens counts as how long an answer takes")
		}
		line := regexp.MustCompile(`^(#.*|[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_]+="[^"\\]*",? ?)*\})? [-+0-9.eE]+(NaN|Inf)?)$`)
		for l := range strings.Lines(text) {
			if !line.MatchString(strings.TrimSpace(l)) {
				t.Errorf("not Prometheus's format: %q", l)
			}
		}
		for path, status := range map[string]int{"/healthz": 200, "/readyz": 200, "/": 404, "/api/v1/config": 404} {
			if got, _ := get(http.MethodGet, path); got != status {
				t.Errorf("%s: %d", path, got)
			}
		}
		if got, _ := get(http.MethodPost, "/metrics"); got != 405 {
			t.Errorf("POST: %d", got)
		}
		health.Leave()
		if got, _ := get(http.MethodGet, "/readyz"); got != 503 {
			t.Errorf("leaving: %d", got)
		}
	})
}
