package app

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"plumbline/internal/consent"
	"plumbline/internal/consent/news"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/mail"
	"plumbline/internal/org"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/signin"
	"plumbline/internal/staff"
)

// showsNobody are the operations that show nobody to somebody else, by why. An
// operation is there or in shows; a new one fails the test until it is put in
// one of them.
var showsNobody = map[string]string{
	"shows the caller alone, under their own rights or their sign-in": `session session-now sign-in sign-in-second sign-in-second-ask sign-in-passkey-ask sign-in-passkey sign-out sessions session-revoke sessions-revoke-others factor-list me-confirm-second me-confirm-ask identity-links identity-link-begin identity-unlink sign-in-back sign-in-away factor-remove totp-begin totp-confirm passkey-begin passkey-finish recovery-codes account-change password-change
		me-privacy me-privacy-report me-privacy-archive me-privacy-import me-confirm me-person-change me-choices me-choice-put me-choice-receipt
		me-restriction-put me-restriction-lift token-list token-put token-revoke calendar-feed list-notices see-notice request-mine staff-me staff-acknowledge erasure-plan erasure-request`,
	"answers whoever has a secret link, and tells of themselves": `password-reset password-reset-confirm invitation-accept invitation-decline unsubscribe-page unsubscribe
		request-ask request-get request-tell request-archive erasure-status erasure-cancel erasure-receipt get-receipt`,
	"knows nobody: the program, its texts, its state": `healthz readyz config openapi web-app security-txt trust processors get-contact get-policy get-policy-difference list-policy-versions
		list-authorities privacy-page privacy-pdf get-evidence-key get-evidence-checkpoint get-evidence-consistency sign-in-providers register-org register-operator`,
	"names people by id alone: who they are is asked of the lists of people": `project-list project-put project-change participant-remove status-put status-change status-delete category-put category-change
		category-delete location-put location-change location-delete role-put role-change role-delete list-put list-change list-delete
		list-next list-participants list-participant-put list-participant-remove point-move point-relay point-parent point-relate point-unrelate
		mark-put mark-delete link-proposals scale-proposals drawing-list drawing-upload drawing-delete drawing-pages drawing-place page-thumb revision-align sheet-change sheet-thumb tile tile-archive point-list point-get point-create point-change point-delete point-restore
		point-comment point-mark point-history photo-add photo-remove photo-full photo-thumb view-list view-put view-change view-delete report-list report-create report-delete bcf-export bcf-import ifc-locations calendar table-preview job job-events project-events mutations
		report-style report-style-put report-style-preview report-logo report-logo-put
		baseline-get baseline-list baseline-put baseline-remove constraint-put constraint-remove look-ahead look-ahead-measures programme-change programme-check programme-compare programme-delays programme-delete programme-edit programme-export programme-import programme-import-approve programme-list programme-put programme-restore programme-revisions programme-schedule programme-standing promise-judge promise-put promise-remove
		activity-block activity-comment activity-get activity-history activity-photo activity-report activity-unblock point-activities
		company-put company-change member-change member-remove invitation-withdraw`,
	"the privacy office's own work, under the rights of whom it is about": `office-get office-put case-list case-get case-put case-step letter-read breach-list breach-get breach-put breach-step breach-draft breach-told
		operator-case-list operator-case-get operator-case-put operator-case-step operator-letter-read operator-breach-list operator-breach-get operator-breach-put operator-breach-step
		operator-breach-draft child-report child-report-list child-report-decide sweep-list sweep-preview sweep-approve erasure-places erasure-place-decide erasure-claims erasure-claim-open`,
	"the operator's staff, who stand in no organisation": `staff-list support-grant-put support-grant-end support-grant-list`,
	"development alone: mail that was captured":          `dev-mails dev-mail`,
}

// cast is who plays: someone whose name can be told from everything else, on a
// point, in a report and as an inviter, and who looks at them.
type cast struct {
	*world
	star    *login
	who     personal.Who
	cursors map[string]string // of devices, from before the state changed
	point   string
	token   string // of an invitation that the star sent
}

const star = "Zephyrine"

func newCast(w *world) *cast {
	w.t.Helper()
	c := &cast{world: w, star: w.add(w.home, star, policy.OrgManager, policy.Contributor), cursors: map[string]string{}}
	c.who = personal.OfPerson(w.home.org, c.star.person)
	c.point = string(id.New[id.Point]())
	w.must(201, c.star, "PUT", w.home.base()+"/points/"+c.point, `{"subject":"A loose handrail","in_charge":[{"kind":"person","id":"`+c.who.ID+`"}]}`)
	w.must(201, c.star, "PUT", w.home.base()+"/points/"+c.point+"/comments/"+string(id.New[id.Comment]()), `{"text":"Seen this morning"}`)
	invite := id.New[id.Invite]()
	w.must(201, c.star, "PUT", "/api/v1/organisations/"+string(w.home.org)+"/invitations/"+string(invite), `{"email":"invited@there.example","locale":"nl","source":"colleague"}`)
	var err error
	if c.token, err = w.Orgs.NewLink(w.t.Context(), w.home.org, invite); err != nil {
		w.t.Fatal(err)
	}
	w.people["support"] = w.staff("support", staff.Support)
	aGrant(w)
	return c
}

func (c *cast) get(who, path string) string {
	c.t.Helper()
	return c.must(200, c.people[who], "GET", c.vars.fill(path), nil).body
}

// mark remembers how far devices are.
func (c *cast) mark() {
	c.t.Helper()
	for _, who := range lookers {
		var at struct {
			Cursor string `json:"cursor"`
		}
		c.must(200, c.people[who], "GET", c.home.base()+"/snapshot?limit=1", nil).json(c.t, &at)
		c.cursors[who] = at.Cursor
	}
}

// report is the text of a report of the star's point.
func (c *cast) report(who string) string {
	c.t.Helper()
	r := string(id.New[id.Report]())
	var made struct {
		Job string `json:"job_id"`
	}
	c.must(202, c.people[who], "PUT", c.home.base()+"/reports/"+r, map[string]any{"title": "All", "filter": map[string]string{}, "locale": "en",
		"time_zone": "Europe/Brussels", "photos": false, "plan": false}).json(c.t, &made)
	if state := c.job(c.home, c.people[who], made.Job); state != "done" {
		c.t.Errorf("the report is %s", state)
		return ""
	}
	return pdfText(c.t, c.must(200, c.people[who], "GET", c.home.base()+"/reports/"+r+"/file", nil).body)
}

// lookers are who looks at the star: levels with other rights.
var lookers = []string{"contributor", "guest"}

// showing is an operation that shows people to others, under a purpose.
type showing struct {
	purpose personal.Purpose
	marked  bool // whoever is not shown is there all the same, and said to be limited
	slow    bool // one looker is enough
	look    func(c *cast, who string) string
}

func shows() map[string]showing {
	as := func(who, path string) func(*cast, string) string {
		return func(c *cast, _ string) string { return c.get(who, path) }
	}
	get := func(path string) func(*cast, string) string {
		return func(c *cast, who string) string { return c.get(who, path) }
	}
	return map[string]showing{
		"org-get":          {personal.Participants, true, true, as("org member", "/api/v1/organisations/{org}")},
		"org-people":       {personal.Participants, true, true, as("org member", "/api/v1/organisations/{org}/people")},
		"project-people":   {personal.Participants, true, false, get("/api/v1/projects/{project}/people")},
		"project-snapshot": {personal.Participants, true, false, get("/api/v1/projects/{project}/snapshot?limit=200")},
		"project-changes": {personal.Participants, true, false, func(c *cast, who string) string {
			return c.get(who, "/api/v1/projects/{project}/changes?cursor="+c.cursors[who])
		}},
		"participant-put": {personal.Participants, true, true, func(c *cast, _ string) string {
			return c.must(200, c.home.owner, "PUT", c.home.base()+"/participants/"+c.who.ID, `{"level":"contributor"}`).body
		}},
		"invitation": {personal.Participants, false, true, func(c *cast, _ string) string {
			return c.must(200, nil, "GET", "/api/v1/invitations/"+c.token, nil).body
		}},
		"report-file": {personal.Record, false, true, func(c *cast, who string) string { return c.report(who) }},
		"table-export": {personal.Participants, false, true, func(c *cast, _ string) string {
			return c.must(200, c.home.owner, "GET", c.home.base()+"/tables/participants?format=csv&locale=en&zone=UTC", nil).body
		}},
		"support-people":  {personal.Support, false, true, as("support", "/api/v1/support/{org}/people")},
		"invitation-list": {personal.Invitation, true, true, nil}, // of the invited: TestTheInvitedAndPurposes
		"invitation-put":  {personal.Invitation, true, true, nil},
	}
}

// states are how the star stands, and which purposes may use them then.
func (c *cast) states() []struct {
	name  string
	set   func()
	unset func()
	open  []personal.Purpose
} {
	all := []personal.Purpose{personal.Participants, personal.Record, personal.Support, personal.Rights}
	without := func(p personal.Purpose) []personal.Purpose {
		return slices.DeleteFunc(slices.Clone(all), func(x personal.Purpose) bool { return x == p })
	}
	own := []personal.Purpose{personal.Rights}
	write := func(fn func(tx *db.Tx) error) func() {
		return func() {
			c.t.Helper()
			if err := c.DB.Write(c.t.Context(), db.Everyone("a test changes how someone stands"), fn); err != nil {
				c.t.Fatal(err)
			}
		}
	}
	by := feed.Actor{Person: c.who.ID, Via: "session"}
	subject := `"who":{"kind":"person","id":"` + c.who.ID + `"}`
	choose := func(p personal.Purpose, given string) func() {
		l := lang.Match("nl")
		body := `{"given":` + given + `,"text_version":"` + consent.Version(p, string(l), lang.T(l, "consent.text."+string(p))) + `",` + subject + `}`
		return func() { c.must(200, c.star, "PUT", "/api/v1/me/choices/"+string(p), body) }
	}
	deny := func(why string) func() {
		return write(func(tx *db.Tx) error { return c.Consents.Deny(tx, by, c.who, why, "ref") })
	}
	undeny := func(why string) func() {
		return write(func(tx *db.Tx) error { return c.Consents.Undeny(tx, by, c.who, why) })
	}
	restriction := "/api/v1/me/restrictions/" + string(id.New[id.Restriction]())
	type state = struct {
		name  string
		set   func()
		unset func()
		open  []personal.Purpose
	}
	return []state{
		{"nothing stands", func() {}, func() {}, all},
		{"restricted", func() { c.must(200, c.star, "PUT", restriction, `{`+subject+`,"ground":"accuracy"}`) }, func() { c.must(204, c.star, "DELETE", restriction, nil) }, own},
		{"objects to being listed", choose(personal.Participants, "false"), choose(personal.Participants, "true"), without(personal.Participants)},
		{"objects to the record", choose(personal.Record, "false"), choose(personal.Record, "true"), without(personal.Record)},
		{"objects to support", choose(personal.Support, "false"), choose(personal.Support, "true"), without(personal.Support)},
		{"is being erased", deny(consent.Erasing), undeny(consent.Erasing), own},
		{"is reported as a child", deny(consent.Child), undeny(consent.Child), own},
		{"nothing stands any more", func() {}, func() {}, all},
	}
}

// TestPurposes looks at one person through every operation that shows people,
// in every state that they can be in, as several who look. The operations are
// those of the server: a new one fails until it is said whether it shows
// people, and for what.
func TestPurposes(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		w := newWorld(t, s)
		c := newCast(w)
		c.classed()
		table := shows()
		for _, st := range c.states() {
			t.Run(st.name, func(t *testing.T) {
				outer := c.world.house.t
				c.world.house.t = t
				defer func() { c.world.house.t = outer }()
				c.mark()
				st.set()
				if st.name == "nothing stands" { // so that the device has something to fetch
					w.act("administrator", "PUT", "/api/v1/projects/{project}/participants/"+c.who.ID, nil, `{"level":"guest"}`)
					w.act("administrator", "PUT", "/api/v1/projects/{project}/participants/"+c.who.ID, nil, `{"level":"contributor"}`)
				}
				for _, op := range slices.Sorted(maps.Keys(table)) {
					x := table[op]
					if x.look == nil || op == "participant-put" && slices.Contains([]string{"is being erased", "is reported as a child"}, st.name) {
						continue
					}
					for _, who := range lookers {
						c.looked(op, who, x, slices.Contains(st.open, x.purpose), st.name)
						if x.slow {
							break
						}
					}
				}
				// Their own rights are never in the way.
				if mine := c.must(200, c.star, "GET", "/api/v1/me/privacy", nil).body; !strings.Contains(mine, star) {
					t.Error("they do not see what is held of them")
				}
				st.unset()
			})
		}
		if strings.Contains(s.logs.String(), star) {
			t.Error("the log names them")
		}
	})
}

func (c *cast) looked(op, who string, x showing, open bool, state string) {
	c.t.Helper()
	body := x.look(c, who)
	told := body
	if op == "report-file" {
		told = squeezed(body)
	}
	switch {
	case open && !strings.Contains(told, star) && !(op == "project-changes" && state != "nothing stands"):
		c.t.Errorf("%s as %s: not shown", op, who)
	case !open && strings.Contains(told, star):
		c.t.Errorf("%s as %s: shown for %s", op, who, x.purpose)
	case !open && strings.Contains(told, c.star.email):
		c.t.Errorf("%s as %s: the address is shown", op, who)
	case !open && x.marked && !strings.Contains(told, `"limited":true`):
		c.t.Errorf("%s as %s: not said to be limited: %.300s", op, who, body)
	case !open && op == "report-file" && !strings.Contains(told, squeezed(lang.T(lang.Match("en"), "report.limited"))):
		c.t.Errorf("%s: no neutral words in %s", op, body)
	}
}

// classed compares the operations with the tables, and looks into every answer
// that is said to show nobody.
func (c *cast) classed() {
	c.t.Helper()
	why := map[string]string{}
	for reason, ops := range showsNobody {
		for op := range strings.FieldsSeq(ops) {
			if why[op] != "" {
				c.t.Errorf("%s stands in showsNobody twice", op)
			}
			why[op] = reason
		}
	}
	there := map[string]bool{}
	for _, op := range c.api.Operations() {
		there[op.ID] = true
		_, shown := shows()[op.ID]
		if shown == (why[op.ID] != "") {
			c.t.Errorf("%s: say in showsNobody or in shows whether it shows people to others, and for what", op.ID)
		}
	}
	for op := range why {
		if !there[op] {
			c.t.Errorf("%s: there is no such operation", op)
		}
	}
	for _, f := range fixtures(c.world) {
		if _, shown := shows()[f.op]; shown {
			continue
		}
		for _, op := range c.api.Operations() {
			if op.ID != f.op || op.Method != "GET" || f.op == "job-events" || f.op == "project-events" {
				continue
			}
			a := c.call(op, f, c.people[f.level.as], c.vars.with(f.arrange(c.world)))
			if a.status != f.want {
				c.t.Errorf("%s: want %d, got %s", f.op, f.want, a)
			}
			if strings.Contains(a.body, star) {
				c.t.Errorf("%s shows people to others, but stands in showsNobody", f.op)
			}
		}
	}
}

// TestTheInvitedAndPurposes: whom an invitation is for stands in the address
// book too, and can have their data restricted before they answer.
func TestTheInvitedAndPurposes(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		w := newWorld(t, s)
		list := func() string {
			return w.act("org manager", "GET", "/api/v1/organisations/{org}/invitations", nil, nil).body
		}
		v := anInvitation(w)
		if !strings.Contains(list(), v["address"]) {
			t.Error("not in the list")
		}
		var who personal.Who
		if err := s.DB.Read(t.Context(), db.Tenant(w.home.org), func(tx *db.Tx) error {
			p, err := org.Invited(tx, id.Invite(v["invite"]))
			who = personal.OfPerson(w.home.org, p)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		write := func(fn func(tx *db.Tx) error) {
			t.Helper()
			if err := s.DB.Write(t.Context(), db.Everyone("a test"), fn); err != nil {
				t.Fatal(err)
			}
		}
		by := feed.Actor{Person: who.ID, Via: "link"}
		r := consent.Restriction{ID: id.New[id.Restriction](), Who: who, Ground: consent.Unlawful}
		write(func(tx *db.Tx) error { _, err := s.Consents.Restrict(tx, by, r); return err })
		if body := list(); strings.Contains(body, v["address"]) || !strings.Contains(body, `"limited":true`) {
			t.Errorf("restricted: %s", body)
		}
		s.must(410, nil, "GET", "/api/v1/invitations/"+v["token"], nil)
		// They are not entered a second time round the restriction.
		again := w.do(w.people["org manager"], "PUT", "/api/v1/organisations/"+w.vars["org"]+"/invitations/"+string(id.New[id.Invite]()),
			`{"email":"`+v["address"]+`","locale":"nl","source":"colleague"}`)
		if again.status != 409 || strings.Contains(again.body, v["address"]) {
			t.Errorf("invited again: %s", again)
		}
		write(func(tx *db.Tx) error { _, err := s.Consents.Lift(tx, by, who, r.ID, true); return err })
		s.must(200, nil, "GET", "/api/v1/invitations/"+v["token"], nil)

		// Who wants no mail at all is not invited; an invited address is nobody whom
		// news can go to (SRC-2).
		write(func(tx *db.Tx) error { return s.Consents.Suppress(tx, "Never@There.example", consent.Everything) })
		never := w.do(w.people["org manager"], "PUT", "/api/v1/organisations/"+w.vars["org"]+"/invitations/"+string(id.New[id.Invite]()),
			`{"email":"never@there.example","locale":"nl","source":"colleague"}`)
		if never.status != 403 || never.problem() != "suppressed" {
			t.Errorf("invited who wants no mail: %s", never)
		}
		if n, err := s.News().Announce(t.Context(), personal.Updates, news.Mail, "https://plumbline.example/news"); n != 0 || err != nil {
			t.Errorf("news for %d, %v", n, err)
		}
		err := s.DB.Read(t.Context(), db.Tenant(w.home.org), func(tx *db.Tx) error { return s.Consents.Gate(tx, who, personal.Updates) })
		if fault.CodeOf(err) != consent.Undeclared {
			t.Errorf("an address that somebody else gave, for news: %v", err)
		}
	})
}

// TestMailAndPurposes sends an account mail of every kind in every state.
func TestMailAndPurposes(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		w := newWorld(t, s)
		all := []personal.Purpose{personal.SignIn, personal.Security, personal.Correspond, personal.Rights, personal.Updates}
		states := []struct {
			name string
			set  func(tx *db.Tx, who personal.Who) error
			open []personal.Purpose
		}{
			{"nothing was asked", func(*db.Tx, personal.Who) error { return nil }, []personal.Purpose{personal.SignIn, personal.Security, personal.Correspond, personal.Rights}},
			{"agreed", func(tx *db.Tx, who personal.Who) error { return w.says(tx, who, s.Consents.Give) }, all},
			{"agreed, and withdrew", func(tx *db.Tx, who personal.Who) error {
				if err := w.says(tx, who, s.Consents.Give); err != nil {
					return err
				}
				return w.says(tx, who, s.Consents.Withdraw)
			}, []personal.Purpose{personal.SignIn, personal.Security, personal.Correspond, personal.Rights}},
			{"agreed, and wants no promotion", func(tx *db.Tx, who personal.Who) error {
				if err := w.says(tx, who, s.Consents.Give); err != nil {
					return err
				}
				acc, err := s.People.Account(tx, personal.Rights, id.Account(who.ID))
				if err != nil {
					return err
				}
				return s.Consents.Suppress(tx, acc.Email, consent.Promotion)
			}, []personal.Purpose{personal.SignIn, personal.Security, personal.Correspond, personal.Rights}},
			{"agreed, and restricted", func(tx *db.Tx, who personal.Who) error {
				if err := w.says(tx, who, s.Consents.Give); err != nil {
					return err
				}
				_, err := s.Consents.Restrict(tx, feed.Actor{Person: who.ID, Via: "session"}, consent.Restriction{ID: id.New[id.Restriction](), Who: who, Ground: consent.Unlawful})
				return err
			}, []personal.Purpose{personal.SignIn, personal.Security, personal.Rights}},
			{"is being erased", func(tx *db.Tx, who personal.Who) error {
				return s.Consents.Deny(tx, feed.Actor{Person: who.ID, Via: "session"}, who, consent.Erasing, "ref")
			}, []personal.Purpose{personal.Rights}},
		}
		templates := map[personal.Purpose]string{personal.Updates: news.Mail}
		for _, st := range states {
			t.Run(st.name, func(t *testing.T) {
				l := w.add(w.home, w.unique("mailed {n}"), policy.OrgNone, policy.None)
				who := personal.OfAccount(l.account)
				ids := map[personal.Purpose]id.Mail{}
				if err := s.DB.Write(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
					if err := st.set(tx, who); err != nil {
						return err
					}
					for _, p := range all {
						template := templates[p]
						if template == "" {
							template = signin.MailChanged
						}
						m, err := mail.Enqueue(tx, mail.Draft{To: mail.Recipient{Kind: signin.RecipientAccount, ID: who.ID}, Purpose: p, Template: template,
							Locale: "nl", Data: map[string]string{"link": "https://plumbline.example/news"}})
						if err != nil {
							return err
						}
						ids[p] = m
					}
					return nil
				}); err != nil {
					t.Fatal(err)
				}
				for _, p := range all {
					var q mail.Queued
					s.until("the mail is dealt with", func() bool {
						if err := s.DB.Read(t.Context(), db.Everyone("a test"), func(tx *db.Tx) (err error) { q, err = mail.Get(tx, ids[p]); return err }); err != nil {
							t.Fatal(err)
						}
						return q.State != mail.Waiting
					})
					if sent := q.State == mail.Sent; sent != slices.Contains(st.open, p) {
						t.Errorf("%s: %s %s", p, q.State, q.Code)
					}
				}
				for _, m := range s.capture.List() {
					if m.To == l.email && (m.Unsubscribe != "") != (m.Subject == lang.T(lang.Match("nl"), "mail.news-product.subject")) {
						t.Errorf("%q can be ended at %q", m.Subject, m.Unsubscribe)
					}
				}
			})
		}
	})
}

func (w *world) says(tx *db.Tx, who personal.Who, say func(*db.Tx, feed.Actor, personal.Who, personal.Purpose, consent.Shown) (consent.Record, error)) error {
	l := lang.Match("nl")
	_, err := say(tx, feed.Actor{Person: who.ID, Via: "session"}, who, personal.Updates,
		consent.Shown{Text: lang.T(l, "consent.text.updates"), Locale: string(l), Channel: consent.ByPage})
	return err
}

// TestOneClick: programs that follow links end nothing; one POST from anywhere,
// without a cookie, does.
func TestOneClick(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		w := newWorld(t, s)
		l := w.add(w.home, "reader", policy.OrgNone, policy.None)
		w.agrees(string(l.account))
		if n, err := s.News().Announce(t.Context(), personal.Updates, news.Mail, "https://plumbline.example/news"); n != 1 || err != nil {
			t.Fatalf("%d mails, %v", n, err)
		}
		m := s.mail(l.email)
		path, ok := strings.CutPrefix(m.Unsubscribe, strings.TrimSuffix(s.cfg.PublicURL, "/"))
		if !ok || !strings.HasPrefix(path, "/api/v1/unsubscribe/") {
			t.Fatalf("ended at %q", m.Unsubscribe)
		}
		page := strings.Replace(m.Unsubscribe, "/api/v1", "", 1)
		if !strings.Contains(m.Text, page) || !strings.Contains(m.Text, "https://plumbline.example/news") {
			t.Errorf("the text does not say where: %s", m.Text)
		}
		agreed := func() bool {
			err := s.DB.Read(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error { return s.Consents.Gate(tx, personal.OfAccount(l.account), personal.Updates) })
			return err == nil
		}
		for _, scanner := range []struct{ method, agent string }{{"GET", "Mozilla/5.0 (compatible; LinkScanner/1.0)"}, {"HEAD", "SafeLinks"}, {"GET", "curl/8"}} {
			if a := s.do(nil, scanner.method, path, nil, "User-Agent", scanner.agent); a.status != 200 {
				t.Errorf("%s: %s", scanner.method, a)
			}
			if !agreed() {
				t.Fatalf("%s %s ended it", scanner.method, scanner.agent)
			}
		}
		a := s.do(nil, "POST", path, raw{"application/x-www-form-urlencoded", []byte("List-Unsubscribe=One-Click")}, "Origin", "https://mail.example", "Sec-Fetch-Site", "cross-site")
		if a.status != 200 || agreed() {
			t.Errorf("one click: %s, agreed %v", a, agreed())
		}
		s.must(200, nil, "POST", path, nil) // again is harmless
		// The signal of a browser.
		second := w.add(w.home, "private", policy.OrgNone, policy.None)
		w.agrees(string(second.account))
		var all struct {
			GPC   bool `json:"gpc"`
			Items []struct {
				Purpose string `json:"purpose"`
				Given   bool   `json:"given"`
			} `json:"items"`
		}
		s.must(200, second, "GET", "/api/v1/me/choices", nil, "Sec-GPC", "1").json(t, &all)
		if i := slices.IndexFunc(all.Items, func(x struct {
			Purpose string `json:"purpose"`
			Given   bool   `json:"given"`
		}) bool {
			return x.Purpose == "updates"
		}); i < 0 || all.Items[i].Given || !all.GPC {
			t.Errorf("Global Privacy Control: %+v", all)
		}
	})
}
