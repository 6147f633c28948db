// Package events writes server-sent events.
package events

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"plumbline/internal/fault"
)

// wait is how long one write to an event stream may take.
const wait = 30 * time.Second

// Stream sends server-sent events. One goroutine uses it at a time.
type Stream struct {
	w    http.ResponseWriter
	rc   *http.ResponseController
	over <-chan struct{}
}

// Begin begins an event stream: see rest.Events. over is closed when the server
// is about to stop.
func Begin(w http.ResponseWriter, over <-chan struct{}) (*Stream, error) {
	s := &Stream{w, http.NewResponseController(w), over}
	_ = s.rc.SetReadDeadline(time.Time{}) // a writer in memory has no deadlines
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	w.WriteHeader(http.StatusOK)
	return s, s.write(": open\n\n")
}

// Send sends an event with data as JSON.
func (s *Stream) Send(event string, data any) error {
	b, err := json.Marshal(data)
	if err != nil {
		return fault.Wrap("events.Send", err)
	}
	return s.write(fmt.Sprintf("event: %s\ndata: %s\n\n", event, b))
}

// Over is closed when the server is about to stop: Reconnect then, and end the
// stream.
func (s *Stream) Over() <-chan struct{} { return s.over }

// Reconnect tells the client to come back, at a moment of its own within two
// seconds, lest all of them come at once.
func (s *Stream) Reconnect() error {
	return s.write(fmt.Sprintf("retry: %d\nevent: reconnect\ndata: {}\n\n", 100+rand.IntN(1900))) //nolint:gosec // no secret
}

// Ping sends a comment, which keeps the connection open on its way.
func (s *Stream) Ping() error { return s.write(": ping\n\n") }

func (s *Stream) write(text string) error {
	_ = s.rc.SetWriteDeadline(time.Now().Add(wait))
	if _, err := s.w.Write([]byte(text)); err != nil {
		return fault.New(fault.Unavailable, "cancelled", "the client has gone").Because(err)
	}
	if err := s.rc.Flush(); err != nil {
		return fault.New(fault.Unavailable, "cancelled", "the client has gone").Because(err)
	}
	return nil
}
