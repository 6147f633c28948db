// Package exchangeapi is the exchange over HTTP: points out and in as BCF, places
// from an IFC model, and what is due as a calendar. The rules are package
// exchange's.
package exchangeapi

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/bcf"
	"plumbline/internal/exchange"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/rest"
)

// Enter lets a caller into a project.
type Enter func(ctx context.Context, c rest.Caller, project id.Project) (access.Grant, error)

// Opens finds whose calendar a secret address is, and of which project; false if
// it is none any more.
type Opens func(ctx context.Context, secret string) (rest.Caller, bool, error)

type api struct {
	exchange *exchange.Service
	enter    Enter
	opens    Opens
}

const octets = "application/octet-stream"

// Register adds the operations.
func Register(a *rest.API, s *exchange.Service, enter Enter, opens Opens) {
	h := &api{s, enter, opens}
	const tag, at = "Exchange", "/projects/{project}"
	rest.Raw(a, rest.Op{ID: "bcf-export", Method: http.MethodGet, Path: at + "/bcf", Tag: tag, Summary: "Points as a BCF file",
		Description: "Those of a filter, which is written as the query of the list of points. Version is 2.1 or 3.0. People are codes; photos are snapshots. For contributors and above.",
		Who:         rest.SignedIn, Rate: rest.Heavy, Time: 5 * time.Minute, Gives: []string{octets}, Query: []string{"version", "filter"}}, h.bcfExport)
	rest.Raw(a, rest.Op{ID: "bcf-import", Method: http.MethodPost, Path: at + "/bcf", Tag: tag, Summary: "Points from a BCF file",
		Description: "The body is the file, of any version. With look=true nothing is made, and the answer tells what would be; topics are the GUIDs that are chosen, all where there are none. A topic that is here already is brought up to what the file says; what the file does not say stays. What that changed comes with how it was and the version to take it back on. For managers.",
		Who:         rest.SignedIn, Rate: rest.Heavy, MaxBody: exchange.MaxBCF, Time: 10 * time.Minute, Status: http.StatusOK,
		Takes: []string{octets}, Gives: []string{"application/json"}, Query: []string{"look", "topics"}}, h.bcfImport)
	rest.Raw(a, rest.Op{ID: "ifc-locations", Method: http.MethodPost, Path: at + "/ifc", Tag: tag, Summary: "Places that an IFC model proposes",
		Description: "The body is the model. Nothing is made: each place comes with the id to add it under. For managers.",
		Who:         rest.SignedIn, Rate: rest.Heavy, MaxBody: exchange.MaxIFC, Time: 20 * time.Minute, Status: http.StatusOK,
		Takes: []string{octets}, Gives: []string{"application/json"}}, h.ifcLocations)
	rest.Raw(a, rest.Op{ID: "calendar", Method: http.MethodGet, Path: at + "/calendar", Tag: tag, Summary: "What is due, as a calendar",
		Description: "iCalendar: open points that have a day. Those in the caller's charge; with all=true, all that the caller sees.", Who: rest.SignedIn, Rate: rest.Heavy, Gives: []string{"text/calendar"}, Query: []string{"all"}}, h.calendar)
	rest.Raw(a, rest.Op{ID: "calendar-feed", Method: http.MethodGet, Path: "/calendar/{secret}", Tag: tag, Summary: "The calendar behind a secret address",
		Description: "For programs that subscribe: the secret is an API token made with calendar, with or without .ics behind it. It shows what its account may see at the moment it is asked, and nothing once the token is revoked or the account no longer takes part.",
		Who:         rest.Anyone, Rate: rest.Credentials, Gives: []string{"text/calendar"}, Query: []string{"all"}, Secret: true}, h.feed)
}

func (h *api) entered(r *http.Request) (access.Grant, error) {
	project, err := rest.PathID[id.Project](r, "project")
	if err != nil {
		return access.Grant{}, err
	}
	c, err := rest.MustCaller(r.Context())
	if err != nil {
		return access.Grant{}, err
	}
	return h.enter(r.Context(), c, project)
}

func download(w http.ResponseWriter, media, name string) {
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Cache-Control", "private, no-store")
}

func (h *api) bcfExport(w http.ResponseWriter, r *http.Request) error {
	g, err := h.entered(r)
	if err != nil {
		return err
	}
	version := r.URL.Query().Get("version")
	if version == "" {
		version = bcf.V30
	}
	// It is made whole before it is sent, so that a failure is one.
	f, err := h.exchange.Temp()
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	if err := h.exchange.ExportBCF(r.Context(), g, r.URL.Query().Get("filter"), version, f); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fault.Wrap("exchangeapi.bcfExport", err)
	}
	download(w, octets, "points.bcf")
	_, err = io.Copy(w, f)
	return err
}

// Change is a field that differs.
type Change struct {
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Topic is what becomes of one topic.
type Topic struct {
	GUID     string   `json:"guid"`
	Title    string   `json:"title"`
	State    string   `json:"state"`
	Code     string   `json:"code"`
	PointID  id.Point `json:"point_id"`
	Changes  []Change `json:"changes,omitempty"`
	Comments int      `json:"comments"`
	Photos   int      `json:"photos"`
	Back     *Back    `json:"back,omitempty"`
}

// Back takes back what a topic changed on a point that was there: a change of its
// fields on base, and photos to be removed. Comments stay.
type Back struct {
	Base   int64          `json:"base"`
	Fields map[string]any `json:"fields"`
	Photos []id.Photo     `json:"photos"`
}

// Imported is what becomes of a file.
type Imported struct {
	Version string  `json:"version"`
	Topics  []Topic `json:"topics"`
	Notes   int     `json:"notes"`
}

func (h *api) bcfImport(w http.ResponseWriter, r *http.Request) error {
	g, err := h.entered(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	var chosen []string
	for guid := range strings.SplitSeq(q.Get("topics"), ",") {
		if guid != "" {
			chosen = append(chosen, guid)
		}
	}
	done, err := h.exchange.ImportBCF(r.Context(), g, r.Body, chosen, q.Get("look") == "true")
	if err != nil {
		return err
	}
	out := Imported{Version: done.Version, Notes: done.Notes, Topics: make([]Topic, len(done.Outcomes))}
	for i, o := range done.Outcomes {
		out.Topics[i] = Topic{GUID: o.GUID, Title: o.Title, State: o.State, Code: o.Code, PointID: o.Point, Comments: o.Comments, Photos: o.Photos}
		for _, c := range o.Changes {
			out.Topics[i].Changes = append(out.Topics[i].Changes, Change(c))
		}
		if len(o.Back.Fields)+len(o.Back.Photos) > 0 {
			out.Topics[i].Back = &Back{Base: o.Back.Base, Fields: o.Back.Fields, Photos: append([]id.Photo{}, o.Back.Photos...)}
		}
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(out)
}

// Place is a place that a model proposes.
type Place struct {
	ID       id.Location  `json:"id"`
	ParentID *id.Location `json:"parent_id"`
	Kind     string       `json:"kind"`
	Name     string       `json:"name"`
	Code     string       `json:"code"`
	Order    int64        `json:"order"`
	Here     bool         `json:"here"`
	Version  int64        `json:"version,omitempty"` // where it is here
	NameNow  string       `json:"name_now,omitempty"`
	CodeNow  string       `json:"code_now,omitempty"`
}

// Model is what a model proposes, parents first.
type Model struct {
	Schema  string  `json:"schema"`
	Places  []Place `json:"places"`
	LeftOut int     `json:"left_out"`
}

func (h *api) ifcLocations(w http.ResponseWriter, r *http.Request) error {
	g, err := h.entered(r)
	if err != nil {
		return err
	}
	m, err := h.exchange.ReadIFC(r.Context(), g, r.Body)
	if err != nil {
		return err
	}
	out := Model{Schema: m.Schema, LeftOut: m.LeftOut, Places: make([]Place, len(m.Places))}
	for i, p := range m.Places {
		out.Places[i] = Place{ID: p.ID, Kind: p.Kind, Name: p.Name, Code: p.Code, Order: p.Order, Here: p.Here, Version: p.Now.Version, NameNow: p.Now.Name, CodeNow: p.Now.Code}
		if p.Parent != "" {
			out.Places[i].ParentID = &m.Places[i].Parent
		}
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(out)
}

func (h *api) calendar(w http.ResponseWriter, r *http.Request) error {
	g, err := h.entered(r)
	if err != nil {
		return err
	}
	return h.due(w, r, g)
}

// feed says the same of a secret that never was, that ended, and whose account no
// longer takes part.
func (h *api) feed(w http.ResponseWriter, r *http.Request) error {
	none := fault.New(fault.NotFound, "calendar-not-found", "there is no such calendar")
	c, ok, err := h.opens(r.Context(), strings.TrimSuffix(r.PathValue("secret"), ".ics"))
	if err != nil {
		return err
	}
	if !ok {
		return none
	}
	g, err := h.enter(r.Context(), c, c.Reach.Project)
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Denied) || fault.Is(err, fault.Unauthenticated) {
		return none
	}
	if err != nil {
		return err
	}
	return h.due(w, r, g)
}

func (h *api) due(w http.ResponseWriter, r *http.Request, g access.Grant) error {
	text, err := h.exchange.Calendar(r.Context(), g, r.URL.Query().Get("all") == "true")
	if err != nil {
		return err
	}
	download(w, "text/calendar; charset=utf-8", "due.ics")
	_, err = io.WriteString(w, text) //nolint:gosec // a calendar, sent as one to be saved; browsers are told not to guess
	return err
}
