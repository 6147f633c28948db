package main

import (
	"context"
	"fmt"
	"log/slog"

	"plumbline/bench/site"
	"plumbline/internal/access"
	"plumbline/internal/app"
	"plumbline/internal/app/config"
	"plumbline/internal/db"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/person"
	"plumbline/internal/policy"
	"plumbline/internal/signin"
	"plumbline/internal/signin/signinapi"
)

const password = "nine slow barges under a bridge"

// people makes accounts that take part in the project as guests, and signs each
// in; it gives their cookies. The program must not be serving.
func people(ctx context.Context, file string, s *site.Site, n int) (cookies []string, err error) {
	cfg, err := config.Read(file)
	if err != nil {
		return nil, err
	}
	h, err := app.Open(ctx, cfg, app.Options{NoChores: true, Log: slog.New(slog.DiscardHandler), Cost: signin.Cost{MemoryKiB: 64, Passes: 1, AtOnce: 2}})
	if err != nil {
		return nil, err
	}
	defer h.Close()
	by := feed.Actor{Person: feed.System, Via: "system"}
	for i := range n {
		email := fmt.Sprintf("listener%d@bench.example", i)
		account, err := h.Signin.NewAccount(ctx, person.AccountProfile{Name: "Listener", Email: email, Locale: "en", TimeZone: "Europe/Brussels"}, password)
		if err != nil {
			return nil, err
		}
		who := person.Person{ID: id.New[id.Person](), Account: account, State: person.Active, Profile: person.Profile{Name: "Listener", Email: email, Locale: "en"}}
		if err := h.People.NewPersonKey(ctx, who.ID); err != nil {
			return nil, err
		}
		if err := h.DB.Write(ctx, db.Tenant(s.Org), func(tx *db.Tx) error {
			if err := h.People.Add(tx, by, who); err != nil {
				return err
			}
			return access.Admit(tx, by, s.Project, who.ID, policy.Guest, nil)
		}); err != nil {
			return nil, err
		}
		in, err := h.Signin.SignIn(ctx, email, password, signin.From{})
		if err != nil {
			return nil, err
		}
		cookies = append(cookies, signinapi.Cookie+"="+in.Token)
	}
	return cookies, nil
}
