package rest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"plumbline/internal/fault"
)

// eventWait is how long one write to an event stream may take.
const eventWait = 30 * time.Second

// EventStream sends server-sent events. One goroutine uses it at a time.
type EventStream struct {
	w    http.ResponseWriter
	rc   *http.ResponseController
	over <-chan struct{}
}

// Events begins an event stream; the operation's Time must be Streaming. The
// server's limit on answering is lifted, a client that stops reading is given
// up after half a minute.
func Events(w http.ResponseWriter, r *http.Request) (*EventStream, error) {
	s := &EventStream{w, http.NewResponseController(w), stateOf(r.Context()).over}
	_ = s.rc.SetReadDeadline(time.Time{}) // a writer in memory has no deadlines
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	w.WriteHeader(http.StatusOK)
	return s, s.write(": open\n\n")
}

// Send sends an event with data as JSON.
func (s *EventStream) Send(event string, data any) error {
	b, err := json.Marshal(data)
	if err != nil {
		return fault.Wrap("rest.Send", err)
	}
	return s.write(fmt.Sprintf("event: %s\ndata: %s\n\n", event, b))
}

// Over is closed when the server is about to stop: Reconnect then, and end the
// stream.
func (s *EventStream) Over() <-chan struct{} { return s.over }

// Reconnect tells the client to come back, at a moment of its own within two
// seconds, lest all of them come at once.
func (s *EventStream) Reconnect() error {
	return s.write(fmt.Sprintf("retry: %d\nevent: reconnect\ndata: {}\n\n", 100+rand.IntN(1900))) //nolint:gosec // no secret
}

// Ping sends a comment, which keeps the connection open on its way.
func (s *EventStream) Ping() error { return s.write(": ping\n\n") }

func (s *EventStream) write(text string) error {
	_ = s.rc.SetWriteDeadline(time.Now().Add(eventWait))
	if _, err := s.w.Write([]byte(text)); err != nil {
		return fault.New(fault.Unavailable, "cancelled", "the client has gone").Because(err)
	}
	if err := s.rc.Flush(); err != nil {
		return fault.New(fault.Unavailable, "cancelled", "the client has gone").Because(err)
	}
	return nil
}
