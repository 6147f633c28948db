package app

import (
	"fmt"
	"time"

	"plumbline/internal/app/kept"
	"plumbline/internal/app/watch"
	"plumbline/internal/opsapi"
	"plumbline/internal/trace"
)

// watched is what machines are told of this house.
func (h *House) watched() *watch.Meter {
	places := map[string]string{"data": h.cfg.Data}
	for i, dir := range h.cfg.Files.Places {
		places[fmt.Sprintf("files-%d", i+1)] = dir
	}
	for i, dir := range h.cfg.Ring.Places {
		places[fmt.Sprintf("ring-%d", i+1)] = dir
	}
	return watch.New(watch.Deps{Version: version(), DB: h.DB, Clock: h.clock, Health: func() *opsapi.Health { return h.health },
		Streams: h.api.Streams, Places: places, Backups: func() time.Time { return kept.LastBackup(h.cfg) }, Expires: h.expires})
}

// trace is the tracer, where anything is told.
func (h *House) trace() trace.Tracer {
	if h.tracer == nil {
		return nil
	}
	return h.tracer
}

// expires is when the certificate that is shown ends.
func (h *House) expires() time.Time {
	if f := h.shown.Load(); f != nil && f.Keys != nil {
		return f.Keys.Expires()
	}
	return time.Time{}
}
