// Package swept ties every declared retention to what acts on it: the owners'
// own functions where they have one, else the general rules of package sweep.
package swept

import (
	"context"

	"plumbline/internal/consent"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/mail"
	"plumbline/internal/mutation"
	"plumbline/internal/org"
	"plumbline/internal/person"
	p "plumbline/internal/personal"
	"plumbline/internal/privacy/sweep"
	"plumbline/internal/signin"
	"plumbline/internal/staff"
)

// Deps are the owners.
type Deps struct {
	DB     *db.DB
	People *person.Service
	Orgs   *org.Service
	Signin *signin.Service
	// Erase begins the erasure of someone whom nobody uses any more.
	Erase func(ctx context.Context, who p.Who) error
	// Claims destroys what was kept long enough for a claim.
	Claims func(ctx context.Context) (int, error)
	// Requests lets requests of people go that were closed long enough ago.
	Requests func(ctx context.Context) error
}

// Rules are those of the whole house.
func Rules(d Deps) []sweep.Rule {
	lapsing := sweep.Lapsing{DB: d.DB, Tell: d.tell, Block: d.block, Erase: d.Erase}
	rules := lapsing.Rules() // first: they look at sessions before those go
	return append(rules,
		sweep.Rule{Name: "invitations", Then: p.Erase, Hourly: true, Do: d.Orgs.Lapse, Due: sweep.Passed("invite", "expires_at", "open")},
		sweep.Before("invitation-links", "invite_link", "created_at", p.InvitationLapse),
		sweep.Rule{Name: "sign-in", Then: p.Erase, Hourly: true, Rows: d.Signin.PurgeIn,
			Covers: []sweep.Cover{{Table: "session", Retention: p.WhileSession}, {Table: "api_token", Retention: p.WhileSession}, {Table: "reset_link", Retention: p.OneHour}, {Table: "proof_step", Retention: p.OneHour}, {Table: "identity_step", Retention: p.OneHour},
				{Table: "attempt", Retention: p.OneDay}, {Table: "device", Retention: p.OneYear}}},
		sweep.Rule{Name: "keys", Then: p.Erase, Hourly: true, Do: d.People.Sweep, Due: sweep.Passed("doomed_key", "due_at", ""),
			Covers: []sweep.Cover{{Table: "doomed_key", Retention: p.OneDay}}},
		sweep.Pruned("mutations", "mutation", p.NinetyDays, mutation.Expire),
		sweep.Pruned("jobs", "job", p.ThirtyDays, job.Prune),
		sweep.Pruned("mails", "mail", p.UntilSent, mail.Prune),
		sweep.Rule{Name: "deliveries", Then: p.Erase, Covers: []sweep.Cover{{Table: "feed_delivery", Retention: p.NinetyDays}},
			Due: sweep.Older("feed_delivery", "at", p.NinetyDays),
			Do: func(ctx context.Context) error {
				_, err := feed.Prune(ctx, d.DB, sweep.From(p.NinetyDays, d.DB.Clock().Now()))
				return err
			}},
		sweep.Pruned("consents", "consent_record", p.ConsentYears, consent.Expire),
		sweep.Before("restrictions", "restriction", "lifted_at", p.CaseYears),
		sweep.Before("child-reports", "child_report", "decided_at", p.CaseYears),
		sweep.Before("support-grants", "support_grant", "until_at", p.CaseYears),
		sweep.Rule{Name: "staff", Covers: []sweep.Cover{{Table: "staff", Retention: p.WhileStaff}}, Then: p.Erase, Rows: staff.Expire},
		sweep.Rule{Name: "requests", Then: p.Erase, Hourly: true, Do: d.Requests, Due: sweep.Older("dsr", "received_at", p.CaseYears),
			Covers: []sweep.Cover{{Table: "dsr", Retention: p.CaseYears}, {Table: "dsr_link", Retention: p.CaseYears},
				{Table: "dsr_case", Retention: p.CaseYears}, {Table: "dsr_upstream", Retention: p.CaseYears}}},
		sweep.Family("breaches", "breach", "closed_at", "", p.CaseYears, sweep.Child{Table: "breach_step", Column: "breach_id"},
			sweep.Child{Table: "breach_person", Column: "breach_id"}),
		sweep.Family("erasures", "erasure", "requested_at", "settled = true", p.CaseYears, sweep.Child{Table: "erasure_subject", Column: "erasure_id"},
			sweep.Child{Table: "erasure_place", Column: "erasure_id"}, sweep.Child{Table: "erasure_link", Column: "erasure_id", Undeclared: true}),
		sweep.Rule{Name: "claims", Then: p.Erase, Covers: []sweep.Cover{{Table: "claim_record", Retention: p.ByClaimsLaw}}, Due: sweep.ClaimsDue,
			Do: func(ctx context.Context) error {
				_, err := d.Claims(ctx)
				return err
			}},
		sweep.Before("sweeps", "sweep_run", "at", p.ThreeYears),
	)
}

// tell writes to an account about its end.
func (d Deps) tell(tx *db.Tx, who p.Who, what string) error {
	acc, err := d.People.Account(tx, p.Rights, id.Account(who.ID))
	if err != nil || acc.Locale == "" { // is being erased: nobody to write to
		if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Gone) || fault.Is(err, fault.Denied) {
			err = nil
		}
		return err
	}
	return org.Queue{}.Post(tx, signin.RecipientAccount, who.ID, what, acc.Locale, p.Rights)
}

// block ends what an account is signed in with; its holder comes back by asking
// for a new password.
func (d Deps) block(tx *db.Tx, who p.Who) error {
	a := id.Account(who.ID)
	if err := d.Signin.EndAll(tx, a); err != nil {
		return err
	}
	return d.People.SetCredentials(tx, a, person.Credentials{})
}
