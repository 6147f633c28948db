// Package proveapi shows to everyone what was found of each promise.
package proveapi

import (
	"context"
	"net/http"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/lang"
	"plumbline/internal/promise"
	"plumbline/internal/prove"
	"plumbline/internal/rest"
)

// Deps are what the operations need.
type Deps struct {
	DB      *db.DB
	Version string
}

// Promise is one promise, in plain words, and what was found of it last.
type Promise struct {
	ID       string    `json:"id"`
	Section  int       `json:"section" doc:"part of the page of promises, 1 to 6"`
	Text     string    `json:"text"`
	State    string    `json:"state" enum:"kept,broken,not-built,not-applicable,not-proved"`
	Evidence string    `json:"evidence"`
	Repeat   string    `json:"repeat" doc:"the command that proves it again"`
	At       time.Time `json:"at,omitzero"`
	Stale    bool      `json:"stale" doc:"found more than two days ago"`
}

type trust struct {
	Version  string    `json:"version"`
	At       time.Time `json:"at,omitzero" doc:"of the oldest finding"`
	Broken   int       `json:"broken"`
	Promises []Promise `json:"promises"`
}

type trustIn struct {
	Locale string `query:"locale" maxLength:"16"`
}

type trustOut struct{ Body trust }

// stale is when a finding no longer says much.
const stale = 48 * time.Hour

// Register binds the operations.
func Register(a *rest.API, d Deps) {
	rest.Handle(a, rest.Op{ID: "trust", Method: http.MethodGet, Path: "/trust", Tag: "Trust", Summary: "Every promise, and whether it is kept",
		Description: "What the last probes found of each promise, in plain words. It holds nothing about a person.", Who: rest.Anyone, Rate: rest.Open},
		func(ctx context.Context, in *trustIn) (*trustOut, error) { return show(ctx, d, lang.Match(in.Locale)) })
}

func show(ctx context.Context, d Deps, l lang.Locale) (*trustOut, error) {
	last, err := prove.Last(ctx, d.DB)
	if err != nil {
		return nil, err
	}
	found := map[string]prove.Result{}
	for _, r := range last {
		found[r.ID] = r
	}
	out := &trustOut{Body: trust{Version: d.Version}}
	now := d.DB.Clock().Now()
	for _, p := range promise.All() {
		v := Promise{ID: p.ID, Section: int(p.Section), Text: lang.T(l, "promise."+p.ID), State: "not-proved", Repeat: "plumbline prove " + p.ID}
		if r, ok := found[p.ID]; ok {
			v.State, v.Evidence, v.At, v.Stale = string(r.State), r.Evidence, r.At, now.Sub(r.At) > stale
			if out.Body.At.IsZero() || r.At.Before(out.Body.At) {
				out.Body.At = r.At
			}
			if r.State == promise.Broken {
				out.Body.Broken++
			}
		}
		out.Body.Promises = append(out.Body.Promises, v)
	}
	return out, nil
}
