package exchangeapi

import (
	"encoding/json"
	"io"
	"net/http"
	"time"

	"plumbline/internal/exchange/tables"
	"plumbline/internal/fault"
	"plumbline/internal/rest"
	"plumbline/internal/tabular"
)

type tablesAPI struct {
	api
	tables *tables.Service
}

const (
	xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	csv  = "text/csv"
)

// RegisterTables adds tables out and in.
func RegisterTables(a *rest.API, s *tables.Service, enter Enter) {
	h := &tablesAPI{api{enter: enter}, s}
	const tag, at = "Exchange", "/projects/{project}/tables/{kind}"
	rest.Raw(a, rest.Op{ID: "table-export", Method: http.MethodGet, Path: at, Tag: tag, Summary: "A table, as XLSX or CSV",
		Description: "Kind is categories, locations, participants or points; format xlsx or csv; locale and zone say in which words and times. Points hold what the caller sees, up to 20,000, and are for contributors; participants are for managers.",
		Who:         rest.SignedIn, Rate: rest.Heavy, Time: 2 * time.Minute, Gives: []string{xlsx, csv}, Query: []string{"format", "locale", "zone"}}, h.export)
	rest.Raw(a, rest.Op{ID: "table-preview", Method: http.MethodPost, Path: at + "/preview", Tag: tag, Summary: "What a table would change",
		Description: "The body is the file, XLSX or CSV. Nothing is changed: each row that is new, changed or wrong comes with what differs or why, and with the write of this API that would do it; sent to mutations, they are done. What the table does not have stays. For managers; participants for administrators. A row of participants without an id and with an address is an invitation: source says where the addresses were got from, mail in which language it is written; and the caller has to be a manager of the organisation.",
		Who:         rest.SignedIn, Rate: rest.Heavy, MaxBody: tabular.Usual().Bytes, Time: 2 * time.Minute, Status: http.StatusOK,
		Takes: []string{octets, xlsx, csv}, Gives: []string{"application/json"}, Query: []string{"locale", "source", "mail"}}, h.preview)
}

func (h *tablesAPI) export(w http.ResponseWriter, r *http.Request) error {
	g, err := h.entered(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	want := tables.Wanted{Kind: r.PathValue("kind"), Format: q.Get("format"), Locale: q.Get("locale"), Zone: q.Get("zone")}
	f, err := h.tables.Temp()
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	if err := h.tables.Export(r.Context(), g, want, f); err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fault.Wrap("exchangeapi.export", err)
	}
	if want.Format == "csv" {
		download(w, csv+"; charset=utf-8", want.Kind+".csv")
	} else {
		download(w, xlsx, want.Kind+".xlsx")
	}
	_, err = io.Copy(w, f)
	return err
}

// Row is what a row of a table would do.
type Row struct {
	Row     int            `json:"row"`
	State   string         `json:"state"`
	Title   string         `json:"title"`
	Changes []Cell         `json:"changes,omitempty"`
	Issues  []Issue        `json:"issues,omitempty"`
	Method  string         `json:"method,omitempty"`
	Path    string         `json:"path,omitempty"`
	Body    map[string]any `json:"body,omitempty"`
	Back    map[string]any `json:"back,omitempty"`
	Then    *Write         `json:"then,omitempty"`
}

// Write is another write for the same row, to be made after it.
type Write struct {
	Method string         `json:"method"`
	Path   string         `json:"path"`
	Body   map[string]any `json:"body"`
	Back   map[string]any `json:"back"`
}

// Cell is a cell that differs.
type Cell struct {
	Column string `json:"column"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Issue is why a row is wrong.
type Issue struct {
	Column string `json:"column"`
	Code   string `json:"code"`
}

// Preview is what a table would do.
type Preview struct {
	Columns   []string `json:"columns"`
	Ignored   []string `json:"ignored"`
	Unchanged int      `json:"unchanged"`
	Rows      []Row    `json:"rows"`
}

func (h *tablesAPI) preview(w http.ResponseWriter, r *http.Request) error {
	g, err := h.entered(r)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return fault.Wrap("exchangeapi.preview", err)
	}
	q := r.URL.Query()
	how := tables.Reading{Locale: q.Get("locale"), Source: q.Get("source"), Mail: q.Get("mail")}
	p, err := h.tables.Preview(r.Context(), g, r.PathValue("kind"), how, body)
	if err != nil {
		return err
	}
	out := Preview{Columns: p.Columns, Ignored: append([]string{}, p.Ignored...), Unchanged: p.Same, Rows: make([]Row, len(p.Rows))}
	for i, x := range p.Rows {
		row := Row{Row: x.Row, State: x.State, Title: x.Title, Method: x.Method, Path: x.Path, Body: x.Body, Back: x.Back}
		if x.Then != nil {
			row.Then = (*Write)(x.Then)
		}
		for _, c := range x.Changes {
			row.Changes = append(row.Changes, Cell(c))
		}
		for _, c := range x.Issues {
			row.Issues = append(row.Issues, Issue(c))
		}
		out.Rows[i] = row
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(out)
}
