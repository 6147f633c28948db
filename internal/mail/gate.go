package mail

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/job"
	"plumbline/internal/personal"
)

// Gate says whether someone may be written to, before their address is looked
// up, and whether an address may be. What it refuses is a fault Denied.
type Gate interface {
	Gate(tx *db.Tx, who personal.Who, p personal.Purpose) error
	Writable(tx *db.Tx, email string, p personal.Purpose) error
}

// Unsubscriber makes the two addresses that end promotional mail of one purpose
// without signing in: one that a mail program POSTs to (RFC 8058), and a page
// for people.
type Unsubscriber interface {
	Unsubscribe(ctx context.Context, q Queued) (post, page string, err error)
}

// prefixes of the templates that promote: they go with their purpose and no
// other, so that nothing promotional rides along with what a person must know.
func prefixes() map[personal.Purpose]string {
	return map[personal.Purpose]string{personal.Updates: "news-", personal.Research: "survey-"}
}

// fits refuses a mail without a purpose, and a text that is another purpose's.
func fits(template string, p personal.Purpose) error {
	if !slices.Contains(personal.Purposes(), p) {
		return fault.New(fault.Other, "no-purpose", "a mail that is sent for nothing")
	}
	for purpose, prefix := range prefixes() {
		if strings.HasPrefix(template, prefix) != (p == purpose) {
			return fault.New(fault.Other, "wrong-purpose", "this text and this purpose do not go together")
		}
	}
	return nil
}

// strangers are the purposes of mail to whom the vault does not know: an office,
// or someone who asks about their data without an account.
func strangers(p personal.Purpose) bool {
	return p == personal.Rights || p == personal.Service || p == personal.Security
}

// allowed asks the gate who a mail is for.
func (m *Mailer) allowed(ctx context.Context, scope db.Scope, q Queued) error {
	if m.Gate == nil || m.Subjects == nil {
		return fault.New(fault.Unavailable, "no-gate", "mail is not sent without asking whether it may be")
	}
	return m.DB.Read(ctx, scope, func(tx *db.Tx) error {
		who, err := m.Subjects.Subject(tx, q)
		switch {
		case fault.Is(err, fault.NotFound), fault.Is(err, fault.Gone), err == nil && who == personal.Who{}:
			if !strangers(q.Purpose) {
				return fault.New(fault.Gone, "no-recipient", "there is nobody to write to")
			}
			return nil
		case err != nil:
			return err
		}
		return m.Gate.Gate(tx, who, q.Purpose)
	})
}

// writable asks whether an address may be written to.
func (m *Mailer) writable(ctx context.Context, to string, p personal.Purpose) error {
	return m.DB.Read(ctx, db.Everyone("the list of suppressed addresses is the operator's"), func(tx *db.Tx) error {
		return m.Gate.Writable(tx, to, p)
	})
}

// unsubscribe are the addresses that end mail of the purpose, if it promotes.
func (m *Mailer) unsubscribe(ctx context.Context, q Queued) (post, page string, err error) {
	if !q.Purpose.Optional() {
		return "", "", nil
	}
	if m.Unsubscriber == nil {
		return "", "", errNoEnd()
	}
	post, page, err = m.Unsubscriber.Unsubscribe(ctx, q)
	if err == nil && (post == "" || page == "" || strings.ContainsAny(post+page, "<> \r\n")) {
		err = errNoEnd()
	}
	return post, page, err
}

func errNoEnd() error {
	return fault.New(fault.Unavailable, "no-unsubscribe", "promotional mail is not sent without a way to end it")
}

// drop marks a mail that is not to be sent; other errors are given back.
func drop(r *job.Run, q Queued, err error) error {
	if !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Gone) && !fault.Is(err, fault.Denied) {
		return err
	}
	return r.Commit(func(tx *db.Tx) error { return mark(tx, q.ID, Dropped, fault.CodeOf(err)) })
}

// Asked reports whether a mail like this one is in the queue, sent or not: what
// is announced twice is sent once.
func Asked(tx *db.Tx, d Draft) (bool, error) {
	data, err := encode(d.Data)
	if err != nil {
		return false, fault.Wrap("mail.Asked", err)
	}
	org, _ := tx.Tenant()
	_, ok, err := db.Maybe(tx, db.Value1[string], `select id from mail where org_id = $1 and recipient_kind = $2 and recipient_id = $3 and template = $4 and data = $5 limit 1`,
		string(org), d.To.Kind, d.To.ID, d.Template, data)
	return ok, fault.Wrap("mail.Asked", err)
}

// encode writes the ids that the link is made from; its order is fixed.
func encode(data map[string]string) (string, error) {
	if data == nil {
		data = map[string]string{}
	}
	b, err := json.Marshal(data)
	return string(b), err
}
