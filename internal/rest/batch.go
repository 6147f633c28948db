package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/mutation"
	"plumbline/internal/rest/wire"
)

type batchInput struct {
	Body batch
}

type batch struct {
	Mutations []sent `json:"mutations" minItems:"1" maxItems:"50" doc:"Writes, done in this order."`
}

// sent is one write of a batch.
type sent struct {
	ID     id.Mutation     `json:"id" doc:"The Mutation-Id."`
	Method string          `json:"method" enum:"POST,PUT,PATCH,DELETE"`
	Path   string          `json:"path" maxLength:"500" doc:"Path of the operation, from /api/v1 on."`
	Body   json.RawMessage `json:"body,omitempty" doc:"The JSON body that the operation takes."`
}

type batchOutput struct {
	Body batchResults
}

type batchResults struct {
	Results []result `json:"results" doc:"One for each write, in the same order."`
}

// result tells what came of one write of a batch.
type result struct {
	ID         id.Mutation     `json:"id"`
	Status     string          `json:"status" enum:"ok,conflict,rejected,retry" doc:"conflict: done as far as it could be, or refused because of what others did; rejected: sending it again will not help; retry: send it and all after it again later."`
	HTTP       int             `json:"http" doc:"The status that the operation gave; 0 if it was not tried."`
	Thing      string          `json:"thing_id,omitempty"`
	Version    int64           `json:"version,omitempty"`
	Code       string          `json:"code,omitempty" doc:"Stable code of the problem."`
	Fields     []fault.Field   `json:"fields,omitempty"`
	Conflicts  json.RawMessage `json:"conflicts,omitempty" doc:"What the operation told about conflicts; field names alone when the write was made before."`
	RetryAfter int             `json:"retry_after,omitempty"`
	Body       json.RawMessage `json:"body,omitempty" doc:"The answer of the operation."`
}

// batchID is the operation that takes many writes; what a caller may not write
// is refused one by one.
const batchID = "mutations"

// Outcomes of a write of a batch.
const (
	outcomeOK       = "ok"
	outcomeConflict = "conflict"
	outcomeRejected = "rejected"
	outcomeRetry    = "retry"
)

// handleBatch registers the operation that takes many writes at once. Each goes
// the way it would go by itself: same operation, caller, limits and memory.
func (a *API) handleBatch() {
	Handle(a, Op{
		ID: batchID, Method: http.MethodPost, Path: "/mutations", Tag: "Sync",
		Summary: "Send writes that waited",
		Description: "Does up to 50 writes in order, each as if it had been sent by itself. " +
			"After one that must be tried again later, none is tried. Uploads are not taken here.",
		Who: SignedIn, Rate: Writes, MaxBody: 8 * JSONBody, Tokens: true, Time: 2 * time.Minute,
	}, func(ctx context.Context, in *batchInput) (*batchOutput, error) {
		out := &batchOutput{}
		stop := false
		for _, m := range in.Body.Mutations {
			r := result{ID: m.ID, Status: outcomeRetry}
			if !stop {
				r = a.perform(ctx, m)
				stop = r.Status == outcomeRetry
			}
			out.Body.Results = append(out.Body.Results, r)
		}
		return out, nil
	})
}

// perform does one write of a batch.
func (a *API) perform(ctx context.Context, m sent) (res result) {
	res = result{ID: m.ID}
	r, op, ok := a.inner(ctx, m)
	if !ok {
		res.Status, res.HTTP, res.Code = outcomeRejected, http.StatusUnprocessableEntity, "not-in-batch"
		return res
	}
	s := stateOf(r.Context())
	w := wire.NewMemory()
	out := &wire.Reply{ResponseWriter: w}
	begun := time.Now()
	func() {
		defer a.rescue(out, r)
		a.mux.ServeHTTP(out, r)
	}()
	s.op = op.ID
	a.line(ctx, s, r.Method, out, time.Since(begun))
	if out.Status == 0 {
		out.Status = http.StatusOK
	}
	res.HTTP, res.Thing, res.Version = out.Status, s.result.Thing, s.result.Version
	if out.Status < 300 {
		res.Body = json.RawMessage(bytes.TrimSpace(w.Body.Bytes()))
		if len(res.Body) == 0 {
			res.Body = nil
		}
		res.Status = outcomeOK
		if res.Conflicts = conflictsIn(res.Body, s.result); res.Conflicts != nil {
			res.Status = outcomeConflict
		}
		return res
	}
	var p struct {
		Problem
		Conflicts json.RawMessage `json:"conflicts"`
	}
	if json.Unmarshal(w.Body.Bytes(), &p) == nil {
		res.Code, res.Fields, res.RetryAfter, res.Conflicts = p.Code, p.Fields, p.RetryAfter, p.Conflicts
	}
	res.Status = outcomeOf(out.Status)
	return res
}

// outcomeOf sorts the statuses of refusal. A lapsed session is to be retried:
// the writes are still wanted once the person has signed in again.
func outcomeOf(status int) string {
	switch {
	case status == http.StatusConflict, status == http.StatusPreconditionFailed:
		return outcomeConflict
	case status >= 500, status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status == http.StatusUnauthorized:
		return outcomeRetry
	}
	return outcomeRejected
}

// conflictsIn finds what the answer says of conflicts, or what is remembered.
func conflictsIn(body json.RawMessage, r mutation.Result) json.RawMessage {
	var told struct {
		Conflicts []json.RawMessage `json:"conflicts"`
	}
	if json.Unmarshal(body, &told) == nil && len(told.Conflicts) > 0 {
		b, err := json.Marshal(told.Conflicts)
		if err == nil {
			return b
		}
	}
	if len(r.Conflicts) > 0 {
		if b, err := json.Marshal(r.Conflicts); err == nil {
			return b
		}
	}
	return nil
}

// inner makes the request of one write. False: no operation that a batch may
// hold is at that method and path.
func (a *API) inner(ctx context.Context, m sent) (*http.Request, Op, bool) {
	if !strings.HasPrefix(m.Path, Prefix+"/") || !cleanText(m.Path) {
		return nil, Op{}, false
	}
	u, err := url.Parse(m.Path)
	if err != nil || u.Host != "" || u.Scheme != "" || u.RawQuery != "" || u.Fragment != "" || u.Path != wire.CleanPath(u.Path) || !cleanText(u.Path) {
		return nil, Op{}, false
	}
	outer := stateOf(ctx)
	s := &state{request: outer.request, address: outer.address, caller: outer.caller, signedIn: outer.signedIn, inner: true}
	r, err := http.NewRequestWithContext(withState(ctx, s), m.Method, m.Path, bytes.NewReader(m.Body))
	if err != nil {
		return nil, Op{}, false
	}
	_, pattern := a.mux.Handler(r)
	opID, ok := a.byPattern[pattern]
	op := a.ops[opID]
	if !ok || !op.Write() || a.raw[opID] || op.Who != SignedIn || opID == batchID {
		return nil, Op{}, false
	}
	r.Header.Set(mutationHeader, string(m.ID))
	r.Header.Set("Content-Type", "application/json")
	return r, op, true
}
