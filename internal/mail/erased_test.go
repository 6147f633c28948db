package mail

import (
	"context"
	"os"
	"testing"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/job"
	"plumbline/internal/personal"
)

// late is a Sender that erases the recipient before the letter is taken.
type late struct {
	*Capture
	erase func()
}

func (l late) Send(ctx context.Context, x Letter) error {
	l.erase()
	return l.Capture.Send(ctx, x)
}

// TestAMailThatWasErasedWhileItWasSentIsNotKept: the address was looked up
// before the erasure, and the captured letter written after it.
func TestAMailThatWasErasedWhileItWasSentIsNotKept(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := enqueue(t, d)
		dir := t.TempDir()
		c, err := NewCapture(dir)
		if err != nil {
			t.Fatal(err)
		}
		w := world{address: address, link: secret}
		erase := func() {
			if err := d.Write(context.Background(), db.Tenant(org), func(tx *db.Tx) error {
				_, err := EraseRecipient(tx, draft.To)
				return err
			}); err != nil {
				t.Error(err)
			}
		}
		stop := work(t, &Mailer{DB: d, From: "post@build.example.test", Host: "build.example.test", Resolver: &w, Linker: &w, Sender: late{c, erase}, Gate: open{},
			Subjects: subject{who: personal.OfPerson(org, "p-1")}}, nil)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		var s job.Status
		if err := d.Read(ctx, db.Tenant(org), func(tx *db.Tx) (err error) {
			s, _, err = job.OfThing(tx, string(m), JobKind)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := job.Watch(ctx, d, db.Tenant(org), s.ID, func(x job.Status) error { s = x; return nil }); err != nil {
			t.Fatal(err)
		}
		stop() // what follows the commit is over
		left, err := os.ReadDir(dir)
		if err != nil || len(left) > 0 || len(c.List()) > 0 || s.State != job.Done {
			t.Errorf("%d files and %d mails are left, the job is %s, %v", len(left), len(c.List()), s.State, err)
		}
	})
}
