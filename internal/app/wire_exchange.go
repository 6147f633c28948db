package app

import (
	"context"

	"plumbline/internal/app/exchanged"
	"plumbline/internal/app/reported"
	"plumbline/internal/exchange"
	"plumbline/internal/exchange/exchangeapi"
	"plumbline/internal/exchange/tables"
	"plumbline/internal/rest"
)

// serveExchange adds what comes in and goes out in the formats of others.
func (h *House) serveExchange() {
	read := &reported.Source{DB: h.DB, People: h.People, Points: h.Points, Drawings: h.Drawings, Photos: h.Media}
	house := &exchanged.House{DB: h.DB, Reports: read, Service: h.Points, Orgs: h.Orgs}
	service := exchange.NewService(h.DB, house, h.clock, h.temp())
	exchangeapi.RegisterTables(h.api, tables.NewService(h.DB, h.Projects, house, service.Temp), h.enter)
	exchangeapi.Register(h.api, service, h.enter,
		func(ctx context.Context, secret string) (rest.Caller, bool, error) {
			c, ok, err := h.Signin.Tokens.Calendar(ctx, secret)
			return rest.Caller(c), ok, err
		})
}
