package app

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/policy"
)

// taken is an archive as somebody got it.
type taken struct {
	raw   []byte
	data  map[string]any
	files map[string]int64
	page  string
}

func (w *world) archive(t *testing.T, who *login) taken {
	t.Helper()
	a := w.do(who, "GET", "/api/v1/me/privacy/archive?locale=fr-BE", nil)
	if a.status != 200 || a.header.Get("Content-Type") != "application/zip" {
		t.Fatal(a)
	}
	return unpack(t, []byte(a.body))
}

func unpack(t *testing.T, raw []byte) taken {
	t.Helper()
	out := taken{raw: raw, files: map[string]int64{}}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out.files[f.Name] = int64(len(b))
		switch f.Name {
		case "data.json":
			if err := json.Unmarshal(b, &out.data); err != nil {
				t.Fatal(err)
			}
		case "index.html":
			out.page = string(b)
		}
	}
	return out
}

// rows are those of a table in the archive.
func (a taken) rows(table string) (out []map[string]any) {
	for _, s := range a.data["subjects"].([]any) {
		for _, t := range s.(map[string]any)["tables"].([]any) {
			if t := t.(map[string]any); t["table"] == table {
				for _, r := range t["rows"].([]any) {
					out = append(out, r.(map[string]any))
				}
			}
		}
	}
	return out
}

// has reports whether a dumped row is in the archive: one there has nothing
// that the dumped one has not, and not less than its keys.
func (a taken) has(table, dumped string) bool {
	lines := strings.Split(dumped, "\n")
	return slices.ContainsFunc(a.rows(table), func(r map[string]any) bool {
		n := 0
		for column, v := range r {
			text := fmt.Sprint(v)
			if f, ok := v.(float64); ok {
				text = fmt.Sprintf("%.0f", f)
			}
			switch {
			case column == "archive_file" || column == "text_shown" || column == "profile" || column == "origins" || text == "other":
				continue
			case slices.Contains(lines, column+"="+text):
				n++
			case fmt.Sprintf("%T", v) == "string" && strings.Contains(text, "\n") && strings.Contains(dumped, column+"="+text):
				n++
			case strings.HasSuffix(column, "note") || v == true || v == false: // unsealed, or as the engine says it
				continue
			default:
				if _, ok := v.(float64); ok && strings.Contains(dumped, "\n"+column+"=") { // a number with a fraction
					continue
				}
				return false
			}
		}
		return n > 1
	})
}

// apart are the tables of which rows that name the person are in no archive,
// and why that is right.
func apart() map[string]string {
	const derived = "words of texts that are in the archive"
	return map[string]string{
		"feed_delivery": "numbers under which devices heard of changes that are in the archive",
		"feed_audience": "counts what one is told, by account: a number",
		"feed_stream":   "counts what one did, by account: a number",
		"search_text":   derived, "search_doc": derived,
		"search_text_data": derived, "search_text_content": derived, "search_text_docsize": derived, "search_text_idx": derived,
		"evidence_leaf": "a commitment; what was committed to is in its own row",
	}
}

// TestTheArchiveHoldsWhatAnIndependentScanFinds looks through every row of
// every table, without asking any declaration, for the person's ids and for
// words that only they used. Each such row is in the archive.
func TestTheArchiveHoldsWhatAnIndependentScanFinds(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		w := newWorld(t, s)
		const canary = "Zwaluwstaart"
		me := w.add(w.home, "canary", policy.OrgMember, policy.Contributor)
		w.people["canary"] = me
		w.secret = append(w.secret, canary)
		if a := w.do(me, "PATCH", "/api/v1/me/persons/"+string(me.person), `{"base":1,"phone":"+32 `+canary+`","function":"`+canary+` fitter"}`); a.status != 200 {
			t.Fatal(a)
		}
		p := w.one("canary", "point", "points", `{"subject":"`+canary+` in the beam","description":"seen by `+canary+`","in_charge":[{"kind":"person","id":"`+string(me.person)+`"}]}`)
		v := p.with(vars{"photo": string(id.New[id.Photo]()), "comment": string(id.New[id.Comment]()), "report": string(id.New[id.Report]())})
		w.act("canary", "PUT", "/api/v1/projects/{project}/points/{point}/photos/{photo}", v, raw{"image/jpeg", picture(t, "jpeg")})
		w.act("canary", "PUT", "/api/v1/projects/{project}/points/{point}/comments/{comment}", v, `{"text":"measured, `+canary+`"}`)
		var made struct {
			Job string `json:"job_id"`
		}
		w.act("canary", "PUT", "/api/v1/projects/{project}/reports/{report}", v, strings.Replace(reportBody, "Kurz gesagt", canary, 1)).json(t, &made)
		w.job(w.home, me, made.Job)
		w.act("contributor", "PUT", "/api/v1/projects/{project}/reports/{report}", vars{"report": string(id.New[id.Report]())}, reportBody).json(t, &made)
		w.job(w.home, w.people["contributor"], made.Job) // names me, to somebody else
		w.do(nil, "POST", "/api/v1/password-reset", `{"email":"`+me.email+`","locale":"nl"}`)
		w.choose(t, me)
		w.mail(me.email)

		a := w.archive(t, me)
		mine := []string{string(me.account), string(me.person), canary, me.email, me.name}
		missing := map[string]int{}
		looked := 0
		err := w.DB.Read(t.Context(), db.Everyone("a test looks at everything"), func(tx *db.Tx) error {
			return db.Dump(tx, func(table, row string) error {
				if _, out := apart()[table]; out || !slices.ContainsFunc(mine, func(m string) bool { return strings.Contains(row, m) }) {
					return nil
				}
				looked++
				if !a.has(table, row) && !withheld(table) && !later(table, row) {
					missing[table]++
					t.Logf("%s: not in the archive:\n%s", table, row)
				}
				return nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(missing) > 0 || looked < 25 {
			t.Errorf("%d rows name the person; not in the archive: %v", looked, missing)
		}
		var schema map[string]any
		b, err := os.ReadFile("../../docs/archive.schema.json")
		if err == nil {
			err = json.Unmarshal(b, &schema)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range conforms(schema, schema, a.data, "data") {
			t.Error(wrong)
		}
		text, err := json.Marshal(a.data)
		if err != nil {
			t.Fatal(err)
		}
		w.sealed(t, me, string(text))
		for _, want := range []string{me.name, me.email, canary + " fitter", canary + " in the beam", "measured, " + canary, `"archive-made"`} {
			if !strings.Contains(string(text), want) && want != `"archive-made"` {
				t.Errorf("the archive has no %q", want)
			}
		}
		for _, want := range []string{me.name, `lang="fr`, canary + " in the beam", "Ce qui est conservé"} {
			if !strings.Contains(a.page, want) {
				t.Errorf("the page has no %q", want)
			}
		}
		for _, f := range []string{"files/photo/" + v["photo"] + ".jpg", "files/report/" + v["report"] + ".pdf"} {
			if a.files[f] == 0 {
				t.Errorf("no %s in %v", f, a.files)
			}
		}
		for _, p := range w.people { // art. 15(4): nobody else's id, and no address
			if p != me && (strings.Contains(string(text), string(p.account)) || strings.Contains(string(text), p.email)) {
				t.Errorf("the archive holds somebody else's account or address: %s", p.name)
			}
		}
	})
}

// choose agrees to something, and restricts what the organisation does.
func (w *world) choose(t *testing.T, me *login) {
	t.Helper()
	var all struct {
		Items []struct {
			Purpose string `json:"purpose"`
			Version string `json:"text_version"`
			Kind    string `json:"kind"`
		} `json:"items"`
	}
	w.must(200, me, "GET", "/api/v1/me/choices", nil).json(t, &all)
	for _, c := range all.Items {
		if c.Kind == "consent" {
			if a := w.do(me, "PUT", "/api/v1/me/choices/"+c.Purpose, `{"given":true,"text_version":"`+c.Version+`"}`); a.status >= 300 {
				t.Fatal(a)
			}
		}
	}
	if len(all.Items) == 0 {
		t.Error("nothing to choose")
	}
	if a := w.do(me, "PUT", "/api/v1/me/restrictions/"+string(id.New[id.Restriction]()),
		`{"who":{"kind":"account","id":"`+string(me.account)+`"},"ground":"accuracy","note":"Zwaluwstaart is not my name"}`); a.status >= 300 {
		t.Error(a)
	}
}

// conforms checks a value against the parts of JSON Schema that
// docs/archive.schema.json uses, and names what is wrong.
func conforms(whole, schema map[string]any, v any, at string) (wrong []string) {
	if ref, ok := schema["$ref"].(string); ok {
		schema = whole["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
	}
	if c, ok := schema["const"]; ok && c != v {
		wrong = append(wrong, fmt.Sprintf("%s: %v is not %v", at, v, c))
	}
	if all, ok := schema["enum"].([]any); ok && !slices.Contains(all, v) {
		wrong = append(wrong, fmt.Sprintf("%s: %v is none of %v", at, v, all))
	}
	switch kind := schema["type"]; x := v.(type) {
	case map[string]any:
		if kind != nil && kind != "object" {
			return append(wrong, at+": an object")
		}
		for _, name := range asList(schema["required"]) {
			if _, ok := x[name.(string)]; !ok {
				wrong = append(wrong, at+"."+name.(string)+": missing")
			}
		}
		for name, s := range asMap(schema["properties"]) {
			if inner, ok := x[name]; ok {
				wrong = append(wrong, conforms(whole, s.(map[string]any), inner, at+"."+name)...)
			}
		}
	case []any:
		if kind != nil && kind != "array" {
			return append(wrong, at+": a list")
		}
		if items := asMap(schema["items"]); items != nil {
			for _, inner := range x {
				wrong = append(wrong, conforms(whole, items, inner, at+"[]")...)
			}
		}
	case string:
		if pattern, ok := schema["pattern"].(string); ok && !regexp.MustCompile(pattern).MatchString(x) {
			wrong = append(wrong, at+": "+x)
		}
		if kind != nil && kind != "string" {
			wrong = append(wrong, at+": a text")
		}
	case nil:
		wrong = append(wrong, at+": null")
	}
	return wrong
}

func asMap(v any) map[string]any { m, _ := v.(map[string]any); return m }
func asList(v any) []any         { l, _ := v.([]any); return l }

// withheld are tables of what only proves who somebody is.
func withheld(table string) bool { return slices.Contains([]string{"reset_link"}, table) }

// later are rows that making the archive itself wrote.
func later(table, row string) bool {
	return table == "disclosure" && strings.Contains(row, "why=archive-made")
}

// sealed opens every sealed value with the keys of the person, wherever it
// stands, and looks for what it says in the archive.
func (w *world) sealed(t *testing.T, me *login, archive string) {
	t.Helper()
	opened := 0
	err := w.DB.Read(t.Context(), db.Everyone("a test looks at everything"), func(tx *db.Tx) error {
		tables := map[string]bool{}
		if err := db.Dump(tx, func(table, _ string) error { tables[table] = true; return nil }); err != nil {
			return err
		}
		for table := range tables {
			if strings.HasPrefix(table, "search_") {
				continue
			}
			err := db.Each(tx, func(columns []string, values []any) error {
				row, org := "", ""
				for i, c := range columns {
					if s, ok := values[i].(string); ok && c == "id" {
						row = s
					} else if ok && c == "org_id" {
						org = s
					}
				}
				for i, c := range columns {
					b, ok := values[i].([]byte)
					if !ok || len(b) == 0 {
						continue
					}
					for _, owner := range []crypt.Owner{crypt.AccountOwner(me.account), crypt.PersonOwner(me.person)} {
						for _, in := range []string{row, owner.ID, ""} {
							plain, err := w.ring.Open(crypt.Bind{Owner: owner, Org: id.Org(org), Table: table, Column: c, Row: in}, b)
							if err != nil || c == "credentials" {
								continue
							}
							opened++
							fields := map[string]any{}
							if json.Unmarshal(plain, &fields) != nil { // a text alone
								fields["text"] = string(plain)
							}
							for name, v := range fields {
								if s, ok := v.(string); ok && s != "" && !strings.Contains(archive, s) {
									t.Errorf("%s.%s: %s is sealed as the person's, and not in the archive", table, c, name)
								}
							}
						}
					}
				}
				return nil
			}, `select * from "`+table+`"`)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || opened < 2 {
		t.Errorf("%d values opened, %v", opened, err)
	}
}

// TestAnArchiveMovesToAnotherInstallation takes an archive into a second
// installation: the profile, and what was written, with photos and comments;
// nothing twice; consent not at all.
func TestAnArchiveMovesToAnotherInstallation(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		w := newWorld(t, s)
		me := w.people["contributor"]
		p := w.one("contributor", "point", "points", `{"subject":"Bolt missing","description":"third from the left","due":"2026-12-24","urgent":true}`)
		v := p.with(vars{"photo": string(id.New[id.Photo]()), "comment": string(id.New[id.Comment]())})
		w.act("contributor", "PUT", "/api/v1/projects/{project}/points/{point}/photos/{photo}", v, raw{"image/jpeg", picture(t, "jpeg")})
		w.act("contributor", "PUT", "/api/v1/projects/{project}/points/{point}/comments/{comment}", v, `{"text":"ordered"}`)
		w.act("contributor", "PATCH", "/api/v1/account", nil, `{"locale":"da-DK"}`)
		a := w.archive(t, me)

		far := open(t, settings(t, "sqlite:"+t.TempDir()+"/far.db"))
		home := far.found("far")
		type result struct {
			Profile  []string       `json:"profile"`
			Points   int            `json:"points"`
			Comments int            `json:"comments"`
			Photos   int            `json:"photos"`
			Known    int            `json:"known"`
			Left     map[string]int `json:"left_out"`
		}
		take := func() (r result) {
			t.Helper()
			in := far.do(home.owner, "POST", "/api/v1/me/privacy/import?project="+string(home.project), raw{"application/zip", a.raw})
			if in.status != 200 {
				t.Fatal(in)
			}
			in.json(t, &r)
			return r
		}
		r := take()
		if r.Points < 1 || r.Comments != 1 || r.Photos != 1 || r.Known != 0 || len(r.Left) != 0 || !slices.Contains(r.Profile, "name") {
			t.Errorf("%+v", r)
		}
		list := far.do(home.owner, "GET", home.base()+"/points", nil)
		for _, want := range []string{"Bolt missing", "third from the left", "2026-12-24", `"urgent":true`} {
			if !strings.Contains(list.body, want) {
				t.Errorf("no %s in %s", want, list)
			}
		}
		if again := take(); again.Points != 0 || again.Comments != 0 || again.Photos != 0 || again.Known != r.Points+2 {
			t.Errorf("taken in twice: %+v", again)
		}
		if session := far.do(home.owner, "GET", "/api/v1/session", nil); !strings.Contains(session.body, "da-DK") || !strings.Contains(session.body, me.name) {
			t.Errorf("the profile did not come: %s", session)
		}
		guest := far.add(home, "guest", policy.OrgNone, policy.Guest)
		if in := far.do(guest, "POST", "/api/v1/me/privacy/import?project="+string(home.project), raw{"application/zip", a.raw}); in.status != 403 {
			t.Errorf("a guest makes points by import: %s", in)
		}
		if in := far.do(guest, "POST", "/api/v1/me/privacy/import?project="+string(w.home.project), raw{"application/zip", a.raw}); in.status != 404 {
			t.Errorf("into a project that is not here: %s", in)
		}
	})
}

func TestTheArchiveAsksForProof(t *testing.T) {
	t.Parallel()
	s := open(t, settings(t, "sqlite:"+t.TempDir()+"/confirm.db"))
	home := s.found("asked")
	if err := s.DB.Write(t.Context(), db.Everyone("a test ages a session"), func(tx *db.Tx) error {
		_, err := tx.Exec(`update session set confirmed_at = confirmed_at - $1`, 10*60*1_000_000)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if a := s.do(home.owner, "GET", "/api/v1/me/privacy/archive", nil); a.status != 403 || a.problem() != "confirm-first" {
		t.Fatal(a)
	}
	if a := s.do(home.owner, "POST", "/api/v1/me/confirm", `{"password":"not it at all"}`); a.status != 422 {
		t.Error(a)
	}
	s.must(204, home.owner, "POST", "/api/v1/me/confirm", `{"password":"`+passphrase+`"}`)
	s.must(200, home.owner, "GET", "/api/v1/me/privacy/archive", nil)
	r := s.must(200, home.owner, "GET", "/api/v1/me/privacy?locale=en-GB", nil)
	if !strings.Contains(r.body, "You took your archive") {
		t.Errorf("the ledger does not say that the archive was taken: %s", r)
	}
}
