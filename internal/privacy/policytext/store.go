package policytext

import (
	"encoding/json"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/privacy/policytext/wording"
)

// Version is one version of the policy.
type Version struct {
	ID        string
	Number    int64
	Facts     wording.Facts
	Material  []wording.Change // what was announced
	Made      time.Time
	Told      time.Time // when everyone had been told; zero while they are being told
	Effective time.Time
	Withdrawn time.Time // taken back before it took effect
}

const selectVersion = `select id, number, facts, material, made_at, told_at, effective_at, withdrawn_at from policy_version`

func instant(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

func scanVersion(s db.Scanner) (v Version, err error) {
	var facts, material string
	var made, told, effective, withdrawn int64
	if err = s.Scan(&v.ID, &v.Number, &facts, &material, &made, &told, &effective, &withdrawn); err != nil {
		return v, err
	}
	v.Made, v.Told, v.Effective, v.Withdrawn = instant(made), instant(told), instant(effective), instant(withdrawn)
	if err = json.Unmarshal([]byte(facts), &v.Facts); err == nil {
		err = json.Unmarshal([]byte(material), &v.Material)
	}
	return v, fault.Wrap("policytext.scan", err)
}

// latest is the version in force at an instant: the newest that has taken
// effect, and that everyone was told of if it changed what matters.
func latest(tx *db.Tx, at int64) (Version, bool, error) {
	return db.Maybe(tx, scanVersion, selectVersion+` where effective_at <= $1 and withdrawn_at = 0 and (told_at > 0 or material = '[]')
		order by number desc limit 1`, at)
}

// coming is the version that has been or is being announced.
func coming(tx *db.Tx, at, after int64) (Version, bool, error) {
	return db.Maybe(tx, scanVersion, selectVersion+` where number > $2 and withdrawn_at = 0 and (effective_at > $1 or (told_at = 0 and material <> '[]'))
		order by number desc limit 1`, at, after)
}

func versions(tx *db.Tx) ([]Version, error) {
	return db.All(tx, scanVersion, selectVersion+` order by number desc limit 500`)
}

func versionNamed(tx *db.Tx, name string) (Version, bool, error) {
	return db.Maybe(tx, scanVersion, selectVersion+` where id = $1 order by number desc limit 1`, name)
}

func versionBefore(tx *db.Tx, number int64) (Version, bool, error) {
	return db.Maybe(tx, scanVersion, selectVersion+` where number < $1 and withdrawn_at = 0 order by number desc limit 1`, number)
}

func insertVersion(tx *db.Tx, v Version, texts map[string]wording.Text) (int64, error) {
	material, err := json.Marshal(append([]wording.Change{}, v.Material...))
	if err != nil {
		return 0, fault.Wrap("policytext.insert", err)
	}
	var number int64
	if err := tx.Row(`select coalesce(max(number), 0) + 1 from policy_version`).Scan(&number); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(`insert into policy_version (id, number, facts, material, made_at, told_at, effective_at) values ($1, $2, $3, $4, $5, 0, $6)`,
		v.ID, number, string(v.Facts.Bytes()), string(material), tx.Micros(), v.Effective.UnixMicro()); err != nil {
		return 0, err
	}
	for language, t := range texts {
		b, err := json.Marshal(t)
		if err != nil {
			return 0, fault.Wrap("policytext.insert", err)
		}
		if _, err := tx.Exec(`insert into policy_text (version, language, body) values ($1, $2, $3)`, number, language, string(b)); err != nil {
			return 0, err
		}
	}
	return number, nil
}

func withdraw(tx *db.Tx, number int64) error {
	_, err := tx.Exec(`update policy_version set withdrawn_at = $2 where number = $1`, number, tx.Micros())
	return err
}

func setTold(tx *db.Tx, number, effective int64) error {
	_, err := tx.Exec(`update policy_version set told_at = $2, effective_at = $3 where number = $1 and told_at = 0`, number, tx.Micros(), effective)
	return err
}

func textOf(tx *db.Tx, number int64, language string) (wording.Text, error) {
	var body string
	if err := tx.Row(`select body from policy_text where version = $1 and language = $2`, number, language).Scan(&body); err != nil {
		return wording.Text{}, err
	}
	var t wording.Text
	return t, fault.Wrap("policytext.text", json.Unmarshal([]byte(body), &t))
}

// Notice is what one account is told of a version.
type Notice struct {
	ID      id.PolicyNotice
	Version Version
	Told    time.Time
	Mailed  time.Time
	Seen    time.Time
}

func insertNotice(tx *db.Tx, n id.PolicyNotice, version int64, a id.Account) (made bool, err error) {
	rows, err := tx.Exec(`insert into policy_notice (id, version, account_id, told_at) values ($1, $2, $3, $4) on conflict (version, account_id) do nothing`,
		n, version, a, tx.Micros())
	return rows > 0, err
}

func setMail(tx *db.Tx, n id.PolicyNotice, m id.Mail) error {
	_, err := tx.Exec(`update policy_notice set mail_id = $2, mail_state = 'queued' where id = $1`, n, m)
	return err
}

type delivery struct {
	notice id.PolicyNotice
	mail   id.Mail
}

// waiting are notices whose mail has not been heard of, after one of them.
func waiting(tx *db.Tx, after id.PolicyNotice, limit int) ([]delivery, error) {
	return db.All(tx, func(s db.Scanner) (d delivery, err error) {
		err = s.Scan(&d.notice, &d.mail)
		return d, err
	}, `select id, mail_id from policy_notice where mail_state = 'queued' and id > $1 order by id limit $2`, after, limit)
}

func setDelivered(tx *db.Tx, n id.PolicyNotice, state string, at int64) error {
	_, err := tx.Exec(`update policy_notice set mail_state = $2, mailed_at = $3 where id = $1`, n, state, at)
	return err
}

func noticesOf(tx *db.Tx, a id.Account) ([]Notice, error) {
	type row struct {
		n       Notice
		version int64
	}
	rows, err := db.All(tx, func(s db.Scanner) (r row, err error) {
		var told, mailed, seen int64
		err = s.Scan(&r.n.ID, &r.version, &told, &mailed, &seen)
		r.n.Told, r.n.Mailed, r.n.Seen = instant(told), instant(mailed), instant(seen)
		return r, err
	}, `select id, version, told_at, mailed_at, seen_at from policy_notice where account_id = $1 order by version desc limit 50`, a)
	if err != nil {
		return nil, err
	}
	var out []Notice
	for _, r := range rows {
		v, ok, err := db.Maybe(tx, scanVersion, selectVersion+` where number = $1`, r.version)
		if err != nil {
			return nil, err
		}
		if ok {
			r.n.Version = v
			out = append(out, r.n)
		}
	}
	return out, nil
}

func seen(tx *db.Tx, n id.PolicyNotice, a id.Account) (found bool, err error) {
	rows, err := tx.Exec(`update policy_notice set seen_at = case when seen_at = 0 then $3 else seen_at end where id = $1 and account_id = $2`, n, a, tx.Micros())
	return rows > 0, err
}

// Deliveries is how many were told of a version, and how.
type Deliveries struct{ Told, Mailed, Undelivered, Seen int64 }

func deliveries(tx *db.Tx, version int64) (d Deliveries, err error) {
	err = tx.Row(`select count(*), coalesce(sum(case when mail_state = 'sent' then 1 else 0 end), 0),
		coalesce(sum(case when mail_state in ('failed', 'dropped') then 1 else 0 end), 0),
		coalesce(sum(case when seen_at > 0 then 1 else 0 end), 0) from policy_notice where version = $1`, version).Scan(&d.Told, &d.Mailed, &d.Undelivered, &d.Seen)
	return d, err
}
