// Package registerapi is the registers of processing over HTTP, for managers of
// an organisation and for staff, and the list of processors for anybody. The
// registers are made by package register.
package registerapi

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"time"

	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/org"
	"plumbline/internal/paper"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/register"
	"plumbline/internal/rest"
)

// Enter lets a caller into an organisation.
type Enter func(ctx context.Context, c org.Caller, which id.Org) (org.Grant, error)

type api struct {
	registers *register.Service
	enter     Enter
}

// Register adds the operations.
func Register(a *rest.API, registers *register.Service, enter Enter) {
	h := &api{registers, enter}
	var gives []string
	for _, f := range register.Formats() {
		media, _, _ := mime.ParseMediaType(f.MediaType) //nolint:errcheck // ours
		gives = append(gives, media)
	}
	query := []string{"format", "role", "locale"}
	rest.Raw(a, rest.Op{ID: "register-org", Method: http.MethodGet, Path: "/organisations/{org}/privacy/register", Tag: "Privacy",
		Summary:     "The organisation's record of processing activities",
		Description: "GDPR art. 30. role=controller: the organisation's own; role=processor: the operator's, as its processor. format: json, html, xlsx, pdf or jsonld. For managers and owners.",
		Who:         rest.SignedIn, Rate: rest.Heavy, Gives: gives, Query: query}, h.ofOrg)
	rest.Raw(a, rest.Op{ID: "register-operator", Method: http.MethodGet, Path: "/operator/privacy/register", Tag: "Privacy",
		Summary:     "The operator's record of processing activities",
		Description: "GDPR art. 30, as controller or as processor for every organisation. For the operator's officer and administrators.",
		Who:         rest.SignedIn, Rate: rest.Heavy, Gives: gives, Query: query}, h.ofOperator)
	rest.Handle(a, rest.Op{ID: "processors", Method: http.MethodGet, Path: "/processors", Tag: "Privacy",
		Summary:     "Who receives data on the operator's behalf",
		Description: "Each with what for, which fields, where, under which agreement and safeguard, and whom it uses itself.",
		Who:         rest.Anyone, Rate: rest.Reads}, h.processors)
}

type listing struct {
	Locale string `query:"locale" maxLength:"35"`
}

type listed struct {
	Body Processors
}

// Processors are all who receive data on the operator's behalf.
type Processors struct {
	Items []register.ProcessorView `json:"items"`
}

func (h *api) processors(_ context.Context, in *listing) (*listed, error) {
	return &listed{Body: Processors{Items: register.ProcessorViews(lang.Match(in.Locale), h.registers.Processors())}}, nil
}

func (h *api) ofOrg(w http.ResponseWriter, r *http.Request) error {
	which, err := rest.PathID[id.Org](r, "org")
	if err != nil {
		return err
	}
	c, err := rest.MustCaller(r.Context())
	if err != nil {
		return err
	}
	g, err := h.enter(r.Context(), org.Caller(c), which)
	if err != nil {
		return err
	}
	return give(w, r, func(role personal.Role) (register.Register, error) {
		return h.registers.OfOrganisation(r.Context(), g, role)
	})
}

func (h *api) ofOperator(w http.ResponseWriter, r *http.Request) error {
	c, err := rest.MustCaller(r.Context())
	if err != nil {
		return err
	}
	return give(w, r, func(role personal.Role) (register.Register, error) {
		return h.registers.OfOperator(r.Context(), org.Caller(c), role)
	})
}

func give(w http.ResponseWriter, r *http.Request, get func(personal.Role) (register.Register, error)) error {
	q := r.URL.Query()
	role := personal.Role(q.Get("role"))
	if role == "" {
		role = personal.Controller
	}
	f, err := register.FormatOf(q.Get("format"))
	if err == nil && role != personal.Controller && role != personal.Processor {
		err = fault.New(fault.Invalid, "unknown-role", "the role is controller or processor")
	}
	reg, err2 := get(role) // who may not have it learns nothing else
	if err2 != nil {
		return err2
	}
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := register.Write(&b, reg, f, lang.Match(q.Get("locale")), time.UTC); err != nil {
		return err
	}
	head := w.Header()
	head.Set("Content-Type", f.MediaType)
	head.Set("Cache-Control", "private, no-store")
	if f.Name == "html" {
		head.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; style-src "+paper.Style())
	} else if f.Name != "json" {
		head.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "register-" + string(role) + "." + f.Extension}))
	}
	_, err = w.Write(b.Bytes())
	return err
}
