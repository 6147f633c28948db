package rest

import (
	"context"
	"encoding/json"
	"net/http"

	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/mutation"
)

// mutationHeader carries the id that a client gave to a write.
const mutationHeader = "Mutation-Id"

// Repeated is the body of the answer to a write that was made before: what
// came of it is remembered, what it answered is not. The header
// Mutation-Repeated marks it.
type Repeated struct {
	ID        string   `json:"id,omitempty"`
	Version   int64    `json:"version,omitempty"`
	Conflicts []string `json:"conflicts,omitempty"`
}

// once runs a write that has a name, or answers it from memory.
func (a *API) once(op Op, h http.Handler, w http.ResponseWriter, r *http.Request) {
	s := stateOf(r.Context())
	name := id.Mutation(r.Header.Get(mutationHeader))
	if name == "" || !op.Write() || !s.signedIn || a.cfg.Mutations == nil {
		h.ServeHTTP(w, r)
		return
	}
	if !id.Valid(name) {
		fail(w, r, fault.InvalidFields([]fault.Field{{Path: mutationHeader, Code: "format"}}))
		return
	}
	key := mutation.Key{Account: s.caller.Account, ID: name}
	asked := mutation.Operation(op.ID, r.URL.Path)

	leave, err := a.cfg.Mutations.Enter(r.Context(), key)
	if err != nil {
		fail(w, r, err)
		return
	}
	defer leave()
	if a.repeat(w, r, key, asked) {
		return
	}
	ctx, attempt := a.cfg.Mutations.Begin(r.Context(), key, mutation.Result{Operation: asked, Status: op.Status})
	held := &holding{ResponseWriter: w, attempt: attempt}
	h.ServeHTTP(held, r.WithContext(ctx))
	if attempt.Repeat() && held.dropped {
		if !a.repeat(w, r, key, asked) {
			fail(w, r, fault.New(fault.Unavailable, "busy", "try again"))
		}
		return
	}
	if held.status == 0 {
		held.status = http.StatusOK
	}
	s.result = attempt.Result()
	if !attempt.Kept() && held.status < 300 {
		// Nothing was written: a repeat is harmless, but it should hear the same.
		// The answer is on its way, so a failure here is for the log alone.
		ctx := context.WithoutCancel(r.Context())
		s.note(a.cfg.Mutations.Note(ctx, key, mutation.Result{Operation: asked, Status: held.status}))
	}
}

// repeat answers from memory, if there is anything.
func (a *API) repeat(w http.ResponseWriter, r *http.Request, key mutation.Key, asked [32]byte) bool {
	was, ok, err := a.cfg.Mutations.Find(r.Context(), key)
	switch {
	case err != nil:
		fail(w, r, err)
		return true
	case !ok:
		return false
	case was.Operation != asked:
		fail(w, r, fault.New(fault.Invalid, "mutation-id-reused", "this mutation id was used for another write"))
		return true
	}
	stateOf(r.Context()).result = was
	w.Header().Set("Mutation-Repeated", "true")
	if was.Status == http.StatusNoContent {
		w.WriteHeader(was.Status)
		return true
	}
	b, err := json.Marshal(Repeated{was.Thing, was.Version, was.Conflicts})
	if err != nil {
		fail(w, r, err)
		return true
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(was.Status)
	_, _ = w.Write(b)
	return true
}

// holding drops the answer of a write that turns out to be a repeat: the
// remembered one is given instead.
type holding struct {
	http.ResponseWriter
	attempt *mutation.Attempt
	status  int
	dropped bool
}

func (h *holding) Begun() bool { return h.status != 0 }

func (h *holding) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
	if h.attempt.Repeat() && status >= 400 {
		h.dropped = true
		return
	}
	h.ResponseWriter.WriteHeader(status)
}

func (h *holding) Write(b []byte) (int, error) {
	if h.status == 0 {
		h.WriteHeader(http.StatusOK)
	}
	if h.dropped {
		return len(b), nil
	}
	return h.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (h *holding) Unwrap() http.ResponseWriter { return h.ResponseWriter }
