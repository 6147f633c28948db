package rest

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"plumbline/internal/fault"
	"plumbline/internal/rest/contract"
	"plumbline/internal/rest/jsontext"
	"plumbline/internal/sabotage"
)

// Handle registers a typed operation. In is a struct whose fields are tagged
// path, query or header, with an optional Body; Out is a struct with an
// optional Status (int), Body, and fields tagged header. Rules stand in tags
// (minLength, maxLength, minimum, maximum, enum, pattern, minItems, maxItems,
// doc). A JSON property is required unless its tag says omitempty. fn returns
// faults, or an Out.
func Handle[In, Out any](a *API, op Op, fn func(ctx context.Context, in *In) (*Out, error)) {
	if op.Status == 0 {
		op.Status = http.StatusNoContent
		if _, ok := reflect.TypeFor[Out]().FieldByName("Body"); ok {
			op.Status = http.StatusOK
		}
	}
	op = a.list(op, false)
	huma.Register(a.huma, huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: op.path(), Summary: op.Summary, Description: op.Description,
		Tags: op.tags(), Security: op.security(), DefaultStatus: op.Status,
		MaxBodyBytes:                 -1, // wrap has capped the body already; huma would refuse one of exactly the limit
		BodyReadTimeout:              op.time(),
		RejectUnknownQueryParameters: true,
	}, func(ctx context.Context, in *In) (*Out, error) {
		out, err := fn(ctx, in)
		if err != nil {
			stateOf(ctx).note(err)
			return nil, problemOf(ctx, err)
		}
		if out != nil {
			a.filler.Fill(out)
		}
		return out, nil
	})
}

func (o Op) tags() []string {
	if o.Tag == "" {
		return nil
	}
	return []string{o.Tag}
}

func (o Op) security() []map[string][]string {
	if o.Who == Anyone {
		return nil
	}
	s := []map[string][]string{{"session": {}}}
	if o.takesTokens() {
		s = append(s, map[string][]string{"token": {}})
	}
	if o.Who == Maybe {
		s = append(s, map[string][]string{})
	}
	return s
}

// adapter puts huma's operations into the mux behind wrap.
type adapter struct{ api *API }

func (a adapter) Handle(op *huma.Operation, handler func(huma.Context)) {
	a.api.route(op.OperationID, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if sabotage.Off("DATA-2") {
			a.api.takeAnything(op)
		}
		handler(humago.NewContext(op, r, w))
	}))
}

// takeAnything is what is left without the check for undeclared fields.
func (a *API) takeAnything(op *huma.Operation) {
	if op.RequestBody == nil {
		return
	}
	for _, c := range op.RequestBody.Content {
		s := c.Schema
		if s.Ref != "" {
			s = a.huma.OpenAPI().Components.Schemas.SchemaFromRef(s.Ref)
		}
		s.AdditionalProperties = true
	}
}

func (a adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.api.mux.ServeHTTP(w, r) }

// humaGlobals guards the settings that huma keeps in package variables.
var humaGlobals sync.Once

func newHuma(a *API) huma.API {
	humaGlobals.Do(func() {
		huma.DefaultArrayNullable = false
		huma.ValidateStrictCasing = true
		huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
			return refusal(context.Background(), status, msg, errs)
		}
		huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
			return refusal(ctx.Context(), status, msg, errs)
		}
	})
	return huma.NewAPI(huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: a.cfg.Title, Version: a.cfg.Version},
			Components: &huma.Components{
				Schemas: contract.NewRegistry(),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"session": {Type: "apiKey", In: "cookie", Name: a.cfg.Cookie},
					"token":   {Type: "http", Scheme: "bearer", Description: "An API token, made on the account's page."},
				},
			},
		},
		Formats: map[string]huma.Format{
			"application/json": {Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: jsontext.Decode},
			"json":             {Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: jsontext.Decode}, // problem+json
		},
		DefaultFormat: "application/json",
	}, adapter{a})
}

// refusal makes the problem of a request that huma refused. It takes places
// and codes out of huma's errors, never their values.
func refusal(ctx context.Context, status int, msg string, errs []error) huma.StatusError {
	p := &Problem{Status: status, Request: stateOf(ctx).request}
	seen := map[fault.Field]bool{}
	for _, err := range errs {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return problemOf(ctx, err)
		}
		var d *huma.ErrorDetail
		if !errors.As(err, &d) || d == nil {
			continue
		}
		if strings.HasPrefix(d.Location, "path.") { // an id that is none: nothing is there
			return problemOf(ctx, fault.New(fault.NotFound, "", "there is no such thing"))
		}
		f := contract.FieldOf(d)
		switch f.Code {
		case "syntax":
			p.Status = http.StatusBadRequest
		case "utf8", "nul", "duplicate", "depth":
			p.Status = http.StatusUnprocessableEntity
		}
		if !seen[f] {
			seen[f] = true
			p.Fields = append(p.Fields, f)
		}
	}
	switch p.Status {
	case http.StatusBadRequest:
		p.Code, p.Detail = "bad-request", "the request body is missing or is not JSON"
	case http.StatusUnprocessableEntity:
		p.Code, p.Detail = "invalid", "some fields are not right"
	case http.StatusUnsupportedMediaType:
		p.Code, p.Detail, p.Fields = "unsupported", "the request body must be application/json", nil
	case http.StatusRequestTimeout:
		p.Code, p.Detail = "timed-out", "the request body came too slowly"
	default:
		if status != 0 { // 0 is how huma asks for the type
			stateOf(ctx).note(errors.Join(append([]error{errors.New(msg)}, errs...)...))
			p.Code, p.Detail, p.Fields = "internal", "something went wrong", nil
		}
	}
	return p.named()
}
