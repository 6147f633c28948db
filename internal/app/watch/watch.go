// Package watch tells machines how the house is: what it counts, in the format
// of Prometheus, for a listener that only the machine room reaches. Labels are
// words of the program: operations, kinds of jobs, numbers of places. None is
// about a person or an organisation.
package watch

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/VictoriaMetrics/metrics"
	"golang.org/x/sys/unix"

	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/job"
	"plumbline/internal/opsapi"
	"plumbline/internal/promise"
	"plumbline/internal/prove"
	"plumbline/internal/rest"
)

// Deps is what is looked at.
type Deps struct {
	Version string
	DB      *db.DB
	Clock   clock.Clock
	Health  func() *opsapi.Health
	Streams func() int64
	Places  map[string]string // folders by the name that they are told under
	Expires func() time.Time  // of the certificate; zero: there is none
	Backups func() time.Time  // of the last one; zero: none is known
}

// Meter counts.
type Meter struct {
	Deps
	set *metrics.Set

	mu   sync.Mutex
	seen observed
}

// observed is what is asked of the database, at most once in ten seconds.
type observed struct {
	at     time.Time
	jobs   []job.Waiting
	proofs map[promise.State]int
	proved time.Time
	failed bool
}

const askEvery = 10 * time.Second

// New makes a meter.
func New(d Deps) *Meter {
	if d.Clock == nil {
		d.Clock = clock.System{}
	}
	return &Meter{Deps: d, set: metrics.NewSet()}
}

// Observe counts a request.
func (m *Meter) Observe(o rest.Observed) {
	if o.Op == "" {
		o.Op = "none"
	}
	m.set.GetOrCreateCounter(fmt.Sprintf(`plumbline_requests_total{op=%q,method=%q,status="%dxx"}`, o.Op, o.Method, o.Status/100)).Inc()
	if !o.Stream {
		m.set.GetOrCreatePrometheusHistogramExt(fmt.Sprintf(`plumbline_request_seconds{op=%q}`, o.Op), buckets()).Update(o.Took.Seconds())
	}
}

func buckets() []float64 { return []float64{0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30} }

// ServeHTTP answers /metrics, and /healthz and /readyz as the public side does.
func (m *Meter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	if r.URL.Path != "/metrics" {
		m.Health().ServeHTTP(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	m.set.WritePrometheus(w)
	m.gauges(r.Context(), w)
	metrics.WriteProcessMetrics(w)
}

func (m *Meter) gauges(ctx context.Context, w io.Writer) {
	gauge := func(name string, v float64) { metrics.WriteGaugeFloat64(w, name, v) }
	gauge(fmt.Sprintf("plumbline_build_info{version=%q}", m.Version), 1)
	gauge("plumbline_streams_open", float64(m.Streams()))
	now := m.Health().Look(ctx)
	gauge("plumbline_ready", number(now.Ready))
	for name, ok := range now.Checks {
		gauge(fmt.Sprintf("plumbline_check_ok{check=%q}", name), number(ok))
	}
	seen := m.ask(ctx)
	gauge("plumbline_database_answers", number(!seen.failed))
	for _, j := range seen.jobs {
		gauge(fmt.Sprintf("plumbline_jobs{kind=%q,state=\"queued\"}", j.Kind), float64(j.Queued))
		gauge(fmt.Sprintf("plumbline_jobs{kind=%q,state=\"running\"}", j.Kind), float64(j.Running))
		gauge(fmt.Sprintf("plumbline_jobs_failed_24h{kind=%q}", j.Kind), float64(j.Failed))
		late := 0.0
		if !j.Due.IsZero() {
			late = max(0, m.Clock.Now().Sub(j.Due).Seconds())
		}
		gauge(fmt.Sprintf("plumbline_jobs_late_seconds{kind=%q}", j.Kind), late)
	}
	for _, state := range []promise.State{promise.Kept, promise.Broken} {
		gauge(fmt.Sprintf("plumbline_promises{state=%q}", state), float64(seen.proofs[state]))
	}
	at := func(name string, t time.Time) {
		if !t.IsZero() {
			gauge(name, float64(t.Unix()))
		}
	}
	at("plumbline_promises_proved_timestamp_seconds", seen.proved)
	if m.Expires != nil {
		at("plumbline_certificate_expires_timestamp_seconds", m.Expires())
	}
	if m.Backups != nil {
		at("plumbline_backup_timestamp_seconds", m.Backups())
	}
	for name, dir := range m.Places {
		free, all, err := Space(dir)
		if err == nil {
			gauge(fmt.Sprintf("plumbline_place_free_bytes{place=%q}", name), float64(free))
			gauge(fmt.Sprintf("plumbline_place_size_bytes{place=%q}", name), float64(all))
		}
	}
}

func number(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// ask reads what the database knows.
func (m *Meter) ask(ctx context.Context) observed {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.Clock.Now()
	if !m.seen.at.IsZero() && now.Sub(m.seen.at) < askEvery {
		return m.seen
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	out := observed{at: now, proofs: map[promise.State]int{}}
	err := m.DB.Read(ctx, db.Everyone("how many jobs wait is counted over all"), func(tx *db.Tx) (err error) {
		out.jobs, err = job.Queue(tx, now.Add(-24*time.Hour))
		return err
	})
	proofs, err2 := prove.Last(ctx, m.DB)
	for _, p := range proofs {
		out.proofs[p.State]++
		if p.At.After(out.proved) {
			out.proved = p.At
		}
	}
	out.failed = err != nil || err2 != nil
	m.seen = out
	return out
}

// Space is what is free for us in a folder's file system, and its size.
func Space(dir string) (free, all uint64, err error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, 0, err
	}
	block := uint64(s.Bsize) //nolint:gosec // never negative
	return s.Bavail * block, s.Blocks * block, nil
}
