package rest

import (
	"net/http"

	"plumbline/internal/rest/events"
)

// Events begins an event stream; the operation's Time must be Streaming. The
// server's limit on answering is lifted, a client that stops reading is given
// up after half a minute.
func Events(w http.ResponseWriter, r *http.Request) (*events.Stream, error) {
	return events.Begin(w, stateOf(r.Context()).over)
}
