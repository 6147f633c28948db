package app

import (
	"bytes"
	"image/jpeg"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/mail"
)

// walk is the first site walk over HTTP, on a real drawing and photo. What is
// written on it must not be found in the log, which the house's end checks.
type walk struct {
	*house
	home tenant
	sub  *login // of the painters
	site *login // writes the remark

	painters, open, progress, room, sheet, point string
}

const (
	remark  = "Hairline crack beside the west stair"
	detail  = "Fill and paint again; colour as on sample 7."
	reply   = "Filled this morning, dry by Thursday"
	firm    = "Schilderwerken Vandermeulen"
	planned = "West wall revision A"
)

func TestSiteWalk(t *testing.T) {
	plan, photo := sample(t, "plans/drawings/west-wall-rev-a_11x17.pdf"), sample(t, "photos/orientation/Landscape_6.jpg")
	each(t, func(t *testing.T, s *house) {
		w := &walk{house: s, home: s.found("owner")}
		w.secret = append(w.secret, remark, detail, reply, firm, planned, url.QueryEscape(planned), "Trapzaal", "sander@", "piet@", "Piet Painter", "Sander Site")
		w.settings()
		w.site = w.invited("sander@quay.example", "Sander Site", `,"level":"contributor"`)
		w.sub = w.invited("piet@paint.example", "Piet Painter", `,"level":"subcontractor","company_id":"`+w.painters+`"`)
		w.drawing(plan)
		w.remark(photo)
		w.answered()
		w.found()
		w.reported()
		w.forgotten()
		w.logged()
	})
}

// settings makes the company and the place, and reads the statuses.
func (w *walk) settings() {
	w.painters, w.room = string(id.New[id.Company]()), string(id.New[id.Location]())
	w.must(201, w.home.owner, "PUT", "/api/v1/organisations/"+string(w.home.org)+"/companies/"+w.painters, map[string]string{"name": firm, "trade": "painting"})
	w.must(201, w.home.owner, "PUT", w.home.base()+"/locations/"+w.room, `{"kind":"building","name":"Trapzaal west","code":"TW"}`)
	var all struct {
		Things struct {
			Statuses []struct {
				ID string `json:"id"`
			} `json:"statuses"`
		} `json:"things"`
	}
	w.must(200, w.home.owner, "GET", w.home.base()+"/snapshot", nil).json(w.t, &all)
	w.open, w.progress = all.Things.Statuses[0].ID, all.Things.Statuses[1].ID
}

var mailed = regexp.MustCompile(`https://plumbline\.example/(\S+)`)

// link is the way that a mail shows; the mail says nothing of anybody.
func (w *walk) link(m mail.Captured) string {
	w.t.Helper()
	found := mailed.FindStringSubmatch(m.Text)
	if found == nil {
		w.t.Fatalf("no link in %q", m.Text)
	}
	for _, told := range []string{"Person", "Piet", "Sander", "Bouwgroep", "Site of", firm, "paint.example", "quay.example"} {
		if strings.Contains(m.Subject+m.Text+m.HTML, told) {
			w.t.Errorf("the mail %q tells of %q", m.Subject, told)
		}
	}
	w.secret = append(w.secret, found[1])
	return found[1]
}

// invited asks someone by mail; they read the notice, accept, and are signed in.
func (w *walk) invited(address, name, more string) *login {
	w.t.Helper()
	w.must(201, w.home.owner, "PUT", "/api/v1/organisations/"+string(w.home.org)+"/invitations/"+string(id.New[id.Invite]()),
		`{"email":"`+address+`","locale":"nl","source":"colleague","project_id":"`+string(w.home.project)+`"`+more+`}`)
	m := w.mail(address)
	if m.Subject != "U bent uitgenodigd op Plumbline" {
		w.t.Errorf("the mail is called %q", m.Subject)
	}
	token, ok := strings.CutPrefix(w.link(m), "invite/")
	if !ok {
		w.t.Fatalf("the link leads to %q", w.link(m))
	}
	notice := w.must(200, nil, "GET", "/api/v1/invitations/"+token, nil)
	for _, told := range []string{`"organisation":"Bouwgroep owner"`, `"inviter":"Person owner"`, `"source":"colleague"`, `"purpose":"project"`, `"has_account":false`, `"erase_after":"20`} {
		if !strings.Contains(notice.body, told) {
			w.t.Errorf("the notice lacks %s: %s", told, notice)
		}
	}
	w.must(422, nil, "POST", "/api/v1/invitations/"+token+"/accept", map[string]string{"name": name, "password": "too short"})
	a := w.must(200, nil, "POST", "/api/v1/invitations/"+token+"/accept", map[string]string{"name": name, "password": passphrase, "locale": "nl"})
	w.must(410, nil, "GET", "/api/v1/invitations/"+token, nil) // good for once
	l := &login{name: name, email: address, cookie: cookieOf(w.t, a)}
	var people struct {
		Items []struct {
			ID   id.Person `json:"id"`
			Name string    `json:"name"`
		} `json:"items"`
	}
	w.must(200, w.home.owner, "GET", w.home.base()+"/people", nil).json(w.t, &people)
	for _, p := range people.Items {
		if p.Name == name {
			l.person = p.ID
		}
	}
	if l.person == "" {
		w.t.Fatalf("%s does not take part", name)
	}
	w.people[name] = l
	return l
}

// drawing uploads a real sheet, turned by 90 degrees in its file.
func (w *walk) drawing(plan []byte) {
	w.t.Helper()
	d := string(id.New[id.Drawing]())
	var up struct {
		Job string `json:"job_id"`
	}
	w.must(403, w.site, "PUT", w.home.base()+"/drawings/"+d, raw{"application/pdf", plan})
	w.must(202, w.home.owner, "PUT", w.home.base()+"/drawings/"+d+"?name="+url.QueryEscape(planned), raw{"application/pdf", plan}).json(w.t, &up)
	if state := w.job(w.home, w.home.owner, up.Job); state != "done" {
		w.t.Fatalf("the drawing is %s\n%s", state, w.warnings())
	}
	var all struct {
		Items []struct {
			Name, State string
		} `json:"items"`
		Sheets []struct {
			ID    string `json:"id"`
			Frame struct{ Width, Height float64 }
			Rev   struct {
				ID      string `json:"id"`
				MaxZoom int    `json:"max_zoom"`
			} `json:"revision"`
		} `json:"sheets"`
	}
	w.must(200, w.site, "GET", w.home.base()+"/drawings", nil).json(w.t, &all)
	if len(all.Items) != 1 || len(all.Sheets) != 1 || all.Items[0].State != "ready" || all.Items[0].Name != planned {
		w.t.Fatalf("the drawings are %+v", all)
	}
	sheet := all.Sheets[0]
	if sheet.Frame.Width != 1224 || sheet.Frame.Height != 792 || sheet.Rev.MaxZoom < 2 {
		w.t.Errorf("the sheet is %+v", sheet)
	}
	w.sheet = sheet.ID
	tile := w.must(200, w.site, "GET", w.home.base()+"/revisions/"+sheet.Rev.ID+"/tiles/0/0/0", nil)
	if !strings.HasPrefix(tile.header.Get("Content-Type"), "image/") || !strings.Contains(tile.header.Get("Cache-Control"), "private") {
		w.t.Errorf("the tile comes with %v", tile.header)
	}
	part := w.must(206, w.site, "GET", w.home.base()+"/revisions/"+sheet.Rev.ID+"/archive", nil, "Range", "bytes=0-6")
	if part.body != "PMTiles" {
		w.t.Errorf("the archive begins with %q", part.body)
	}
	if list := w.must(200, w.sub, "GET", w.home.base()+"/drawings", nil); strings.Contains(list.body, sheet.ID) {
		w.t.Error("who is in charge of nothing sees the sheet")
	}
}

// remark is the point, captured on the plan: pin, photo, who is in charge.
func (w *walk) remark(photo []byte) {
	w.t.Helper()
	w.point = string(id.New[id.Point]())
	at := w.home.base() + "/points/" + w.point
	made := w.must(201, w.site, "PUT", at, map[string]any{"subject": remark, "description": detail, "location_id": w.room, "due": "2031-03-01", "urgent": true,
		"in_charge": []map[string]string{{"kind": "company", "id": w.painters}}, "pin": map[string]any{"sheet_id": w.sheet, "x": 310.5, "y": 402.25}})
	for _, has := range []string{`"number":"C-1.1"`, `"x":310.5`, `"y":402.25`, `"status_id":"` + w.open + `"`, `"author_id":"` + string(w.site.person) + `"`} {
		if !strings.Contains(made.body, has) {
			w.t.Errorf("the point lacks %s: %s", has, made)
		}
	}
	w.must(200, w.site, "PUT", at, map[string]any{"subject": remark}) // sent again by the outbox
	ph := string(id.New[id.Photo]())
	got := w.must(201, w.site, "PUT", at+"/photos/"+ph, raw{"image/jpeg", photo})
	full := w.must(200, w.site, "GET", w.home.base()+"/photos/"+ph+"/full", nil)
	img, err := jpeg.Decode(strings.NewReader(full.body))
	if err != nil {
		w.t.Fatal(err)
	}
	if b := img.Bounds(); b.Dx() <= b.Dy() {
		w.t.Errorf("the photo is not upright: %v, %s", b, got)
	}
	if !bytes.Contains(photo, []byte("Exif")) || strings.Contains(full.body, "Exif") {
		w.t.Error("the photo keeps what the camera wrote")
	}
}

// answered is the subcontractor's part: they see this point, and no other, and
// say how far they are.
func (w *walk) answered() {
	w.t.Helper()
	other := string(id.New[id.Point]())
	w.must(201, w.site, "PUT", w.home.base()+"/points/"+other, `{"subject":"Not for painters"}`)
	at := w.home.base() + "/points/" + w.point
	mine := w.must(200, w.sub, "GET", w.home.base()+"/snapshot", nil)
	if !strings.Contains(mine.body, remark) || !strings.Contains(mine.body, w.sheet) || strings.Contains(mine.body, "Not for painters") {
		w.t.Errorf("who is in charge sees %s", mine)
	}
	var from struct {
		Cursor string `json:"cursor"`
	}
	w.must(200, w.home.owner, "GET", w.home.base()+"/snapshot", nil).json(w.t, &from)
	w.must(200, w.sub, "PATCH", at, map[string]any{"base": 2, "status_id": w.progress})
	w.must(403, w.sub, "PATCH", at, map[string]any{"base": 3, "subject": "Nothing to see"})
	w.must(201, w.sub, "PUT", at+"/comments/"+string(id.New[id.Comment]()), map[string]string{"text": reply})

	var told struct {
		Entries []struct {
			Actor  id.Person `json:"actor_id"`
			Thing  string    `json:"thing_id"`
			Kind   string    `json:"kind"`
			Fields []string  `json:"fields"`
		} `json:"entries"`
	}
	w.must(200, w.home.owner, "GET", w.home.base()+"/changes?cursor="+from.Cursor, nil).json(w.t, &told)
	if len(told.Entries) != 2 || told.Entries[0].Kind != "changed" || !slices.Equal(told.Entries[0].Fields, []string{"status_id"}) ||
		told.Entries[0].Actor != w.sub.person || told.Entries[0].Thing != w.point || told.Entries[1].Kind != "commented" {
		w.t.Errorf("the others are told %+v", told.Entries)
	}
	var log struct {
		Items []struct {
			Actor  id.Person `json:"actor_id"`
			Kind   string    `json:"kind"`
			At     time.Time `json:"at"`
			Fields []struct {
				Name   string `json:"name"`
				Before any    `json:"before"`
				After  any    `json:"after"`
			} `json:"fields"`
		} `json:"items"`
	}
	w.must(200, w.site, "GET", at+"/history", nil).json(w.t, &log)
	kinds := make([]string, len(log.Items))
	for i, e := range log.Items {
		kinds[i] = e.Kind
		if e.Kind == "changed" && (e.Actor != w.sub.person || e.At.IsZero() || e.Fields[0].Before != any(w.open) || e.Fields[0].After != any(w.progress)) {
			w.t.Errorf("the status's entry is %+v", e)
		}
	}
	if !slices.Equal(kinds, []string{"commented", "changed", "photo-added", "created"}) {
		w.t.Errorf("the history is %v", kinds)
	}
}

// found is the point in the list, by its status, place, words and company.
func (w *walk) found() {
	w.t.Helper()
	for _, q := range []string{"status=" + w.progress, "location=" + w.room, "q=hairline+stai", "q=thursday", "in_charge=company:" + w.painters, "urgent=true", "sheet=" + w.sheet} {
		a := w.must(200, w.home.owner, "GET", w.home.base()+"/points?"+q, nil)
		if !strings.Contains(a.body, w.point) || !strings.Contains(a.body, `"total":{"n":1,`) {
			w.t.Errorf("%s finds %s", q, a)
		}
	}
	if a := w.must(200, w.home.owner, "GET", w.home.base()+"/points?status="+w.open, nil); strings.Contains(a.body, w.point) {
		w.t.Error("the point is found under the status that it had")
	}
	if a := w.must(200, w.sub, "GET", w.home.base()+"/points?mine=true&closed=any", nil); !strings.Contains(a.body, `"total":{"n":1,`) {
		w.t.Errorf("the painters' own list is %s", a)
	}
}

// reported is the PDF of what is in progress.
func (w *walk) reported() {
	w.t.Helper()
	r := string(id.New[id.Report]())
	var made struct {
		Job string `json:"job_id"`
	}
	w.must(202, w.site, "PUT", w.home.base()+"/reports/"+r, map[string]any{"title": "Rondgang west", "filter": map[string]string{"status": w.progress},
		"locale": "nl-BE", "time_zone": "Europe/Brussels", "photos": true, "plan": true}).json(w.t, &made)
	if state := w.job(w.home, w.site, made.Job); state != "done" {
		w.t.Fatalf("the report is %s\n%s", state, w.warnings())
	}
	pdf := w.must(200, w.home.owner, "GET", w.home.base()+"/reports/"+r+"/file", nil)
	if pdf.header.Get("Content-Type") != "application/pdf" || !strings.Contains(pdf.header.Get("Content-Disposition"), `filename="Rondgang west.pdf"`) {
		w.t.Errorf("the report comes with %v", pdf.header)
	}
	if n := strings.Count(pdf.body, "/Subtype /Image"); n < 2 {
		w.t.Errorf("%d pictures in the report, want the photo and the plan", n)
	}
	text := squeezed(pdfText(w.t, pdf.body))
	for _, has := range []string{"Rondgang west", "Site of owner", "C-1.1", remark, detail, reply, firm, "Trapzaal west", "Piet Painter", "Sander Site", "1 mrt", "2031"} {
		if !strings.Contains(text, squeezed(has)) {
			w.t.Errorf("the report lacks %q: %.600s", has, text)
		}
	}
	if strings.Contains(text, "Notforpainters") {
		w.t.Error("the report holds a point that was not asked for")
	}
}

// forgotten is a password that was forgotten.
func (w *walk) forgotten() {
	w.t.Helper()
	const fresh = "seven otters under a bridge"
	w.must(401, nil, "POST", "/api/v1/session", map[string]string{"email": w.sub.email, "password": fresh})
	before := len(w.capture.List())
	w.must(202, nil, "POST", "/api/v1/password-reset", map[string]string{"email": w.sub.email, "locale": "nl"})
	token, ok := strings.CutPrefix(w.link(w.newMail(before)), "reset#token=")
	if !ok {
		w.t.Fatal("the link does not lead to the reset")
	}
	w.must(204, nil, "POST", "/api/v1/password-reset/confirm", map[string]string{"token": token, "password": fresh})
	w.must(410, nil, "POST", "/api/v1/password-reset/confirm", map[string]string{"token": token, "password": fresh})
	w.must(401, w.sub, "GET", "/api/v1/session", nil) // all sessions ended
	if m := w.newMail(before + 1); m.Subject != "Uw wachtwoord is gewijzigd" {
		w.t.Errorf("after the reset comes %q", m.Subject)
	}
	w.secret = append(w.secret, fresh, w.signIn(w.sub.email, fresh).cookie)
}

// newMail waits until more than n mails are there, and gives the newest.
func (w *walk) newMail(n int) mail.Captured {
	w.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	late := time.After(wait)
	for {
		if all := w.capture.List(); len(all) > n {
			return all[0]
		}
		select {
		case <-tick.C:
		case <-late:
			w.t.Fatal("the mail does not come\n" + w.warnings())
		}
	}
}

// logged reads the project's log as it was written: without gaps, every value
// as it was committed to, every actor known; and the security events.
func (w *walk) logged() {
	w.t.Helper()
	var all []feed.Entry
	if err := w.DB.Read(w.t.Context(), db.Tenant(w.home.org), func(tx *db.Tx) (err error) {
		all, err = feed.Stream(tx, "project:"+string(w.home.project), 0, 500)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	known := map[string]bool{string(w.home.owner.person): true, string(w.site.person): true, string(w.sub.person): true}
	kinds := map[string]bool{}
	for i, e := range all {
		kinds[e.Thing.Kind] = true
		if e.Number != int64(i)+1 {
			w.t.Errorf("entry %d has the number %d", i+1, e.Number)
		}
		if err := e.Verify(); err != nil || !known[e.Actor] || e.Via == "" {
			w.t.Errorf("entry %d of %s by %s via %q: %v", e.Number, e.Thing.Kind, e.Actor, e.Via, err)
		}
		for _, f := range e.Fields { // the log knows ids of people, never who they are
			for _, p := range w.people {
				if strings.Contains(string(f.Before)+string(f.After), p.name) || strings.Contains(string(f.Before)+string(f.After), p.email) {
					w.t.Errorf("entry %d of %s holds who %s is", e.Number, e.Thing.Kind, p.name)
				}
			}
		}
	}
	for _, k := range []string{"project", "participant", "location", "drawing", "sheet", "point", "report"} {
		if !kinds[k] {
			w.t.Errorf("no %s in %v", k, slices.Sorted(maps.Keys(kinds)))
		}
	}
	text := w.logs.String()
	for _, event := range []string{"event=sign-in reason=password", "event=sign-in reason=invitation", "event=sign-in-refused reason=bad-credentials", "event=password-changed reason=link"} {
		if !strings.Contains(text, event) {
			w.t.Errorf("the security log has no %q", event)
		}
	}
}
