package mail

import (
	"slices"
	"testing"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/disclosure"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/personal"
)

type subject struct {
	who personal.Who
	err error
}

func (s subject) Subject(*db.Tx, Queued) (personal.Who, error) { return s.who, s.err }

func TestASentMailIsInTheLedger(t *testing.T) {
	t.Parallel()
	person, account := personal.OfPerson(org, id.Person("p-1")), personal.OfAccount("a-1")
	cases := []struct {
		name    string
		world   world
		subject subject
		want    []string // recipients
	}{
		{"to a person", world{address: address, link: secret}, subject{who: person}, []string{disclosure.MailCapture}},
		{"to an account, in a tenant's mail", world{address: address, link: secret}, subject{who: account}, []string{disclosure.MailCapture}},
		{"dropped", world{noAddress: fault.New(fault.Gone, "gone", "gone")}, subject{who: person}, nil},
		{"to nobody any more", world{address: address, link: secret}, subject{err: fault.New(fault.Gone, "gone", "gone")}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				capture, err := NewCapture("")
				if err != nil {
					t.Fatal(err)
				}
				m := enqueue(t, d)
				work(t, &Mailer{DB: d, From: "post@build.example.test", Host: "build.example.test", Resolver: &c.world, Linker: &c.world,
					Sender: capture, Subjects: c.subject, Gate: open{}}, nil)
				settled(t, d, m)
				err = d.Read(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
					rows, err := disclosure.Of(tx, c.subject.who)
					var got []string
					for _, r := range rows {
						got = append(got, r.Recipient.ID)
						if !slices.Equal(r.Fields, []string{c.subject.who.Kind + ".sealed.email"}) || r.Why != disclosure.WhyMail {
							t.Errorf("%+v", r)
						}
					}
					if !slices.Equal(got, c.want) {
						t.Errorf("received by %v, want %v", got, c.want)
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

func TestWhoReceivesALetter(t *testing.T) {
	t.Parallel()
	if got := processorOf(&Capture{}, Letter{}); got != disclosure.MailCapture {
		t.Error(got)
	}
	server := SMTP{Server: "localhost:25"}
	if got := processorOf(server, Letter{}); got != disclosure.Mail {
		t.Errorf("a server of one's own: %s", got)
	}
	d := Divert{Domain: "proof.invalid", Here: &Capture{}, Else: server}
	if here, out := processorOf(d, Letter{To: "a@Proof.invalid"}), processorOf(d, Letter{To: "a@b.example"}); here != disclosure.MailCapture || out != disclosure.Mail {
		t.Error(here, out)
	}
}
