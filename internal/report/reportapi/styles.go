package reportapi

import (
	"bytes"
	"context"
	"encoding/json"
	"image/png"
	"io"
	"net/http"
	"strconv"
	"time"

	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/report"
	"plumbline/internal/report/style"
	"plumbline/internal/rest"
)

// EnterOrg lets a caller into an organisation.
type EnterOrg func(ctx context.Context, c rest.Caller, o id.Org) (org.Grant, error)

type stylesAPI struct {
	styles *style.Service
	tiler  report.Tiler
	temp   string
	enter  EnterOrg
}

// Style is how an organisation's reports look.
type Style struct {
	Accent   string   `json:"accent" minLength:"7" maxLength:"7" pattern:"^#[0-9a-f]{6}$" doc:"The colour of headings and pins. Its contrast on white is 4.5 to 1 or more."`
	Shown    []string `json:"shown" maxItems:"11" doc:"What of a point is shown, in this order." enum:"where,in-charge,due,category,list,created,closed,description,plan,photos,comments"`
	Photo    string   `json:"photo" enum:"small,medium,large"`
	Sort     string   `json:"sort" enum:",number,subject,status,due,changed,created,location" doc:"The order of a report that asks for none itself."`
	Order    string   `json:"order" enum:"asc,desc"`
	Group    string   `json:"group" enum:"none,status,location,category,in-charge,list"`
	Header   string   `json:"header" maxLength:"200" doc:"At the head of each page, instead of the project's name."`
	Footer   string   `json:"footer" maxLength:"200"`
	Contents bool     `json:"contents" doc:"With a table of contents."`
}

// StyleState is a style as it is kept.
type StyleState struct {
	Style
	HasLogo bool  `json:"has_logo"`
	Version int64 `json:"version" doc:"0: nothing was set yet."`
}

func styleOf(s style.Style) StyleState {
	out := StyleState{Style: Style{Accent: s.Accent, Shown: s.Shown, Photo: s.Photo, Sort: s.Sort, Order: "asc", Group: s.Group,
		Header: s.Header, Footer: s.Footer, Contents: s.Contents}, HasLogo: s.HasLogo, Version: s.Version}
	if s.Desc {
		out.Order = "desc"
	}
	if out.Shown == nil {
		out.Shown = []string{}
	}
	return out
}

func (s Style) style() style.Style {
	return style.Style{Accent: s.Accent, Shown: s.Shown, Photo: s.Photo, Sort: s.Sort, Desc: s.Order == "desc", Group: s.Group,
		Header: s.Header, Footer: s.Footer, Contents: s.Contents}
}

// RegisterStyles adds the operations on the layout of reports.
func RegisterStyles(a *rest.API, styles *style.Service, tiler report.Tiler, temp string, enter EnterOrg) {
	h := &stylesAPI{styles, tiler, temp, enter}
	const at, tag = "/organisations/{org}/report-style", "Reports"
	rest.Handle(a, rest.Op{ID: "report-style", Method: http.MethodGet, Path: at, Tag: tag, Summary: "How the organisation's reports look",
		Description: "For its members.", Who: rest.SignedIn, Rate: rest.Reads}, h.get)
	rest.Handle(a, rest.Op{ID: "report-style-put", Method: http.MethodPut, Path: at, Tag: tag, Summary: "Set how reports look",
		Description: "Made on version base. Reports that are there stay as they are. For managers and owners.", Who: rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody}, h.put)
	rest.Handle(a, rest.Op{ID: "report-style-preview", Method: http.MethodPost, Path: at + "/preview", Tag: tag, Summary: "See how a report would look",
		Description: "Pictures of the cover and of a page with made-up points, set as a report is. Nothing is kept. For managers and owners.",
		Who:         rest.SignedIn, Rate: rest.Heavy, MaxBody: rest.JSONBody, Time: time.Minute}, h.preview)
	rest.Raw(a, rest.Op{ID: "report-logo", Method: http.MethodGet, Path: at + "/logo", Tag: tag, Summary: "The logo on reports",
		Description: "A PNG. For members.", Who: rest.SignedIn, Rate: rest.Reads, Gives: []string{"image/png"}}, h.logo)
	rest.Raw(a, rest.Op{ID: "report-logo-put", Method: http.MethodPut, Path: at + "/logo", Tag: tag, Summary: "Set the logo on reports",
		Description: "A PNG or JPEG of at most 2 MiB and 25 million pixels; an empty body takes the logo away. It is drawn anew on white: nothing but its pixels is kept. For managers and owners.",
		Who:         rest.SignedIn, Rate: rest.Uploads, MaxBody: style.MaxLogo, Time: time.Minute, Status: http.StatusOK,
		Takes: []string{"image/png", "image/jpeg"}, Gives: []string{"application/json"}}, h.putLogo)
}

func (h *stylesAPI) in(ctx context.Context, o id.Org) (org.Grant, error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return org.Grant{}, err
	}
	return h.enter(ctx, c, o)
}

type inOrg struct {
	Org id.Org `path:"org"`
}

type styleOut struct{ Body StyleState }

func (h *stylesAPI) get(ctx context.Context, in *inOrg) (*styleOut, error) {
	g, err := h.in(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	s, err := h.styles.Get(ctx, g)
	if err != nil {
		return nil, err
	}
	return &styleOut{styleOf(s)}, nil
}

type putStyleIn struct {
	Org  id.Org `path:"org"`
	Body StyleChange
}

// StyleChange is a style made on version base.
type StyleChange struct {
	Style
	Base int64 `json:"base" minimum:"0"`
}

func (h *stylesAPI) put(ctx context.Context, in *putStyleIn) (*styleOut, error) {
	g, err := h.in(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	s, err := h.styles.Put(ctx, g, in.Body.style(), in.Body.Base)
	if err != nil {
		return nil, err
	}
	return &styleOut{styleOf(s)}, nil
}

type previewIn struct {
	Org  id.Org `path:"org"`
	Body StylePreview
}

// StylePreview is a style to be looked at.
type StylePreview struct {
	Style
	Locale   string `json:"locale" minLength:"2" maxLength:"35"`
	TimeZone string `json:"time_zone" minLength:"1" maxLength:"64"`
}

type previewOut struct{ Body PreviewPages }

// PreviewPages are pictures of pages.
type PreviewPages struct {
	Pages [][]byte `json:"pages" doc:"PNG, in base64: the cover, and a page of points."`
}

func (h *stylesAPI) preview(ctx context.Context, in *previewIn) (*previewOut, error) {
	g, err := h.in(ctx, in.Org)
	if err != nil {
		return nil, err
	}
	if err := h.styles.MayChange(g); err != nil {
		return nil, err
	}
	_, logo, err := h.styles.Of(ctx, g.Scope())
	if err != nil {
		return nil, err
	}
	pages, err := report.Preview(ctx, h.tiler, h.temp, in.Body.style(), logo, in.Body.Locale, in.Body.TimeZone, h.styles.Now())
	if err != nil {
		return nil, err
	}
	out := &previewOut{}
	for _, p := range pages {
		var b bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, p); err != nil {
			return nil, fault.Wrap("reportapi.preview", err)
		}
		out.Body.Pages = append(out.Body.Pages, b.Bytes())
	}
	return out, nil
}

func (h *stylesAPI) entered(r *http.Request) (org.Grant, error) {
	o, err := rest.PathID[id.Org](r, "org")
	if err != nil {
		return org.Grant{}, err
	}
	return h.in(r.Context(), o)
}

func (h *stylesAPI) logo(w http.ResponseWriter, r *http.Request) error {
	g, err := h.entered(r)
	if err != nil {
		return err
	}
	b, err := h.styles.Logo(r.Context(), g)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	_, err = w.Write(b) //nolint:gosec // a picture, with its type
	return err
}

func (h *stylesAPI) putLogo(w http.ResponseWriter, r *http.Request) error {
	g, err := h.entered(r)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, style.MaxLogo+1))
	if err != nil {
		return err
	}
	s, err := h.styles.PutLogo(r.Context(), g, body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(styleOf(s))
}
