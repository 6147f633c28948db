package mail

import (
	"encoding/json"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/lang"
	"plumbline/internal/personal"
)

// JobKind is the kind of job that sends a mail.
const JobKind = "mail.send"

const attempts = 22 // with the queue's backoff, half a day and more

// Recipient is who a mail is for.
type Recipient struct {
	Kind string // "account", "person" or "invite"
	ID   string
}

// Draft is a mail to be queued. Data holds ids that the link is made from, no
// secrets and no personal data.
type Draft struct {
	To       Recipient
	Purpose  personal.Purpose // asked of the gate before the address is looked up
	Template string
	Locale   lang.Locale
	Data     map[string]string
}

// Queued is a mail as the queue holds it.
type Queued struct {
	ID        id.Mail
	Org       id.Org // empty for the operator's
	To        Recipient
	Purpose   personal.Purpose
	Template  string
	Locale    lang.Locale
	Data      map[string]string
	State     State
	Code      string // why it failed or was dropped
	CreatedAt time.Time
	SentAt    time.Time
}

// State is where a mail stands.
type State string

// The states.
const (
	Waiting State = "queued"
	Sent    State = "sent"
	Failed  State = "failed"  // refused, or tried too often
	Dropped State = "dropped" // nobody to send it to any more
)

// Enqueue queues a mail, of the transaction's tenant or of the operator.
func Enqueue(tx *db.Tx, d Draft) (id.Mail, error) {
	const op = "mail.Enqueue"
	if !lang.Has("mail." + d.Template + ".subject") {
		return "", fault.New(fault.Other, "no-template", "there is no text for this mail")
	}
	if d.To.Kind == "" || d.To.ID == "" {
		return "", fault.New(fault.Other, "no-recipient", "a mail to nobody")
	}
	if err := fits(d.Template, d.Purpose); err != nil {
		return "", err
	}
	data, err := encode(d.Data)
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	org, _ := tx.Tenant()
	m := id.New[id.Mail]()
	_, err = tx.Exec(`insert into mail (id, org_id, recipient_kind, recipient_id, template, locale, data, state, created_at, purpose)
		values ($1, $2, $3, $4, $5, $6, $7, 'queued', $8, $9)`,
		string(m), string(org), d.To.Kind, d.To.ID, d.Template, string(d.Locale), data, tx.Micros(), string(d.Purpose))
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	_, err = job.Enqueue(tx, job.Spec{Kind: JobKind, Payload: payload{m}, MaxAttempts: attempts, ThingID: string(m), By: "system"})
	return m, fault.Wrap(op, err)
}

type payload struct {
	Mail id.Mail `json:"mail"`
}

// Get is one mail of the queue.
func Get(tx *db.Tx, m id.Mail) (Queued, error) {
	where, args := "", []any{string(m)}
	if org, ok := tx.Tenant(); ok {
		where, args = " and org_id = $2", append(args, string(org))
	}
	q, err := db.One(tx, func(s db.Scanner) (q Queued, err error) {
		var data string
		var created, sent int64
		if err := s.Scan(&q.ID, &q.Org, &q.To.Kind, &q.To.ID, &q.Template, &q.Locale, &data, &q.State, &q.Code, &created, &sent, &q.Purpose); err != nil {
			return q, err
		}
		q.CreatedAt = time.UnixMicro(created).UTC()
		if sent != 0 {
			q.SentAt = time.UnixMicro(sent).UTC()
		}
		err = json.Unmarshal([]byte(data), &q.Data)
		return q, err
	}, `select id, org_id, recipient_kind, recipient_id, template, locale, data, state, note, created_at, sent_at, purpose from mail where id = $1`+where, args...)
	return q, fault.Wrap("mail.Get", err)
}

func mark(tx *db.Tx, m id.Mail, s State, code string) error {
	var sent int64
	if s == Sent {
		sent = tx.Micros()
	}
	_, err := tx.Exec(`update mail set state = $2, note = $3, sent_at = $4 where id = $1 and state = 'queued'`, string(m), string(s), code, sent)
	return fault.Wrap("mail.mark", err)
}

// EraseRecipient forgets every mail to someone, sent or not.
func EraseRecipient(tx *db.Tx, r Recipient) (int64, error) {
	where, args := "", []any{r.Kind, r.ID}
	if org, ok := tx.Tenant(); ok {
		where, args = " and org_id = $3", append(args, string(org))
	}
	n, err := tx.Exec(`delete from mail where recipient_kind = $1 and recipient_id = $2`+where, args...)
	return n, fault.Wrap("mail.EraseRecipient", err)
}

// Prune forgets mails that were queued before an instant and wait no more.
func Prune(tx *db.Tx, before time.Time) (int64, error) {
	where, args := "", []any{before.UnixMicro()}
	if org, ok := tx.Tenant(); ok {
		where, args = " and org_id = $2", append(args, string(org))
	}
	n, err := tx.Exec(`delete from mail where state <> 'queued' and created_at < $1`+where, args...)
	return n, fault.Wrap("mail.Prune", err)
}
