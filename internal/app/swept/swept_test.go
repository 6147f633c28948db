package swept_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"plumbline/internal/app/swept"
	"plumbline/internal/clock"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/id"
	"plumbline/internal/mail"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/privacy/sweep"
	"plumbline/internal/signin"
)

const day = 24 * time.Hour

// years is an installation whose clock a test moves.
type years struct {
	t      *testing.T
	clock  *clock.Fake
	db     *db.DB
	ring   *crypt.Ring
	people *person.Service
	signin *signin.Service
	orgs   *org.Service
	sweeps *sweep.Service
	org    id.Org

	start  time.Time
	erased map[string]int // days until someone was erased
	names  map[string]string
}

func newYears(t *testing.T, d *db.DB, at *clock.Fake) *years {
	t.Helper()
	y := &years{t: t, clock: at, db: d, ring: persontest.Ring(t), org: id.New[id.Org](), start: at.Now(), erased: map[string]int{}, names: map[string]string{}}
	y.people = persontest.VaultOn(d, y.ring)
	y.orgs = org.New(org.Deps{DB: d, People: y.people, Mail: org.Queue{}})
	var err error
	y.signin, err = signin.New(signin.Deps{DB: d, People: y.people, Orgs: y.orgs, Keys: y.ring, Mail: org.Queue{}, Cost: signin.Cost{MemoryKiB: 64, Passes: 1, AtOnce: 2}})
	if err != nil {
		t.Fatal(err)
	}
	y.sweeps = sweep.New(sweep.Deps{DB: d, Rules: swept.Rules(swept.Deps{DB: d, People: y.people, Orgs: y.orgs, Signin: y.signin, Erase: y.erase,
		Claims: func(context.Context) (int, error) { return 0, nil }, Requests: func(context.Context) error { return nil }})})
	if err := y.ring.Create(t.Context(), crypt.OrgOwner(y.org)); err != nil {
		t.Fatal(err)
	}
	return y
}

// erase stands for the erasure of people, which has tests of its own.
func (y *years) erase(ctx context.Context, who personal.Who) error {
	y.erased[y.names[who.ID]] = int(y.clock.Now().Sub(y.start) / day)
	if who.Kind == personal.AccountKind {
		return y.db.Write(ctx, db.Everyone("a test"), func(tx *db.Tx) error {
			return y.people.EraseAccount(tx, id.Account(who.ID), tx.Now())
		})
	}
	return y.db.Write(ctx, db.Tenant(who.Org), func(tx *db.Tx) error {
		_, err := y.people.Depersonalise(tx, persontest.By(), id.Person(who.ID), "")
		return err
	})
}

func (y *years) account(name string) id.Account {
	y.t.Helper()
	a := persontest.Account(y.t, y.db, y.people, person.AccountProfile{Name: name, Email: name + "@years.example", Locale: "nl-BE", TimeZone: "Europe/Brussels"},
		person.Credentials{Password: "x"})
	y.names[string(a)] = name
	return a
}

func (y *years) person(name string, account id.Account) id.Person {
	y.t.Helper()
	p := persontest.Add(y.t, y.db, y.people, y.org, account, person.Profile{Name: name, Email: name + "@years.example", Locale: "nl-BE"})
	y.names[string(p)] = name
	return p
}

func (y *years) exec(query string, args ...any) {
	y.t.Helper()
	if err := y.db.Write(y.t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	}); err != nil {
		y.t.Fatal(err)
	}
}

func (y *years) count(query string, args ...any) (n int) {
	y.t.Helper()
	if err := y.db.Read(y.t.Context(), db.Everyone("a test"), func(tx *db.Tx) error { return tx.Row(query, args...).Scan(&n) }); err != nil {
		y.t.Fatal(err)
	}
	return n
}

// use is a session of today.
func (y *years) use(a id.Account) {
	now := y.clock.Now().UnixMicro()
	y.exec(`insert into session (id, hash, account_id, agent, created_at, last_seen_at, expires_at) values ($1, $2, $3, '', $4, $4, $5)`,
		id.New[id.Session](), []byte(id.New[string]()), a, now, now+int64(30*day/time.Microsecond))
}

func (y *years) participant(p id.Person, state string) {
	y.exec(`insert into participant (org_id, project_id, person_id, level, state, version, created_at) values ($1, 'project', $2, 'guest', $3, 1, 0)`, y.org, p, state)
}

// pass lets days go by, a step at a time, and sweeps after each.
func (y *years) pass(days, step int, each func(day int)) {
	y.t.Helper()
	for gone := 0; gone < days; gone += step {
		y.clock.Advance(time.Duration(step) * day)
		if each != nil {
			each(int(y.clock.Now().Sub(y.start) / day))
		}
		if _, err := y.sweeps.Run(y.t.Context(), func(sweep.Rule) bool { return true }); err != nil {
			y.t.Fatal(err)
		}
	}
}

func both(t *testing.T, fn func(t *testing.T, y *years)) {
	t.Helper()
	t.Parallel()
	for _, engine := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			at := clock.NewFake(time.Date(2024, 2, 29, 3, 0, 0, 0, time.UTC))
			fn(t, newYears(t, dbtest.Open(t, engine, dbtest.Clock(at)), at))
		})
	}
}

func TestAccountsOverYears(t *testing.T) {
	both(t, func(t *testing.T, y *years) {
		unused, busy, back, owner, restricted := y.account("unused"), y.account("busy"), y.account("back"), y.account("owner"), y.account("restricted")
		boss := y.person("boss", owner)
		if err := y.db.Write(t.Context(), db.Tenant(y.org), func(tx *db.Tx) error {
			return y.orgs.Join(tx, persontest.By(), boss, policy.OrgOwner)
		}); err != nil {
			t.Fatal(err)
		}
		y.exec(`insert into account_standing (account_id, about, word, ref, at) values ($1, 'restriction', 'claims', '', 0)`, restricted)
		for _, a := range []id.Account{unused, busy, back, owner, restricted} {
			y.use(a) // each signs in once, on the first day
		}
		warned := map[string]int{}
		blocked := map[string]int{}
		last := 0
		y.pass(1100, 5, func(today int) {
			if last/30 != today/30 { // once a month
				y.use(busy)
			}
			last = today
			if warned["back"] > 0 && today == warned["back"]+20 {
				y.use(back)
			}
			for name, a := range map[string]id.Account{"unused": unused, "busy": busy, "back": back, "owner": owner, "restricted": restricted} {
				if warned[name] == 0 && y.count(`select count(*) from mail where recipient_id = $1 and template = $2`, a, sweep.Warned) > 0 {
					warned[name] = today - 5 // by the sweep before
				}
				if blocked[name] == 0 && y.count(`select count(*) from mail where recipient_id = $1 and template = $2`, a, sweep.Blocked) > 0 {
					blocked[name] = today - 5
				}
			}
		})
		within := func(what string, got, want int) {
			t.Helper()
			if got < want || got > want+5 {
				t.Errorf("%s on day %d, want %d or up to five later", what, got, want)
			}
		}
		// The last use was seen on 29 February 2024: two years on is the end of
		// 28 February 2026, 731 days later.
		within("unused: warned", warned["unused"], 731)
		within("unused: blocked", blocked["unused"], warned["unused"]+30)
		within("unused: erased", y.erased["unused"], blocked["unused"]+30)
		within("owner: blocked", blocked["owner"], 761)
		within("back: warned", warned["back"], 731)
		if blocked["back"] != 0 || warned["busy"] != 0 || warned["restricted"] != 0 {
			t.Errorf("warned %v, blocked %v", warned, blocked)
		}
		if got := slices.Sorted(maps.Keys(y.erased)); fmt.Sprint(got) != "[unused]" {
			t.Errorf("erased: %v; the only owner, who came back, who is busy and who is restricted stay", got)
		}
		if y.ring.Has(crypt.AccountOwner(unused)) || !y.ring.Has(crypt.AccountOwner(busy)) {
			t.Error("the key of the erased account goes with the next sweep, and no other")
		}
		if n := y.count(`select count(*) from session where account_id = $1`, owner); n != 0 {
			t.Errorf("%d sessions of a blocked account", n)
		}
		if err := y.db.Read(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
			c, err := y.people.CredentialsOf(tx, owner)
			if err == nil && c.Password != "" {
				t.Error("a blocked account's password still works")
			}
			return err
		}); err != nil {
			t.Error(err)
		}
	})
}

func TestPeopleOverYears(t *testing.T) {
	both(t, func(t *testing.T, y *years) {
		left, on, member, asked, held, contact := y.person("left", ""), y.person("on", ""), y.person("member", ""), y.person("asked", ""), y.person("held", ""), y.person("contact", "")
		y.participant(left, "active")
		y.participant(on, "active")
		if err := y.db.Write(t.Context(), db.Tenant(y.org), func(tx *db.Tx) error { return y.orgs.Join(tx, persontest.By(), member, policy.OrgMember) }); err != nil {
			t.Fatal(err)
		}
		y.exec(`insert into person_standing (org_id, person_id, about, word, ref, at) values ($1, $2, 'restriction', 'claims', '', 0)`, y.org, held)
		y.exec(`insert into invite (org_id, id, person_id, inviter_id, level, role_ids, source, locale, state, version, created_at, expires_at)
			values ($1, 'i', $2, $3, '', '[]', 'colleague', 'nl-BE', 'open', 1, $4, $5)`, y.org, asked, member, y.start.UnixMicro(), y.start.AddDate(9, 0, 0).UnixMicro())
		y.pass(900, 10, func(today int) {
			if today == 100 { // leaves the project: the log says when
				y.exec(`update participant set state = 'former' where person_id = $1 and org_id = $2`, left, y.org)
				y.exec(`insert into feed_change (stream, number, org_id, at, actor, via, thing_kind, thing_id, kind, version, leaves, commitment)
					values ('s', 1, $1, $2, 'x', 'x', 'participant', $3, 'changed', 2, '', '')`, y.org, y.clock.Now().UnixMicro(), left)
			}
		})
		if got := slices.Sorted(maps.Keys(y.erased)); fmt.Sprint(got) != "[contact left]" {
			t.Errorf("depersonalised: %v", got)
		}
		for name, want := range map[string]int{"contact": 731, "left": 830} {
			if got := y.erased[name]; got < want || got > want+10 {
				t.Errorf("%s on day %d, want %d", name, got, want)
			}
		}
		people, err := y.people.Read(t.Context(), personal.Participants, y.org, []id.Person{left, on, contact})
		if err != nil || people[left].Name != "" || people[left].State != person.Former || people[on].Name != "on" {
			t.Errorf("%+v %v", people, err)
		}
	})
}

// TestRowsOverYears puts a row in for each rule about rows, and sees it go on the
// day it is due and not before.
func TestRowsOverYears(t *testing.T) {
	both(t, func(t *testing.T, y *years) {
		now := y.start.UnixMicro()
		a, p := y.account("keeps"), y.person("keeps", "")
		y.participant(p, "active")
		cases := []struct {
			table, insert string
			args          []any
			goes          int // days
		}{
			{"mutation", `insert into mutation (account, id, fingerprint, status, at) values ('a', 'm', '', 200, $1)`, []any{now}, 90},
			{"job", `insert into job (id, kind, payload, state, max_attempts, run_at, created_at, finished_at) values ('j', 'x', '{}', 'done', 1, $1, $1, $1)`, []any{now}, 30},
			{"mail", `insert into mail (id, recipient_kind, recipient_id, template, locale, data, state, created_at) values ('m', 'account', 'a', 'x', 'nl', '{}', 'sent', $1)`, []any{now}, 30},
			{"feed_delivery", `insert into feed_delivery (audience, number, org_id, stream, change_number, thing_kind, thing_id, kind, version, at) values ('a', 1, 'o', 's', 1, 'x', 'x', 'x', 1, $1)`, []any{now}, 90},
			{"device", `insert into device (hash, account_id, used_at) values ('h', $2, $1)`, []any{now, a}, 366}, // from a leap day: the end of 28 February
			{"attempt", `insert into attempt (key, failures, at, until) values ('k', 1, $1, $1)`, []any{now}, 1},
			{"reset_link", `insert into reset_link (hash, account_id, created_at, expires_at) values ('h', $2, $1, $1)`, []any{now, a}, 1},
			{"invite_link", `insert into invite_link (hash, org_id, invite_id, created_at) values ('h', $2, 'i', $1)`, []any{now, y.org}, 14},
			{"restriction", `insert into restriction (id, org_id, subject_kind, subject_id, ground, note, asked_by, since, told_at, lifts_at, lifted_at) values ('r', '', 'account', $2, 'claims', '', '', $1, $1, $1, $1)`, []any{now, a}, 1096},
			{"consent_record", `insert into consent_record (id, org_id, subject_kind, subject_id, purpose, word, text_version, locale, channel, ui_hash, at) values ('c', '', 'account', $2, 'updates', 'withdrawn', '', '', '', '', $1)`, []any{now, a}, 1096},
		}
		for _, c := range cases {
			y.exec(c.insert, c.args...)
		}
		// What has not begun to count stays: a restriction that holds, consent that is given.
		y.exec(`insert into restriction (id, org_id, subject_kind, subject_id, ground, note, asked_by, since, told_at, lifts_at, lifted_at) values ('holds', '', 'account', $2, 'claims', '', '', $1, 0, 0, 0)`, now, a)
		y.exec(`insert into consent_record (id, org_id, subject_kind, subject_id, purpose, word, text_version, locale, channel, ui_hash, at) values ('given', '', 'account', $2, 'research', 'given', '', '', '', '', $1)`, now, a)

		went := map[string]int{}
		look := func(today int) {
			for _, c := range cases {
				query := `select count(*) from ` + c.table
				switch c.table {
				case "restriction":
					query += ` where id = 'r'`
				case "consent_record":
					query += ` where id = 'c'`
				case "mail":
					query += ` where id = 'm'`
				}
				if _, gone := went[c.table]; !gone && y.count(query) == 0 {
					went[c.table] = today
				}
			}
		}
		for today := 0; today < 1110; {
			step := 1
			if today > 35 && today < 85 || today > 95 && today < 360 || today > 370 && today < 1085 {
				step = 5
			}
			y.use(a) // so that nobody's account lapses
			y.pass(step, step, nil)
			today += step
			look(today)
		}
		for _, c := range cases {
			if went[c.table] != c.goes {
				t.Errorf("%s went on day %d, want %d", c.table, went[c.table], c.goes)
			}
		}
		if n := y.count(`select count(*) from restriction`); n != 1 {
			t.Errorf("%d restrictions: the one that holds stays", n)
		}
		if n := y.count(`select count(*) from consent_record`); n != 1 {
			t.Errorf("%d consents: the one that is given stays", n)
		}
	})
}

// TestTold sees that the two mails exist in every language and need no more
// than the account.
func TestTold(t *testing.T) {
	t.Parallel()
	y := newYears(t, dbtest.Open(t, db.SQLite), clock.NewFake(time.Now()))
	a := y.account("told")
	for _, template := range []string{sweep.Warned, sweep.Blocked} {
		if err := y.db.Write(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
			_, err := mail.Enqueue(tx, mail.Draft{To: mail.Recipient{Kind: signin.RecipientAccount, ID: string(a)}, Purpose: personal.Rights, Template: template, Locale: "da-DK"})
			return err
		}); err != nil {
			t.Errorf("%s: %v", template, err)
		}
	}
}
