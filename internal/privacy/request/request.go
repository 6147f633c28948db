package request

import (
	"context"
	"io"
	"time"
	"unicode/utf8"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/cases"
	"plumbline/internal/privacy/letter"
	"plumbline/internal/privacy/letterbox"
)

// Service is the slice: what comes in, and what who asked sees of it. The work
// of the offices is package cases'.
type Service struct {
	*cases.Service

	// Archive writes the archive of who.
	Archive func(ctx context.Context, who personal.Who, locale lang.Locale, w io.Writer) error

	posts *letterbox.Posts
}

// New makes the slice.
func New(work *cases.Service, archive func(ctx context.Context, who personal.Who, locale lang.Locale, w io.Writer) error) *Service {
	return &Service{Service: work, Archive: archive, posts: letterbox.NewPosts()}
}

func everyone() db.Scope { return db.Everyone("a request concerns every controller") }

// Intake is a request as it comes in.
type Intake struct {
	Email  string
	Locale string
	Text   string
	Rights []string // as the person ticked them; empty: the letter is read
	Org    id.Org   // whom it is about; may be empty
}

func (in Intake) check() (string, error) {
	email, ok := person.ParseEmail(in.Email)
	var fields []fault.Field
	if !ok {
		fields = append(fields, fault.Field{Path: "email", Code: "format"})
	}
	if !lang.Known(in.Locale) {
		fields = append(fields, fault.Field{Path: "locale", Code: "not-one-of"})
	}
	if utf8.RuneCountInString(in.Text) > cases.LongestText {
		fields = append(fields, fault.Field{Path: "text", Code: "too-long"})
	}
	if in.Text == "" && len(in.Rights) == 0 {
		fields = append(fields, fault.Field{Path: "text", Code: "required"})
	}
	for _, r := range in.Rights {
		if !letter.Known(r) {
			fields = append(fields, fault.Field{Path: "rights", Code: "not-one-of"})
			break
		}
	}
	return email, fault.InvalidFields(fields)
}

// wanted are the rights that a request is about.
func (in Intake) wanted() []string {
	if len(in.Rights) > 0 {
		return in.Rights
	}
	return letter.Read(in.Text).Articles()
}

// Ask takes a request from anybody. It answers the same to everyone, and looks
// nobody up: that waits for whoever reads the mail.
func (s *Service) Ask(ctx context.Context, in Intake) error {
	const op = "request.Ask"
	email, err := in.check()
	if err != nil {
		return err
	}
	var now time.Time
	if err := s.DB.Read(ctx, everyone(), func(tx *db.Tx) error { now = tx.Now(); return nil }); err != nil {
		return fault.Wrap(op, err)
	}
	if !s.posts.Take(email, now) {
		return nil
	}
	bucket := letterbox.DayBucket(now)
	if err := s.Box.Prepare(ctx, bucket); err != nil {
		return fault.Wrap(op, err)
	}
	rights := in.wanted()
	return fault.Wrap(op, s.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		r := letterbox.Row{ID: id.New[id.Request](), Bucket: bucket, Channel: "form", Locale: in.Locale, Org: in.Org, State: letterbox.Unconfirmed,
			ReceivedOn: s.Today(tx, "").String(), Received: tx.Now()}
		if err := s.Box.Put(tx, r, letterbox.Letter{Email: email, Text: in.Text, Rights: rights}); err != nil {
			return err
		}
		return s.Mail.Post(tx, cases.RecipientRequest, string(r.ID), cases.MailConfirm, in.Locale, personal.Rights)
	}))
}
