package main

import (
	"context"
	"io"
	"net/http"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// serveFloor streams to whoever asks, and wakes them when told to.
func serveFloor(addr string) error {
	var mu sync.Mutex
	waiting := map[chan struct{}]bool{}
	m := http.NewServeMux()
	m.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	m.HandleFunc("PUT /wake", func(http.ResponseWriter, *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		for c := range waiting {
			select {
			case c <- struct{}{}:
			default:
			}
		}
	})
	m.HandleFunc("GET /events", func(w http.ResponseWriter, r *http.Request) {
		wake := make(chan struct{}, 1)
		mu.Lock()
		waiting[wake] = true
		mu.Unlock()
		defer func() {
			mu.Lock()
			defer mu.Unlock()
			delete(waiting, wake)
		}()
		w.Header().Set("Content-Type", "text/event-stream")
		out := http.NewResponseController(w)
		for {
			if _, err := io.WriteString(w, "event: more\ndata: {}\n\n"); err != nil {
				return
			}
			if out.Flush() != nil {
				return
			}
			select {
			case <-r.Context().Done():
				return
			case <-wake:
			}
		}
	})
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	s := &http.Server{Addr: addr, Handler: m, ReadHeaderTimeout: time.Minute}
	go func() {
		<-ctx.Done()
		_ = s.Close()
	}()
	if err := s.ListenAndServe(); err != http.ErrServerClosed { //nolint:errorlint // it is that value
		return err
	}
	return nil
}
